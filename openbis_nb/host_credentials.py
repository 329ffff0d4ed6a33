"""What a person has for hosts of private repositories: user and token for each, kept like sessions (U-16).

In a file of mode 0600 for each host, or in the keyring of the operating system. Neither is given away again:
only git gets it, for exactly this host (``workflows.importing.git_host``).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from . import credentials, keyring_home
from .errors import ConfigurationProblem, InvalidInput, NotFound
from .openbis.secrets import Secret

__all__ = ["HostCredential", "HostCredentials"]

Home = Literal["file", "keyring"]

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_.-]{0,250}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
_MOST = 4096
_SUFFIX, _MARK = ".json", ".keyring"


@dataclass(frozen=True, slots=True)
class HostCredential:
    """What is kept for one host.

    Args:
        host: Name, with the port where it is not 443.
        user: Name of the account there; many hosts take any.
        token: ``None`` in lists.
        home: Where it is kept.
    """

    host: str
    user: str
    token: Secret | None
    home: Home


class HostCredentials:
    """The credentials of one account.

    Args:
        folder: For the files: mode 0700, in the state folder of the account.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[HostCredential]:
        """By host, without tokens."""
        found = {}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            host = unquote(path.name.removesuffix(_SUFFIX))
            if _HOST.fullmatch(host) and (kept := self._read(path)):
                found[host] = HostCredential(host, kept.get("user", ""), None, _home(kept))
        return [found[host] for host in sorted(found)]

    def get(self, host: str) -> HostCredential | None:
        """What is kept for exactly this host.

        Raises:
            ConfigurationProblem: the file or the keyring cannot be read.
            MissingExtra: it is in the keyring, and the library for it is not installed here.
        """
        kept = self._read(self._file(host))
        if not kept:
            return None
        home = _home(kept)
        token = keyring_home.load(_address(host)) if home == "keyring" else Secret(kept.get("token", ""))
        return HostCredential(host, kept.get("user", ""), token, home) if token else None

    def store(self, host: str, user: str, token: Secret, home: Home = "file") -> HostCredential:
        """Keep a credential; an older one for this host goes.

        Raises:
            InvalidInput: no host, or a user or token that cannot be one.
            ConfigurationProblem: it cannot be written, or the keyring does not open.
            MissingExtra: the library for the keyring is not installed here.
        """
        checked = check_host(host)
        for what, text in (("user", user), ("token", token.reveal())):
            if len(text) > _MOST or any(not one.isprintable() for one in text):
                raise InvalidInput(f"The {what} holds a line break or another character that none has.")
        if not token:
            raise InvalidInput("The token is missing.", next_step="Make one at the host that may read.")
        kept = {"user": user, "home": home}
        if home == "keyring":
            keyring_home.store(_address(checked), token)
        else:
            kept["token"] = token.reveal()
        credentials.write_private(self._file(checked), json.dumps(kept))
        return HostCredential(checked, user, None, home)

    def forget(self, host: str) -> None:
        """Remove what is kept for a host.

        Raises:
            NotFound: nothing is.
            ConfigurationProblem: the keyring does not open; nothing was removed.
        """
        path = self._file(check_host(host))
        kept = self._read(path)
        if not kept:
            raise NotFound(f"Nothing is kept for {host}.", next_step="Look at the list of hosts.")
        if _home(kept) == "keyring":
            keyring_home.forget(_address(host))
        path.unlink(missing_ok=True)

    def _file(self, host: str) -> Path:
        return self._folder / f"{quote(host, safe='')}{_SUFFIX}"

    @staticmethod
    def _read(path: Path) -> dict[str, str]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigurationProblem(
                f"What is kept for {unquote(path.stem)} cannot be read.",
                next_step="Give the token for this host again.",
            ) from error
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def check_host(host: str) -> str:
    """A host as git and we name it: lower case, a port only where it is not 443.

    Raises:
        InvalidInput: it is none.
    """
    plain = host.strip().lower().removeprefix("https://").rstrip("/").removesuffix(":443")
    if not _HOST.fullmatch(plain):
        raise InvalidInput(
            f"{host[:100]!r} is no host.", next_step="Give it as in the address, such as gitlab.example.org"
        )
    return plain


def _home(kept: dict[str, str]) -> Home:
    return "keyring" if kept.get("home") == "keyring" else "file"


def _address(host: str) -> str:
    """In the keyring, apart from the sessions of openBIS."""
    return f"git https://{host}"
