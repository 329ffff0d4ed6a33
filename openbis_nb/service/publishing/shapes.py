"""What the API answers about published pages. Times are ISO 8601 in UTC, sizes bytes, all text is plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ..library.shapes import Allowed, EntityRef
from .model import Code, Follow, Output, Reason, Redaction, State

__all__ = [
    "AuditLine",
    "Contains",
    "DashboardRef",
    "NotebookRef",
    "PageList",
    "PlanShape",
    "PublishedPage",
    "PublishingRight",
    "SnapshotList",
    "SnapshotShape",
    "VersionRef",
    "VisibleTo",
]


@dataclass(frozen=True, slots=True)
class NotebookRef:
    """A notebook; ``link`` is its page in the library."""

    id: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class VersionRef:
    """A version; ``link`` is its page in the library."""

    perm_id: str
    name: str
    saved_at: datetime | None
    saved_by: str
    link: str


@dataclass(frozen=True, slots=True)
class DashboardRef:
    """A dashboard; ``link`` is its page."""

    id: str
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Contains:
    """What is in the bytes of a snapshot. ``code``: whether the code is."""

    cells: int
    outputs: int
    images: int
    code: bool
    size: int


@dataclass(frozen=True, slots=True)
class VisibleTo:
    """Who will see it: everybody whom openBIS shows the version.

    ``people`` are those who have a role there now, by user id and role; null where the caller may not ask.
    """

    text: str
    kind: Literal["openbis"]
    stored_in: EntityRef
    people: list[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class PlanShape:
    """What would be published, before it is: nothing is stored. ``frame`` shows just those bytes.

    ``dashboards``: where the caller may put it. ``pages``: what is published of this notebook already.
    ``may``: action → whether the caller may; with ``publish`` not allowed, nothing else is asked.
    """

    title: str
    notebook: NotebookRef
    version: VersionRef
    author: str
    follow: Follow
    code: Code
    ends_at: datetime | None
    visible_to: VisibleTo
    contains: Contains
    redactions: list[Redaction]
    warnings: list[str]
    dashboards: list[DashboardRef]
    pages: list[str]
    may: dict[str, Allowed]
    frame: str


@dataclass(frozen=True, slots=True)
class SnapshotShape:
    """A snapshot. ``frame`` shows it, to whom its version is visible."""

    id: str
    version: VersionRef
    code: Code
    made_by: str
    made_at: datetime
    contains: Contains
    current: bool
    frame: str


@dataclass(frozen=True, slots=True)
class SnapshotList:
    """Snapshots of a notebook whose versions the caller sees, newest first."""

    entries: list[SnapshotShape]


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A published page.

    ``newest_known``: the newest version that counts, as the caller sees it, where it is another one than the
    one that is shown. ``frame``: empty unless the caller may see the content now. ``link``: its page for
    people. ``outputs``: what a tile can show alone. ``may`` is empty in lists, and so are ``outputs``.
    """

    id: str
    title: str
    notebook: NotebookRef
    version: VersionRef
    author: str
    follow: Follow
    code: Code
    newest_known: VersionRef | None
    state: State
    reason: Reason
    reason_text: str
    published_by: str
    published_at: datetime
    changed_at: datetime
    ends_at: datetime | None
    stored_in: EntityRef
    link: str
    frame: str
    snapshot_id: str
    contains: Contains
    snapshots_count: int
    links: int
    dashboards: list[DashboardRef] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    may: dict[str, Allowed] = field(default_factory=dict)
    etag: str = ""


@dataclass(frozen=True, slots=True)
class PageList:
    """One page of published pages, the one changed last first. ``all`` is true for an admin who lists all."""

    entries: list[PublishedPage]
    cursor: str | None = None
    all: bool = False


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that was done to a page. ``who`` is empty for the service itself, and for people without
    log-in."""

    at: datetime
    who: str
    action: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishingRight:
    """One line of the table: the least role, empty where seeing the version is enough; and whether it takes
    the group of publishers, where the admin named one."""

    action: str
    does: str
    role: str
    group: bool
    remark: str
