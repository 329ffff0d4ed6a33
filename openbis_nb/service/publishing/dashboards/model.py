"""A dashboard and its tiles, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["HOMES", "MOST_TILES", "Dashboard", "Home", "HomeKind", "Output", "Tile"]

#: What can hold a dashboard.
HomeKind = Literal["space", "project", "experiment"]
HOMES: tuple[HomeKind, ...] = ("space", "project", "experiment")
#: Kind and permId (a space's is its code) of where a dashboard belongs.
Home = tuple[HomeKind, str]

#: Tiles of one dashboard: each is a frame with a page of its own.
MOST_TILES = 40


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a notebook: the id of its cell, and its place among that cell's outputs from 0."""

    cell_id: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A published page, or one output of it, in a grid of twelve columns.

    Args:
        id: Of the tile, in its dashboard.
        page_id: What it shows.
        x: First column, from 0.
        y: First row, from 0.
        w: Columns.
        h: Rows.
        output: Only this one; ``None``: the whole page.
        title: In place of the page's own; empty: that one.
        code: Whether code is shown where the page has it (D-10).
    """

    id: str
    page_id: str
    x: int
    y: int
    w: int
    h: int
    output: Output | None = None
    title: str = ""
    code: bool = True

    def json(self) -> dict[str, Any]:
        """As it is stored."""
        told: dict[str, Any] = {
            name: getattr(self, name) for name in ("id", "page_id", "x", "y", "w", "h", "title", "code")
        }
        return told | ({"output": [self.output.cell_id, self.output.index]} if self.output else {})

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Tile:
        """From what :meth:`json` made."""
        output = told.get("output")
        return cls(**(dict(told) | {"output": Output(*output) if output else None}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard.

    Args:
        id: 32 hexadecimal digits.
        name: Plain text.
        home: Where it belongs.
        tiles: In any order.
        revision: Grows with every change.
        created_by: User id in openBIS.
        created_at: Milliseconds since 1970, as ``changed_at``.
        changed_by: Who changed it last.
        changed_at: When.
    """

    id: str
    name: str
    home: Home
    tiles: tuple[Tile, ...]
    revision: int
    created_by: str
    created_at: int
    changed_by: str
    changed_at: int
