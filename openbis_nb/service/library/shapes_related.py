"""What the library's API answers besides notebooks and versions: comparisons, lineage, storage, rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .shapes import DataSetRef, NotebookRow, VersionRow

__all__ = [
    "CellCounts",
    "Changes",
    "Comparison",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "Impact",
    "PackageChange",
    "Right",
    "SpaceStorage",
    "Storage",
    "ValueChange",
]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One parameter; null where it is absent on a side."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PackageChange:
    """One package or fact of the environment; null where it is absent on a side."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class CellCounts:
    """How many cells differ."""

    added: int
    removed: int
    changed: int
    moved: int
    same: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed before the cells (F-13). ``known`` is false where a side has no provenance."""

    known: bool
    inputsAdded: list[DataSetRef]
    inputsRemoved: list[DataSetRef]
    parameters: list[ValueChange]
    environment: list[PackageChange]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One version against the base (N-10, N-64). ``frame``: path of the side-by-side page, for a frame."""

    base: VersionRow
    version: VersionRow
    changes: Changes
    cells: CellCounts | None
    frame: str
    page: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A data set, a version of a notebook, or an object or experiment. ``column``: 0 is what was asked for,
    negative is where it comes from, positive is what came of it."""

    id: str
    kind: Literal["data set", "version"]
    column: int
    name: str
    type: str
    link: str
    page: str
    size: int | None = None
    more: int = 0
    """How many further relatives of this node are not shown."""
    time: datetime | None = None
    """When it was registered: versions of one notebook have one name."""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """From a parent to its child."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Lineage: inputs → notebooks → results (F-07). ``cut`` is true where not all is shown."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """Which notebooks used a data set (F-16). ``outdated``: ids of those notebooks whose newest version does
    not have the newest version of it."""

    dataSet: DataSetRef
    newer: DataSetRef | None
    notebooks: list[NotebookRow]
    outdated: list[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SpaceStorage:
    """What the notebooks of one space take, and how much of it are versions that newer ones supersede."""

    space: str
    notebooks: int
    versions: int
    size: int
    superseded: int
    supersededSize: int


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table of rights. ``who``: whom our own rule allows it, ``role``: least role in openBIS
    (empty: openBIS shows it, so it may be done)."""

    action: str
    does: str
    who: Literal["anyone", "writer", "stranger"]
    role: str
    remark: str


@dataclass(frozen=True, slots=True)
class Storage:
    """Storage by space, largest first."""

    spaces: list[SpaceStorage]
    complete: bool = True
    note: str = ""
