"""Everything a running sandbox consists of, in the one object that is passed around."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .clock import Clock, SystemClock
from .config import SandboxConfig
from .dss.archive import Archive
from .dss.content import Content
from .dss.fast_download import Downloads
from .dss.workspace import Workspaces
from .faults import Faults
from .sessions import Session, Sessions
from .store import Store

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class SandboxState:
    """The parts of one sandbox. ``url`` is scheme://host:port, set when the server has its port;
    ``download_url`` is what data stores are announced with, and is the same unless a test changes it.
    ``sso_code`` guards single sign-on where passwords are random (empty: everybody may use it).
    ``stopping`` is set when the server goes down, so that nothing waits any longer.
    """

    config: SandboxConfig
    clock: Clock
    store: Store
    sessions: Sessions
    content: Content
    archive: Archive
    workspaces: Workspaces
    downloads: Downloads
    faults: Faults
    url: str = ""
    sso_code: str = field(default="", repr=False)
    download_url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def open(
        cls, folder: Path, config: SandboxConfig | None = None, clock: Clock | None = None
    ) -> SandboxState:
        """The state kept in ``folder``, which is created when missing."""
        config, clock = config or SandboxConfig(), clock or SystemClock()
        folder.mkdir(parents=True, exist_ok=True)
        store = Store(folder)
        content = Content(store)
        state = cls(
            config,
            clock,
            store,
            sessions=Sessions(config, clock, store),
            content=content,
            archive=Archive(store, clock, content, config.archive_delay),
            workspaces=Workspaces(folder / "workspaces"),
            downloads=Downloads(),
            faults=Faults(),
        )
        state.sessions.on_end.append(state.end_session)
        return state

    def end_session(self, session: Session) -> None:
        """Drop what hangs on a session that is over: its workspace and its downloads."""
        self.workspaces.end(session)
        self.downloads.end(session.key)

    def close(self) -> None:
        """Close the database."""
        self.stopping.set()
        self.store.close()
