"""What all routes of this extension share: the settings, the hub, the folder, and this person's openBIS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .. import assemble
from ..account_session import AccountSession
from ..at_hub.hub import Hub
from ..at_hub.launches import LaunchService
from ..errors import UnsafePath
from ..openbis.client import OpenBIS
from ..settings import Settings
from ..workflows.ledger import Ledger
from ..workflows.workplace import Workplace
from .front_ends import FrontEnds
from .jobs import Jobs
from .keeper import SessionKeeper
from .landing import Landing
from .save_answers import SaveAnswers
from .standings import Standings
from .type_book import TypeBook
from .written import WrittenLaunches

__all__ = ["Desk", "Surroundings"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the Jupyter server says of itself.

    Args:
        root: The folder that it shows.
        kernels: Names of the kernels that it has.
        document_url: The address of a notebook, from its path below *root*.
    """

    root: Path
    kernels: Callable[[], Awaitable[Collection[str]]]
    document_url: Callable[[str], str]


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
    account: AccountSession = field(init=False)
    keeper: SessionKeeper = field(init=False)
    landing: Landing = field(init=False)
    jobs: Jobs = field(default_factory=Jobs)
    save_answers: SaveAnswers = field(default_factory=SaveAnswers)
    front_ends: FrontEnds = field(default_factory=FrontEnds)
    standings: Standings = field(default_factory=Standings)
    #: Limited processes that show or compare notebooks, at once: each may take two gigabytes.
    rendering: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    types: TypeBook = field(default_factory=TypeBook)
    _client: OpenBIS | None = None
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        state = self.settings.state_dir / "state.sqlite3"
        self.account = assemble.account_session(self.settings, self.hub)
        self.keeper = SessionKeeper(self.account, self.settings.session_refresh)
        self.landing = Landing(
            service=LaunchService(self.hub, self.settings.max_notebook_size, self.settings.ca_bundle),
            root=self.here.root,
            ledger=Ledger(state),
            written=WrittenLaunches(state, self.here.root),
            kernels=self.here.kernels,
            max_notebook=self.settings.max_notebook_size,
            same_server=self.account.is_for,
        )

    @classmethod
    def of(cls, env: Mapping[str, str], here: Surroundings) -> Desk:
        """The desk that the environment describes.

        Raises:
            ConfigurationProblem: a setting that cannot be right.
        """
        return cls(assemble.load_settings(), Hub.from_environment(env), here)

    async def workplace(self, *, path: str | Path | None = None, server: str = "") -> Workplace:
        """Who and where, with the session as of now.

        Args:
            path: The notebook that it is about: where this person has a connection to the openBIS that the
                notebook names, that one; else the default one.
            server: The same, for who knows already which openBIS it is about.

        Raises:
            NotLoggedIn: there is no session, or it is over.
            ConfigurationProblem: no address of openBIS is set.
        """
        async with self._taking:
            spoken_to = assemble.server(self.settings)
            token = self.account.stored() or (await self.account.current())[0]
            if self._client is None:
                self._client = OpenBIS(spoken_to, token, renew=self.account.renewed)
            elif token != self._client.token:
                self._client.use(token)
            return await assemble.workplace(self.settings, self._client, self.hub)

    def offline(self) -> Workplace:
        """What is known here without openBIS: its client has no session.

        Raises:
            ConfigurationProblem: no address of openBIS is set.
        """
        return assemble.workplace_without_session(self.settings, self.hub)

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
        self.landing.close()
        await self.jobs.close()
        if self._client is not None:
            await self._client.close()
