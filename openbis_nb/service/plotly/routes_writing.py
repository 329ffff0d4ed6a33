"""Writing: upload, PUT, PATCH and copy. Each stores a new version at once, and none replaces one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import HTTPException, Request, Response

from ...errors import InvalidInput, NotFound
from ...workflows.library import reading, writing
from ...workflows.workplace import Workplace
from ..idempotency import HEADER, Try
from ..library.notebook_limit import check_room
from . import visibility
from .answering import in_full
from .asking import Asking, Fid, Here, at, new_router
from .changing import change
from .finding import visible
from .repeats import once
from .said import upload_headers
from .writable import Changes, body_of, changes_in, copy_wish

__all__ = ["router"]

router = new_router()


@at(router, "/upload", "POST")
async def upload(request: Request, here: Here) -> Response:
    """A notebook of one's own; the body is the file (P-03 to P-06).

    Raises:
        InvalidInput, Forbidden: headers, an empty body.
        InvalidNotebook, TooLarge, StorageLimit: the file.
    """
    if request.headers.get("Content-Type", "").lower().startswith("multipart/"):
        raise HTTPException(415, "The body of an upload is the file itself, not a form.")
    headers = upload_headers(request.headers)
    wish = Changes(world_readable=True) if headers.world_readable else Changes()
    visibility.check(here, wish)
    body = await request.body()
    if not body.strip():
        raise InvalidInput("The body is empty.", next_step="Send the .ipynb as the body.")
    async with here.person.workplace() as workplace:
        owner = await here.owner(workplace.client, headers.where)

        async def do(this: Try) -> Mapping[str, Any]:
            check_room(here.service.settings.notebook_limit, len(body))
            written = await writing.upload(
                workplace,
                body,
                owner=owner,
                name=headers.name,
                attempt=this.attempt,
                before_register=this.before_register,
            )
            return _told(written)

        parts: list[str | bytes] = [headers.name, owner.perm_id, body]
        if headers.world_readable:
            parts.append("public")
        return await _made(here, request, workplace, parts, do, wish)


@at(router, "/{fid}", "PUT")
async def replace(fid: Fid, request: Request, here: Here) -> Response:
    """All writable fields (P-09, P-10)."""
    return await _change(fid, request, here, whole=True)


@at(router, "/{fid}", "PATCH")
async def update(fid: Fid, request: Request, here: Here) -> Response:
    """Some of them."""
    return await _change(fid, request, here, whole=False)


@at(router, "/{fid}/copy", "POST")
async def copy(fid: Fid, request: Request, here: Here) -> Response:
    """A fork, as a notebook of one's own: in the same place and with the same name, where the body says no
    other (P-36)."""
    wish = copy_wish(body_of(await request.body()))
    async with here.person.workplace() as workplace:
        notebook = await visible(workplace.client, fid)
        owner = await here.owner(workplace.client, wish.where) if wish.where else notebook.owner

        async def do(this: Try) -> Mapping[str, Any]:
            check_room(here.service.settings.notebook_limit, notebook.newest.size or 0)
            written = await writing.fork(
                workplace,
                notebook,
                owner=owner,
                name=wish.name,
                attempt=this.attempt,
                before_register=this.before_register,
            )
            return _told(written)

        parts = [notebook.newest.perm_id, wish.name or "", owner.perm_id if owner else ""]
        return await _made(here, request, workplace, parts, do)


async def _change(fid: str, request: Request, here: Asking, *, whole: bool) -> Response:
    body = await request.body()
    changes = changes_in(await asyncio.to_thread(body_of, body), whole=whole)
    async with here.person.workplace() as workplace:
        notebook = await visible(workplace.client, fid)
        await visibility.allow(here, notebook, changes)
        changed, messages = await change(here, request, workplace, notebook, changes)
        seen = await visibility.change(here, changed, changes)
        return await in_full(here, workplace.client, changed, messages=messages, seen=seen)


async def _made(
    here: Asking,
    request: Request,
    workplace: Workplace,
    parts: Sequence[str | bytes],
    do: Any,
    wish: Changes | None = None,
) -> Response:
    """The answer to a request that has made a notebook. What an earlier one made may have been trashed since:
    then this one is no repeat."""
    made = await once(here, request, parts, do)
    await here.service.catalogue.saw(here.person, [made["version"]])
    try:
        notebook = await reading.read_notebook(workplace.client, made["notebook"])
    except NotFound:
        if HEADER in request.headers:  # by its own key it is a repeat, whatever has happened since
            raise
        made = await once(here, request, [*parts, made["version"]], do)
        notebook = await reading.read_notebook(workplace.client, made["notebook"])
    seen = None
    if wish is not None:
        await visibility.allow(here, notebook, wish)
        seen = await visibility.change(here, notebook, wish)
    return await in_full(here, workplace.client, notebook, 201, messages=made["messages"], seen=seen)


def _told(written: writing.Written) -> Mapping[str, Any]:
    """What is kept of a notebook that was made."""
    return {
        "notebook": written.checkpoint.notebook_id,
        "version": written.checkpoint.perm_id,
        "messages": written.told,
    }
