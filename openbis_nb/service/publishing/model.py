"""What is published, as the rest of the service knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...models import Entity

__all__ = ["Code", "Contents", "Follow", "Output", "Page", "Reason", "Redaction", "Snapshot", "State"]

Follow = Literal["pinned", "latest"]
Code = Literal["shown", "hidden"]
State = Literal["live", "stopped", "gone"]
#: Why a page is not live: somebody stopped it; its version, its publisher's right, or its end date has gone.
Reason = Literal["", "stopped", "version-gone", "right-gone", "ended"]


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a snapshot, for a tile of its own.

    Args:
        cell_id: Of its cell.
        index: Among that cell's outputs, from 0.
        cell: Number of the cell in the notebook, from 1.
        kind: ``picture``, ``table``, ``text``, ``error`` or ``other``.
        label: A few words of it, plain text.
    """

    cell_id: str
    index: int
    cell: int
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """So many secrets of a kind were taken out at a place, e.g. ``cell 3, output 1``."""

    kind: str
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the bytes of a snapshot.

    Args:
        cells: Of the notebook.
        code_cells: Of those.
        pictures: That are shown.
        outputs: That a tile can show.
        redactions: What was taken out.
        warnings: Sentences for the person who publishes.
    """

    cells: int = 0
    code_cells: int = 0
    pictures: int = 0
    outputs: Sequence[Output] = ()
    redactions: Sequence[Redaction] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The bytes of one version, taken once. ``digest`` is of the page, ``outputs`` of what single outputs are
    made of; both name bytes in the folder. Times are aware, UTC."""

    id: str
    notebook_id: str
    version: str
    version_name: str
    saved_at: datetime | None
    saved_by: str
    author: str
    code: Code
    made_by: str
    made_at: datetime
    digest: str
    size: int
    outputs: str
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A published page. ``version`` is the permId that a viewer's session must see. ``owner`` is where the
    notebook was stored when the page was judged last. Times are aware, UTC."""

    id: str
    notebook_id: str
    title: str
    follow: Follow
    code: Code
    snapshot_id: str
    version: str
    owner: Entity
    published_by: str
    published_at: datetime
    changed_at: datetime
    ends_at: datetime | None
    state: State
    reason: Reason
    confirmed_at: datetime
    confirmed_by: str
    revision: int

    def is_live(self, now: datetime) -> bool:
        """Whether it is shown at all; its end may have come since anybody wrote that down."""
        return self.state == "live" and not self.has_ended(now)

    def has_ended(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.ends_at is not None and self.ends_at <= now
