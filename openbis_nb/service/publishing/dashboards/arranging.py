"""From what somebody sends to the tiles of a dashboard (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ....errors import InvalidInput, NotFound
from . import layout
from .model import Output, Tile

__all__ = ["TileWish", "arranged", "new_tile", "touched"]

#: Columns and rows of a tile for which nothing is said: a page, and a single output.
_PAGE, _OUTPUT = (12, 8), (6, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileWish:
    """One tile as it shall be; ``None`` is as it was, or as is usual.

    Args:
        id: Of a tile that is there; ``None``: a new one.
        page_id: What a new one shows.
        output: Only this output, of a new one.
        title: In place of the page's.
        code: Whether its code is shown.
        x: Column; with ``y`` and the size, or none of them for a new one.
        y: Row.
        w: Columns.
        h: Rows.
    """

    id: str | None = None
    page_id: str | None = None
    output: Output | None = None
    title: str | None = None
    code: bool | None = None
    x: int | None = None
    y: int | None = None
    w: int | None = None
    h: int | None = None


def arranged(before: Sequence[Tile], wishes: Sequence[TileWish], made_by: str) -> tuple[Tile, ...]:
    """The tiles of *wishes* and no others.

    Args:
        before: The tiles that are there.
        wishes: In any order.
        made_by: Id of the request; ids of new tiles are made of it, so that a repeat makes the same.

    Raises:
        InvalidInput: they do not make a dashboard.
        NotFound: a tile is changed that is not there.
    """
    known, made = {tile.id: tile for tile in before}, list[Tile]()
    if len({wish.id for wish in wishes if wish.id}) < sum(wish.id is not None for wish in wishes):
        raise InvalidInput("A tile is named twice.")
    for wish in sorted(wishes, key=lambda wish: wish.x is None or wish.y is None):  # first what has its place
        made.append(_kept(known, wish) if wish.id else new_tile(made, wish, f"{made_by} {len(made)}"))
    layout.check(made)
    return tuple(layout.reading_order(made))


def new_tile(beside: Sequence[Tile], wish: TileWish, seed: str) -> Tile:
    """A tile that was not there before, at the first free place if it names none.

    Raises:
        InvalidInput: it shows nothing.
    """
    if not wish.page_id:
        raise InvalidInput("A new tile needs page_id, the page that it shows.")
    usual = _OUTPUT if wish.output else _PAGE
    w, h = wish.w or usual[0], wish.h or usual[1]
    if not 0 < w <= layout.COLUMNS:
        raise InvalidInput(f"A tile is not wider than {layout.COLUMNS} columns.")
    free = layout.first_free(beside, w, h)
    x, y = (free[0] if wish.x is None else wish.x), (free[1] if wish.y is None else wish.y)
    return Tile(
        id=hashlib.sha256(seed.encode()).hexdigest()[:16],
        page_id=wish.page_id,
        x=x, y=y, w=w, h=h,
        output=wish.output,
        title=wish.title or "",
        code=wish.code is not False,
    )  # fmt: skip


def touched(before: Sequence[Tile], after: Sequence[Tile]) -> list[Tile]:
    """Tiles that are new or show something else or otherwise: whoever does that must see their pages (D-04).
    To move or remove one, nobody needs to see what it shows."""
    known = {tile.id: replace(tile, x=0, y=0, w=0, h=0) for tile in before}
    return [tile for tile in after if known.get(tile.id) != replace(tile, x=0, y=0, w=0, h=0)]


def _kept(known: Mapping[str, Tile], wish: TileWish) -> Tile:
    tile = known.get(wish.id or "")
    if tile is None:
        raise NotFound(f"There is no tile {wish.id} any more.", next_step="Read the dashboard again.")
    if wish.page_id not in (None, tile.page_id) or wish.output not in (None, tile.output):
        raise InvalidInput("What a tile shows is not changed.", next_step="Make another tile for it.")
    given = {name: getattr(wish, name) for name in ("title", "code", "x", "y", "w", "h")}
    return replace(tile, **{name: value for name, value in given.items() if value is not None})
