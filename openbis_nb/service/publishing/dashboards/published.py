"""Published pages as dashboards show them: asked with the viewer's own session, few calls for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from ...library.query import Query, Viewer
from .. import store
from ..model import Page, Snapshot
from .model import Output
from .pages import PageOutput, PageShown

if TYPE_CHECKING:
    from ...service import Service

__all__ = ["PublishedPages"]


class PublishedPages:
    """What ``pages.Pages`` asks for.

    Args:
        here: The service, with its publications.
    """

    def __init__(self, here: Service) -> None:
        self._here = here

    async def shown(self, viewer: Viewer, page_ids: Collection[str]) -> Mapping[str, PageShown]:
        """Those that are live and whose version the viewer's session sees.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        seen = await self._here.publications.visible(viewer, page_ids)
        if not seen:
            return {}
        wanted = {page.snapshot_id for page in seen.values()}
        snapshots = await self._here.database.run(store.snapshots_by_id, wanted)
        newest = await self._newest(viewer, {page.notebook_id for page in seen.values()})
        return {
            page_id: self._shown(page, snapshots[page.snapshot_id], newest)
            for page_id, page in seen.items()
            if page.snapshot_id in snapshots
        }

    async def outputs(self, viewer: Viewer, page_id: str) -> Sequence[PageOutput]:
        """Raises:
        NotFound: not visible to the viewer.
        """
        found = await self._here.publications.outputs(viewer, page_id)
        return [
            PageOutput(cell_id=one.cell_id, index=one.index, kind=one.kind, label=one.label) for one in found
        ]

    async def html(self, viewer: Viewer, page_id: str, only: Output | None = None) -> bytes:
        """Raises:
        NotFound: not visible to the viewer, or it has no such output any more.
        """
        if only is None:
            page = await self._here.publications.page(viewer, page_id)
            return await self._here.publications.stored_html(page)
        return await self._here.publications.output_html(viewer, page_id, only.cell_id, only.index)

    async def _newest(self, viewer: Viewer, notebook_ids: Collection[str]) -> Mapping[str, str]:
        """Notebook → its newest version that counts, as far as the library's index knows it."""
        query = Query(ids=tuple(notebook_ids), limit=len(notebook_ids))
        found = await self._here.catalogue.page(viewer, query)
        return {row.notebook_id: row.newest.perm_id for row in found.rows}

    def _shown(self, page: Page, snapshot: Snapshot, newest: Mapping[str, str]) -> PageShown:
        return PageShown(
            id=page.id,
            title=page.title,
            link=self._here.publications.documents.addresses.page(page.id),
            notebook=snapshot.version_name or page.title,
            version=snapshot.version,
            saved_at=snapshot.saved_at,
            saved_by=snapshot.saved_by,
            follow=page.follow,
            has_code=snapshot.code == "shown",
            newer=newest.get(page.notebook_id, snapshot.version) != snapshot.version,
        )
