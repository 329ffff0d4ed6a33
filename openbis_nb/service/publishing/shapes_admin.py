"""What admins of openBIS are told about all published pages, and send to stop them. Times are ISO 8601."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .model import Reason, State
from .shapes_links import LinkShape

__all__ = [
    "AdminLine",
    "AdminLines",
    "AdminLink",
    "AdminLinks",
    "AdminPage",
    "AdminPages",
    "Done",
    "StopBody",
]

PageId = Annotated[str, Field(pattern="^[0-9a-f-]{32,36}$")]


class StopBody(BaseModel):
    """Pages that are to be stopped."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"all": True}]})

    pages: Annotated[list[PageId], Field(max_length=1000)] | None = None
    all: bool = Field(False, description="All that are published.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPage:
    """A page, without what it holds.

    ``stored_in``: identifier of the place in openBIS when the page was judged last; ``confirmed_at``: when
    somebody's right to publish it was seen last. ``links``: that open it now; ``dashboards``: on which it
    stands. ``link``: its page for people.
    """

    id: str
    title: str
    notebook: str
    state: State
    reason: Reason
    published_by: str
    published_at: datetime
    ends_at: datetime | None
    confirmed_at: datetime
    confirmed_by: str
    stored_in: str
    links: int
    dashboards: int
    link: str


@dataclass(frozen=True, slots=True)
class AdminPages:
    """Pages, the one changed last first."""

    entries: Sequence[AdminPage]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminLink(LinkShape):
    """A link; ``page`` is the address of its page for people."""

    page: str


@dataclass(frozen=True, slots=True)
class AdminLinks:
    """Links for the world, the newest first. ``enabled``: whether the admin of the hub allows any."""

    entries: Sequence[AdminLink]
    cursor: str | None
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminLine:
    """A line of the audit. ``who`` is empty for visitors without a log-in, and for the service itself."""

    at: datetime
    who: str
    action: str
    page_id: str
    title: str
    page: str
    details: str


@dataclass(frozen=True, slots=True)
class AdminLines:
    """What was done, the last first."""

    entries: Sequence[AdminLine]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """How many were stopped, or taken back."""

    count: int
