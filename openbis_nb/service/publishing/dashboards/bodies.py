"""What callers send about dashboards as JSON. All of it is a stranger's input."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from .arranging import TileWish
from .model import MOST_TILES, HomeKind, Output

__all__ = ["ChangeDashboard", "NewDashboard", "NewTile", "TileBody"]

_PAGE = "3f0a9c52e1b84d7f9a6c0d2e4b5f6a71"
_TILE: dict[str, Any] = {"page_id": _PAGE, "x": 0, "y": 0, "w": 6, "h": 5}
#: PostgreSQL takes no NUL.
_TEXT = r"^[^\x00]*$"

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_TEXT, description="Plain text.")]
Title = Annotated[
    str, Field(max_length=200, pattern=_TEXT, description="In place of the page's own; empty: that one.")
]
PageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A published page.")]
TileId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
PlaceRef = Annotated[
    str,
    Field(
        min_length=1, max_length=1000, description="Identifier or permId of a space, project or experiment."
    ),
]
Number = Annotated[int, Field(ge=0, le=10_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OutputBody(_Body):
    """A single output of a page."""

    cell_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")]
    index: Annotated[int, Field(ge=0, le=100_000)]


class NewTile(_Body):
    """A tile to be added; without ``x`` and ``y`` at the first free place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"page_id": _PAGE, "output": {"cell_id": "fit", "index": 0}}]}
    )

    page_id: PageId
    output: OutputBody | None = None
    title: Title = ""
    code: bool = Field(True, description="Show the code, where the page has it.")
    w: Number | None = None
    h: Number | None = None

    def wish(self) -> TileWish:
        """As the keeper takes it."""
        return TileWish(
            page_id=self.page_id,
            output=_output(self.output),
            title=self.title,
            code=self.code,
            w=self.w,
            h=self.h,
        )


class TileBody(_Body):
    """A tile as it shall be: with ``id`` one that is there, with ``page_id`` a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TILE]})

    id: TileId | None = None
    page_id: PageId | None = None
    output: OutputBody | None = None
    title: Title | None = None
    code: bool | None = Field(None, description="Show the code, where the page has it.")
    x: Number
    y: Number
    w: Number
    h: Number

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if (self.id is None) == (self.page_id is None):
            raise ValueError("give id for a tile that is there, or page_id for a new one")
        return self

    def wish(self) -> TileWish:
        """As the keeper takes it."""
        return TileWish(
            id=self.id, page_id=self.page_id, output=_output(self.output), title=self.title, code=self.code,
            x=self.x, y=self.y, w=self.w, h=self.h,
        )  # fmt: skip


Tiles = Annotated[list[TileBody], Field(max_length=MOST_TILES)]


class _Named(_Body):
    @field_validator("name", check_fields=False)
    @classmethod
    def _says_something(cls, name: str | None) -> str | None:
        if name is not None and not name.strip():
            raise ValueError("the name is empty")
        return None if name is None else " ".join(name.split())


class NewDashboard(_Named):
    """A dashboard to be made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Growth of all strains", "stored_in": "/BIOLAB/GROWTH"}]}
    )

    name: Name
    stored_in: PlaceRef
    kind: HomeKind | None = Field(None, description="Of the place, where known: saves a question.")
    tiles: Tiles = []


class ChangeDashboard(_Named):
    """What is to change. ``tiles`` are all of them: one that is not named is removed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Growth of all strains", "tiles": [_TILE]}]}
    )

    name: Name | None = None
    stored_in: PlaceRef | None = None
    kind: HomeKind | None = None
    tiles: Tiles | None = None


def _output(body: OutputBody | None) -> Output | None:
    return None if body is None else Output(body.cell_id, body.index)
