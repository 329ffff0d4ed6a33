"""Putting a page together: what the index offers, until openBIS has confirmed all of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...openbis.client import OpenBIS
from ...workflows.library.newer import newer_versions
from ..database import Database
from . import selecting
from .confirmed import Confirmed
from .places import Sight
from .positions import Position
from .query import Query
from .selecting import Listing, Scope, Version, position_of
from .syncing import Syncing

__all__ = ["Asking", "Assembler", "Found"]

#: How often a page is put together anew because openBIS did not confirm what the index said.
_ROUNDS = 4
#: Versions that are confirmed for one page at the most.
_MOST_CONFIRMED = 1_000
#: Notebooks that are looked through for one page, and at once, where each one's inputs must be asked for.
_LOOKED_THROUGH, _AT_ONCE = 200, 50

Stored = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks. ``made_from``: see ``selecting.Scope``."""

    user: str
    client: OpenBIS
    sight: Sight
    made_from: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of the index that are confirmed.

    Args:
        rows: In turn.
        end: Where the next page begins; ``None``: there is none.
        listing: Numbers, and values to filter by.
        sight: What the person saw in the end.
        newer: Key → whether an input has a newer version, where that was asked.
        all_looked_at: False where the rest must be asked for with the cursor.
    """

    rows: list[Stored]
    end: Position | None
    listing: Listing
    sight: Sight
    newer: Mapping[str, bool] = field(default_factory=dict)
    all_looked_at: bool = True


class Assembler:
    """Finds rows for a person, and confirms them with the person's session.

    Args:
        database: Where the index is.
        sync: Reads anew what is not as the index says.
        confirmed: What was confirmed just before.
        clock: Seconds that only grow; that of *confirmed*.
    """

    def __init__(
        self,
        database: Database,
        sync: Syncing,
        confirmed: Confirmed,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._sync, self._confirmed, self._clock = database, sync, confirmed, clock

    async def dates(self, user: str, client: OpenBIS, perm_ids: Iterable[str]) -> dict[str, int]:
        """Data sets that the person's session sees: permId → time of the last change."""
        wanted, asked_at = list(dict.fromkeys(perm_ids)), self._clock()
        known = self._confirmed.known(user, wanted)
        found = await client.visible_data_sets(perm_id for perm_id in wanted if perm_id not in known)
        self._confirmed.add(user, found, asked_at)
        return known | found

    async def rows(
        self, asking: Asking, query: Query, after: Position | None, *, thorough: bool = False
    ) -> Found:
        """The next ``query.limit`` rows, all confirmed; and one more is, if there is a next page.

        Args:
            asking: Who asks.
            query: For what.
            after: Where to begin.
            thorough: Confirm not only the first and newest version of each notebook: openBIS has another
                number of versions than the index.
        """
        sight, doubtful = asking.sight, set[str]()
        for _ in range(_ROUNDS):
            scope = Scope(sight.places, sight.asked(query), asking.made_from)
            listing = await self._database.run(selecting.listing, scope, query, after, query.limit + 1)
            doubtful = await self._doubtful(asking, listing.rows, sight if thorough else None)
            if not doubtful:
                break
            sight = await self._sync.repair(asking.user, asking.client, doubtful, sight)
        good = [row for row in listing.rows if row["key"] not in doubtful]
        rows = good[: query.limit]
        end = position_of(rows[-1], query) if len(good) > query.limit else None
        return Found(rows, end, listing, sight)

    async def by_newer_data(self, asking: Asking, query: Query, after: Position | None) -> Found:
        """Rows with, or without, newer versions of their inputs. Which data is newer differs from person to
        person, so each is asked for; if too few of the first notebooks fit, the page ends early."""
        fitting: list[Stored] = []
        newer: dict[str, bool] = {}
        wanted, at = query.offset + query.limit, after
        for _ in range(_LOOKED_THROUGH // _AT_ONCE):
            found = await self.rows(asking, replace(query, limit=_AT_ONCE, offset=0), at)
            newer |= await self._newer(asking.client, found.rows)
            fitting += [row for row in found.rows if newer[row["key"]] == query.newer_data]
            at = found.end
            if at is None or len(fitting) > wanted:
                break
        rows = fitting[query.offset : wanted]
        end = position_of(rows[-1], query) if rows and len(fitting) > wanted else at
        looked = at is None or len(fitting) > wanted
        return Found(rows, end, found.listing, found.sight, newer, looked)

    async def _newer(self, client: OpenBIS, rows: Collection[Stored]) -> dict[str, bool]:
        parents = await client.parents_of(row["newest_perm_id"] for row in rows)
        later = await newer_versions(client, {parent for some in parents.values() for parent in some})
        superseded = {perm_id for perm_id, newer in later.items() if newer is not None}
        return {row["key"]: not superseded.isdisjoint(parents.get(row["newest_perm_id"], ())) for row in rows}

    async def _doubtful(self, asking: Asking, rows: Collection[Stored], sight: Sight | None) -> set[str]:
        """Keys of rows that are not quite as openBIS has them now; with *sight*, also by further versions."""
        versions = {
            Version(row["key"], row[f"{end}_perm_id"], row[f"{end}_modified"])
            for row in rows
            for end in ("first", "newest")
        }
        if sight is not None:
            keys = [row["key"] for row in rows]
            versions.update(
                await self._database.run(selecting.versions_of, keys, sight.places, _MOST_CONFIRMED)
            )
        seen = await self.dates(asking.user, asking.client, (version.perm_id for version in versions))
        return {version.key for version in versions if seen.get(version.perm_id, _GONE) > version.modified}


#: Later than anything: what is not seen is not as it was.
_GONE = 2**63
