"""A running sandbox: what tests, demonstrations and the command line hold in their hands."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .certificates import Certificates, certificates_in
from .clock import Clock
from .config import SandboxConfig
from .faults import Faults
from .seed import plant
from .seeded import seeded_copy
from .state import SandboxState
from .web.server import SandboxServer


class Sandbox:
    """One sandbox over one data folder. Made by ``running_sandbox`` or ``Sandbox.prepare``.

    ``url`` is scheme://host:port. ``users`` maps user id to password (empty for a folder that was seeded
    before with random passwords: they are given out once).
    """

    def __init__(self, config: SandboxConfig, folder: Path, clock: Clock | None, *, temporary: bool) -> None:
        self.config = config
        self._clock, self._temporary, self._folder = clock, temporary, folder
        self._sso_code = secrets.token_urlsafe(12) if config.random_passwords else ""
        self._certificates = None if config.http else _certificates(config, folder)
        state, self.users = self._fresh(folder)
        tls = self._certificates.server_context() if self._certificates else None
        self.server = SandboxServer(state, tls)

    @classmethod
    def prepare(cls, config: SandboxConfig | None = None, *, clock: Clock | None = None) -> Sandbox:
        """Open or make the data folder (a temporary one without ``config.data``); nothing listens yet."""
        config = config or SandboxConfig()
        if config.data is not None:
            config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(config, config.data, clock, temporary=False)
        return cls(config, Path(tempfile.mkdtemp(prefix="openbis-sandbox-")), clock, temporary=True)

    @property
    def url(self) -> str:
        """Address of the running sandbox; also what its data store is announced with."""
        return self.server.url

    @property
    def ca_bundle(self) -> Path | None:
        """The certificate to trust (PEM); None when the sandbox speaks plain http."""
        return self._certificates.ca if self._certificates else None

    @property
    def state(self) -> SandboxState:
        """The parts behind the wire: store, sessions, files, clock."""
        return self.server.state

    @property
    def faults(self) -> Faults:
        """What shall go wrong; see ``openbis_nb.sandbox.faults``."""
        return self.state.faults

    @property
    def sso_code(self) -> str:
        """What the single sign-on page asks for; empty unless passwords are random."""
        return self.state.sso_code

    @property
    def store_folder(self) -> Path:
        """The folder of the shares, for read-only mounts: ``<store_folder>/<share id>/<location>``."""
        return self.state.store.files

    def token(self, user: str) -> str:
        """A new session of a user, without the wire and without a password."""
        return self.state.sessions.open(user).token

    def start(self) -> Sandbox:
        """Listen, in a thread of its own; returns when the port answers."""
        self.server.start()
        return self

    def stop(self) -> None:
        """Stop listening, close the store, remove a temporary folder."""
        self.server.stop()
        self.state.close()
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    def reset(self) -> None:
        """Begin anew with fresh data on the same address: no sessions, no faults, everything as seeded.

        Raises RuntimeError for a sandbox that keeps its data.
        """
        if not self._temporary:
            raise RuntimeError("a sandbox with a data folder is not reset; remove the folder instead")
        old_folder = self.state.store.folder
        state, self.users = self._fresh(Path(tempfile.mkdtemp(prefix="data-", dir=self._folder)))
        old = self.server.swap(state)
        old.close()
        if old_folder != self._folder:
            shutil.rmtree(old_folder, ignore_errors=True)

    def announce_data_store(self, url: str) -> None:
        """Let the server name this address (scheme://host:port) as its data store's, until the next reset."""
        self.state.download_url = url

    def add_sparse_file(self, data_set: str, path: str, size: int, crc32: int | None = None) -> None:
        """Add a file of ``size`` zero bytes to a data set without room (see ``Content.write_sparse``)."""
        with self.state.store.write() as db:
            total = self.state.content.write_sparse(db, data_set, path, size, crc32)
            db.execute(
                "UPDATE physical_data SET size = ? WHERE data_set_id ="
                " (SELECT id FROM entities WHERE kind = 'DATA_SET' AND perm_id = ?)",
                (total, data_set),
            )

    def _fresh(self, folder: Path) -> tuple[SandboxState, dict[str, str]]:
        if self._temporary:
            state, users = seeded_copy(folder, self.config, self._clock)
        else:
            state = SandboxState.open(folder, self.config, self._clock)
            users = plant(state)
        state.sso_code = self._sso_code
        return state, users


def _certificates(config: SandboxConfig, folder: Path) -> Certificates:
    return certificates_in(folder / "certificates", config.host, urlsplit(config.public_url).hostname or "")


@contextmanager
def running_sandbox(
    config: SandboxConfig | None = None, *, clock: Clock | None = None, **settings: Any
) -> Iterator[Sandbox]:
    """A sandbox for the length of a block, e.g. ``with running_sandbox(api_version="3.7") as sandbox:``.

    ``settings`` are fields of ``SandboxConfig``. Raises OSError when the port is taken.
    """
    sandbox = Sandbox.prepare(replace(config or SandboxConfig(), **settings), clock=clock)
    try:
        yield sandbox.start()
    finally:
        sandbox.stop()
