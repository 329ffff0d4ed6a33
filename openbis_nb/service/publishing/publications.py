"""``Publications``: what is published, and what keeps it true.

A page follows its notebook with the session of whoever may publish it and comes by (at a save, at a visit),
and goes when its version, its publisher's right or its end date has gone. No session is kept for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ...errors import ChangedMeanwhile, Conflict, Forbidden, NotFound, OpenbisNbError
from ...models import Checkpoint, Entity
from ...openbis import checkpoints
from ...openbis.roles import known_roles, may_create_in
from ...workflows.publishing.rights import in_group
from ..library.background import Background
from . import audit, store
from .judging import Judged, judge
from .model import Page, Reason
from .times import stamp
from .writing import Writing, apply

if TYPE_CHECKING:
    from ..people import Asker

__all__ = ["Publications"]

_log = logging.getLogger(__name__)


class Publications(Writing):
    """All published pages of this service."""

    background: Background
    _sweeping: asyncio.Task[None]
    _reviewed: dict[str, float]

    def start(self) -> None:
        """Begin what goes on beside the requests; once, in the event loop."""
        self.background, self._reviewed = Background("Published pages were"), {}
        self._sweeping = asyncio.create_task(self._sweep_on())

    async def close(self) -> None:
        """End what goes on."""
        self._sweeping.cancel()
        await asyncio.wait([self._sweeping])
        await self.background.close()

    def visited(self, caller: Asker, judged: Judged) -> None:
        """Somebody has looked at a page: what it takes their session for goes on in the background."""
        if judged.may["publish"].allowed and judged.page.is_live(self.clock()):
            self.background.start(("page", judged.page.id), lambda: self._keep(caller, judged))
        self.came_by(caller, judged.user)

    def came_by(self, caller: Asker, user: str, *, everything: bool = False) -> None:
        """A person with a session is here: what they have published is looked at, now and then; with
        *everything* an admin is, and all is looked at."""
        if everything:
            self.background.start(("review", ""), lambda: self.review_all(caller))
        if time.monotonic() < self._reviewed.get(user, 0.0):
            return
        self._reviewed[user] = time.monotonic() + self.here.settings.confirmed_for
        self.background.start(("review", user), lambda: self.review(caller))

    def came_to(self, caller: Asker, notebook_id: str) -> None:
        """A person has saved a version, or looks at the notebook: pages that follow it are brought up to date
        soon, as far as that person may."""
        name = ("notebook", notebook_id, id(caller))
        self.background.start(name, lambda: self.refresh_notebook(caller, notebook_id))

    async def refresh_notebook(self, caller: Asker, notebook_id: str) -> None:
        """Let all pages of a notebook that follow it show its newest version, as far as the caller may.

        Raises:
            OpenbisNbError: as :meth:`refresh`.
        """
        for page in await self.here.database.run(store.of_notebook, notebook_id):
            judged = await judge(self.here, caller, page)
            if judged.may["publish"].allowed:
                await self._keep(caller, judged)
        self.came_by(caller, await caller.openbis_user())

    async def refresh(self, caller: Asker, judged: Judged) -> Page:
        """Show the newest version, where a page follows it and the caller may take a snapshot of it.

        The author must be the one whom the page names: anybody may write a history id.

        Raises:
            ChangedMeanwhile: somebody else has just changed the page.
            OpenbisNbError: it cannot be fetched, rendered or stored; the page stays as it is.
        """
        page, newest, notebook = judged.page, judged.newer, judged.notebook
        if page.follow != "latest" or newest is None or notebook is None or not page.is_live(self.clock()):
            return page
        try:
            await self.require_of(caller, judged, newest, "snapshot")
        except (Forbidden, Conflict):  # somebody else may
            return page
        shown = await self.existing(notebook, newest, page.code) or await self.take(
            caller, judged.user, notebook, newest, page.code
        )
        changed = replace(self.showing(page, shown.snapshot), owner=newest.owner or page.owner)

        def store_all(connection: Connection) -> None:
            apply(connection, changed)
            facts = {"version": newest.perm_id, "snapshot": shown.snapshot.id}
            audit.write(connection, self.now(), judged.user, "refresh", page.id, **facts)

        await self.store(shown, store_all)
        return changed

    async def review(self, caller: Asker) -> None:
        """Look at all that the caller has published, with their own session: what openBIS does not show them
        any more, or where they may not publish any more, goes.

        Raises:
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked; nothing goes on a guess.
            StoreFailure: the database is away.
        """
        user = await caller.openbis_user()
        own = await self.here.database.run(store.live_pages, by=user)
        if not own:
            return
        async with caller.openbis() as client:
            seen = await client.data_sets({page.version for page in own})
            shown = {perm_id: checkpoints.checkpoint_of(one) for perm_id, one in seen.items()}
            owners = {one.owner.perm_id: one.owner for one in shown.values() if one.owner is not None}
            may = {perm_id: await client.can_create_data_set(owner) for perm_id, owner in owners.items()}
            member = await in_group(client, user, self.here.settings.publishers)
        writable = {perm_id for perm_id, allowed in may.items() if allowed and member}
        await self._judge_all(own, shown, writable, user)

    async def review_all(self, caller: Asker) -> None:
        """The same for what anybody has published, by what an admin of openBIS sees of versions and roles.

        Raises:
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked; nothing goes on a guess.
            StoreFailure: the database is away.
        """
        live = await self.here.database.run(store.live_pages)
        async with caller.openbis() as client:
            roles = await known_roles(client)
            if roles is None or not live:
                return
            seen = await client.data_sets({page.version for page in live})
            groups = self.here.settings.publishers
            members = await client.group_members(groups) if groups else {}
        shown = {perm_id: checkpoints.checkpoint_of(one) for perm_id, one in seen.items()}
        publishers = frozenset[str]().union(*members.values())
        for user in {page.published_by for page in live}:
            owners: list[Entity] = [one.owner for one in shown.values() if one.owner is not None]
            member = not groups or user in publishers
            writable = {one.perm_id for one in owners if member and may_create_in(roles, user, one)}
            own = [page for page in live if page.published_by == user]
            await self._judge_all(own, shown, writable, await caller.openbis_user())

    async def sweep(self) -> None:
        """Write down what has ended, remove what is over for long, and bytes that nobody names.

        Raises:
            StoreFailure: the database is away.
        """
        now = self.clock()
        for page in await self.here.database.run(store.ended, stamp(now)):
            await self._gone(page, "ended", "")
        kept_for = self.here.settings.stopped_kept_for
        before = stamp(now) - round(kept_for * 1000)

        def remove(connection: Connection) -> None:
            for page_id in store.remove_before(connection, before):
                audit.write(connection, stamp(now), "", "removed", page_id)

        await self.here.database.run(remove)
        with self.blobs.alone(wait=False) as alone:
            if not alone:
                return
            found = await asyncio.to_thread(self.blobs.begin_sweep)
            named = await self.here.database.run(store.digests)
            if removed := await asyncio.to_thread(self.blobs.end_sweep, found, named):
                _log.info("%d files of published pages that nothing names were removed.", removed)

    async def _keep(self, caller: Asker, judged: Judged) -> None:
        """A page is confirmed by somebody who may publish it, and follows its notebook."""
        page_ids, now = [judged.page.id], self.now()
        await self.here.database.run(store.confirm, page_ids, judged.user, now)
        with contextlib.suppress(ChangedMeanwhile, NotFound):
            await self.refresh(caller, judged)

    async def _judge_all(
        self, own: Sequence[Page], shown: dict[str, Checkpoint], writable: set[str], who: str
    ) -> None:
        confirmed = []
        for page in own:
            version = shown.get(page.version)
            if version is None:
                await self._gone(page, "version-gone", who)
            elif version.owner is None or version.owner.perm_id not in writable:
                await self._gone(page, "right-gone", who)
            else:
                confirmed.append(page.id)
        await self.here.database.run(store.confirm, confirmed, who, self.now())

    async def _gone(self, page: Page, reason: Reason, who: str) -> None:
        """Unless somebody has changed it meanwhile: then the next look decides."""
        changed = replace(page, state="gone", reason=reason, changed_at=self.clock())

        def store_all(connection: Connection) -> None:
            if store.change_page(connection, changed):
                audit.write(connection, self.now(), who, "gone", page.id, reason=reason)

        await self.here.database.run(store_all)

    async def _sweep_on(self) -> None:
        while True:
            try:
                await self.sweep()
            except OpenbisNbError as error:
                _log.warning("Published pages could not be swept: %s", error.message)
            except Exception:
                _log.exception("Published pages could not be swept.")
            await asyncio.sleep(self.here.settings.publishing_swept_every)
