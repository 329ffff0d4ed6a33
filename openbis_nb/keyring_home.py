"""The keyring of the operating system as a home of sessions: optional (extra ``keyring``).

Nothing is imported before it is needed: a keyring speaks to other programs, and may ask to be unlocked.
"""

from __future__ import annotations

from typing import Any

from .errors import ConfigurationProblem, MissingExtra
from .openbis.secrets import Secret

__all__ = ["forget", "is_usable", "load", "store"]

#: Under which our sessions stand in a person's keyring, each with the address of its openBIS.
_SERVICE = "openbis-nb"
#: What ``keyring`` itself calls recommended: no stand-in that fails, and none that writes plain text.
_RECOMMENDED = 1


def is_usable() -> bool:
    """Whether the library is there, and finds a keyring that works; it may take a second."""
    try:
        return float(_library().get_keyring().priority) >= _RECOMMENDED
    except Exception:  # each backend fails in its own way, and then it is none that works
        return False


def load(address: str) -> Secret | None:
    """The session for the openBIS at *address*.

    Raises:
        MissingExtra: the library is not installed here.
        ConfigurationProblem: the keyring does not open.
    """
    found = _ask("get_password", address)
    return Secret(found) if found else None


def store(address: str, token: Secret) -> None:
    """Keep a session. Raises as :func:`load`."""
    _ask("set_password", address, token.reveal())


def forget(address: str) -> None:
    """Remove the session, if there is one. Raises as :func:`load`."""
    if load(address) is not None:
        _ask("delete_password", address)


def _ask(call: str, *arguments: str) -> Any:
    library = _library()
    try:
        return getattr(library, call)(_SERVICE, *arguments)
    except Exception as error:
        # Without the cause: a backend may put what it was given into its message.
        raise ConfigurationProblem(
            f"The keyring of this computer does not open ({type(error).__name__}).",
            next_step="Unlock it, or log in again and choose another place for the session.",
        ) from None


def _library() -> Any:
    try:
        import keyring
    except ImportError as error:
        raise MissingExtra("The library for the keyring of this computer", "keyring") from error
    return keyring
