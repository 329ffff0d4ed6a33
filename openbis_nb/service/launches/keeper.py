"""``Launches``: accept a launch, prepare its notebook, hand it out, note the outcome.

Preparing asks openBIS with the session of the person who is there, so it is not taken up by itself after a
restart of the service: the next request of that person for the launch does that.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from ...errors import NotFound, OpenbisNbError, OpenBISTimeout, StoreFailure
from ...notebooks import document
from ...workflows.workplace import Workplace
from ..database import Database
from ..metrics import Metrics
from ..settings import ServiceSettings
from . import store
from .changes import Changes
from .kinds import PREPARERS, Made, packed
from .model import Launch, NewLaunch, of_hub_user, of_openbis_user
from .room import Room

if TYPE_CHECKING:
    from ..visitors import Visitor

__all__ = ["Launches"]

_log = logging.getLogger(__name__)
#: Seconds between two looks for launches that are over.
_SWEEP = 300.0


class Launches:
    """All launches of this service.

    Args:
        database: With the table of ``tables``.
        settings: Life, sizes, how many at once.
        metrics: Counts them.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        settings: ServiceSettings,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._settings, self._metrics, self._clock = database, settings, metrics, clock
        self.changes = Changes()
        #: Called with the connection and ``now=`` before launches that are over are removed, in the same
        #: transaction: for what remembers them longer.
        self.before_removal: list[Callable[..., None]] = []
        self._room = Room(settings.preparing)
        self._preparing: dict[str, asyncio.Task[None]] = {}

    async def accept(
        self, new: NewLaunch, also: Callable[[Connection, Launch], None] | None = None
    ) -> Launch:
        """Keep a launch; nothing is prepared yet.

        Args:
            new: What to keep.
            also: What else is noted of it, in the same transaction.

        Raises:
            TooMany, TooLarge: the person has too much waiting already.
            StoreFailure: the database is away.
        """
        settings = self._settings
        launch = await self._database.run(
            _add,
            new,
            also,
            now=self._clock(),
            life=settings.launch_life,
            most=settings.max_launches,
            most_bytes=settings.max_pending,
        )
        self._metrics.launches.labels("accepted").inc()
        return launch

    async def get(self, launch_id: str, visitor: Visitor) -> Launch:
        """The visitor's own launch.

        Raises:
            NotFound: it is over, was never there, or is somebody else's.
            NotLoggedIn: it was made with an openBIS session, and the visitor has none now.
        """
        launch = None
        if launch_id.isalnum():  # as all are; PostgreSQL takes no NUL in a text
            launch = await self._database.run(store.get, launch_id, now=self._clock())
        if launch is None or not await _is_of(launch, visitor):
            raise NotFound(
                "There is no such launch: it is expired, or was never yours.",
                next_step="Start the notebook again from openBIS or from the launcher page.",
            )
        return launch

    async def find(self, visitor: Visitor, directory: str | None, file_name: str | None) -> list[Launch]:
        """The visitor's launches, newest first.

        Raises:
            NotLoggedIn: the visitor has no openBIS session now.
        """
        owners = (of_hub_user(visitor.hub_name), of_openbis_user(await visitor.openbis_user()))
        return await self._database.run(
            store.find, owners, directory=directory, file_name=file_name, now=self._clock()
        )

    def prepare(self, launch: Launch, visitor: Visitor) -> asyncio.Task[None]:
        """Make the notebook in the background, with the visitor's session; once, however often asked."""
        task = self._preparing.get(launch.id)
        if task is None:
            task = asyncio.create_task(self._prepare(launch, visitor))
            self._preparing[launch.id] = task
            task.add_done_callback(lambda _: self._preparing.pop(launch.id, None))
        return task

    async def prepared(self, launch: Launch, visitor: Visitor) -> Launch:
        """The launch when its notebook is there, or has failed for good.

        What failed for a passing reason is tried once more.

        Raises:
            OpenBISTimeout: it is still being prepared.
        """
        if launch.may_be_tried_again:
            launch = await self.try_again(launch)
        if launch.state == "checking":
            task = self.prepare(launch, visitor)
            try:
                async with asyncio.timeout(self._settings.content_timeout):
                    await asyncio.shield(task)
            except TimeoutError as error:
                raise OpenBISTimeout(
                    "The notebook is still being prepared: openBIS takes long.",
                    next_step="Open the launch again in a minute.",
                ) from error
            launch = await self._again(launch)
        return launch

    async def content(self, launch: Launch) -> bytes:
        """The prepared notebook, as ``kinds.packed`` made it; from now on somebody writes it.

        Raises:
            NotFound: it is not there any more.
        """
        content = await self._database.run(store.content_of, launch.id)
        if content is None:
            raise NotFound(
                "The notebook of this launch is not kept any more.",
                next_step="Start the notebook again from openBIS or from the launcher page.",
            )
        await self.set_writing(launch)
        return content

    async def make_now(self, visitor: Visitor, make: Callable[[Workplace], Awaitable[Made]]) -> bytes:
        """A notebook that is not kept, as the bytes of its file.

        Raises:
            OpenBISTimeout: it took too long.
            OpenbisNbError: what *make* raises.
        """
        try:
            whose = of_hub_user(visitor.hub_name)
            async with asyncio.timeout(self._settings.content_timeout), self._room.place(whose):
                async with visitor.workplace() as workplace:
                    made = await make(workplace)
                return await asyncio.to_thread(document.dumps, made.notebook)
        except TimeoutError as error:
            raise OpenBISTimeout("Making the notebook took too long.") from error

    async def try_again(self, launch: Launch) -> Launch:
        """Take a failure back."""
        await self._database.run(store.try_again, launch.id, now=self._clock())
        self.changes.tell(launch.id)
        return await self._again(launch)

    async def set_writing(self, launch: Launch) -> Launch:
        """The person's server has the notebook."""
        await self._database.run(store.set_writing, launch.id, now=self._clock())
        self.changes.tell(launch.id)
        return await self._again(launch)

    async def set_ready(self, launch: Launch, path: str) -> Launch:
        """The file is there; the first who says so wins, and is what everybody is told."""
        if await self._database.run(store.set_ready, launch.id, path, now=self._clock()):
            self._metrics.launches.labels("ready").inc()
        self.changes.tell(launch.id)
        return await self._again(launch)

    async def set_failed(self, launch: Launch, problem: dict[str, Any]) -> Launch:
        """It could not be prepared or written."""
        tried = replace(launch, state="failed", problem=problem)
        if await self._database.run(
            store.set_failed, launch.id, problem, for_good=not tried.may_be_tried_again, now=self._clock()
        ):
            self._metrics.launches.labels("failed").inc()
            self._metrics.failure(str(problem.get("code") or "error"))
        self.changes.tell(launch.id)
        return await self._again(launch)

    async def pending(self) -> int:
        """How many launches wait."""
        return await self._database.run(store.pending, now=self._clock())

    async def sweep(self) -> None:
        """Delete what is over, for ever."""
        while True:
            try:
                await self._database.run(_remove_expired, self.before_removal, now=self._clock())
            except StoreFailure as error:
                _log.warning("Launches that are over could not be removed: %s", error.message)
            await asyncio.sleep(_SWEEP)

    async def close(self) -> None:
        """Stop preparing; what is not done is taken up when it is asked for."""
        tasks = list(self._preparing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _prepare(self, launch: Launch, visitor: Visitor) -> None:
        try:
            async with self._room.place(launch.owner), asyncio.timeout(self._settings.content_timeout):
                content = await self._make(launch, visitor)
            await self._database.run(store.set_prepared, launch.id, content, now=self._clock())
            self._metrics.launches.labels("prepared").inc()
            self.changes.tell(launch.id)
        except TimeoutError:
            await self._note(launch, OpenBISTimeout("Preparing the notebook took too long."))
        except OpenbisNbError as error:
            await self._note(launch, error)
        except Exception:
            _log.exception("A launch could not be prepared.", extra={"launch": launch.id})
            await self._note(launch, OpenbisNbError("Something failed that should not have."))

    async def _make(self, launch: Launch, visitor: Visitor) -> bytes:
        body = await self._database.run(store.body_of, launch.id)
        if body is None:
            raise NotFound("The launch is not kept any more.")
        async with visitor.workplace() as workplace:
            return await packed(await PREPARERS[launch.kind](workplace, body, launch.file_name))

    async def _note(self, launch: Launch, error: OpenbisNbError) -> None:
        try:
            await self.set_failed(launch, error.problem())
        except StoreFailure as failure:
            _log.error("That a launch failed could not be noted: %s", failure.message)

    async def _again(self, launch: Launch) -> Launch:
        found = await self._database.run(store.get, launch.id, now=self._clock())
        if found is None:
            raise NotFound("The launch is expired.", next_step="Start the notebook again from openBIS.")
        return found


def _add(
    connection: Connection,
    /,
    new: NewLaunch,
    also: Callable[[Connection, Launch], None] | None,
    **limits: Any,
) -> Launch:
    launch = store.add(connection, new, **limits)
    if also is not None:
        also(connection, launch)
    return launch


def _remove_expired(connection: Connection, first: Iterable[Callable[..., None]], *, now: float) -> None:
    for one in first:
        one(connection, now=now)
    store.remove_expired(connection, now=now)


async def _is_of(launch: Launch, visitor: Visitor) -> bool:
    if launch.owner == of_hub_user(visitor.hub_name):
        return True
    if not launch.owner.startswith(of_openbis_user("")):
        return False
    return launch.owner == of_openbis_user(await visitor.openbis_user())
