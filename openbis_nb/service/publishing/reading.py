"""Reading published pages: who sees what, asked of openBIS with the viewer's own session each time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...errors import Forbidden, InvalidInput, NotFound
from ...notebooks.html_page import page as html_page
from ...notebooks.publishing import output_in
from ...workflows.publishing.rights import Permission
from ...workflows.publishing.rules import Action
from .. import cursors
from ..library.query import Viewer
from . import audit, store
from .core import Core
from .documents import Around, page_state, why
from .judging import Judged, no_page
from .model import Output, Page
from .shapes import AuditLine, PageList, PublishedPage, SnapshotList

if TYPE_CHECKING:
    from ..people import Asker

__all__ = ["MOST_ROWS", "PageQuery", "Reading"]

#: Pages of one answer; of one look into the database; looks of one answer.
MOST_ROWS, _AT_ONCE, _LOOKS = 100, 200, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which pages.

    Args:
        notebook_id: Of this notebook.
        mine: Published by the caller, also such as are not live any more.
        text: Words that all stand in the title, without case.
        state: ``live``, ``over``, or empty for both.
        everything: All that there are, for an admin of openBIS.
        limit: At most :data:`MOST_ROWS`.
        after: Cursor of the answer before.
    """

    notebook_id: str | None = None
    mine: bool = False
    text: str = ""
    state: str = "live"
    everything: bool = False
    limit: int = 50
    after: str | None = None


