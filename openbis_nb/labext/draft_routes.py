"""``openbis/api/v1/drafts…``: copies of work that openBIS does not have (F-14, U-13, U-14)."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath
from typing import Any

from tornado import web

from ..errors import InvalidInput
from ..identifiers import safe_file_name
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..workflows.workplace import Workplace
from .asking import check_names, notebook_path, text
from .desk import Desk
from .drafts import Draft
from .handlers import Api
from .placing import place

__all__ = ["ROUTES"]

_REASONS = ("closed", "idle", "asked")


class DraftsRoute(Api):
    """``GET drafts``: newest first; ``POST drafts``: one more."""

    @web.authenticated
    async def get(self) -> None:
        """``{"drafts": […]}``; those whose content openBIS has by now are gone."""
        await _drop_saved(self.desk)
        found = await asyncio.to_thread(self.desk.drafts.drafts.all)
        self.answer({"drafts": [_document(self.desk.here.root, draft) for draft in found]})

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "reason", "content"}``: the document on screen; without it, what lies in the file.

        The answer has the draft, or ``null`` where none is needed: openBIS has just this content.
        """
        body = self.body(self.desk.settings.max_notebook_size)
        check_names(body, {"path", "reason", "content"})
        path = notebook_path(self.desk, text(body, "path"))
        reason = text(body, "reason") or "asked"
        if reason not in _REASONS:
            raise InvalidInput(f"reason must be one of {', '.join(_REASONS)}.")
        content = body.get("content")
        if content is None:
            draft = await self.desk.drafts.keep_file(path, reason)
        else:
            data = await asyncio.to_thread(_bytes, content)
            draft = await self.desk.drafts.keep_screen(path, data, reason)
        self.answer({"draft": draft and _document(self.desk.here.root, draft)}, 201 if draft else 200)


class DraftRoute(Api):
    """``DELETE drafts/<id>``."""

    @web.authenticated
    async def delete(self, draft_id: str) -> None:
        """It is forgotten."""
        drafts = self.desk.drafts.drafts
        await asyncio.to_thread(lambda: drafts.remove(drafts.get(draft_id)))
        self.answer({})


class RestoreDraftRoute(Api):
    """``POST drafts/<id>/restore``: as a new file beside its notebook, never over one."""

    @web.authenticated
    async def post(self, draft_id: str) -> None:
        """``{"path"}`` of the new file, which goes on where the draft was; the draft is gone then."""
        draft = await asyncio.to_thread(self.desk.drafts.drafts.get, draft_id)
        workplace = await self.desk.offline(path=Path(draft.source))
        path = await asyncio.to_thread(_restored, self.desk, workplace, draft)
        self.answer({"path": str(path)}, 201)


async def _drop_saved(desk: Desk) -> None:
    for server in {draft.server for draft in await asyncio.to_thread(desk.drafts.drafts.all)}:
        workplace = await desk.offline(server=server)
        await asyncio.to_thread(desk.drafts.drafts.drop_saved, workplace)


def _restored(desk: Desk, workplace: Workplace, draft: Draft) -> PurePosixPath:
    data = desk.drafts.drafts.content(draft)
    # Read before anything is written: a draft that cannot be read leaves no file behind.
    block = identity_block.read(document.loads(data, max_size=workplace.limits.max_notebook))
    root, source = desk.here.root.resolve(), Path(draft.source)
    inside = source.is_relative_to(root) and source.parent.is_dir()
    folder = source.parent.relative_to(root).parts if inside else ()
    name = safe_file_name(f"{source.stem} draft", suffix=".ipynb")
    path = place(root, folder, name, lambda _: data)
    if draft.notebook_id and workplace.ledger.get(workplace.server, draft.notebook_id) is not None:
        # It is no copy of the notebook but the notebook: its next save asks nothing (N-22).
        workplace.ledger.place(
            workplace.server,
            draft.notebook_id,
            root / path,
            block_id=block.notebook_id if block else "",
            checkpoint_id=draft.version,
        )
    desk.drafts.drafts.remove(draft)
    return path


def _bytes(content: Any) -> bytes:
    if not isinstance(content, dict):
        raise InvalidInput("content must be a notebook.")
    try:
        return document.dumps(content)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("content is no notebook.") from error


def _document(root: Path, draft: Draft) -> dict[str, Any]:
    here, source = root.resolve(), Path(draft.source)
    inside = source.is_relative_to(here)
    return {
        "id": draft.id,
        "path": str(source.relative_to(here)) if inside and source.exists() else None,
        "file": source.name,
        "name": draft.name,
        "server": draft.server,
        "notebook_id": draft.notebook_id,
        "made_at": draft.made_at,
        "reason": draft.reason,
        "on_screen": draft.on_screen,
        "size": draft.size,
    }


ROUTES = [
    (r"/openbis/api/v1/drafts", DraftsRoute),
    (r"/openbis/api/v1/drafts/([^/]+)", DraftRoute),
    (r"/openbis/api/v1/drafts/([^/]+)/restore", RestoreDraftRoute),
]
