"""``POST snippet``: code that reads a data set or a file of it, for a new cell of an open notebook (U-25).

One implementation for all front ends; values get into code by the rules of templates (design D7).
"""

from __future__ import annotations

import asyncio
import os.path
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tornado import web

from ..errors import DataNotAvailable, InvalidInput, NotFound
from ..models import DataFile
from ..notebooks.snippet import PACKAGE, snippet
from ..notebooks.snippet_source import Source
from ..notebooks.table_text import table_text
from ..workflows.attach import AttachedDataSet, attach, fetch
from ..workflows.evidence import keys_of
from ..workflows.workplace import Workplace
from .asking import check_names, flag, notebook_path, text, texts
from .jobs import Job
from .work_routes import Work, tell

__all__ = ["ROUTES"]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What code is asked for; see :class:`SnippetRoute`."""

    notebook: Path
    perm_id: str
    file: str
    language: str
    modules: Collection[str] | None
    connected: bool


class SnippetRoute(Work):
    """``POST snippet``."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "perm_id", "file"?, "language"?, "modules"?, "connected"?}`` → ``text``, ``cell_type``.

        Where the kernel has not our package, or that is not known, the file is fetched now, and the data set
        becomes an input of the notebook at *path*.
        """
        body = self.body()
        check_names(body, {"path", "perm_id", "file", "language", "modules", "connected"})
        wish = _Wish(
            notebook=notebook_path(self.desk, text(body, "path")),
            perm_id=text(body, "perm_id") or "",
            file=text(body, "file") or "",
            language=(text(body, "language") or "").lower(),
            modules=texts(body, "modules") if body.get("modules") is not None else None,
            connected=flag(body, "connected") or False,
        )
        if not wish.perm_id:
            raise InvalidInput("perm_id is missing.", next_step="Name a data set by its permId.")

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            [item] = await attach(workplace, [wish.perm_id], fetch_what="none")
            chosen = _chosen(item, wish.file)
            if wish.language == "python" and PACKAGE in (wish.modules or ()):
                source = Source(item.perm_id, chosen.path if chosen else "")
            else:
                source = await _fetched(workplace, item, chosen, job)
                await self._hand_out(workplace, wish)
            made = snippet(source, wish.language, wish.modules, wish.connected)
            return {
                "perm_id": item.perm_id,
                "file": source.path,
                "text": made.text,
                "cell_type": made.cell_type,
            }

        await self.do("snippet", work, path=wish.notebook)

    async def _hand_out(self, workplace: Workplace, wish: _Wish) -> None:
        """The notebook was given it: it is an input of its next version (design D10)."""
        identity = await self.identity(workplace, str(wish.notebook))
        session = workplace.evidence.begin_served(workplace.server, keys_of(identity, wish.notebook))
        workplace.evidence.hand_out(session, [wish.perm_id])


def _chosen(item: AttachedDataSet, path: str) -> DataFile | None:
    """The file at *path*; without one the only file that there is, or ``None`` for all of several.

    Raises:
        DataNotAvailable: there are no bytes now.
        NotFound: no such file.
    """
    if not item.files or item.reason:
        raise DataNotAvailable(item.reason or f"{item.perm_id} has no files.")
    if not path:
        return item.files[0] if len(item.files) == 1 else None
    for file in item.files:
        if file.path == path:
            return file
    raise NotFound(
        f"{item.perm_id} has no file {path[:200]!r}.",
        next_step=f"It has: {', '.join(file.path[:100] for file in item.files[:10])}",
    )


async def _fetched(workplace: Workplace, item: AttachedDataSet, chosen: DataFile | None, job: Job) -> Source:
    """The file, or the folder of all, on this machine.

    Raises:
        NoSpace: it does not fit.
        TransferFailed: it could not be fetched.
    """
    told = partial(tell, job)
    if chosen is None:
        [whole] = await attach(workplace, [item.perm_id], fetch_what="all", progress=told)
        folder = Path(os.path.commonpath(map(str, whole.local.values())))
        return Source(item.perm_id, local=folder, home=Path.home())
    local = await fetch(workplace, item.data_set, chosen, progress=told)
    source = Source(item.perm_id, chosen.path, local, Path.home())
    if source.kind != "text table":
        return source
    return replace(source, text=await asyncio.to_thread(table_text, local))


ROUTES = [(r"/openbis/api/v1/snippet", SnippetRoute)]
