"""Into the trash, back, and out of it for ever: one openBIS deletion, with just the notebook's own data sets.

Own are the versions that count. What others wrote under the same notebook id are forks of theirs and stay.
A deletion that holds anything else is neither brought back nor emptied here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ...errors import (
    Conflict,
    EntityFrozen,
    Forbidden,
    NotFound,
    OpenBISFailure,
)
from ...openbis import checkpoints
from ...openbis.authorship import judge
from ...openbis.client import OpenBIS
from .model import Notebook, perm_id_of_fid
from .reading import is_fid, notebook_of, read_notebook
from .trash_list import Trashed, deletions_seen, find_trashed, trashed
from .trash_reason import TrashReason, write_reason

__all__ = [
    "Trashed",
    "delete_for_ever",
    "find_trashed",
    "restore_from_trash",
    "trash",
    "trash_ref",
    "trash_versions",
    "trashed",
]


async def trash(client: OpenBIS, notebook: Notebook, why: str = "") -> Trashed:
    """Put a notebook into the trash: all its versions that count, in one deletion.

    Once more is no change, also after a lost answer (P-12).

    Args:
        client: With a session.
        notebook: As read before; versions that went into the trash since are passed over.
        why: In the person's own words; others read it in openBIS' trash.

    Raises:
        Forbidden: takes a power user.
        EntityFrozen: one of its versions is frozen.
        OpenBISRefused: openBIS' own reason, e.g. an archived version.
        NotFound: it is neither there nor in the trash.
    """
    own = [version.perm_id for version in notebook.counting]
    there = await client.data_sets(own)
    left = [perm_id for perm_id in own if perm_id in there]
    if left:
        reason = await _reason(client, "notebook", notebook, why)
        await _delete(client, left, write_reason(reason, left))
    return await find_trashed(client, notebook.fid)


async def trash_ref(client: OpenBIS, ref: str, why: str = "") -> Trashed:
    """:func:`trash` for a notebook that may be in the trash already.

    Args:
        client: With a session.
        ref: Notebook id, fid, or permId of a version.
        why: As for :func:`trash`.

    Raises:
        As :func:`trash`.
    """
    if not is_fid(ref):
        already = await _already(client, ref)
        if already is not None:
            return already
    try:
        notebook = await notebook_of(client, ref, co_authors=False)
    except NotFound:
        return await find_trashed(client, ref)
    return await trash(client, notebook, why)


async def _already(client: OpenBIS, ref: str) -> Trashed | None:
    """The notebook of an id that lies in the trash, although forks of others still carry that id."""
    whole = [one for one in await trashed(client) if one.whole and one.notebook_id == ref]
    if not whole:
        return None
    try:
        shown = await read_notebook(client, ref, co_authors=False)
    except NotFound:
        return whole[0]
    # What is left is that notebook only if it could be: by the same author, at the same place; and a
    # notebook that began before what lies in the trash is no fork of that, whatever a reason says.
    if _began_before(shown, whole[0]):
        return None
    place = shown.owner.identifier if shown.owner else ""
    return whole[0] if (shown.author, place) != (whole[0].author, whole[0].owner) else None


def _began_before(notebook: Notebook, other: Trashed) -> bool:
    if not is_fid(other.fid):
        return True
    own, _, number = notebook.first.perm_id.partition("-")
    time, _, later = perm_id_of_fid(other.fid)[1].partition("-")
    return (own, int(number)) < (time, int(later))


async def trash_versions(client: OpenBIS, perm_ids: Iterable[str], why: str = "") -> list[Trashed]:
    """Put single versions into the trash, in one deletion for each notebook.

    Nothing is trashed before all of them are judged.

    Args:
        client: With a session.
        perm_ids: Versions, of any notebooks; those that are in the trash already are passed over.
        why: As for :func:`trash`.

    Raises:
        NotFound: one is no version that the person sees, nor in the trash.
        Conflict: it is the newest or the first that counts, or another one counts only because of it.
        Forbidden, EntityFrozen, OpenBISRefused: as for :func:`trash`.
    """
    chosen: dict[str, list[str]] = defaultdict(list)
    wanted = list(dict.fromkeys(perm_ids))
    there = await client.data_sets(wanted)
    gone = [perm_id for perm_id in wanted if perm_id not in there]
    seen = await deletions_seen(client) if gone else []
    in_trash = {perm_id for deletion in seen for perm_id in deletion.perm_ids}
    for perm_id in wanted:
        data_set = there.get(perm_id)
        notebook_id = checkpoints.notebook_id_of(data_set) if data_set else None
        if notebook_id is not None:
            chosen[notebook_id].append(perm_id)
        elif perm_id not in in_trash:
            raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
    notebooks = [await read_notebook(client, notebook_id, co_authors=False) for notebook_id in sorted(chosen)]
    for notebook in notebooks:
        await _check_can_go(client, notebook, chosen[notebook.notebook_id])
    done = []
    for notebook in notebooks:
        own = chosen[notebook.notebook_id]
        reason = await _reason(client, "versions", notebook, why)
        await _delete(client, own, write_reason(reason, own))
        done.append(await find_trashed(client, own[0]))
    return done


async def restore_from_trash(client: OpenBIS, ref: str) -> Trashed:
    """Bring back what one deletion of ours put into the trash, and only that.

    Versions that were trashed by themselves before stay there: name one of them by its permId.

    Args:
        client: With a session.
        ref: Fid or notebook id of a trashed notebook, or permId of a trashed version.

    Raises:
        NotFound: nothing of that name is in the trash that the person sees.
        Conflict: the deletion holds other things, too; or several notebooks have that id.
        Forbidden: openBIS does not allow it.
        OpenBISRefused: openBIS' own reason, e.g. its owner is in the trash.
    """
    found = await find_trashed(client, ref)
    _check_intact(found, "brought back")
    try:
        await client.revert(*found.deletions)
    except (OpenBISFailure, NotFound):
        there = await client.data_sets(found.perm_ids)
        if len(there) < len(found.perm_ids):
            raise
    return found


async def delete_for_ever(client: OpenBIS, ref: str) -> None:
    """Delete from the trash for good, with versions of the notebook that were trashed by themselves.

    Args:
        client: With a session.
        ref: As for :func:`restore_from_trash`.

    Raises:
        Conflict: it is not in the trash (P-37), or its deletion holds other things.
        NotFound: nor anywhere else.
        Forbidden: takes an admin of the project.
        EntityFrozen, OpenBISRefused: openBIS' own reason, e.g. a type that forbids deletion.
    """
    try:
        found = await find_trashed(client, ref)
    except NotFound:
        await notebook_of(client, ref, co_authors=False)  # raises NotFound where there is nothing at all
        raise Conflict(
            "The notebook is not in the trash.", next_step="Put it into the trash first; then delete it."
        ) from None
    _check_intact(found, "deleted")
    parts = [found]
    if found.whole:
        parts += [
            one
            for one in await trashed(client)
            if not one.whole and one.intact and (one.notebook_id, one.fid) == (found.notebook_id, found.fid)
        ]
    ids = [deletion for part in parts for deletion in part.deletions]
    try:
        await client.confirm(*ids)
    except Forbidden as error:
        raise Forbidden(
            f"You may not delete it for ever: that takes the role ADMIN in its project. {error.message}",
            next_step="Ask an admin of the space; it stays in the trash.",
            extra={"role": "ADMIN"},
        ) from error
    except EntityFrozen as error:
        raise _for_trash(error) from error
    except (OpenBISFailure, NotFound):
        if {deletion.id for deletion in await client.deletions()} & set(ids):
            raise


async def _reason(client: OpenBIS, kind: str, notebook: Notebook, why: str) -> TrashReason:
    return TrashReason(
        kind="notebook" if kind == "notebook" else "versions",
        notebook_id=notebook.notebook_id,
        fid=notebook.fid,
        name=notebook.name,
        owner=notebook.owner.identifier if notebook.owner else "",
        by=(await client.whoami()).user_id,
        why=why,
    )


async def _delete(client: OpenBIS, perm_ids: Sequence[str], reason: str) -> None:
    """One deletion; where the answer is lost, openBIS is asked whether they are gone."""
    try:
        await client.delete_data_sets(perm_ids, reason)
    except Forbidden as error:
        raise Forbidden(
            f"You may not trash it: that takes the role POWER_USER in its project or space. {error.message}",
            extra={"role": "POWER_USER"},
        ) from error
    except EntityFrozen as error:
        raise _for_trash(error) from error
    except OpenBISFailure:
        if await client.data_sets(perm_ids):
            raise


def _for_trash(error: EntityFrozen) -> EntityFrozen:
    return EntityFrozen(
        error.message, next_step="What is frozen cannot be trashed or deleted; freezing cannot be undone."
    )


async def _check_can_go(client: OpenBIS, notebook: Notebook, perm_ids: Sequence[str]) -> None:
    """That what stays is still the same notebook."""
    if notebook.newest.perm_id in perm_ids:
        raise Conflict(
            f"{notebook.newest.perm_id} is the newest version of {notebook.name!r}.",
            next_step="Trash the whole notebook, or restore an older version first.",
        )
    if notebook.first.perm_id in perm_ids:
        raise Conflict(
            f"{notebook.first.perm_id} is the first version of {notebook.name!r}: "
            "it says who the author is, and gives the notebook its number.",
            next_step="Leave it out, or trash the whole notebook.",
        )
    stay = [version for version in notebook.versions if version.perm_id not in perm_ids]
    after = {version.perm_id: version.counts for version in await judge(client, stay)}
    lost = [version.perm_id for version in stay if version.counts and not after[version.perm_id]]
    if lost:
        raise Conflict(
            f"{', '.join(lost[:3])} would count no longer: a version to be trashed names its writer.",
            next_step="Leave the version out that names co-authors.",
            extra={"versions": lost},
        )


def _check_intact(found: Trashed, what: str) -> None:
    if not found.intact:
        raise Conflict(
            f"The deletion that holds {found.name or found.fid} holds other things, too, "
            f"so it cannot be {what} here.",
            next_step=f"Look at deletion {', '.join(found.deletions)} in the trash of openBIS.",
            extra={"deletions": list(found.deletions)},
        )
