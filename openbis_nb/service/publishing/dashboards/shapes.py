"""What the API answers about dashboards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ...library.shapes import Allowed
from .model import HomeKind

__all__ = [
    "DashboardDetail",
    "DashboardList",
    "DashboardRow",
    "OutputRow",
    "Place",
    "TileAdded",
    "TileOutput",
    "TilePage",
    "TileShape",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dashboard belongs: a space, project or experiment. ``link`` leads into the ELN."""

    kind: HomeKind
    perm_id: str
    identifier: str
    name: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class TileOutput:
    """A single output: the id of its cell, and its place among that cell's outputs from 0."""

    cell_id: str
    index: int


@dataclass(frozen=True, slots=True)
class TilePage:
    """The published page behind a tile. ``version`` is the permId of the version that it shows, ``newer``
    whether a newer one is known, ``has_code`` whether code is in it."""

    id: str
    title: str
    link: str
    notebook: str
    version: str
    saved_at: datetime | None
    saved_by: str
    follow: Literal["pinned", "latest"]
    has_code: bool
    newer: bool


@dataclass(frozen=True, slots=True)
class TileShape:
    """One tile, in a grid of twelve columns. ``visible`` is false where the caller may not see its page, or
    the page is gone: then nothing but the place is told. ``frame``: path of what it shows, for a frame."""

    id: str
    x: int
    y: int
    w: int
    h: int
    visible: bool
    title: str = ""
    code: bool = True
    output: TileOutput | None = None
    page: TilePage | None = None
    frame: str = ""


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """One dashboard; ``tile_count``: how many tiles, ``link`` its page for people."""

    id: str
    name: str
    stored_in: Place
    tile_count: int
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    link: str


@dataclass(frozen=True, slots=True)
class DashboardList:
    """One page of dashboards, by name. ``total``: how many fit in all."""

    dashboards: list[DashboardRow]
    total: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DashboardDetail:
    """A dashboard in full, its tiles in the order of reading. ``print``: its page for paper."""

    dashboard: DashboardRow
    tiles: list[TileShape]
    print: str
    may: dict[str, Allowed] = field(default_factory=dict)
    etag: str = ""


@dataclass(frozen=True, slots=True)
class TileAdded:
    """The tile that was added, and where."""

    tile: TileShape
    dashboard: DashboardRow
    etag: str = ""


@dataclass(frozen=True, slots=True)
class OutputRow:
    """An output that a tile may show: ``kind`` is ``picture``, ``table``, ``text`` …, ``label`` some words of
    it, ``frame`` the path of its picture, for a frame."""

    cell_id: str
    index: int
    kind: str
    label: str
    frame: str
