"""Writing published pages: plan, publish, another snapshot, change, stop (D-03 to D-07, D-12).

First openBIS is asked, then the version is fetched and rendered, then the bytes go onto the disk, and last
one transaction makes snapshot, page, tile and audit line together. Whatever fails before leaves nothing;
bytes that were stored for a transaction that never came are swept away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ...errors import ChangedMeanwhile, Conflict, InvalidInput, NotFound
from ...models import Checkpoint, Entity
from ...openbis.roles import known_roles, people_at
from ...workflows.library.model import Notebook
from ...workflows.publishing.rights import require
from ..etags import check_unchanged
from ..library.rows import allowed
from . import audit, store
from .bodies import MOST_TITLE, ChangeBody, PublishBody, SnapshotBody
from .documents import contains, page_state
from .judging import Judged, judge_notebook
from .keeping import Keeping, Shown, notebook_of
from .model import Page, Snapshot
from .shapes import PlanShape, VisibleTo
from .taking import new_id, prepare

if TYPE_CHECKING:
    from ..people import Asker

__all__ = ["Writing", "apply"]


class Writing(Keeping):
    """What people publish."""

    async def plan(self, caller: Asker, wish: PublishBody) -> PlanShape:
        """What would be visible, to whom; nothing is stored.

        Raises:
            NotFound: the notebook is not visible to the caller, or it has no such version.
            InvalidInput: it would end before it begins.
            InvalidNotebook, TooLarge: it cannot be shown.
            NotLoggedIn, Forbidden, DataNotAvailable, TransferFailed, OpenBISFailure: openBIS.
            StoreFailure: the database is away.
        """
        self._check_end(wish.ends_at)
        ref = wish.version or wish.notebook or ""
        _, notebook, version, may = await judge_notebook(self.here, caller, ref, wish.version)
        made = await prepare(self.here, caller, version.perm_id, wish.code)
        found = store.contents(made.told)
        size = len(made.page) + len(made.outputs)
        published = await self.here.database.run(store.of_notebook, notebook.notebook_id)
        seen = {one.perm_id for one in notebook.versions}
        return PlanShape(
            title=_title(wish, version),
            notebook=self.documents.read_notebook(notebook),
            version=self.documents.checkpoint(version),
            author=notebook.author,
            follow=wish.follow,
            code=wish.code,
            ends_at=wish.ends_at,
            visible_to=await self._visible_to(caller, version),
            contains=contains(found, wish.code, size),
            redactions=list(found.redactions),
            warnings=[*self._warnings(wish, notebook, version), *found.warnings],
            dashboards=list(await self.boards.editable(caller)),
            pages=[page.id for page in published if page.version in seen],
            may=allowed(may),
            frame=self.documents.addresses.preview(version.perm_id, wish.code),
        )

    async def publish(self, caller: Asker, wish: PublishBody, page_id: str | None = None) -> Page:
        """A snapshot, a page that shows it, and a tile on a dashboard, in one step (D-07).

        Args:
            caller: Who publishes, with a session of their own.
            wish: What, and how.
            page_id: Of a try before: when that one came through, its page is the answer.

        Raises:
            Forbidden: no write access, or not in the group of publishers (D-03).
            Conflict: the version is a fork.
            NoSpace: no room for the bytes.
            OpenbisNbError: as :meth:`plan`.
        """
        if page_id is not None and (made_before := await self.stored(page_id)) is not None:
            return made_before
        self._check_end(wish.ends_at)
        ref = wish.version or wish.notebook or ""
        user, notebook, version, may = await judge_notebook(self.here, caller, ref, wish.version)
        require(may, "publish")
        if wish.dashboard is not None:
            await self.boards.check(caller, wish.dashboard)
        owner = _owner(version)
        home = await self.boards.home_for(caller, owner) if wish.new_dashboard is not None else None
        shown = await self.take(caller, user, notebook, version, wish.code)
        now = self.clock()
        page = Page(
            id=page_id or new_id(),
            notebook_id=notebook.notebook_id,
            title=_title(wish, version),
            follow=wish.follow,
            code=wish.code,
            snapshot_id=shown.snapshot.id,
            version=version.perm_id,
            owner=owner,
            published_by=user,
            published_at=now,
            changed_at=now,
            ends_at=wish.ends_at,
            state="live",
            reason="",
            confirmed_at=now,
            confirmed_by=user,
            revision=1,
        )

        def store_all(connection: Connection) -> None:
            store.add_page(connection, page)
            board, now_ms = wish.dashboard, self.now()
            if home is not None and wish.new_dashboard is not None:
                board = new_id()
                self.boards.create(
                    connection,
                    dashboard_id=board,
                    place=home,
                    title=wish.new_dashboard,
                    who=user,
                    now=now_ms,
                )
            if board is not None:
                self.boards.add_page(connection, board, page.id, user, now_ms)
            audit.write(connection, self.now(), user, "publish", page.id, **_facts(page, shown.snapshot))

        await self.store(shown, store_all)
        return page

    async def snapshot(self, caller: Asker, page_id: str, wish: SnapshotBody) -> Snapshot:
        """Another snapshot of a page's notebook (D-12).

        Raises:
            Forbidden: no write access, or not in the group of publishers.
            OpenbisNbError: as :meth:`publish`.
        """
        judged = await self.judged(caller, page_id)
        judged.require("snapshot")
        notebook, page = notebook_of(judged), judged.page
        version = notebook.version(wish.version) if wish.version else notebook.newest
        await self.require_of(caller, judged, version, "snapshot")
        shown = await self.take(caller, judged.user, notebook, version, wish.code or page.code)
        follows = page.follow == "latest" and version.perm_id == notebook.newest.perm_id
        switch = wish.show or (follows and shown.snapshot.code == page.code)
        changed = self.showing(page, shown.snapshot)
        if switch and not follows:
            changed = replace(changed, follow="pinned")

        def store_all(connection: Connection) -> None:
            facts = _facts(changed, shown.snapshot)
            audit.write(connection, self.now(), judged.user, "snapshot", page.id, **facts)
            if switch:
                apply(connection, changed)

        await self.store(shown, store_all)
        return shown.snapshot

    async def change(
        self, caller: Asker, page_id: str, wish: ChangeBody, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Another title, snapshot, version to follow, code, or end; or published again (D-05, D-11).

        Args:
            caller: Who changes it.
            page_id: Which page.
            wish: What is to change.
            headers: With an ``If-Match``, or none.

        Raises:
            ChangedMeanwhile: somebody was faster.
            Forbidden: no write access; or, where a new snapshot is needed, not in the group of publishers.
            OpenbisNbError: as :meth:`publish`.
        """
        judged = await self.judged(caller, page_id)
        judged.require("edit")
        page, now = judged.page, self.clock()
        check_unchanged(headers or {}, page_state(page))
        changed, shown = await self._changed(caller, judged, wish)
        if changed.snapshot_id != page.snapshot_id and (await self.links.counts([page.id])).get(page.id):
            judged.require("make-link")  # the world would read something else
        if not page.is_live(now) and changed.is_live(now):
            judged.require("resume")
            changed = replace(changed, published_by=judged.user, reason="")
        if changed == page:
            return page
        changed = replace(changed, changed_at=now, owner=_owner(judged.version))

        def store_all(connection: Connection) -> None:
            apply(connection, changed)
            for action in _acts(page, changed, now):
                details = {"title": changed.title, "follow": changed.follow, "code": changed.code}
                audit.write(connection, self.now(), judged.user, action, page.id, **details)

        await self.store(shown, store_all)
        return replace(changed, revision=page.revision + 1)

    async def stop(self, caller: Asker, page_id: str, headers: Mapping[str, str] | None = None) -> Page:
        """Nobody is shown the page any more, by any way. Stopping it again changes nothing.

        Raises:
            NotFound, Forbidden: not for this caller.
            ChangedMeanwhile: somebody was faster, and *headers* have an ``If-Match``.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        judged = await self.judged(caller, page_id)
        judged.require("stop")
        page = judged.page
        check_unchanged(headers or {}, page_state(page))
        if page.state == "stopped":
            return page
        conditional = "if-match" in (headers or {})

        def store_all(connection: Connection) -> Page:
            now = page if conditional else store.page(connection, page.id) or page
            stopped = replace(now, state="stopped", reason="stopped", changed_at=self.clock())
            apply(connection, stopped)
            audit.write(connection, self.now(), judged.user, "stop", page.id, title=now.title)
            return replace(stopped, revision=now.revision + 1)

        return await self.here.database.run(store_all)

    async def _changed(self, caller: Asker, judged: Judged, wish: ChangeBody) -> tuple[Page, Shown | None]:
        page, named = judged.page, wish.model_fields_set
        changed = page
        if wish.title is not None:
            changed = replace(changed, title=wish.title)
        if "ends_at" in named:
            self._check_end(wish.ends_at)
            changed = replace(changed, ends_at=wish.ends_at)
            if page.reason == "ended":
                changed = replace(changed, state="live", reason="")
        if wish.state == "live":
            changed = replace(changed, state="live", reason="")
            if changed.has_ended(self.clock()):
                raise Conflict("Its end date has passed.", next_step="Set a later end date, or none.")
        if wish.snapshot_id is not None:
            judged.require("switch-snapshot")
            found = await self.own_snapshot(judged, wish.snapshot_id)
            version = notebook_of(judged).version(found.version)
            await self.require_of(caller, judged, version, "switch-snapshot")
            changed = self.showing(changed, found)
            return replace(changed, follow=wish.follow or "pinned"), Shown(found)
        return await self._followed(caller, judged, changed, wish)

    async def _followed(
        self, caller: Asker, judged: Judged, changed: Page, wish: ChangeBody
    ) -> tuple[Page, Shown | None]:
        """Another code, or the latest version from now on: that may take a snapshot."""
        follow, code = wish.follow or changed.follow, wish.code or changed.code
        notebook, version = notebook_of(judged), judged.version
        if follow == "latest" and changed.follow != "latest":
            judged.require("snapshot")
            version = judged.newer or version
        changed = replace(changed, follow=follow)
        if version is None or (version.perm_id == changed.version and code == changed.code):
            return changed, None
        shown = await self.existing(notebook, version, code)
        if shown is None or version.perm_id != changed.version:
            await self.require_of(caller, judged, version, "snapshot")
        if shown is None:
            shown = await self.take(caller, judged.user, notebook, version, code)
        return self.showing(changed, shown.snapshot), shown

    def _check_end(self, ends_at: datetime | None) -> None:
        """Raises:
        InvalidInput: it has passed.
        """
        if ends_at is not None and ends_at <= self.clock():
            raise InvalidInput("The end date has passed already.", next_step="Choose a later one, or none.")

    async def _visible_to(self, caller: Asker, version: Checkpoint) -> VisibleTo:
        owner = _owner(version)
        async with caller.openbis() as client:
            roles = await known_roles(client)
        text = (
            f"Everybody who is logged in and may see {owner.identifier} in openBIS: "
            "that takes the role OBSERVER or more in its project or space."
        )
        people = None if roles is None else people_at(roles, owner)
        return VisibleTo(text, "openbis", self.documents.entity(owner), people)

    def _warnings(self, wish: PublishBody, notebook: Notebook, version: Checkpoint) -> list[str]:
        told = []
        if wish.follow == "latest" and version.perm_id != notebook.newest.perm_id:
            told.append("A newer version exists: a page that follows the latest will show that one.")
        if wish.follow == "latest":
            told.append("Each later version becomes visible, too, when somebody who may publish it saves it.")
        return told


def apply(connection: Connection, changed: Page) -> None:
    """Store a page that was changed.

    Raises:
        ChangedMeanwhile: somebody was faster.
    """
    if not store.change_page(connection, changed):
        raise ChangedMeanwhile("Somebody has changed this page since you read it.")


def _acts(page: Page, changed: Page, now: datetime) -> list[audit.Act]:
    acts: list[audit.Act] = []
    if not page.is_live(now) and changed.is_live(now):
        acts.append("resume")
    if page.snapshot_id != changed.snapshot_id:
        acts.append("switch")
    return acts or ["edit"]


def _facts(page: Page, shown: Snapshot) -> dict[str, str]:
    return {
        "title": page.title,
        "notebook": page.notebook_id,
        "version": shown.version,
        "snapshot": shown.id,
        "follow": page.follow,
        "code": shown.code,
    }


def _title(wish: PublishBody, version: Checkpoint) -> str:
    return wish.title or version.name[:MOST_TITLE] or version.perm_id


def _owner(version: Checkpoint | None) -> Entity:
    """Where it is stored; openBIS stores each data set somewhere, and shows where."""
    if version is None or version.owner is None:
        raise NotFound("openBIS does not say where this version is stored.")
    return version.owner
