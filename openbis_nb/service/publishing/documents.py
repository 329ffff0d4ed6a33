"""From what is published to what the API answers (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ...models import Checkpoint, Entity
from ...workflows.library.model import Notebook
from ...workflows.publishing.rights import Permission
from ..etags import state_of
from ..library.links import Links
from ..library.rows import allowed
from ..library.shapes import EntityRef
from .model import Code, Contents, Page, Reason, Snapshot
from .shapes import (
    Contains,
    DashboardRef,
    NotebookRef,
    PublishedPage,
    SnapshotShape,
    VersionRef,
)

__all__ = ["Addresses", "Around", "Documents", "page_state", "why"]

_WHY: Mapping[Reason, str] = {
    "": "",
    "stopped": "It was stopped.",
    "version-gone": "The version that it shows is not there any more.",
    "right-gone": "Who published it may not publish there any more.",
    "ended": "Its end date has passed.",
}


def page_state(page: Page) -> str:
    """What an ``If-Match`` on a page asks about."""
    return state_of([page.id, page.revision])


def why(page: Page, now: datetime) -> tuple[Reason, str]:
    """Why a page is not live: in a word, and in a sentence for people; empty while it is."""
    reason: Reason = "ended" if page.state == "live" and page.has_ended(now) else page.reason
    return reason, _WHY[reason]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where published pages are shown, as absolute paths on the hub's origin.

    Args:
        prefix: Of the service, with a slash at both ends.
    """

    prefix: str

    def page(self, page_id: str) -> str:
        """The page for people."""
        return f"{self.prefix}published/{page_id}"

    def frame(self, page_id: str, snapshot_id: str = "") -> str:
        """What its frame holds: the snapshot that it shows, or another one for who may edit it."""
        one = f"/{snapshot_id}" if snapshot_id else ""
        return f"{self.prefix}published/frame/{page_id}{one}"

    def output(self, page_id: str, cell_id: str, index: int) -> str:
        """One of its outputs alone."""
        return f"{self.prefix}published/frame/{page_id}/output/{quote(cell_id, safe='')}/{index}"

    def preview(self, perm_id: str, code: Code) -> str:
        """What would be published of a version."""
        return f"{self.prefix}published/frame/preview/{quote(perm_id, safe='')}?code={code}"


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a page for one person.

    Args:
        visible: Whether they may look at its content now.
        newest: A newer version that counts, as they see it.
        may: What they may do; empty where that was not asked.
        snapshots: How many the notebook has.
        links: How many links for people without log-in lead to it.
        dashboards: That hold it, as far as they see them.
        alone: Whether single outputs are listed.
        known: Whether they are told of the version, the place and the contents. Who published a page and does
            not see the version any more is told of the page alone: others may have changed what it shows.
    """

    visible: bool
    newest: Checkpoint | None = None
    may: Mapping[Any, Permission] = field(default_factory=dict)
    snapshots: int = 0
    links: int = 0
    dashboards: Sequence[DashboardRef] = ()
    alone: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Documents:
    """Makes answers.

    Args:
        links: Of the library.
        addresses: Of published pages.
    """

    links: Links
    addresses: Addresses

    def page(self, page: Page, shown: Snapshot, around: Around, now: datetime) -> PublishedPage:
        """A published page as one person sees it."""
        reason, text = why(page, now)
        visible = around.visible and page.is_live(now)
        if not around.known:
            page, shown = replace(page, owner=_UNKNOWN), _untold(shown)
        return PublishedPage(
            id=page.id,
            title=page.title,
            notebook=self.notebook(page.notebook_id, shown.version_name),
            version=self.version(
                page.notebook_id, shown.version, shown.version_name, shown.saved_at, shown.saved_by
            ),
            author=shown.author,
            follow=page.follow,
            code=page.code,
            newest_known=self.checkpoint(around.newest) if around.newest else None,
            state="gone" if reason == "ended" else page.state,
            reason=reason,
            reason_text=text,
            published_by=page.published_by,
            published_at=page.published_at,
            changed_at=page.changed_at,
            ends_at=page.ends_at,
            stored_in=self.entity(page.owner),
            link=self.addresses.page(page.id),
            frame=self.addresses.frame(page.id) if visible else "",
            snapshot_id=shown.id,
            contains=contains(shown.contents, shown.code, shown.size),
            snapshots_count=around.snapshots,
            links=around.links,
            dashboards=list(around.dashboards),
            outputs=list(shown.contents.outputs) if visible and around.alone else [],
            may=allowed(around.may),
        )

    def snapshot(self, one: Snapshot, page: Page) -> SnapshotShape:
        """A snapshot of the page's notebook."""
        return SnapshotShape(
            id=one.id,
            version=self.version(one.notebook_id, one.version, one.version_name, one.saved_at, one.saved_by),
            code=one.code,
            made_by=one.made_by,
            made_at=one.made_at,
            contains=contains(one.contents, one.code, one.size),
            current=one.id == page.snapshot_id,
            frame=self.addresses.frame(page.id, one.id),
        )

    def notebook(self, notebook_id: str, name: str) -> NotebookRef:
        """A notebook."""
        return NotebookRef(notebook_id, name, self.links.notebook_page(notebook_id, name))

    def read_notebook(self, notebook: Notebook) -> NotebookRef:
        """A notebook that was read."""
        return self.notebook(notebook.notebook_id, notebook.name)

    def checkpoint(self, version: Checkpoint) -> VersionRef:
        """A version that was read."""
        return self.version(
            version.notebook_id, version.perm_id, version.name, version.registered_at, version.registrator
        )

    def version(
        self, notebook_id: str, perm_id: str, name: str, saved_at: datetime | None, saved_by: str
    ) -> VersionRef:
        """A version."""
        link = self.links.notebook_page(notebook_id, name, perm_id)
        return VersionRef(perm_id, name, saved_at, saved_by, link)

    def entity(self, entity: Entity) -> EntityRef:
        """Where something is stored."""
        if entity is _UNKNOWN:
            return EntityRef(kind=entity.kind, permId="", identifier="", name="", link="", page="")
        return EntityRef(
            kind=entity.kind,
            permId=entity.perm_id,
            identifier=entity.identifier,
            name=entity.name,
            link=self.links.eln_entity(entity),
            page=self.links.place_page(entity.kind, entity.perm_id),
        )


_UNKNOWN = Entity("project", "", "", "")


def _untold(shown: Snapshot) -> Snapshot:
    told = replace(shown, version_name="", saved_at=None, saved_by="", author="", size=0)
    return replace(told, contents=Contents())


def contains(found: Contents, code: Code, size: int) -> Contains:
    """What is in the bytes."""
    with_code = code == "shown" and found.code_cells > 0
    return Contains(found.cells, len(found.outputs), found.pictures, with_code, size)
