"""The tree, the search and the card of an entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import InvalidInput
from ...models import Entity, EntityKind, PropertyDefinition
from ...notebooks.context import eln_link
from ...openbis.browsing import kinds_in
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...plain_text import plain_text
from .shapes import Card, Node, PropertyRow, Section, Step, Tree

__all__ = ["card", "node", "owners_in", "search", "tree"]

#: Entities of one kind in one answer.
PAGE = 100
_FOUND = 20
_KINDS: tuple[EntityKind, ...] = ("experiment", "object", "project", "space")


async def tree(client: OpenBIS, of: str, kind: EntityKind | None, after: str = "") -> Tree:
    """What lies directly in an entity, a page of each kind. One round trip: one call a kind, side by side.

    Args:
        client: With the visitor's session.
        of: PermId (a space's code); empty for the top, the spaces.
        kind: What *of* is.
        after: A section's ``after``: only that kind, from there on.

    Raises:
        InvalidInput: *of* without its kind, or an *after* that no section gave.
    """
    if of and kind is None:
        raise InvalidInput("The kind of the entity is missing.", next_step="Give kind=space, project …")
    parent = Entity(kind, of, "", of) if of and kind else None
    kinds, offset = _wanted(kinds_in(parent.kind if parent else None), after)
    async with together() as group:
        asked = {
            child: group.create_task(client.children_page(parent, child, offset=offset, limit=PAGE))
            for child in kinds
        }
    pages = {child: task.result() for child, task in asked.items()}
    return Tree([_section(child, found, total, offset) for child, (found, total) in pages.items()])


def _wanted(kinds: Sequence[EntityKind], after: str) -> tuple[Sequence[EntityKind], int]:
    if not after:
        return kinds, 0
    for kind in kinds:
        name, _, number = after.partition(":")
        if name == kind and number.isascii() and number.isdecimal() and len(number) < 10:
            return (kind,), int(number)
    raise InvalidInput("after= is not what an earlier answer gave.")


def _section(kind: EntityKind, found: Sequence[Entity], total: int, offset: int) -> Section:
    reached = offset + len(found)
    after = f"{kind}:{reached}" if found and reached < total else None
    return Section(kind, [node(entity) for entity in found], total, after)


async def search(client: OpenBIS, words: str, kinds: Sequence[EntityKind] = ()) -> list[Section]:
    """Entities whose code, identifier, name or permId fits, at most twenty of a kind.

    One round trip: one call a kind, side by side.
    """
    async with together() as group:
        asked = {
            kind: group.create_task(client.named(words, kind, limit=_FOUND))
            for kind in _KINDS
            if not kinds or kind in kinds
        }
    pages = {kind: task.result() for kind, task in asked.items()}
    return [
        Section(kind, [node(entity) for entity in found], total)
        for kind, (found, total) in pages.items()
        if found
    ]


async def owners_in(client: OpenBIS, place: str, kind: EntityKind) -> list[Section]:
    """Experiments and objects in a space or project, at any depth, that can own a notebook (O-09): what the
    dialog offers before anything is typed. One round trip: two calls, side by side."""
    parent = Entity(kind, place, "", place)
    async with together() as group:
        experiments = group.create_task(client.inside_page(parent, "experiment", limit=_FOUND))
        objects = group.create_task(client.inside_page(parent, "object", limit=_FOUND))
    return [
        _section("experiment", *experiments.result(), 0),
        _section("object", *objects.result(), 0),
    ]


async def card(client: OpenBIS, text: str, kind: EntityKind | None, links: str) -> Card:
    """One entity for people. Two round trips: the entity with its labels (without *kind* the two or three
    that it may be, side by side), then the right to store something in it.

    Args:
        client: With the visitor's session.
        text: Identifier or permId.
        kind: What it is, where known.
        links: Address of openBIS for links that people click.

    Raises:
        NotFound, Conflict, InvalidIdentifier: as ``OpenBIS.entity``.
    """
    entity, definitions = await client.described(text, kind)
    may_add = await _may_add(client, entity) if entity.can_own_data_sets else None
    return Card(
        kind=entity.kind,
        perm_id=entity.perm_id,
        code=entity.code,
        identifier=entity.identifier,
        name=entity.name,
        type=entity.type_code,
        registrator=entity.registrator,
        registered_at=entity.registered_at,
        frozen=entity.frozen or entity.frozen_for_data_sets,
        may_add=may_add,
        path=_path(entity),
        properties=_properties(entity, definitions),
        link=eln_link(links, entity),
    )


async def _may_add(client: OpenBIS, entity: Entity) -> bool:
    return not entity.frozen_for_data_sets and await client.can_create_data_set(entity)


def _path(entity: Entity) -> list[Step]:
    """The space, project and experiment around an entity, by the parts of identifiers (contract 3.1)."""
    home = entity.experiment_identifier or entity.identifier.rpartition("/")[0]
    parts = home.strip("/").split("/") if home.strip("/") else []
    kinds: tuple[EntityKind, ...] = ("space", "project", "experiment")
    return [
        Step(kind, "/" + "/".join(parts[: depth + 1]), parts[depth])
        for depth, kind in enumerate(kinds[: len(parts)])
    ]


def _properties(entity: Entity, definitions: Mapping[str, PropertyDefinition]) -> list[PropertyRow]:
    """In the order of the type's form; the name is the card's title already."""
    order = {code: place for place, code in enumerate(definitions)}
    shown = [code for code, value in entity.properties.items() if value not in ("", None)]
    rows = []
    for code in sorted(shown, key=lambda code: (order.get(code, len(order)), code)):
        known = definitions.get(code) or PropertyDefinition(code)
        if code.lstrip("$") != "NAME":
            value = plain_text(entity.properties[code], known.data_type)
            rows.append(PropertyRow(code, known.label or code, value))
    return rows


def node(entity: Entity) -> Node:
    """One line about an entity."""
    return Node(
        kind=entity.kind,
        perm_id=entity.perm_id,
        code=entity.code,
        identifier=entity.identifier,
        name=entity.name,
        type=entity.type_code,
        opens=bool(kinds_in(entity.kind)),
    )
