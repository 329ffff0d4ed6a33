"""Sessions with openBIS in files that only this account can read; ``session_homes`` knows the other homes.

``<state_dir>/tokens/<scheme>_<host>_<port>.token``, mode 0600 in a folder of mode 0700. For openBIS
on its default port the session is shared with plain pybis through ``~/.pybis/<host>.token``; that
name holds no port, so two servers on one host would overwrite each other there (contract 2.9). Under a hub
there is one openBIS, and pybis gets its session whatever the port. Passwords are never stored.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from urllib.parse import urlsplit

from .errors import ConfigurationProblem
from .openbis.secrets import Secret

__all__ = [
    "addresses",
    "check_address",
    "forget_file",
    "forget_token",
    "keep_token",
    "known_servers",
    "load_token",
    "pybis_file",
    "read_token",
    "store_token",
    "token_file",
    "write_private",
]

_DEFAULT_PORTS = {"https": 443, "http": 80}
_SUFFIX = ".token"
#: Longest session or personal access token that is believed; real ones have about 80 characters.
_MAX_TOKEN = 1024


def token_file(url: str, state_dir: Path) -> Path:
    """Our file for the server at *url*."""
    scheme, host, port = _server(url)
    return state_dir / "tokens" / f"{scheme}_{host}_{port}{_SUFFIX}"


def load_token(url: str, state_dir: Path) -> Secret | None:
    """The stored session for the server at *url*: ours, else pybis' where it has one.

    Raises:
        ConfigurationProblem: the file is there and cannot be read.
    """
    for path in _files(url, state_dir):
        token = read_token(path)
        if token is not None:
            return token
    return None


def store_token(url: str, state_dir: Path, token: Secret) -> list[Path]:
    """Keep *token*, whole or not at all; the files written.

    Raises:
        ConfigurationProblem: a folder or file cannot be written.
    """
    paths = _files(url, state_dir)
    for path in paths:
        write_private(path, token.reveal())
    return paths


def keep_token(url: str, state_dir: Path, token: Secret) -> bool:
    """Keep the session that a hub gives, for plain pybis too; whether anything was written.

    Under a hub one openBIS is configured, so pybis' file is written whatever its port, as the ELN's own
    notebooks expect; pybis itself refuses ``http://``.

    Raises:
        ConfigurationProblem: a folder or file cannot be written.
    """
    scheme, host, _ = _server(url)
    files = [token_file(url, state_dir), *([_of_pybis(host)] if scheme == "https" else [])]
    behind = [path for path in files if not _holds(path, token)]
    for path in behind:
        write_private(path, token.reveal())
    return bool(behind)


def forget_token(url: str, state_dir: Path) -> Secret | None:
    """Remove the session that :func:`load_token` gives; that session, or ``None``.

    A different session that pybis has stored stays: it is not ours.
    """
    token = load_token(url, state_dir)
    if token is not None:
        for path in _files(url, state_dir):
            forget_file(path, token)
    return token


def forget_file(path: Path, token: Secret) -> None:
    """Remove the file, if it is *token* that it holds."""
    if read_token(path) == token:
        path.unlink(missing_ok=True)


def known_servers(state_dir: Path) -> list[str]:
    """Addresses of the servers that a session of ours is stored for."""
    return addresses(state_dir, _SUFFIX)


def addresses(state_dir: Path, suffix: str) -> list[str]:
    """The servers that files with this suffix stand for."""
    found = []
    for path in sorted((state_dir / "tokens").glob(f"*{suffix}")):
        scheme, _, rest = path.name.removesuffix(suffix).partition("_")
        host, _, port = rest.rpartition("_")
        if scheme in _DEFAULT_PORTS and host and port.isdecimal():
            shown = f"[{host}]" if ":" in host else host
            found.append(f"{scheme}://{shown}" + ("" if int(port) == _DEFAULT_PORTS[scheme] else f":{port}"))
    return found


def pybis_file(url: str) -> Path | None:
    """The file that is shared with pybis for the server at *url*; ``None`` off the default port."""
    scheme, host, port = _server(url)
    return _of_pybis(host) if (scheme, port) == ("https", 443) else None


def check_address(url: str) -> None:
    """Refuse what cannot be the address of an openBIS.

    Raises:
        ConfigurationProblem: empty, or not ``http(s)://host[:port]``.
    """
    _server(url)


def _server(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ConfigurationProblem(
            f"{url!r} is not an address of openBIS." if url else "No address of openBIS is set.",
            next_step="Set OPENBIS_URL, or give --url https://openbis.example.org",
        )
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


def _files(url: str, state_dir: Path) -> list[Path]:
    shared = pybis_file(url)
    return [token_file(url, state_dir), *([shared] if shared is not None else [])]


def _of_pybis(host: str) -> Path:
    return Path.home() / ".pybis" / f"{host}{_SUFFIX}"


def _holds(path: Path, token: Secret) -> bool:
    """Whether the file is the account's alone and holds just this; else it is to be written anew."""
    try:
        kind = path.lstat().st_mode
        private = stat.S_ISREG(kind) and not kind & 0o077
        # pybis takes the whole file, a line end included.
        return private and Secret(path.read_text(encoding="utf-8")) == token
    except (OSError, UnicodeDecodeError):
        return False


def read_token(path: Path) -> Secret | None:
    """The token in a file; ``None`` where there is no file, or what it holds can be no token.

    Raises:
        ConfigurationProblem: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_MAX_TOKEN + 1).strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(
            f"The stored session {path} cannot be read.",
            next_step="Remove the file and log in again.",
            detail=str(error),
        ) from error
    # What is not one printable word cannot be a token, and must not get into a request.
    is_token = 0 < len(text) <= _MAX_TOKEN and text.isprintable() and " " not in text
    return Secret(text) if is_token else None


def write_private(path: Path, text: str) -> None:
    """Write a file that only this account can read, whole or not at all.

    Raises:
        ConfigurationProblem: the folder or the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _private_folder(path.parent)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ConfigurationProblem(
            f"{path} cannot be written.",
            next_step="Set OPENBIS_NB_STATE_DIR to a folder that you can write to.",
            detail=str(error),
        ) from error


def _private_folder(folder: Path) -> None:
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    for step in (folder.parent, folder):  # `parents=True` would give the inner ones the usual mode
        step.mkdir(exist_ok=True, mode=0o700)
    if folder.name == "tokens":  # ~/.pybis is pybis' folder: its mode is not ours to change
        folder.chmod(0o700)
