"""The routes of versions: list, look at, compare, restore, download (see ``api_routes`` for all).

They ask openBIS itself with the person's own session: a Jupyter server without a hub has no library to ask.
Pages of notebooks are foreign (design D9). They leave as a text in JSON and are shown by the front end as the
document of a frame without origin and script, so no address of this server ever answers with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from tornado import web

from ..errors import InvalidInput, MissingExtra, NotFound
from ..identifiers import is_perm_id
from ..notebooks.export import export_html
from ..openbis import checkpoints
from ..openbis.checkpoints import checkpoint_of
from ..workflows.library.finding import find_notebooks
from ..workflows.library.reading import notebook_of, read_notebook
from ..workflows.library.reopening import find_version
from ..workflows.library.side_by_side import compare_file, compare_versions
from ..workflows.workplace import Workplace
from . import version_documents as documents
from .asking import check_names, notebook_path, text
from .bringing import bring, folder_below
from .handlers import Api
from .jobs import Job
from .work_routes import Work

__all__ = ["ROUTES"]

#: Longest text that is searched for, and projects of one answer.
_LONGEST, _MOST_PROJECTS = 200, 5_000


class _Reading(Api):
    """A route that reads."""

    def server(self) -> str:
        """``?server=``: the openBIS that is meant, where a person has several."""
        return str(self.get_query_argument("server", ""))


class VersionsRoute(_Reading):
    """``GET versions``: of the notebook at ``?path=``, or of the one that ``?notebook=`` names."""

    @web.authenticated
    async def get(self) -> None:
        """Newest first; of a file that was never saved here none. ``notebook`` is an id or a permId."""
        path, ref = self.get_query_argument("path", ""), self.get_query_argument("notebook", "")
        if bool(path) == bool(ref):
            raise InvalidInput("Either path or notebook must be given.")
        workplace = await self.desk.workplace(path=path or None, server=self.server())
        if ref:
            found = await notebook_of(workplace.client, ref, co_authors=False)
            self.answer(documents.versions(workplace, found, None))
            return
        identity = await self.identity(workplace, path)
        if identity is not None and workplace.is_own_server(identity.server):
            try:
                found = await read_notebook(workplace.client, identity.notebook_id, co_authors=False)
            except NotFound:
                pass  # not saved yet, or trashed since
            else:
                self.answer(documents.versions(workplace, found, identity.checkpoint_id))
                return
        self.answer(documents.no_versions(workplace, identity))


class ViewRoute(_Reading):
    """``GET versions/<permId>/view``: what a version holds, as a page for a frame (N-05, design D9)."""

    @web.authenticated
    async def get(self, perm_id: str) -> None:
        """``?code=hidden`` folds the code away."""
        _check(perm_id)
        path, code = self.get_query_argument("path", ""), self.get_query_argument("code", "shown")
        if code not in ("shown", "hidden"):
            raise InvalidInput("code must be shown or hidden.")
        workplace = await self.desk.workplace(path=path or None, server=self.server())
        found = await find_version(workplace.client, perm_id)
        limit = workplace.limits.max_notebook
        content = await checkpoints.read(workplace.client, perm_id, max_bytes=limit)
        async with self.desk.rendering:
            page = await asyncio.to_thread(
                export_html,
                content,
                title=found.name or f"Notebook {perm_id}",
                code="folded" if code == "hidden" else "shown",
                heading=False,
            )
        self.answer(documents.version(workplace, checkpoint_of(found)) | {"html": page})


class CompareRoute(Api):
    """``POST compare``: two versions, or a file and a version (N-10, F-13)."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path"}``: what changed since the version that the file comes from; ``{"path", "base"}``: since
        another one; ``{"base", "other"}``: from one version to another.

        Raises:
            MissingExtra: nbdime is not installed.
        """
        body = self.body()
        check_names(body, {"path", "base", "other", "server"})
        base, other = _version(body, "base"), _version(body, "other")
        workplace = await self.desk.workplace(path=text(body, "path"), server=text(body, "server") or "")
        turn = self.desk.rendering
        try:
            if other is not None:
                if base is None:
                    raise InvalidInput("base is missing.", next_step="Name the version to compare with.")
                made = await compare_versions(workplace, base, other, turn)
            else:
                path = notebook_path(self.desk, text(body, "path"))
                made = await compare_file(workplace, path, turn, base=base)
        except MissingExtra as error:
            raise MissingExtra(error.what, "lab") from error
        self.answer(documents.comparison(workplace, made))


class _Bringing(Work):
    """A route that writes a version as a new file."""

    async def bring(self, body: Mapping[str, Any], folder: str, path: str | None) -> None:
        """Write the version that the request names into *folder*, as the file browser names that."""
        perm_id = _version(body, "perm_id")
        if perm_id is None:
            raise InvalidInput("perm_id is missing.", next_step="Name the version.")
        full = folder_below(self.desk, folder)

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            return documents.brought(await bring(self.desk, workplace, perm_id, full))

        await self.do("restore", work, path=path, server=text(body, "server") or "")


class RestoreRoute(_Bringing):
    """``POST restore``: a version as a new file beside the notebook at hand; that one stays as it is."""

    @web.authenticated
    async def post(self) -> None:
        """``{"perm_id", "path"}``: the notebook at hand; without it the root of the server."""
        body = self.body()
        check_names(body, {"perm_id", "path", "server"})
        path = text(body, "path")
        await self.bring(body, str(PurePosixPath(path or "x").parent), path)


class DownloadRoute(_Bringing):
    """``POST download``: a version as a new file in a folder (N-45, N-47)."""

    @web.authenticated
    async def post(self) -> None:
        """``{"perm_id", "folder"}``: below the root, as the file browser names it; ``""`` is the root."""
        body = self.body()
        check_names(body, {"perm_id", "folder", "server"})
        await self.bring(body, text(body, "folder") or "", None)


class NotebooksRoute(_Reading):
    """``GET notebooks``: what the person may read, the last saved first (N-32, N-46)."""

    @web.authenticated
    async def get(self) -> None:
        """``?project=`` permId or identifier, ``?owner=`` experiment or object, ``?q=`` words of a version's
        name; ``?offset=`` as the page before said in ``next_offset``."""
        project, owner = self.get_query_argument("project", ""), self.get_query_argument("owner", "")
        words, offset = self.get_query_argument("q", "")[:_LONGEST], self.get_query_argument("offset", "0")
        if project and owner:
            raise InvalidInput("Only one of project and owner can be given.")
        if not offset.isdecimal() or len(offset) > 9:
            raise InvalidInput("offset must be a whole number.")
        workplace = await self.desk.workplace(server=self.server())
        client, of = workplace.client, None
        if project or owner:
            of = await client.entity(project or owner, "project" if project else None)
        found = await find_notebooks(client, of=of, words=words.strip(), offset=int(offset))
        rows = [documents.notebook_row(workplace, one) for one in found.notebooks]
        self.answer({"notebooks": rows, "next_offset": found.next_offset})


class ProjectsRoute(_Reading):
    """``GET projects``: those that the person may read."""

    @web.authenticated
    async def get(self) -> None:
        """By identifier; ``total`` says how many there are, where not all are answered."""
        workplace = await self.desk.workplace(server=self.server())
        found = sorted(await workplace.client.all_projects(), key=lambda one: one.identifier)
        shown = [documents.project(one) for one in found[:_MOST_PROJECTS]]
        self.answer({"projects": shown, "total": len(found)})


def _version(body: Mapping[str, Any], name: str) -> str | None:
    given = text(body, name)
    if given is not None:
        _check(given)
    return given


def _check(perm_id: str) -> None:
    if not is_perm_id(perm_id):
        raise InvalidInput(f"{perm_id[:60]!r} is no permId.", next_step="Name a version by its permId.")


ROUTES = [
    (r"/openbis/api/v1/versions", VersionsRoute),
    (r"/openbis/api/v1/versions/([^/]+)/view", ViewRoute),
    (r"/openbis/api/v1/compare", CompareRoute),
    (r"/openbis/api/v1/restore", RestoreRoute),
    (r"/openbis/api/v1/download", DownloadRoute),
    (r"/openbis/api/v1/notebooks", NotebooksRoute),
    (r"/openbis/api/v1/projects", ProjectsRoute),
]
