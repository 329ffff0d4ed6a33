"""Where dashboards belong: which of these places a person sees, and where they may store something.

openBIS is asked with the person's own session. That they see a place is remembered for a named time, that
they do not never is (design D13); the right to change is asked for each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from ....errors import Forbidden, InvalidInput
from ....models import Entity
from ....openbis.client import OpenBIS
from ....openbis.together import together
from ...library.query import Viewer
from .model import HOMES, Home

__all__ = ["Homes", "forbidden", "home_of"]

#: People whose places are remembered.
_MOST_PEOPLE = 2_000

Seen = dict[Home, tuple[float, Entity]]


class Homes:
    """Asks openBIS.

    Args:
        life: Seconds for which a place that was seen is not asked for again.
        clock: Seconds that only grow.
    """

    def __init__(self, life: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._life, self._clock = life, clock
        self._known: dict[str, Seen] = {}

    async def seen(self, viewer: Viewer, homes: Iterable[Home]) -> dict[Home, Entity]:
        """Those of *homes* that the viewer's session sees, as they are called now.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
        """
        user, now, wanted = await viewer.openbis_user(), self._clock(), set(homes)
        known = {home: found for home, found in self._known.pop(user, {}).items() if now < found[0]}
        missing = wanted - known.keys()
        if missing:
            async with viewer.openbis() as client:
                found = await _ask(client, missing)
            known |= {home: (now + self._life, entity) for home, entity in found.items()}
        self._known[user] = known
        if len(self._known) > _MOST_PEOPLE:
            del self._known[next(iter(self._known))]  # who came least lately
        return {home: known[home][1] for home in wanted & known.keys()}

    async def writable(self, viewer: Viewer, places: Iterable[Entity]) -> set[str]:
        """PermIds of those in which the viewer may store something. One call.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
        """
        async with viewer.openbis() as client:
            return await client.writable(places)


def home_of(place: Entity) -> Home:
    """Raises:
    InvalidInput: an object: it holds no dashboard.
    """
    if place.kind == "object":
        raise InvalidInput(
            "An object cannot hold a dashboard.",
            next_step="Choose a space, project or experiment.",
        )
    return place.kind, place.perm_id


def forbidden(place: Entity) -> Forbidden:
    """That somebody may not make or change dashboards there."""
    return Forbidden(
        f"You may not change dashboards of {place.identifier}: that takes the role USER there.",
        next_step="Ask an admin of the space for that role, or make a dashboard in another place.",
        extra={"role": "USER"},
    )


async def _ask(client: OpenBIS, homes: set[Home]) -> dict[Home, Entity]:
    async with together() as group:
        asked = {
            kind: group.create_task(client.entities(kind, [place for one, place in homes if one == kind]))
            for kind in HOMES
        }
    return {(kind, place): entity for kind, task in asked.items() for place, entity in task.result().items()}
