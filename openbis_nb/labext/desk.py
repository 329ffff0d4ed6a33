"""What all routes of this extension share: the settings, the hub, the folder, and this person's openBIS."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import assemble
from ..at_hub.hub import Hub
from ..at_hub.launches import LaunchService
from ..errors import NotLoggedIn, OpenBISFailure, UnsafePath
from ..settings import Settings, load
from ..workflows.ledger import Ledger
from ..workflows.save_result import SaveResult
from ..workflows.workplace import Workplace
from .courier import Courier
from .draft_keeper import DraftKeeper
from .drafts import Drafts
from .front_ends import FrontEnds
from .hub_log_ins import HubLogIns
from .jobs import Jobs
from .keeper import SessionKeeper
from .kernel_door import KernelDoor
from .kernel_metadata import KernelSpecs
from .landing import Landing
from .live_connection import LiveConnection
from .live_connections import LiveConnections
from .repository_landing import RepositoryLanding
from .repository_work import RepositoryWork
from .runs import Runs
from .save_answers import SaveAnswers
from .standings import Standings
from .type_book import TypeBook
from .written import WrittenLaunches

__all__ = ["Desk", "Surroundings"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the Jupyter server says of itself.

    Args:
        root: The folder that it shows.
        kernels: The kernels that it has.
        open_files: The notebooks that have a kernel now.
        document_url: The address of a notebook, from its path below *root*.
        folder_url: The same of a folder, or of a file that is no notebook.
    """

    root: Path
    kernels: Callable[[], Awaitable[KernelSpecs]]
    open_files: Callable[[], Awaitable[Collection[Path]]]
    document_url: Callable[[str], str]
    folder_url: Callable[[str], str]


@dataclass(slots=True)
class Desk:
    """One person's server.

    Args:
        settings: Of this account.
        hub: ``None`` in a plain local Jupyter.
        here: The Jupyter server.
    """

    settings: Settings
    hub: Hub | None
    here: Surroundings
    connections: LiveConnections = field(init=False)
    keeper: SessionKeeper = field(init=False)
    landing: Landing = field(init=False)
    runs: Runs = field(init=False)
    courier: Courier = field(init=False)
    drafts: DraftKeeper = field(init=False)
    repositories: RepositoryWork = field(init=False)
    jobs: Jobs = field(default_factory=Jobs)
    save_answers: SaveAnswers = field(default_factory=SaveAnswers)
    front_ends: FrontEnds = field(default_factory=FrontEnds)
    standings: Standings = field(default_factory=Standings)
    hub_log_ins: HubLogIns = field(default_factory=HubLogIns)
    #: Limited processes that show or compare notebooks, at once: each may take two gigabytes.
    rendering: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    types: TypeBook = field(default_factory=TypeBook)
    door: KernelDoor = field(default_factory=KernelDoor)

    def __post_init__(self) -> None:
        state = self.settings.state_dir / "state.sqlite3"
        account = assemble.account_session(self.settings, self.hub)
        self.connections = LiveConnections(self.settings, self.hub)
        self.keeper = SessionKeeper(account, self.settings.session_refresh)
        self.repositories = RepositoryWork(
            self.jobs, lambda: assemble.repositories(self.settings, self.here.root)
        )
        self.landing = Landing(
            service=LaunchService(self.hub, self.settings.max_notebook_size, self.settings.ca_bundle),
            repositories=RepositoryLanding(self.repositories, self.here.root),
            root=self.here.root,
            ledger=Ledger(state),
            written=WrittenLaunches(state, self.here.root),
            kernels=self.here.kernels,
            max_notebook=self.settings.max_notebook_size,
            same_server=account.is_for,
        )
        self.runs = Runs(
            self.settings.state_dir / "runs",
            self.settings.max_runs,
            lambda server: self.workplace_or_offline(server=server),
            lambda saved: self.standings.forget(saved.notebook_id),
        )
        self.courier = Courier(
            assemble.outbox(self.settings).entries,
            lambda server: self.workplace(server=server),
            self.settings.session_refresh,
            self.note_sent,
        )
        self.drafts = DraftKeeper(
            Drafts(self.settings.state_dir / "drafts", self.settings.max_drafts, self.settings.drafts_size),
            lambda path: self.offline(path=path),
            self.here.open_files,
            self.settings.draft_after,
        )

    @classmethod
    def of(cls, env: Mapping[str, str], here: Surroundings) -> Desk:
        """The desk that the environment describes.

        Raises:
            ConfigurationProblem: a setting that cannot be right.
        """
        hub = Hub.from_environment(env)
        return cls(load() if hub is None else assemble.load_settings(), hub, here)

    async def workplace(self, *, path: str | Path | None = None, server: str = "") -> Workplace:
        """Who and where, with the session as of now.

        Args:
            path: The notebook that it is about: where this person has a connection to the openBIS that the
                notebook names, that one; else the default one.
            server: The same, for who knows already which openBIS it is about.

        Raises:
            NotLoggedIn: there is no session, or it is over.
            ConfigurationProblem: no openBIS is known, or nobody chose among several.
        """
        return await (await self.connection(path=path, server=server)).workplace()

    async def offline(self, *, path: str | Path | None = None, server: str = "") -> Workplace:
        """What is known here without openBIS: its client has no session. Arguments as in :meth:`workplace`.

        Raises:
            ConfigurationProblem: as there.
        """
        live = await self.connection(path=path, server=server)
        return assemble.workplace_without_session(live.settings, self.hub)

    async def connection(self, *, path: str | Path | None = None, server: str = "") -> LiveConnection:
        """Which openBIS is meant. Arguments and errors as in :meth:`workplace`."""
        full = self.path(path) if isinstance(path, str) else path
        return await self.connections.of(path=full, server=server)

    async def workplace_or_offline(self, *, path: str | Path | None = None, server: str = "") -> Workplace:
        """:meth:`workplace`, else :meth:`offline`: what is saved there waits in the outbox.

        Raises:
            ConfigurationProblem: as there.
        """
        try:
            return await self.workplace(path=path, server=server)
        except (NotLoggedIn, OpenBISFailure):
            return await self.offline(path=path, server=server)

    async def note_sent(self, result: SaveResult) -> None:
        """A version that had to wait in the outbox is at openBIS now."""
        self.standings.forget(result.notebook_id)
        await self.runs.note_sent(result)

    def path(self, text: str) -> Path:
        """A file or folder below the root of this server, symlinks resolved.

        Raises:
            UnsafePath: it leads out.
        """
        return self.inside(self.here.root / text)

    def inside(self, path: Path) -> Path:
        """*path* with symlinks resolved, if that is below the root of this server.

        Raises:
            UnsafePath: it leads out.
        """
        try:
            full = path.resolve()
            full.exists()  # which finds that it is too long
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, links in a circle
            raise UnsafePath(f"{self._shown(path)} cannot be a path.") from error
        if not full.is_relative_to(self.here.root.resolve()):
            raise UnsafePath(f"{self._shown(path)} is not below the folder of this server.")
        return full

    def _shown(self, path: Path) -> str:
        """As it was asked for: where the home lies is no help in a message."""
        shown = path.relative_to(self.here.root) if path.is_relative_to(self.here.root) else path
        return repr(str(shown)[-60:])

    async def close(self) -> None:
        """Close the connections."""
        for draft in await self.drafts.keep_all("stopped"):
            _log.info("A draft of %r is kept.", draft.name)
        self.door.close()
        self.landing.close()
        await self.runs.close()
        await self.jobs.close()
        await self.connections.close()