class Reading(Core):
    """What people see."""

    async def visible(self, caller: Viewer, page_ids: Collection[str]) -> dict[str, Page]:
        """Those of many pages that are live and whose version the caller's own session sees: one question.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        known = await self.here.database.run(store.pages_by_id, page_ids)
        now = self.clock()
        live = {page_id: page for page_id, page in known.items() if page.is_live(now)}
        if not live:
            return {}
        seen = await self.here.catalogue.confirm(caller, {page.version for page in live.values()})
        return {page_id: page for page_id, page in live.items() if page.version in seen}

    async def page(self, caller: Viewer, page_id: str) -> Page:
        """A page that the caller may look at now.

        Raises:
            NotFound: there is none, it is over, or openBIS does not show the caller its version.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        found = (await self.visible(caller, [page_id])).get(page_id)
        if found is None:
            raise no_page()
        return found

    async def html(self, caller: Asker, page_id: str, snapshot_id: str | None = None) -> bytes:
        """The stored bytes of a page; of another snapshot only for who may switch to it.

        Raises:
            NotFound, Forbidden: not for this caller.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database, or the bytes, are away.
        """
        if snapshot_id is None:
            return await self.stored_html(await self.page(caller, page_id))
        judged = await self.judged(caller, page_id)
        judged.require("switch-snapshot")
        found = await self.here.database.run(store.snapshot, snapshot_id)
        if found is None or found.notebook_id != judged.page.notebook_id:
            raise NotFound("This page has no such snapshot.", next_step="Load its history again.")
        if not await self.here.catalogue.confirm(caller, [found.version]):
            raise no_page()
        return await self.bytes_of(found.digest)

    async def output_html(self, caller: Viewer, page_id: str, cell_id: str, index: int) -> bytes:
        """One output of a page alone, as a page for a frame.

        Raises:
            NotFound: the page is not for this caller, or has no such output.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database, or the bytes, are away.
        """
        shown = await self.snapshot_of(await self.page(caller, page_id))
        html = output_in(await self.bytes_of(shown.outputs), cell_id, index)
        if html is None:
            raise NotFound(
                "The page has no such output any more: it shows another version.",
                next_step="Choose an output of the page anew.",
            )
        body = f'<div class="nb-output">{html}</div>'
        return html_page("Published output", "", body, footer="").encode("utf-8", "replace")

    async def outputs(self, caller: Viewer, page_id: str) -> Sequence[Output]:
        """What a tile can show alone. Raises what :meth:`page` does."""
        return (await self.snapshot_of(await self.page(caller, page_id))).contents.outputs

    async def may(self, caller: Asker, page_id: str) -> Mapping[Action, Permission]:
        """What the caller may do with a page. Raises what :meth:`judged` does."""
        return (await self.judged(caller, page_id)).may

    async def require(self, caller: Asker, page_id: str, action: Action) -> Page:
        """The page, if the caller may do that with it now.

        Raises:
            NotFound: the caller does not see it.
            Forbidden: names the role or the group.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        judged = await self.judged(caller, page_id)
        judged.require(action)
        return judged.page

    async def document(self, caller: Asker, page_id: str) -> tuple[PublishedPage, str]:
        """A page in full, and its state for ``If-Match``.

        Raises:
            NotFound: not for this caller; or over, and they could not publish it again.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        judged = await self.judged(caller, page_id)
        self._refuse(judged)
        self.visited(caller, judged)
        return await self.documented(caller, judged), page_state(judged.page)

    async def documented(self, caller: Asker, judged: Judged) -> PublishedPage:
        """What the API answers of a page."""
        page, visible = replace(judged.page, owner=judged.owner), judged.version is not None
        shown = await self.snapshot_of(page)
        counts = await self._snapshots_seen(caller, [page.notebook_id])
        held = await self.boards.holding(caller, [page.id])
        links = await self.links.counts([page.id])
        around = Around(
            visible=visible,
            newest=judged.newer,
            may=judged.may,
            snapshots=counts.get(page.notebook_id, 0),
            links=links.get(page.id, 0),
            dashboards=held.get(page.id, ()),
            alone=True,
            known=visible or (judged.may["stop"].allowed and await self.is_admin(caller)),
        )
        return self.documents.page(page, shown, around, self.clock())

    async def snapshots(self, caller: Asker, page_id: str) -> SnapshotList:
        """Snapshots of a page's notebook whose versions the caller sees, newest first (D-05).

        Raises:
            NotFound: the page is not for this caller.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        judged = await self.judged(caller, page_id)
        self._refuse(judged)
        if judged.notebook is None:
            return SnapshotList([])
        seen = {version.perm_id for version in judged.notebook.versions}
        found = await self.here.database.run(store.snapshots_of, judged.page.notebook_id)
        entries = [self.documents.snapshot(one, judged.page) for one in found if one.version in seen]
        return SnapshotList(entries)

    async def find(self, caller: Asker, asked: PageQuery) -> PageList:
        """Pages that the caller sees, the one changed last first.

        Raises:
            InvalidInput: a cursor of another list.
            Forbidden: lists everything, and is no admin of openBIS.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        user = await caller.openbis_user()
        if asked.everything and not await self.is_admin(caller):
            raise Forbidden(
                "You may not list all published pages: that takes the role INSTANCE_ADMIN of openBIS.",
                extra={"role": "INSTANCE_ADMIN"},
            )
        limit, after = max(1, min(asked.limit, MOST_ROWS)), _position(asked.after)
        shown: list[tuple[Page, bool]] = []
        for _ in range(_LOOKS):
            rows = await self._look(asked, user, after)
            seen = await self._seen(caller, rows)
            for page in rows:
                after = (self._stamp(page), page.id)
                if asked.everything or asked.mine or page.version in seen:
                    shown.append((page, page.version in seen))
                if len(shown) == limit:
                    break
            if len(shown) == limit or len(rows) < _AT_ONCE:
                break
        self.came_by(caller, user, everything=asked.everything)
        more = len(shown) == limit or len(rows) == _AT_ONCE
        cursor = cursors.encode(list(after)) if more and after is not None else None
        return PageList(await self._listed(caller, shown, asked.everything), cursor, asked.everything)

    async def audited(self, caller: Asker, page_id: str) -> list[AuditLine]:
        """What was done to a page, the last first.

        Raises:
            NotFound, Forbidden: not for this caller.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        judged = await self.judged(caller, page_id)
        judged.require("stop")
        found = await self.here.database.run(audit.lines, page_id)
        return [AuditLine(line.at, line.who, line.action, line.details) for line in found]

    def visited(self, caller: Asker, judged: Judged) -> None:
        """Somebody has looked at a page; what may go on in the background begins."""

    def came_by(self, caller: Asker, user: str, *, everything: bool = False) -> None:
        """Somebody with a session is here, with *everything* an admin who looks at all; likewise."""

    def _refuse(self, judged: Judged) -> None:
        """Raises:
        NotFound: the caller may not even know of it.
        """
        mine = judged.may["stop"].allowed
        if judged.version is None and not mine:
            raise no_page()
        if not judged.page.is_live(self.clock()) and not mine:
            _, text = why(judged.page, self.clock())
            raise NotFound(
                f"This page is not published any more. {text}",
                next_step=f"Ask {judged.page.published_by}, who published it.",
            )

    async def _look(self, asked: PageQuery, user: str, after: tuple[int, str] | None) -> Sequence[Page]:
        return await self.here.database.run(
            store.find,
            notebook_id=asked.notebook_id,
            by=user if asked.mine else None,
            text=asked.text,
            live={"live": True, "over": False}.get(asked.state),
            after=after,
            now=self.now(),
            limit=_AT_ONCE,
        )

    async def _seen(self, caller: Viewer, rows: Sequence[Page]) -> set[str]:
        if not rows:
            return set()
        return await self.here.catalogue.confirm(caller, {page.version for page in rows})

    async def _listed(
        self, caller: Asker, shown: Sequence[tuple[Page, bool]], everything: bool
    ) -> list[PublishedPage]:
        ids = [page.id for page, _ in shown]
        snapshots = await self.here.database.run(
            store.snapshots_by_id, [page.snapshot_id for page, _ in shown]
        )
        counts = await self._snapshots_seen(caller, {page.notebook_id for page, _ in shown})
        links = await self.links.counts(ids)
        held = await self.boards.holding(caller, ids)
        entries = []
        for page, visible in shown:
            if page.snapshot_id in snapshots:
                around = Around(
                    visible=visible,
                    snapshots=counts.get(page.notebook_id, 0),
                    links=links.get(page.id, 0),
                    dashboards=held.get(page.id, ()),
                    known=visible or everything,
                )
                entries.append(self.documents.page(page, snapshots[page.snapshot_id], around, self.clock()))
        return entries

    async def _snapshots_seen(self, caller: Viewer, notebook_ids: Collection[str]) -> Mapping[str, int]:
        """Notebook → how many snapshots there are of versions that the caller sees."""
        versions = await self.here.database.run(store.versions_of_snapshots, notebook_ids)
        asked = {one for some in versions.values() for one in some}
        seen = await self.here.catalogue.confirm(caller, asked) if asked else set()
        return {one: sum(version in seen for version in some) for one, some in versions.items()}

    def _stamp(self, page: Page) -> int:
        return round(page.changed_at.timestamp() * 1000)


def _position(cursor: str | None) -> tuple[int, str] | None:
    """Raises:
    InvalidInput: none of ours.
    """
    if cursor is None:
        return None
    at, last = cursors.decode(cursor, int, str)
    if not (isinstance(at, int) and isinstance(last, str)) or abs(at) >= 2**62:
        raise InvalidInput("This cursor is not from this list.", next_step="Begin without a cursor.")
    return at, last
