"""The grid of a dashboard: twelve columns, and as many rows as it takes (pure).

``dashboard-grid.js`` arranges tiles while a person moves them; here it is checked what comes in, and a place
is found for a tile that comes without one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ....errors import InvalidInput
from .model import MOST_TILES, Tile

__all__ = ["COLUMNS", "check", "first_free", "reading_order"]

COLUMNS = 12
#: Smallest and largest tile, in columns or rows; the lowest row.
_NARROWEST, _LOWEST, _TALLEST = 2, 2, 40
_LAST_ROW = 40 * MOST_TILES


def check(tiles: Sequence[Tile]) -> None:
    """Raises:
    InvalidInput: too many, one that is out of the grid, or two that overlap.
    """
    if len(tiles) > MOST_TILES:
        raise InvalidInput(
            f"{len(tiles)} tiles are more than the {MOST_TILES} of one dashboard.",
            next_step="Put some on another dashboard.",
        )
    for place, tile in enumerate(tiles):
        if not (_NARROWEST <= tile.w <= COLUMNS and 0 <= tile.x <= COLUMNS - tile.w):
            raise InvalidInput(f"Tile {place + 1} does not fit into {COLUMNS} columns.")
        if not (_LOWEST <= tile.h <= _TALLEST and 0 <= tile.y <= _LAST_ROW):
            raise InvalidInput(f"Tile {place + 1} is lower, taller or further down than a tile can be.")
        for other, before in enumerate(tiles[:place]):
            if _overlap(tile, before):
                raise InvalidInput(f"Tiles {other + 1} and {place + 1} overlap.")


def first_free(tiles: Collection[Tile], w: int, h: int) -> tuple[int, int]:
    """Column and row of the first place, by rows, where a tile of this size overlaps none."""
    bottom = max((tile.y + tile.h for tile in tiles), default=0)
    for y in range(bottom):
        for x in range(COLUMNS - w + 1):
            wanted = Tile(id="", page_id="", x=x, y=y, w=w, h=h)
            if not any(_overlap(wanted, tile) for tile in tiles):
                return x, y
    return 0, bottom


def reading_order(tiles: Collection[Tile]) -> list[Tile]:
    """From left to right, then down: also the order on a phone, and on paper."""
    return sorted(tiles, key=lambda tile: (tile.y, tile.x))


def _overlap(one: Tile, other: Tile) -> bool:
    return (
        one.x < other.x + other.w
        and other.x < one.x + one.w
        and one.y < other.y + other.h
        and other.y < one.y + one.h
    )
