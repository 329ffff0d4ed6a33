"""What each person's own session has seen at openBIS, and when (design D13)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

__all__ = ["Confirmed"]

#: Data sets that are remembered of one person, and people.
_MOST, _MOST_PEOPLE = 20_000, 2_000


class Confirmed:
    """PermIds that a session has seen, with the time of the data set's last change.

    That something was *not* seen is never remembered.

    Args:
        life: Seconds for which it is good.
        clock: Seconds that only grow.
    """

    def __init__(self, life: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._life, self._clock = life, clock
        self._seen: dict[str, dict[str, tuple[float, int]]] = {}

    def known(self, user: str, perm_ids: Iterable[str]) -> dict[str, int]:
        """Those of *perm_ids* that are still good."""
        now, seen = self._clock(), self._seen.get(user, {})
        return {
            perm_id: entry[1]
            for perm_id in perm_ids
            if (entry := seen.get(perm_id)) is not None and now < entry[0]
        }

    def add(self, user: str, dates: Mapping[str, int], asked_at: float) -> None:
        """Note what openBIS has answered.

        Args:
            user: Whose session it was.
            dates: PermId → time of the last change.
            asked_at: When the question was sent, by the clock: from then on it counts.
        """
        seen = self._seen.pop(user, {})
        if len(seen) + len(dates) > _MOST:
            now = self._clock()
            seen = {perm_id: entry for perm_id, entry in seen.items() if now < entry[0]}
        seen.update({perm_id: (asked_at + self._life, date) for perm_id, date in dates.items()})
        self._seen[user] = seen
        if len(self._seen) > _MOST_PEOPLE:
            del self._seen[next(iter(self._seen))]  # who came least lately

    def forget(self, perm_ids: Iterable[str]) -> None:
        """Nobody has seen these."""
        gone = list(perm_ids)
        for seen in self._seen.values():
            for perm_id in gone:
                seen.pop(perm_id, None)
