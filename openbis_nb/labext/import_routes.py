"""``openbis/api/v1/imports…``: a notebook or repository at an address, looked at first (B-01 to B-11)."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from tornado import web

from .. import assemble
from ..errors import Conflict, InvalidInput, InvalidNotebook, NothingSuitable, OpenbisNbError
from ..identifiers import safe_file_name
from ..notebooks import document
from ..notebooks.export import export_html
from ..workflows.file_standing import note_written
from ..workflows.importing.address import address_of
from ..workflows.importing.notebook import ForeignNotebook, look_at
from ..workflows.importing.repository_documents import facts_document
from ..workflows.importing.repository_get import look
from ..workflows.importing.taking import Imported, imported
from ..workflows.launch import remember
from ..workflows.workplace import Workplace
from .asking import check_names, text, texts
from .bringing import folder_below
from .jobs import Job
from .landing import without_memory_if_need_be
from .placing import place
from .work_routes import Work

__all__ = ["ROUTES"]


class LookRoute(Work):
    """``POST imports/look``: what is at an address; nothing is written."""

    @web.authenticated
    async def post(self) -> None:
        """``{"url", "ref", "directory"}`` → ``kind`` ``notebook``, with its page for a sandboxed frame, or
        ``repository``.

        Raises:
            OpenbisNbError: as ``look_at`` or ``repository_get.look``.
        """
        body = self.body()
        check_names(body, {"url", "ref", "directory"})
        url, ref = text(body, "url") or "", text(body, "ref") or None
        parent = folder_below(self.desk, text(body, "directory") or "")
        self.answer(await self._found(url.strip(), ref, parent))

    async def _found(self, url: str, ref: str | None, parent: Path) -> dict[str, Any]:
        kind = address_of(url, assemble.guard_rules(self.desk.settings)).kind
        if kind == "repository":
            return await self._repository(url, ref, parent)
        try:
            return await self._notebook(url, ref)
        except (InvalidNotebook, NothingSuitable) as error:
            if kind == "notebook":
                raise
            try:
                return await self._repository(url, ref, parent)
            except OpenbisNbError:
                raise error from None

    async def _repository(self, url: str, ref: str | None, parent: Path) -> dict[str, Any]:
        return facts_document(await look(self.desk.repositories.account(), url, ref=ref, parent=parent))

    async def _notebook(self, url: str, ref: str | None) -> dict[str, Any]:
        found = await look_at(url, assemble.guard_rules(self.desk.settings), ref=ref)
        async with self.desk.rendering:
            page = await asyncio.to_thread(
                export_html, found.notebook, title=found.name, code="shown", heading=False
            )
        return _facts(found) | {"html": page}


class ImportRoute(Work):
    """``POST imports``: the notebook at an address as a new file of the person's (B-05, table row 80)."""

    @web.authenticated
    async def post(self) -> None:
        """``{"url", "ref", "sha256", "name", "directory", "owner", "inputs"}``: a job.

        ``sha256`` is that of what was looked at: what is written is what was shown. Without an owner no
        session of openBIS is needed; the first save asks where to.

        Raises:
            Conflict: at the address is something else by now.
            OpenbisNbError: as ``look_at`` and ``imported``.
        """
        body = self.body()
        check_names(body, {"url", "ref", "sha256", "name", "directory", "owner", "inputs"})
        url, ref, owner = (text(body, name) or None for name in ("url", "ref", "owner"))
        if url is None:
            raise InvalidInput("url is missing.", next_step="Give the address of the notebook.")
        sha256, name, inputs = text(body, "sha256"), text(body, "name"), texts(body, "inputs")
        rules = assemble.guard_rules(self.desk.settings)
        folder = folder_below(self.desk, text(body, "directory") or "")

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            def told(done: int, total: int) -> None:
                job.tell(step="fetching", message="Fetching the notebook", done=done, total=total, bytes=done)

            found = await look_at(url, rules, ref=ref, progress=told)
            if sha256 is not None and found.sha256 != sha256:
                raise Conflict(
                    "At the address is another notebook than the one that was shown.",
                    next_step="Look at it again.",
                )
            made = await imported(
                workplace, found.notebook, found.origin, name=name or found.name, owner=owner, inputs=inputs
            )
            path = await asyncio.to_thread(self._written, workplace, made, folder, name or found.name)
            return {"path": str(path), "origin": asdict(found.origin)}

        if owner is None:
            await self.do("import", work, may_wait=True)
        else:
            await self.do("import", work)

    def _written(self, workplace: Workplace, made: Imported, folder: Path, name: str) -> PurePosixPath:
        root = self.desk.here.root.resolve()
        content = document.dumps(made.notebook)
        file_name = safe_file_name(name, suffix=".ipynb")
        path = place(root, folder.relative_to(root).parts, file_name, lambda _: content)
        if made.remember is not None:
            with without_memory_if_need_be():
                note_written(workplace.ledger, made.notebook, root / path)
                block_id = made.identity.notebook_id if made.identity else ""
                remember(workplace.ledger, made.remember, root / path, block_id=block_id)
        return path


def _facts(found: ForeignNotebook) -> dict[str, Any]:
    names = ("url", "commit", "sha256", "size", "name", "kernel", "language", "cells", "outputs", "http")
    return {
        "kind": "notebook",
        **{name: getattr(found, name) for name in names},
        "host": found.source.host,
        "ref": found.source.ref,
        "path": found.source.path,
        "warnings": list(found.warnings),
    }


ROUTES = [(r"/openbis/api/v1/imports/look", LookRoute), (r"/openbis/api/v1/imports", ImportRoute)]
