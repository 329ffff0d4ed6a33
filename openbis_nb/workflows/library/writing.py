"""Further versions of a notebook without a kernel: renamed, restored, taken over, with co-authors.

Nothing is ever replaced: each of these is a new version beside those that are there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from ...errors import InvalidInput, NotFound
from ...models import Checkpoint
from ...notebooks import identity as identity_block
from ...openbis import checkpoints
from ...openbis.client import OpenBIS
from ...openbis.creation import BeforeRegister
from ..drafting import notes_as_html
from ..save_request import check_texts
from ..workplace import Workplace
from .continuing import continue_from, read_base
from .model import Notebook
from .reading import read_content
from .registering import Attempt, Written, find_written, register
from .rights import permissions, require
from .rules import Action
from .uploading import add_version, fork, upload

__all__ = [
    "Attempt",
    "Written",
    "add_version",
    "describe_version",
    "fork",
    "name_co_authors",
    "rename",
    "restore",
    "take_over",
    "upload",
]


_USER_ID = re.compile(r"[^\s\x00-\x1f]{1,100}")
_MOST_CO_AUTHORS = 100


async def rename(
    workplace: Workplace,
    notebook: Notebook,
    *,
    name: str | None = None,
    notes: str | None = None,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Give a notebook another name or description: a new version with the same content.

    Args:
        workplace: Who and where.
        notebook: Which, with its co-authors.
        name: ``None`` keeps it.
        notes: Plain text; ``None`` keeps them.
        attempt: Of this wish.
        before_register: See ``checkpoints.write``.

    Raises:
        InvalidInput: too long (N-41), or neither is given.
        Forbidden: neither author nor co-author, or without the role.
        SaveUndecided: see :func:`~.registering.register`.
    """
    check_texts(name, notes)
    if name is None and notes is None:
        raise InvalidInput("Neither a name nor a description is given.")
    return await _again(
        workplace, notebook, notebook.newest, "rename", attempt, before_register, name=name, notes=notes
    )


async def name_co_authors(
    workplace: Workplace,
    notebook: Notebook,
    user_ids: Collection[str],
    *,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Name co-authors in a new version with the same content; *user_ids* are all of them.

    Raises:
        InvalidInput: one who was named before is left out: versions of theirs may count already; or one is
            no user id.
        Forbidden, SaveUndecided: as for :func:`rename`.
    """
    strange = [user_id for user_id in user_ids if not _USER_ID.fullmatch(user_id)]
    if strange or len(user_ids) > _MOST_CO_AUTHORS:
        named = f"{strange[0][:40]!r} is no user id" if strange else f"That is {len(user_ids)} co-authors"
        raise InvalidInput(
            f"{named}.",
            next_step=f"Name at most {_MOST_CO_AUTHORS} people by their user id in openBIS, in its spelling.",
        )
    left_out = sorted(set(notebook.co_authors) - set(user_ids))
    if left_out:
        raise InvalidInput(
            f"{', '.join(left_out)} cannot be taken off: versions count by having been named.",
            next_step="Send the whole list. A fork begins without co-authors.",
        )
    return await _again(
        workplace,
        notebook,
        notebook.newest,
        "co-authors",
        attempt,
        before_register,
        co_authors=tuple(sorted(set(user_ids) - {notebook.author})),
    )


async def restore(
    workplace: Workplace,
    notebook: Notebook,
    perm_id: str,
    *,
    name: str | None = None,
    notes: str | None = None,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Bring back the content of a version as the newest one; what was the newest stays before it.

    Args:
        workplace: Who and where.
        notebook: Which, with its co-authors.
        perm_id: One of its versions.
        name: ``None`` keeps the notebook's.
        notes: Plain text; ``None`` takes those of the version.
        attempt: Of this wish.
        before_register: See ``checkpoints.write``.

    Raises:
        NotFound: it has no such version.
        InvalidInput, Forbidden, SaveUndecided: as for :func:`rename`.
    """
    check_texts(name, notes)
    version = notebook.version(perm_id)
    if not version.counts:
        raise NotFound(
            f"{perm_id} is a fork by {version.registrator}, no version of this notebook.",
            next_step="Open it, and save its content as a version of yours.",
        )
    return await _again(
        workplace,
        notebook,
        version,
        "restore-version",
        attempt,
        before_register,
        name=name or notebook.name,
        notes=notes,
    )


async def take_over(
    workplace: Workplace,
    notebook: Notebook,
    *,
    notes: str | None = None,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Carry on somebody else's notebook as an admin of its space: a new version that declares it, and names
    the admin as co-author, so that later versions of theirs need no such declaration.

    Raises:
        Forbidden: openBIS does not know the person as an admin of the space.
        InvalidInput, SaveUndecided: as for :func:`rename`.
    """
    check_texts(None, notes)
    me = (await workplace.client.whoami()).user_id
    written = await _again(
        workplace,
        notebook,
        notebook.newest,
        "take-over",
        attempt,
        before_register,
        notes=notes,
        co_authors=tuple(sorted({*notebook.co_authors, me})),
        takeover=True,
    )
    return replace(
        written,
        told=(
            *written.told,
            f"You have taken over the notebook of {notebook.author}, who stays its author.",
        ),
    )


async def describe_version(
    client: OpenBIS, perm_id: str, *, name: str | None = None, notes: str | None = None
) -> None:
    """Change name and notes of a stored version; its content stays as it is.

    Args:
        client: With a session.
        perm_id: The version.
        name: ``None`` keeps it.
        notes: Plain text; ``None`` keeps them.

    Raises:
        InvalidInput: too long (N-41).
        NotFound: no version of a notebook that the person sees.
        Forbidden: takes a power user.
        EntityFrozen: it is frozen.
    """
    check_texts(name, notes)
    data_set = (await client.data_sets([perm_id])).get(perm_id)
    if data_set is None or checkpoints.notebook_id_of(data_set) is None:
        raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
    changes: dict[str, str | None] = {}
    if name is not None:
        changes[await client.property_code(data_set.type_code, "NAME") or "NAME"] = identity_block.clean_name(
            name
        )
    if notes is not None:
        changes[await client.property_code(data_set.type_code, "NOTES") or "NOTES"] = (
            notes_as_html(notes) or None
        )
    if changes:
        await client.update_data_set(perm_id, properties=changes)


async def _again(
    workplace: Workplace,
    notebook: Notebook,
    version: Checkpoint,
    action: Action,
    attempt: Attempt,
    before_register: BeforeRegister | None,
    *,
    name: str | None = None,
    notes: str | None = None,
    co_authors: tuple[str, ...] | None = None,
    takeover: bool = False,
) -> Written:
    """The content of *version* once more, as the newest version of its notebook."""
    client = workplace.client
    found = await find_written(client, [notebook.notebook_id], attempt)
    if found is not None:
        return found
    require(await permissions(client, notebook), action)
    if notebook.owner is None:
        raise NotFound("openBIS does not show where this notebook is stored.")
    base = await read_base(client, version.perm_id, same_content=True)
    content = await read_content(client, version.perm_id, workplace.limits.max_notebook)
    new = await continue_from(
        workplace, notebook.owner, notebook.notebook_id, content, base, name=name, notes=notes
    )
    named = notebook.co_authors if co_authors is None else co_authors
    new = replace(new, co_authors=named, takeover=takeover)
    return await register(workplace, new, attempt, before_register=before_register)
