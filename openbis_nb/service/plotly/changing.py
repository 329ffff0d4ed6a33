"""What PUT and PATCH do: what already is as it is wanted is left alone, the rest becomes a version or a move.

What can be known before anything is done is asked first. Whether somebody may store a notebook elsewhere only
openBIS can tell, by doing it: so the move comes before the version. If that fails after it, as when openBIS
goes away, a repeat finds the move done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from ...errors import Forbidden
from ...models import Entity
from ...notebooks import document, identity
from ...notebooks.digest import content_digest
from ...workflows.library import moving, reading, rights, writing
from ...workflows.library.model import Notebook
from ...workflows.library.rights import Permission
from ...workflows.workplace import Workplace
from ..idempotency import Try
from ..library.notebook_limit import check_room
from .asking import Asking
from .repeats import once
from .writable import Changes

__all__ = ["change"]


async def change(
    here: Asking, request: Request, workplace: Workplace, notebook: Notebook, changes: Changes
) -> tuple[Notebook, Sequence[str]]:
    """The notebook as it is afterwards, with the same ``fid``; and sentences for the person.

    Raises:
        Forbidden: the person may not add versions, or not move it; names the role, and what they may do.
        InvalidNotebook, TooLarge, StorageLimit: the content.
        EntityFrozen, NotFound, Conflict: the new parent.
    """
    messages: Sequence[str] = ()
    owner = await _other_owner(here, workplace, notebook, changes)
    name = changes.name if changes.name != notebook.name else None
    content = await _other_content(here, workplace, notebook, changes.content)
    is_version = name is not None or content is not None
    if is_version or owner is not None:
        allowed = await rights.permissions(workplace.client, notebook)
        if is_version:
            _require_version(allowed["add-version"], notebook)
            adding = len(content) if content is not None else notebook.newest.size or 0
            check_room(here.service.settings.notebook_limit, adding, notebook)
        if owner is not None:
            rights.require(allowed, "move")
    if owner is not None:
        await moving.move(workplace.client, notebook, owner)
        notebook = await reading.read_notebook(workplace.client, notebook.notebook_id)
        await here.service.catalogue.saw(here.person, [one.perm_id for one in notebook.versions])
    if is_version:
        notebook, messages = await _new_version(here, request, workplace, notebook, name, content)
    return notebook, messages


async def _other_owner(
    here: Asking, workplace: Workplace, notebook: Notebook, changes: Changes
) -> Entity | None:
    if changes.where is None:
        return None
    owner = await here.owner(workplace.client, changes.where)
    is_there = notebook.owner is not None and notebook.owner.perm_id == owner.perm_id
    return None if is_there else owner


async def _other_content(
    here: Asking, workplace: Workplace, notebook: Notebook, content: bytes | None
) -> bytes | None:
    """*content*, unless a reader would see no difference (design D12)."""
    if content is None:
        return None
    stored = await reading.read_content(workplace.client, notebook.newest.perm_id, here.max_notebook)
    if await asyncio.to_thread(_digest, content, here.max_notebook) == await asyncio.to_thread(
        _digest, stored, here.max_notebook
    ):
        return None
    return content


def _digest(content: bytes, max_size: int) -> str:
    notebook = document.loads(content, name="content", max_size=max_size)
    return content_digest(identity.without(notebook))


async def _new_version(
    here: Asking,
    request: Request,
    workplace: Workplace,
    notebook: Notebook,
    name: str | None,
    content: bytes | None,
) -> tuple[Notebook, Sequence[str]]:
    async def do(this: Try) -> Mapping[str, Any]:
        attempt, before = this.attempt, this.before_register
        if content is None:
            written = await writing.rename(
                workplace, notebook, name=name, attempt=attempt, before_register=before
            )
        else:
            written = await writing.add_version(
                workplace, notebook, content, name=name, attempt=attempt, before_register=before
            )
        return {"version": written.checkpoint.perm_id, "messages": written.told}

    parts = (notebook.newest.perm_id, name or "", content or b"")
    made = await once(here, request, parts, do)
    await here.service.catalogue.saw(here.person, [made["version"]])
    return await reading.read_notebook(workplace.client, notebook.notebook_id), made["messages"]


def _require_version(permission: Permission, notebook: Notebook) -> None:
    if permission.allowed:
        return
    if permission.why == "author":
        raise Forbidden(
            f"{permission.reason} Versions are added by its author and co-authors, with the role "
            f"{permission.role}.",
            next_step=f"POST {notebook.fid}/copy, or upload it, to make a notebook of your own.",
            extra={"role": permission.role},
        )
    rights.require({"add-version": permission}, "add-version")
