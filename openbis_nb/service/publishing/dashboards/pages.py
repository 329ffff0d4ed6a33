"""What dashboards need to know of published pages.

Everything is judged with the viewer's own session: a page that they may not see is absent, as one is that was
stopped or never was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ....errors import NotFound
from ...library.query import Viewer
from .model import Output

__all__ = ["PageOutput", "PageShown", "Pages", "no_such_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShown:
    """A page that the viewer may see now.

    Args:
        id: Of the page.
        title: Plain text.
        link: To the page, for people.
        notebook: Name of the notebook.
        version: PermId of the version that is shown.
        saved_at: When that was saved.
        saved_by: By whom.
        follow: Whether it goes on with newer versions.
        has_code: Whether there is code in its bytes.
        newer: Whether a newer version is known.
    """

    id: str
    title: str
    link: str
    notebook: str
    version: str
    saved_at: datetime | None
    saved_by: str
    follow: Literal["pinned", "latest"]
    has_code: bool
    newer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutput:
    """One output of a page: ``kind`` is ``picture``, ``table``, ``text`` …, ``label`` a few words of it."""

    cell_id: str
    index: int
    kind: str
    label: str


class Pages(Protocol):
    """Finds pages, and gives what they hold. Each raises what openBIS raises."""

    async def shown(self, viewer: Viewer, page_ids: Collection[str]) -> Mapping[str, PageShown]:
        """Those that the viewer may see."""

    async def outputs(self, viewer: Viewer, page_id: str) -> Sequence[PageOutput]:
        """What a page shows beside text, in its order.

        Raises:
            NotFound: not visible to the viewer.
        """

    async def html(self, viewer: Viewer, page_id: str, only: Output | None = None) -> bytes:
        """The page, inert, as ``html_page.page`` writes it; or one output of it.

        Raises:
            NotFound: not visible to the viewer, or no such output.
        """


def no_such_page() -> NotFound:
    """The same for each reason: nobody learns that there is a page which they may not see."""
    return NotFound(
        "There is no such page that you may see.",
        next_step="It may have been stopped, or show a notebook that openBIS does not show you.",
    )
