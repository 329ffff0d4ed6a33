"""Entities: spaces, projects, experiments, objects, and what lies in them (contract 3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

from ..errors import Conflict, InvalidIdentifier, NotFound, UnexpectedAnswer
from ..identifiers import is_perm_id, normalise_identifier
from ..models import DataSet, Entity, EntityKind
from .data_sets import DataSetCalls
from .protocol import criteria, fetching, ids
from .protocol.ids import Json
from .protocol.replies import Reply
from .together import together

__all__ = ["EntityCalls"]

_GET = {
    "space": "getSpaces",
    "project": "getProjects",
    "experiment": "getExperiments",
    "object": "getSamples",
}
_OPTIONS = {
    "space": fetching.space,
    "project": fetching.project,
    "experiment": fetching.experiment,
    "object": fetching.object_,
}
#: Which kinds an identifier of 1, 2, 3 parts may name (contract 3.1).
_KINDS: Mapping[int, tuple[EntityKind, ...]] = {
    1: ("space", "object"),
    2: ("project", "object"),
    3: ("experiment", "object"),
}


class EntityCalls(DataSetCalls):
    """One entity by its name, and the tree. What a person may not see is absent, never an error (3.2)."""

    async def entity(self, text: str, kind: EntityKind | None = None) -> Entity:
        """The entity that an identifier or permId names.

        Args:
            text: Identifier in any case, with or without leading ``/``; the ELN's four-part form of an
                object; or a permId.
            kind: What it is, where known: saves asking for the other kinds (they are asked at once).

        Raises:
            InvalidIdentifier: it can be neither.
            NotFound: not there, or not visible to this person.
            Conflict: an experiment and an object both have this identifier.
        """
        return (await self._read(text, kind, lambda kind: _OPTIONS[kind]()))[0]

    async def entities(self, kind: EntityKind, perm_ids: Iterable[str]) -> dict[str, Entity]:
        """Those of *perm_ids* (a space's is its code) that the person sees; one question for all."""
        wanted = list(dict.fromkeys(perm_ids))
        if not wanted:
            return {}
        reply = await self._call(_GET[kind], [ids.perm_id(kind, one) for one in wanted], _OPTIONS[kind]())
        found = [reply.entity(kind, value) for value in reply.mapping().values()]
        return {entity.perm_id: entity for entity in map(_present, found)}

    async def _read(
        self, text: str, kind: EntityKind | None, options: Callable[[EntityKind], Json]
    ) -> tuple[Entity, Reply, Json]:
        """:meth:`entity` with other fetch options; also the answer, for what an ``Entity`` has no place."""
        text = text.strip()
        if is_perm_id(text):
            kinds: Sequence[EntityKind] = (kind,) if kind else ("experiment", "object", "project")
            wanted = text
        else:
            wanted = normalise_identifier(text)
            kinds = _kinds_of(wanted, kind)
        async with together() as group:
            asked = [
                group.create_task(self._entity(wanted, candidate, options(candidate))) for candidate in kinds
            ]
        answers = [answer for task in asked if (answer := task.result()) is not None]
        found = [entity for entity, _, _ in answers]
        if not found:
            raise NotFound(f"openBIS shows you nothing called {text}.")
        if len(found) > 1:
            raise Conflict(
                f"{wanted} is the identifier of both {' and '.join(f'an {e.kind}' for e in found)}.",
                next_step=f"Give the permId: {', '.join(f'{e.perm_id} ({e.kind})' for e in found)}.",
            )
        return answers[0]

    async def _entity(
        self, wanted: str, kind: EntityKind, options: Json
    ) -> tuple[Entity, Reply, Json] | None:
        short = wanted
        parts = wanted.strip("/").split("/")
        if len(parts) == 4:  # the ELN's /S/P/E/OBJ: openBIS knows the object as /S/P/OBJ (3.1)
            short = f"/{parts[0]}/{parts[1]}/{parts[3]}"
        one = ids.perm_id(kind, wanted) if is_perm_id(wanted) else ids.identifier(kind, short)
        reply = await self._call(_GET[kind], [one], options)
        value = next(iter(reply.mapping().values()), None)
        if value is None:
            return None
        found = _present(reply.entity(kind, value))
        if len(parts) == 4 and found.experiment_identifier != "/" + "/".join(parts[:3]):
            return None
        return found, reply, value

    async def children(self, of: Entity | None = None) -> AsyncIterator[Entity | DataSet]:
        """What lies directly in an entity, page by page: for ``None`` the spaces; in a space projects
        and objects without project; in a project experiments and objects without experiment; in an
        experiment objects, then data sets without object; in an object its data sets."""
        if of is None:
            async for reply, found in self._search_all("searchSpaces", criteria.spaces(), fetching.space()):
                yield _present(reply.entity("space", found))
            return
        if of.kind in ("space", "project"):
            async for entity in self._containers(of):
                yield entity
        if of.kind != "object":
            async for entity in self.objects_of(of):
                yield entity
        if of.can_own_data_sets:
            async for data_set in self.all_data_sets(criteria.of_owner(of)):
                if of.kind == "object" or data_set.sample is None:
                    yield data_set

    async def _containers(self, of: Entity) -> AsyncIterator[Entity]:
        if of.kind == "space":
            method, search, kind = "searchProjects", criteria.projects(criteria.within_space(of)), "project"
        else:
            method, search, kind = (
                "searchExperiments",
                criteria.experiments(criteria.within(of)),
                "experiment",
            )
        options = fetching.project() if kind == "project" else fetching.experiment()
        async for reply, found in self._search_all(method, search, options):
            yield _present(reply.entity("project" if kind == "project" else "experiment", found))

    async def objects_of(self, of: Entity) -> AsyncIterator[Entity]:
        """The objects that lie directly in a space, project or experiment, with properties, parents and
        children (identifiers); for an object, itself."""
        if of.kind == "object":
            yield of
            return
        search = criteria.objects(criteria.within_space(of) if of.kind == "space" else criteria.within(of))
        async for reply, found in self._search_all("searchSamples", search, fetching.object_()):
            entity = _present(reply.entity("object", found))
            if of.kind == "experiment" or _lies_directly_in(entity, of):
                yield entity


def _kinds_of(identifier: str, kind: EntityKind | None) -> Sequence[EntityKind]:
    parts = identifier.count("/")
    kinds = _KINDS.get(parts, ("object",))
    if kind is None:
        return kinds
    if kind not in kinds:
        raise InvalidIdentifier(f"{identifier} cannot be the identifier of a {kind}.")
    return (kind,)


def _lies_directly_in(entity: Entity, of: Entity) -> bool:
    depth = 2 if of.kind == "space" else 3
    return entity.experiment_identifier is None and entity.identifier.count("/") == depth


def _present(entity: Any) -> Entity:
    if not isinstance(entity, Entity):
        raise UnexpectedAnswer("openBIS sent an empty entity.")
    return entity
