"""What a page of openBIS shows: one page of what lies in an entity, a search, an entity with labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..models import Entity, EntityKind, PropertyDefinition
from .entities import EntityCalls
from .protocol import criteria, fetching, types
from .protocol.ids import Json

__all__ = ["BrowseCalls", "kinds_in"]

_SEARCH: Mapping[EntityKind, tuple[str, str]] = {
    "space": ("searchSpaces", "space.Space"),
    "project": ("searchProjects", "project.Project"),
    "experiment": ("searchExperiments", "experiment.Experiment"),
    "object": ("searchSamples", "sample.Sample"),
}
_IN: Mapping[EntityKind, tuple[EntityKind, ...]] = {
    "space": ("project", "object"),
    "project": ("experiment", "object"),
    "experiment": ("object",),
    "object": (),
}


def kinds_in(kind: EntityKind | None) -> tuple[EntityKind, ...]:
    """What can lie directly in an entity of a kind; for ``None``, at the top."""
    return ("space",) if kind is None else _IN[kind]


class BrowseCalls(EntityCalls):
    """Pages for people, who look at a hundred of many thousand. One round trip each."""

    async def children_page(
        self, of: Entity | None, kind: EntityKind, *, offset: int = 0, limit: int = 100
    ) -> tuple[list[Entity], int]:
        """Entities of one kind that lie directly in *of*, by code, and how many there are in all.

        Args:
            of: For ``None`` the spaces; of an entity only kind and permId (a space's code) are used.
            kind: One of :func:`kinds_in`.
            offset: How many to leave out.
            limit: How many at most.
        """
        search = criteria.spaces() if of is None else criteria.directly_in(kind, of)
        return await self._page(kind, search, offset, limit)

    async def inside_page(
        self, of: Entity, kind: EntityKind, *, limit: int = 100
    ) -> tuple[list[Entity], int]:
        """Experiments or objects that lie in a space or project, at any depth, by code; and how many there
        are in all."""
        place = criteria.within_space(of) if (of.kind, kind) == ("space", "object") else criteria.within(of)
        search = criteria.objects(place) if kind == "object" else criteria.experiments(place)
        return await self._page(kind, search, 0, limit)

    async def named(self, words: str, kind: EntityKind, *, limit: int = 20) -> tuple[list[Entity], int]:
        """Entities of one kind whose code, identifier or name contains *words*, or whose permId is
        *words*, by code; and how many there are in all."""
        return await self._page(kind, criteria.named(kind, words, ("$NAME", "NAME")), 0, limit)

    async def described(
        self, text: str, kind: EntityKind | None = None
    ) -> tuple[Entity, Mapping[str, PropertyDefinition]]:
        """An entity, and the definitions of its type's properties by code, in the order of the forms.

        Args and errors are those of :meth:`entity`.
        """
        entity, reply, value = await self._read(text, kind, fetching.described)
        return entity, types.definitions(reply, reply.get(value.get("type")) or {})

    async def _page(
        self, kind: EntityKind, search: Json, offset: int, limit: int
    ) -> tuple[list[Entity], int]:
        method, of = _SEARCH[kind]
        options = fetching.page(_row(kind), offset=offset, limit=limit, sort=[("CODE", True)], of=of)
        reply, found, total = await self._search(method, search, options)
        return [entity for entry in found if (entity := reply.entity(kind, entry)) is not None], total


def _row(kind: EntityKind) -> dict[str, Any]:
    """What one line needs: no relatives of objects, which may be many."""
    if kind == "object":
        return fetching.object_(relatives=False)
    return {"space": fetching.space, "project": fetching.project, "experiment": fetching.experiment}[kind]()
