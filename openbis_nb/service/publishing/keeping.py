"""What changes of published pages are made of: snapshots found or taken, stored with their rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ...errors import Conflict, NoSpace, NotFound
from ...models import Checkpoint
from ...units import human_size
from ...workflows.library.model import Notebook
from ...workflows.publishing.rights import Action, require
from . import store
from .judging import Judged, judge_version
from .model import Code, Page, Snapshot
from .reading import Reading
from .taking import Taken, prepare, taken

if TYPE_CHECKING:
    from ..people import Asker

__all__ = ["Keeping", "Shown", "notebook_of"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot that a page is to show.

    Args:
        snapshot: Which one.
        taken: Its bytes, where they were made just now; those on the disk may be lost or damaged.
    """

    snapshot: Snapshot
    taken: Taken | None = None


class Keeping(Reading):
    """Snapshots, and what may be done with each."""

    async def require_of(self, caller: Asker, judged: Judged, version: Checkpoint, action: Action) -> None:
        """Let pass what may be done with this version: it may be stored elsewhere than the one that is shown,
        and who does not see how the notebook began may take another person's for the author's.

        Raises:
            Forbidden: names the role or the group.
            Conflict: the version is a fork.
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
        """
        shown = await self.snapshot_of(judged.page)
        if action == "snapshot" and notebook_of(judged).author != shown.author:
            raise Conflict(
                f"Of the notebook of {shown.author} you see later versions only.",
                next_step=f"Ask {shown.author}, or somebody who sees all its versions, to do it.",
            )
        require(await judge_version(self.here, caller, judged, version), action)

    async def existing(self, notebook: Notebook, version: Checkpoint, code: Code) -> Shown | None:
        """The latest snapshot of a version, with the code or without it, if there is one."""
        known = await self.here.database.run(store.snapshots_of, notebook.notebook_id)
        fitting = [one for one in known if one.version == version.perm_id and one.code == code]
        return Shown(fitting[0]) if fitting else None

    async def own_snapshot(self, judged: Judged, snapshot_id: str) -> Snapshot:
        """A snapshot of the page's notebook, of a version that the person sees.

        Raises:
            NotFound: there is none.
        """
        found = await self.here.database.run(store.snapshot, snapshot_id)
        seen = {version.perm_id for version in notebook_of(judged).versions}
        if found is None or found.notebook_id != judged.page.notebook_id or found.version not in seen:
            raise NotFound("This page has no such snapshot.", next_step="Load its history again.")
        return found

    async def take(
        self, caller: Asker, user: str, notebook: Notebook, version: Checkpoint, code: Code
    ) -> Shown:
        """A snapshot of a version, fetched now; the one that has the same bytes, if there is one.

        Raises:
            NoSpace: the admin allows no more.
            OpenbisNbError: as ``taking.prepare``.
        """
        made = await prepare(self.here, caller, version.perm_id, code)
        new = taken(version, notebook.author, code, made, user, self.clock())
        same = await self.here.database.run(store.same_snapshot, new.snapshot)
        if same is not None:
            return Shown(same, new)
        await self.check_room(new.snapshot.size)
        return Shown(new.snapshot, new)

    async def check_room(self, more: int) -> None:
        """Raises:
        NoSpace: the admin allows no more.
        """
        most = self.here.settings.published_limit
        if most is not None and await self.here.database.run(store.total_size) + more > most:
            raise NoSpace(
                f"All published pages together may take {human_size(most)}, and that is full.",
                next_step="Nothing was published. Stop pages that nobody needs, or ask the admin of the hub.",
            )

    async def store(self, shown: Shown | None, work: Callable[[Connection], None]) -> None:
        """Bytes first, then all rows at once."""
        made = shown.taken if shown is not None else None

        def store_all(connection: Connection) -> None:
            if shown is not None and store.snapshot(connection, shown.snapshot.id) is None:
                store.add_snapshot(connection, shown.snapshot)
            work(connection)
            if shown is not None:
                store.remove_superseded(connection, shown.snapshot.notebook_id)

        async with self.kept(*((made.page, made.outputs) if made is not None else ())):
            await self.here.database.run(store_all)

    def showing(self, page: Page, shown: Snapshot) -> Page:
        """The page as it shows that snapshot."""
        now = self.clock()
        return replace(
            page,
            snapshot_id=shown.id,
            version=shown.version,
            code=shown.code,
            changed_at=now,
        )


def notebook_of(judged: Judged) -> Notebook:
    if judged.notebook is None:
        raise NotFound("openBIS shows you no such notebook.", next_step="Check your rights.")
    return judged.notebook
