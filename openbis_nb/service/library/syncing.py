"""Keeping the index up to date with people's own sessions (design D13).

A *look* is what each page begins with: what was modified lately, how many versions this person sees, and
where. Whether the index has all of them is told by the number alone. If it differs, versions were trashed,
brought back or moved outside of our code, or this person sees some that nobody else has shown us yet: then
all that they see is read in, in the background, with their own session.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ...openbis.client import OpenBIS
from ...openbis.notebook_search import FoundVersion, is_space
from ...openbis.together import together
from ..database import Database
from ..remembered import Remembered
from . import selecting, store
from .background import Background
from .places import Places, Sight
from .query import Viewer

__all__ = ["Look", "Syncing"]

#: Latest modified versions that a person's first look asks for; with an empty index, and otherwise.
_COLD, _WARM = 500, 100
#: Milliseconds by which looks overlap: what openBIS commits late has an earlier time.
_OVERLAP = 60_000
#: Versions of one call, when all are read in.
_READ_PAGE, _DATES_PAGE = 1_000, 5_000
#: Seconds until all is read again for one person, where openBIS and the index do not agree even then: at
#: first, and at most; it doubles each time.
_PATIENCE, _MOST_PATIENCE = 60.0, 3_600.0
#: People for whom all is read in at the same time.
_READERS = 2


@dataclass(frozen=True, slots=True)
class Look:
    """What a look has shown: where the person sees anything, and openBIS' number of versions."""

    sight: Sight
    total: int
    total_is_new: bool


@dataclass(slots=True)
class _Reading:
    """How far reading all has come: versions; and the spaces in which some of them lie."""

    done: int = 0
    of: int = 0
    spaces: set[str] = field(default_factory=set)


