"""Where sessions with openBIS live on this account; one place for each server (decision 0031).

=========== ==================================================================================================
``memory``  with one Jupyter server: a file in a folder of its own, which it removes when it ends. Its kernels
            and terminals find the folder by ``OPENBIS_NB_SESSION_DIR``.
``keyring`` the keyring of the operating system; while a Jupyter server runs, its kernels have a copy as above
``file``    the 0600 file of the command line, for everything on this account, plain pybis included
``pybis``   nothing of ours, but pybis has stored a session itself
=========== ==================================================================================================

Passwords are never stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from . import credentials, keyring_home
from .errors import NotLoggedIn
from .openbis.secrets import Secret

__all__ = ["Home", "Kept", "SessionHomes"]

Home = Literal["memory", "keyring", "file", "pybis"]

#: An empty file with this ending says that a server's session is in the keyring: else nobody asks it.
_MARK = ".keyring"


@dataclass(frozen=True, slots=True)
class Kept:
    """A session, and where it was found."""

    token: Secret
    home: Home


@dataclass(frozen=True, slots=True)
class SessionHomes:
    """The homes of one account.

    Args:
        state_dir: For the files of the command line.
        jupyter_dir: Of the Jupyter server that this process is, or belongs to; ``None`` outside one.
    """

    state_dir: Path
    jupyter_dir: Path | None = None

    def all(self, url: str) -> Iterator[Kept]:
        """The sessions for the server at *url*, the one that counts first.

        Raises:
            ConfigurationProblem: no address, or a home does not open.
            MissingExtra: it is in the keyring, and the library for it is not installed here.
        """
        of_jupyter = self._of_jupyter(url)
        token = credentials.read_token(of_jupyter) if of_jupyter is not None else None
        if token is not None:
            yield Kept(token, "keyring" if self._mark(url).exists() else "memory")
        if token := credentials.read_token(credentials.token_file(url, self.state_dir)):
            yield Kept(token, "file")
        if self._mark(url).exists() and (token := keyring_home.load(_address(url))):
            yield Kept(token, "keyring")
        of_pybis = credentials.pybis_file(url)
        if of_pybis is not None and (token := credentials.read_token(of_pybis)):
            yield Kept(token, "pybis")

    def find(self, url: str) -> Kept | None:
        """The session that counts; ``None`` where there is none. Raises as :meth:`all`."""
        return next(self.all(url), None)

    def load(self, url: str) -> Secret | None:
        """As :meth:`find`, without its home."""
        found = self.find(url)
        return found.token if found is not None else None

    def require(self, url: str) -> Secret:
        """As :meth:`load`.

        Raises:
            NotLoggedIn: there is none.
        """
        token = self.load(url)
        if token is None:
            command = f"openbis-nb login --url {url}"
            raise NotLoggedIn(
                f"You are not logged in to {url}.",
                next_step=f"Run: {command}"
                if self.jupyter_dir is None
                else f"Log in with the menu openBIS of JupyterLab, or run: {command}",
            )
        return token

    def store(self, url: str, token: Secret, home: Home | None = None) -> list[str]:
        """Keep a session in one home, and take older ones of this server out of the others.

        Args:
            url: Address of openBIS.
            token: The session.
            home: ``memory``, ``keyring`` or ``file``; default: where this server's session is now, else
                the file.

        Returns:
            Where it is now: files, and ``keyring``.

        Raises:
            ConfigurationProblem: it cannot be written; the older one stays then.
            MissingExtra: the library for the keyring is not installed here.
        """
        if home is None:
            now = self.find(url)
            home = now.home if now is not None and now.home != "pybis" else "file"
        if home == "file" or (home == "memory" and self.jupyter_dir is None):
            return self._into_file(url, token)
        older = credentials.read_token(credentials.token_file(url, self.state_dir))
        stored = []
        if home == "keyring":
            keyring_home.store(_address(url), token)
            credentials.write_private(self._mark(url), "")
            stored.append("keyring")
        else:
            self._forget_in_keyring(url)
        if of_jupyter := self._of_jupyter(url):
            credentials.write_private(of_jupyter, token.reveal())
            stored.append(str(of_jupyter))
        if older is not None:
            self._forget_files(url, older)
        return stored

    def forget(self, url: str) -> list[Secret]:
        """Remove this server's session from every home of ours.

        A different one that pybis has stored itself stays, unless there was none of ours.

        Returns:
            What was removed, for who wants to end it at openBIS.

        Raises:
            ConfigurationProblem: the keyring does not open; the files are gone by then.
        """
        found = self._in_files(url)
        for token in found:
            self._forget_files(url, token)
        if of_jupyter := self._of_jupyter(url):
            of_jupyter.unlink(missing_ok=True)
        return list(dict.fromkeys([*found, *self._forget_in_keyring(url)]))

    def drop_ended(self, url: str, ended: Secret) -> None:
        """Take a session that openBIS has refused out of the Jupyter server's folder, for another one."""
        of_jupyter = self._of_jupyter(url)
        if of_jupyter is not None:
            credentials.forget_file(of_jupyter, ended)

    def hand_to_kernels(self, url: str) -> None:
        """Give the kernels of this Jupyter server the session that is in the keyring, if it is there.

        Raises:
            ConfigurationProblem: the keyring does not open.
        """
        of_jupyter = self._of_jupyter(url)
        if of_jupyter is None or not self._mark(url).exists():
            return
        found = self.find(url)
        if found is None or found.home != "keyring":
            return
        if credentials.read_token(of_jupyter) != found.token:
            credentials.write_private(of_jupyter, found.token.reveal())

    def known_servers(self) -> list[str]:
        """Addresses of the servers that a session of ours is stored for."""
        found = [
            *(credentials.known_servers(self.jupyter_dir) if self.jupyter_dir is not None else ()),
            *credentials.known_servers(self.state_dir),
            *credentials.addresses(self.state_dir, _MARK),
        ]
        return list(dict.fromkeys(found))

    def _of_jupyter(self, url: str) -> Path | None:
        return credentials.token_file(url, self.jupyter_dir) if self.jupyter_dir is not None else None

    def _mark(self, url: str) -> Path:
        return credentials.token_file(url, self.state_dir).with_suffix(_MARK)

    def _into_file(self, url: str, token: Secret) -> list[str]:
        files = credentials.store_token(url, self.state_dir, token)
        if of_jupyter := self._of_jupyter(url):
            of_jupyter.unlink(missing_ok=True)
        self._forget_in_keyring(url)
        return [str(path) for path in files]

    def _in_files(self, url: str) -> list[Secret]:
        """What lies in files; what pybis has stored itself only where nothing is ours."""
        ours = [self._of_jupyter(url), credentials.token_file(url, self.state_dir)]
        found = [credentials.read_token(path) for path in ours if path is not None]
        if not any(found) and not self._mark(url).exists() and (of_pybis := credentials.pybis_file(url)):
            found = [credentials.read_token(of_pybis)]
        return [token for token in found if token is not None]

    def _forget_files(self, url: str, token: Secret) -> None:
        for path in (credentials.token_file(url, self.state_dir), credentials.pybis_file(url)):
            if path is not None:
                credentials.forget_file(path, token)

    def _forget_in_keyring(self, url: str) -> list[Secret]:
        mark = self._mark(url)
        if not mark.exists():
            return []
        token = keyring_home.load(_address(url))
        keyring_home.forget(_address(url))
        mark.unlink(missing_ok=True)
        return [token] if token is not None else []


def _address(url: str) -> str:
    """The name of a server in the keyring: scheme, host and port, as in the names of files."""
    return credentials.token_file(url, Path()).stem
