"""A notebook by its ``fid``, and what has to be known of it for an answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from ...errors import Forbidden, InvalidNotebook, NotFound, OpenBISFailure, OpenBISRefused
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...workflows.library import reading, rights, trashing
from ...workflows.library.model import Notebook
from .resource import Facts
from .titles import Seen, seen_in

__all__ = ["Content", "check_fid", "content_of", "facts_of", "visible"]

#: Content up to this size is looked at without a thread of its own, in bytes.
_SMALL = 256 * 2**10


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a version: its text, and what stands in it."""

    text: str = field(repr=False)
    seen: Seen
    notebook: Any = field(repr=False)


async def visible(client: OpenBIS, fid: str, *, co_authors: bool = True) -> Notebook:
    """The notebook of a ``fid``.

    Args:
        client: With the person's session.
        fid: As the client writes it.
        co_authors: Also who is named as one; ``False`` saves a question.

    Raises:
        NotFound: there is none, or openBIS does not show it; of one in the trash that is said to those whom
            openBIS shows the trash.
    """
    check_fid(fid)
    try:
        return await reading.notebook_of(client, fid, co_authors=co_authors)
    except NotFound as error:
        if await _is_in_trash(client, fid):
            raise NotFound(
                f"The notebook {fid} is in the trash.", next_step=f"POST {fid}/restore brings it back."
            ) from error
        raise


def check_fid(fid: str) -> None:
    """Raises:
    NotFound: it is none; other ids of notebooks and versions are not taken here.
    """
    if not reading.is_fid(fid):
        raise NotFound("There is no such notebook.", next_step="A fid is written author:number.")


async def _is_in_trash(client: OpenBIS, fid: str) -> bool:
    try:
        return any(one.fid == fid and one.whole for one in await trashing.trashed(client))
    except (Forbidden, OpenBISRefused, OpenBISFailure):  # observers may not ask (contract 9.2)
        return False


async def facts_of(client: OpenBIS, notebook: Notebook, max_bytes: int) -> Facts:
    """What the answer about one notebook holds; openBIS is asked for all of it at the same time.

    Raises:
        NotFound, DataNotAvailable, TransferFailed, TooLarge: its content cannot be read.
        InvalidNotebook: its content is no JSON text.
    """
    newest = notebook.newest
    async with together() as group:
        content = group.create_task(content_of(client, newest.perm_id, max_bytes))
        allowed = group.create_task(rights.permissions(client, notebook))
        stored = group.create_task(client.data_sets([newest.perm_id], with_children=True))
    me = (await client.whoami()).user_id
    data_set = stored.result().get(newest.perm_id)
    return Facts(
        fid=notebook.fid,
        author=notebook.author,
        name=notebook.name,
        owner=notebook.owner,
        created=notebook.first.registered_at,
        modified=newest.registered_at,
        permission=_level(notebook, me, allowed.result()["add-version"].allowed),
        co_authors=notebook.co_authors,
        references=data_set.parents if data_set else (),
        referencers=data_set.children if data_set else (),
        seen=content.result().seen,
        content=content.result().text,
    )


async def content_of(client: OpenBIS, perm_id: str, max_bytes: int) -> Content:
    """The content of one version. Raises what :func:`facts_of` does."""
    data = await reading.read_content(client, perm_id, max_bytes)
    if len(data) <= _SMALL:
        return _content(data)
    return await asyncio.to_thread(_content, data)


def _content(data: bytes) -> Content:
    try:
        text = data.decode("utf-8-sig")
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidNotebook(
            "What is stored is no notebook.", next_step="Restore an earlier version of it."
        ) from error
    return Content(text, seen_in(notebook if isinstance(notebook, dict) else {}), notebook)


def _level(notebook: Notebook, me: str, may_add: bool) -> str:
    """P-20."""
    if not may_add:
        return "read"
    return "admin" if me == notebook.author else "edit"