class Syncing:
    """The index and what sessions show.

    Args:
        database: Where the index is.
        data_set_type: Its definition tells the spelling of the history-id property.
        confirmed_for: Seconds for which an answer about rights is good.
        background: Where readings go on.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        database: Database,
        data_set_type: str,
        confirmed_for: float,
        background: Background,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._type, self._background, self._clock = database, data_set_type, background, clock
        self.places = Places(confirmed_for, clock)
        self._totals: Remembered[str, int] = Remembered(confirmed_for, 2_000, clock)
        self._history: Remembered[str, str] = Remembered(3600.0)
        self._tops: dict[str, int] = {}
        self._readings: dict[str, _Reading] = {}
        self._not_before: dict[str, float] = {}
        self._patience: dict[str, float] = {}
        self._readers = asyncio.Semaphore(_READERS)

    async def history(self, client: OpenBIS) -> str:
        """The server's spelling of the history-id property."""
        return await self._history.get("", lambda: client.history_code(self._type))

    async def look(self, user: str, client: OpenBIS) -> Look:
        """Bring the index up to date with what was changed lately, and see where the person sees anything.

        All questions go out together.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
        """
        history = await self.history(client)
        empty, witnesses = await self._database.run(_before_looking)
        top, asked_at = self._tops.get(user), self._clock()
        since, limit = (None, _COLD if empty else _WARM) if not top else (top - _OVERLAP, _COLD)
        async with together() as group:
            sight = group.create_task(self.places.of(user, client, history, witnesses))
            late = group.create_task(client.notebook_versions(history, since=since, limit=limit))
            total = group.create_task(self.total(user, client))
        found = late.result()[0]
        await self.put(found)
        self.places.note(user, found, asked_at)
        self._tops[user] = max([top or 0, *(version.modified for version in found)])
        seen = Sight(sight.result().projects, self.places.spaces_of(user))
        return Look(seen, *total.result())

    async def total(self, user: str, client: OpenBIS, *, anew: bool = False) -> tuple[int, bool]:
        """How many versions the person sees, and whether openBIS was asked for it just now."""
        history, asked = await self.history(client), False

        async def ask() -> int:
            nonlocal asked
            asked = True
            return await client.notebook_version_count(history)

        if anew:
            self._totals.forget(user)
        return await self._totals.get(user, ask), asked

    async def put(self, found: Sequence[FoundVersion]) -> bool:
        """Write what a session has shown; whether anything was new."""
        changed = False
        for start in range(0, len(found), store.PORTION):
            some = found[start : start + store.PORTION]
            changed |= await self._database.run(store.put, some, time.time())
        return changed

    async def repair(
        self, user: str, client: OpenBIS, keys: Collection[str], sight: Sight, most: int = 500
    ) -> Sight:
        """Read the versions of some notebooks anew: one of them is not as the index has it.

        What is not shown any more is taken out of the index only if the person still sees where it lay: then
        it is gone, and not just hidden from them.

        Returns:
            What the person sees now.
        """
        known = await self._database.run(selecting.versions_of, keys, sight.places, most)
        perm_ids = [version.perm_id for version in known]
        found = await self.refresh(user, client, perm_ids)
        sight = await self._sight_anew(user, client)
        missing = [perm_id for perm_id in perm_ids if perm_id not in found]
        await self.forget(await self._database.run(selecting.lying_in, missing, sight.places))
        return sight

    async def refresh(
        self, user: str, client: OpenBIS, perm_ids: Iterable[str]
    ) -> Mapping[str, FoundVersion]:
        """Read some versions as they are now; what is not shown is left as it is."""
        history, asked_at = await self.history(client), self._clock()
        found = await client.notebook_versions_named(history, perm_ids)
        await self.put(list(found.values()))
        self.places.note(user, found.values(), asked_at)
        return found

    async def forget(self, perm_ids: Collection[str]) -> None:
        """Take versions out of the index."""
        await self._database.run(store.remove, list(perm_ids))

    def start_reading(self, viewer: Viewer, user: str) -> None:
        """Read in all that a person sees, in the background, with their session."""
        if self._clock() >= self._not_before.get(user, 0.0):
            self._background.start(("read", user), lambda: self.read_all(viewer, user))

    def progress(self, user: str) -> str:
        """One sentence on why numbers are missing."""
        reading = self._readings.get(user)
        if reading is not None and reading.of:
            return f"Versions are being read in: {reading.done} of {reading.of}."
        if self._background.goes_on(("read", user)):
            return "The list is being brought up to date."
        return "The list is not up to date; look again in a minute."

    async def read_all(self, viewer: Viewer, user: str) -> None:
        """Read in all that a person sees, unless the index has it."""
        async with self._readers:
            reading = self._readings[user] = _Reading()
            try:
                async with viewer.openbis() as client:
                    lacking = await self._lacking(user, client)
                    if lacking:
                        await self._read_all(user, client, reading, missing=lacking > 0)
                        lacking = await self._lacking(user, client)
                self._be_patient(user, in_vain=lacking != 0)
            finally:
                self._readings.pop(user, None)

    def _be_patient(self, user: str, *, in_vain: bool) -> None:
        patience = self._patience.pop(user, _PATIENCE)
        if in_vain:
            self._not_before[user] = self._clock() + patience
            self._patience[user] = min(2 * patience, _MOST_PATIENCE)

    async def _lacking(self, user: str, client: OpenBIS) -> int:
        """How many versions openBIS has more than the index, for this person."""
        self._totals.forget(user)
        look = await self.look(user, client)
        return look.total - await self._database.run(selecting.count_versions, look.sight.places)

    async def _read_all(self, user: str, client: OpenBIS, reading: _Reading, *, missing: bool) -> None:
        """All of them, if some are *missing* in the index; else it is enough to see which are there."""
        began, before = time.time(), (await self._sight_anew(user, client)).places
        seen: set[str] = set()
        step = self._read_page if missing else self._compare_page
        while not reading.done or reading.done < reading.of:
            found, reading.of = await step(client, reading)
            if not found:
                break
            seen.update(found)
            reading.done += len(found)
        if len(seen) < reading.of:  # some were deleted meanwhile, and others slipped through: next time
            return
        after = (await self._sight_anew(user, client)).places
        await self._prune(seen, (before & after) | reading.spaces, began)

    async def _read_page(self, client: OpenBIS, reading: _Reading) -> tuple[Collection[str], int]:
        history = await self.history(client)
        found, total = await client.notebook_versions_page(history, offset=reading.done, limit=_READ_PAGE)
        await self.put(found)
        reading.spaces.update(version.place for version in found if is_space(version.place))
        return [version.perm_id for version in found], total

    async def _compare_page(self, client: OpenBIS, reading: _Reading) -> tuple[Collection[str], int]:
        history = await self.history(client)
        dates, total = await client.notebook_version_dates(history, offset=reading.done, limit=_DATES_PAGE)
        unlike = await self._database.run(store.unlike, dates)
        for start in range(0, len(unlike), store.PORTION):
            some = await client.notebook_versions_named(history, unlike[start : start + store.PORTION])
            await self.put(list(some.values()))
        return dates, total

    async def _prune(self, seen: Collection[str], places: Collection[str], began: float) -> None:
        """What lies in the index where the person sees all, and was not shown, is gone."""
        last = ""
        while True:
            some = await self._database.run(selecting.portion, places, began, last, store.PORTION * 4)
            if not some:
                return
            await self._database.run(store.remove, [perm_id for perm_id in some if perm_id not in seen])
            last = some[-1]

    async def _sight_anew(self, user: str, client: OpenBIS) -> Sight:
        self.places.forget(user)
        _, witnesses = await self._database.run(_before_looking)
        return await self.places.of(user, client, await self.history(client), witnesses)


def _before_looking(connection: Connection) -> tuple[bool, list[selecting.Witness]]:
    return selecting.is_empty(connection), selecting.witnesses(connection)
