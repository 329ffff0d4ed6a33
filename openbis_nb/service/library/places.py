"""Where a person sees anything: asked with their own session, remembered for a moment (design D13).

openBIS gives rights by space and project (contract 9.1), so who sees a project sees all that lies in it. What
lies in a space but in no project is hidden from who has a role in one of its projects only, though they see
the space; there it is asked for notebooks that lie there, and who sees one sees the others.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ...models import Entity
from ...openbis.client import OpenBIS
from ...openbis.notebook_search import FoundVersion, is_space, space_place
from ...openbis.together import together
from ..remembered import Remembered
from .query import Query
from .selecting import Witness

__all__ = ["Places", "Sight"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees: projects by permId, and spaces in which they see what lies in no project."""

    projects: Mapping[str, Entity]
    spaces: frozenset[str]

    @property
    def places(self) -> frozenset[str]:
        """All places."""
        return frozenset(self.projects) | self.spaces

    def asked(self, query: Query) -> frozenset[str]:
        """The places that a query is about."""
        if query.place is None or query.place[0] in ("experiment", "object"):
            return self.places
        kind, perm_id = query.place
        if kind == "project":
            return self.places & {perm_id}
        within = {place for place, project in self.projects.items() if _space_of(project) == perm_id}
        return frozenset(within) | (self.spaces & {space_place(perm_id)})

    def space_of(self, place: str) -> str:
        """Code of the space of a place."""
        project = self.projects.get(place)
        return _space_of(project) if project else place.strip("/")


class Places:
    """Sights of people.

    Args:
        life: Seconds for which one is good.
        clock: Seconds that only grow.
    """

    def __init__(self, life: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._life, self._clock = life, clock
        self._projects: Remembered[str, Mapping[str, Entity]] = Remembered(life, 2_000, clock)
        self._spaces: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._asked: dict[str, tuple[float, frozenset[str]]] = {}

    async def of(self, user: str, client: OpenBIS, history: str, witnesses: Collection[Witness]) -> Sight:
        """What a person sees now.

        Args:
            user: Who.
            client: With their session.
            history: Spelling of the history-id property.
            witnesses: Versions that lie in spaces themselves.
        """
        asked_at, known, asked = self._clock(), self.spaces_of(user), self._asked_lately(user)
        doubtful = {one.perm_id for one in witnesses if one.place not in known} - asked
        async with together() as group:
            projects = group.create_task(self._projects.get(user, lambda: _projects(client)))
            seen = group.create_task(client.notebook_versions_named(history, doubtful))
        self.note(user, seen.result().values(), asked_at)
        if doubtful:
            self._asked[user] = (asked_at + self._life, asked | doubtful)
        return Sight(projects.result(), self.spaces_of(user))

    def note(self, user: str, found: Iterable[FoundVersion], asked_at: float) -> None:
        """A person's session has shown these versions: they see the spaces in which these lie."""
        for version in found:
            if is_space(version.place):
                self._spaces[user][version.place] = asked_at + self._life

    def spaces_of(self, user: str) -> frozenset[str]:
        """Spaces in which the person has just seen what lies in no project."""
        now = self._clock()
        return frozenset(place for place, until in self._spaces.get(user, {}).items() if now < until)

    def forget(self, user: str) -> None:
        """Ask anew."""
        self._projects.forget(user)
        self._spaces.pop(user, None)
        self._asked.pop(user, None)

    def _asked_lately(self, user: str) -> frozenset[str]:
        """Versions that need not be asked for again: here it is remembered, too, that one was not seen."""
        until, perm_ids = self._asked.get(user, (0.0, frozenset[str]()))
        return perm_ids if self._clock() < until else frozenset()


async def _projects(client: OpenBIS) -> Mapping[str, Entity]:
    return {project.perm_id: project for project in await client.all_projects()}


def _space_of(project: Entity) -> str:
    return project.identifier.strip("/").split("/")[0]
