"""A link for the world, what is asked when one is made, and whether it opens anything now (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

__all__ = ["Kind", "LinkState", "NewLink", "PublicLink", "Shown", "standing"]

#: ``page``: made in the dialog; the others stand for what a client of the v2 API switched on (P-02, P-35).
Kind = Literal["page", "world-readable", "share-key"]
#: ``live``: opens. ``paused``: nobody who may publish the page was here for too long. ``off``: the admin has
#: switched links off. ``page-over``: the page is stopped, gone, or ended.
LinkState = Literal["live", "paused", "off", "ended", "revoked", "page-over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """What the maker says.

    Args:
        ends_at: Aware, as all times here.
        fid: Of the notebook, where a client of the v2 API asks.
        note: For the list: whom it is for.
        sites: Who may embed it, as ``embedding.embedders`` gives them.
        names_author: Whether visitors read who wrote the notebook.
    """

    ends_at: datetime
    kind: Kind = "page"
    fid: str = ""
    note: str = ""
    sites: Sequence[str] = ()
    names_author: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLink:
    """A link; ``page_*`` is what matters of its page."""

    id: str
    page_id: str
    kind: Kind
    fid: str
    note: str
    sites: tuple[str, ...]
    names_author: bool
    made_by: str
    made_at: datetime
    ends_at: datetime
    revoked_by: str
    revoked_at: datetime | None
    views: int
    viewed_at: datetime | None
    page_title: str
    page_state: str
    page_ends_at: datetime | None
    page_confirmed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody sees who has a link that opens: the bytes of the page's present snapshot.

    Args:
        author: Empty, unless the link names them.
        made_at: When the snapshot was made.
    """

    title: str
    kind: Kind
    author: str
    made_at: datetime
    sites: tuple[str, ...]
    digest: str = field(repr=False)


def standing(link: PublicLink, now: datetime, *, enabled: bool, confirmed_for: timedelta) -> LinkState:
    """Whether a link opens now, and if not, why.

    Args:
        link: With what its page is.
        now: The time.
        enabled: Whether the admin allows links for the world.
        confirmed_for: For how long a look of somebody who may publish the page is good.
    """
    if link.revoked_at is not None:
        return "revoked"
    if now >= link.ends_at:
        return "ended"
    page_ended = link.page_ends_at is not None and now >= link.page_ends_at
    if link.page_state != "live" or page_ended:
        return "page-over"
    if not enabled:
        return "off"
    return "live" if now < link.page_confirmed_at + confirmed_for else "paused"
