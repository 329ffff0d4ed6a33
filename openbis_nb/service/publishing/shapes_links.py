"""What the API takes and answers about links for the world. Times are ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ..library.shapes import Allowed
from .link_model import Kind, LinkState, PublicLink

__all__ = ["LinkBody", "LinkList", "LinkShape", "MadeLink", "RevokeBody", "shape_of"]

LinkId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class LinkBody(BaseModel):
    """A link that is to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "ends_at": "2027-01-31T22:59:59Z",
                    "note": "For the reviewers",
                    "sites": [],
                    "names_author": False,
                }
            ]
        },
    )

    ends_at: AwareDatetime = Field(description="From then on it opens nothing; with a time zone.")
    note: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="For lists: whom it is for.")
    sites: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=50)] = Field(
        [], description='Origins of the sites that may embed it; `["*"]`: any.'
    )
    names_author: bool = Field(False, description="Whether visitors read who wrote the notebook.")


class RevokeBody(BaseModel):
    """Links that are to be taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"all": True}]})

    links: Annotated[list[LinkId], Field(max_length=1000)] | None = None
    all: bool = Field(False, description="All links of all pages.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShape:
    """A link, without its address, which nobody knows but who has it.

    ``state``: ``live`` opens; ``paused``: nobody who may publish the page was here for too long; ``off``: the
    admin allows no links; ``page-over``: the page is stopped, gone or ended. ``title`` is the page's.
    ``kind``: made for a page, or by the v2 API.
    """

    id: str
    page_id: str
    title: str
    kind: Kind
    state: LinkState
    note: str
    sites: list[str]
    names_author: bool
    made_by: str
    made_at: datetime
    ends_at: datetime
    revoked_by: str
    revoked_at: datetime | None
    views: int
    viewed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeLink(LinkShape):
    """A link that was just made: its addresses are told this once."""

    url: str
    embed_url: str
    embed_code: str


@dataclass(frozen=True, slots=True)
class LinkList:
    """The links of a page, newest first; only for who may make or take back some.

    ``longest_life``: seconds. ``may``: whether the caller may make one; if not, why.
    """

    entries: list[LinkShape]
    may: Allowed
    longest_life: float


_NOT_TOLD = ("fid", "page_title", "page_state", "page_ends_at", "page_confirmed_at")


def shape_of(link: PublicLink, state: LinkState) -> LinkShape:
    """A link as it is told."""
    known = {name: value for name, value in asdict(link).items() if name not in _NOT_TOLD}
    return LinkShape(**{**known, "sites": list(link.sites)}, title=link.page_title, state=state)
