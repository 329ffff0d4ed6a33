"""What of the library lies in openBIS' trash, by openBIS alone (contract 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ...errors import Conflict, Forbidden, NotFound
from ...identifiers import is_perm_id
from ...openbis.client import OpenBIS
from ...openbis.records import Deletion
from .model import perm_id_of_fid
from .reading import is_fid
from .trash_reason import read_reason

__all__ = ["Trashed", "deletions_seen", "find_trashed", "trashed"]


@dataclass(frozen=True, slots=True)
class Trashed:
    """A notebook, or single versions of one, in the trash.

    Args:
        notebook_id: As the reason says; empty for a deletion that others made.
        fid: Of the notebook.
        name: It had; empty where the reason does not say.
        owner: Identifier of where it was stored; empty where the reason does not say.
        perm_ids: All that the deletions hold, of whatever kind.
        deletions: Their ids in openBIS.
        when: It was trashed.
        by: User id of who did it, as the reason says.
        whole: The notebook, not single versions.
        intact: Whether the deletions hold just these versions.
    """

    notebook_id: str
    fid: str
    name: str
    owner: str
    perm_ids: tuple[str, ...]
    deletions: tuple[str, ...]
    when: datetime | None = None
    by: str = ""
    whole: bool = True
    intact: bool = True

    @property
    def author(self) -> str:
        """User id of the author, from the fid."""
        return perm_id_of_fid(self.fid)[0] if is_fid(self.fid) else ""


async def trashed(client: OpenBIS) -> list[Trashed]:
    """What the library has put into the trash, as far as openBIS shows it, newest first.

    openBIS shows one's own deletions, and those that one may confirm.
    """
    found = [read for deletion in await deletions_seen(client) if (read := _read(deletion)) is not None]
    return sorted(found, key=_moment, reverse=True)


async def find_trashed(client: OpenBIS, ref: str) -> Trashed:
    """The notebook or the versions in the trash that *ref* names.

    Args:
        client: With a session.
        ref: Fid or notebook id, or permId of a version. By a fid or permId also a deletion is found that
            somebody made in openBIS itself.

    Raises:
        NotFound: there is none that the person sees.
        Conflict: several notebooks of that id; ``extra["fids"]`` names them.
    """
    ours = await trashed(client)
    named = [one for one in ours if one.whole and ref in (one.fid, one.notebook_id)]
    if len({one.fid for one in named}) > 1:
        fids = [one.fid for one in named]
        raise Conflict(
            "Several notebooks of that id are in the trash.",
            next_step=f"Name one by its fid: {', '.join(fids)}.",
            extra={"fids": fids},
        )
    if named:
        return max(named, key=lambda one: one.intact)
    perm_id = perm_id_of_fid(ref)[1] if is_fid(ref) else ref
    if is_perm_id(perm_id):
        holding = [one for one in ours if perm_id in one.perm_ids]
        if holding:
            return holding[0]
        for deletion in await deletions_seen(client):
            if perm_id in deletion.perm_ids:
                return _foreign(deletion, ref, perm_id)
    raise NotFound("Nothing of that name is in the trash, as far as openBIS shows it to you.")


async def deletions_seen(client: OpenBIS) -> list[Deletion]:
    """The trash as far as the person sees it. openBIS lets no observer ask, who cannot put anything there."""
    try:
        return await client.deletions()
    except Forbidden:
        return []


def _read(deletion: Deletion) -> Trashed | None:
    reason = read_reason(deletion.reason)
    if reason is None:
        return None
    whole = reason.kind == "notebook"
    first = perm_id_of_fid(reason.fid)[1] if is_fid(reason.fid) else ""
    return Trashed(
        notebook_id=reason.notebook_id,
        fid=reason.fid,
        name=reason.name,
        owner=reason.owner,
        perm_ids=deletion.perm_ids,
        deletions=(deletion.id,),
        when=deletion.deleted_at,
        by=reason.by,
        whole=whole,
        intact=reason.fits(deletion.perm_ids) and whole == (first in deletion.perm_ids),
    )


def _foreign(deletion: Deletion, ref: str, perm_id: str) -> Trashed:
    """A deletion made in openBIS itself: ours to touch only if it holds nothing but that one version."""
    return Trashed(
        notebook_id="",
        fid=ref if is_fid(ref) else "",
        name="",
        owner="",
        perm_ids=deletion.perm_ids,
        deletions=(deletion.id,),
        when=deletion.deleted_at,
        whole=False,
        intact=deletion.perm_ids == (perm_id,),
    )


def _moment(found: Trashed) -> datetime:
    return found.when or datetime.min.replace(tzinfo=UTC)
