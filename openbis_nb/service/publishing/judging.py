"""A published page and one person: what openBIS shows them of it now, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...errors import NotFound
from ...models import Checkpoint, Entity
from ...openbis.client import OpenBIS
from ...workflows.library.model import Notebook
from ...workflows.library.reading import notebook_of, read_notebook
from ...workflows.publishing.rights import Action, Permission, permissions, require, seen_only
from .model import Page

if TYPE_CHECKING:
    from ..people import Asker
    from ..service import Service

__all__ = ["Judged", "judge", "judge_notebook", "judge_version", "no_page"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What openBIS says about one page to one person.

    Args:
        user: User id of the person.
        page: The page.
        notebook: All its versions that the person sees; ``None``: not even one.
        may: What they may do.
    """

    user: str
    page: Page
    notebook: Notebook | None
    may: Mapping[Action, Permission]

    @property
    def version(self) -> Checkpoint | None:
        """The version that is shown, where the person sees it."""
        return _seen(self.notebook, self.page.version)

    @property
    def owner(self) -> Entity:
        """Where the version is stored now, as far as that is known."""
        shown = self.version
        return shown.owner if shown and shown.owner else self.page.owner

    @property
    def newer(self) -> Checkpoint | None:
        """The newest version that counts, where it is another one than the page shows, of the same author."""
        shown, notebook = self.version, self.notebook
        if shown is None or notebook is None or not shown.counts:
            return None
        newest = notebook.newest
        return None if newest.perm_id == shown.perm_id else newest

    def require(self, action: Action) -> None:
        """Let pass what is allowed.

        Raises:
            NotFound: the person does not see it.
            Forbidden: names the role or the group.
        """
        if self.version is None and not (action == "stop" and self.may["stop"].allowed):
            raise no_page()
        require(self.may, action)


async def judge(here: Service, caller: Asker, page: Page) -> Judged:
    """Ask openBIS with the caller's session: two waves of calls.

    Raises:
        NotLoggedIn, Forbidden, OpenBISFailure: it cannot be asked.
    """
    user = await caller.openbis_user()
    async with caller.openbis() as client:
        try:
            notebook = await read_notebook(client, page.notebook_id, co_authors=False)
        except NotFound:
            notebook = None
        seen = _seen(notebook, page.version)
        may = await _permissions(here, client, seen.owner, user) if seen else _refused()
    if page.published_by == user:  # who published it may always take it back
        may["stop"] = Permission(True)
    return Judged(user, page, notebook, may)


async def judge_notebook(
    here: Service, caller: Asker, ref: str, perm_id: str | None
) -> tuple[str, Notebook, Checkpoint, dict[Action, Permission]]:
    """A notebook that is to be published: the person, the notebook, the version, and what they may do.

    Args:
        here: The service.
        caller: Who publishes.
        ref: Notebook id, fid, or the permId of a version.
        perm_id: Of a version; default: the newest that counts.

    Raises:
        NotFound: none is visible.
        NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
    """
    user = await caller.openbis_user()
    async with caller.openbis() as client:
        notebook = await notebook_of(client, ref, co_authors=False)
        version = notebook.version(perm_id) if perm_id else notebook.newest
        may = await _of_version(here, client, version, user)
    return user, notebook, version, may


async def judge_version(
    here: Service, caller: Asker, judged: Judged, version: Checkpoint
) -> Mapping[Action, Permission]:
    """What the person may do with a page that shows *version* of its notebook, by the place of that version:
    a notebook may be stored in one place today and in another tomorrow.

    Raises:
        NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
    """
    shown = judged.version
    if version.counts and shown is not None and _is_same_place(shown.owner, version.owner):
        return judged.may
    async with caller.openbis() as client:
        return await _of_version(here, client, version, judged.user)


def _is_same_place(one: Entity | None, other: Entity | None) -> bool:
    return one is not None and other is not None and (one.kind, one.perm_id) == (other.kind, other.perm_id)


async def _of_version(
    here: Service, client: OpenBIS, version: Checkpoint, user: str
) -> dict[Action, Permission]:
    may = await _permissions(here, client, version.owner, user)
    if not version.counts:
        reason = "This version does not count: it is shown as a fork, and a page says who the author is."
        may |= {one: Permission(False, reason, "", "state") for one in ("publish", "snapshot")}
    return may


async def _permissions(
    here: Service, client: OpenBIS, owner: Entity | None, user: str
) -> dict[Action, Permission]:
    return await permissions(client, owner, user, here.settings.publishers)


def _refused() -> dict[Action, Permission]:
    reason = "openBIS does not show you what this page shows."
    return {action: replace(one, allowed=False, reason=reason) for action, one in seen_only().items()}


def _seen(notebook: Notebook | None, perm_id: str) -> Checkpoint | None:
    if notebook is None:
        return None
    try:
        return notebook.version(perm_id)
    except NotFound:
        return None


def no_page() -> NotFound:
    """The same words for a page that is hidden and for one that never was."""
    return NotFound(
        "There is no such page that you may see.",
        next_step="It may have been stopped, or show a notebook that is not yours to see: ask who sent it.",
    )
