"""What browsing answers. Times are ISO 8601 in UTC, sizes are bytes; all text is plain text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...models import EntityKind

__all__ = [
    "Card",
    "DataSetList",
    "DataSetRow",
    "Found",
    "Node",
    "PropertyRow",
    "Section",
    "Step",
    "Tree",
]


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree, of a search, or of a choice of owners."""

    kind: EntityKind
    perm_id: str
    code: str
    identifier: str
    name: str
    type: str
    opens: bool
    """Whether something may lie in it. Asking openBIS for each line would cost a call."""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the entities of one kind; ``after`` is what to ask for the next page."""

    kind: EntityKind
    nodes: list[Node]
    total: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """What lies directly in an entity."""

    sections: list[Section]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, by kind; kinds without a match are absent."""

    sections: list[Section]
    data_sets: list[DataSetRow]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the space to an entity."""

    kind: EntityKind
    identifier: str
    code: str


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """A property as people read it."""

    code: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """One entity.

    ``may_add``: whether this person may store a notebook there; None for a space or project. ``registrator``
    is a user id, ``link`` leads into the ELN.
    """

    kind: EntityKind
    perm_id: str
    code: str
    identifier: str
    name: str
    type: str
    registrator: str | None
    registered_at: datetime | None
    frozen: bool
    may_add: bool | None
    path: list[Step]
    properties: list[PropertyRow]
    link: str


@dataclass(frozen=True, slots=True)
class DataSetRow:
    """One data set. ``state`` is a word of ``openbis.availability``; ``note`` says what it means."""

    perm_id: str
    state: str
    readable: bool
    note: str = ""
    name: str = ""
    type: str = ""
    size: int | None = None
    registrator: str | None = None
    registered_at: datetime | None = None
    owner: Node | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class DataSetList:
    """One page of data sets, newest first.

    ``preselect``: permIds that the dialog takes up by itself (O-10); ``note``: why some or all are not.
    """

    data_sets: list[DataSetRow]
    total: int
    after: str | None = None
    preselect: tuple[str, ...] = ()
    note: str = ""
