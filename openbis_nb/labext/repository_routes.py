"""``openbis/api/v1/repositories…`` and ``…/credentials``: repositories of this person (U-15, U-16)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tornado import web

from .. import assemble, keyring_home
from ..errors import InvalidInput
from ..openbis.secrets import Secret
from ..workflows.importing.repository_documents import standing_document
from ..workflows.importing.repository_state import standings
from .asking import check_names, text
from .bringing import folder_below
from .handlers import Api
from .work_routes import Work

__all__ = ["ROUTES"]

_HOMES = ("file", "keyring")


class RepositoriesRoute(Work):
    """``GET repositories``: the list; ``POST``: one more; ``DELETE``: off the list."""

    @web.authenticated
    async def get(self) -> None:
        """``{"repositories": […]}``; with ``?ask=1`` their hosts are asked what is new."""
        account = self.desk.repositories.account()
        ask = self.get_query_argument("ask", "") not in ("", "0")
        found = await standings(account, ask_hosts=ask)
        self.answer({"repositories": [standing_document(one, account.root) for one in found]})

    @web.authenticated
    async def post(self) -> None:
        """``{"url", "ref", "folder", "directory"}``: into a new folder *folder* in *directory*; a job.

        Raises:
            CredentialsNeeded: its host wants a log-in: ``POST credentials``, then repeat.
            OpenbisNbError: as ``repository_get.get``.
        """
        body = self.body()
        check_names(body, {"url", "ref", "folder", "directory"})
        url, seconds = text(body, "url"), self.seconds(0.0)
        if not url:
            raise InvalidInput("url is missing.", next_step="Give the address of the repository.")
        parent = folder_below(self.desk, text(body, "directory") or "")
        job = self.desk.repositories.get(
            url, ref=text(body, "ref") or None, folder=text(body, "folder") or None, parent=parent
        )
        await self.show(job, seconds)

    @web.authenticated
    async def delete(self) -> None:
        """``?path=`` of its folder, which stays."""
        path = self.folder(self.get_query_argument("path", ""))
        book = self.desk.repositories.account().book
        await asyncio.to_thread(lambda: book.forget(book.get(path).path))
        self.answer({})

    def folder(self, path: str | None) -> Path:
        """The folder that *path* names; whether it is there, and what it is, others say.

        Raises:
            InvalidInput: none is named.
            UnsafePath: it leads out of the root.
        """
        if not path:
            raise InvalidInput("path is missing.", next_step="Give the path of the repository's folder.")
        full = self.desk.path(str(Path(path).parent)) / Path(path).name
        self.desk.inside(full.parent)
        return full


class UpdateRoute(RepositoriesRoute):
    """``POST repositories/update``: what is new at the host, without losing what the person did (U-15)."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "ref"}``: a job; its result lists what was kept, merged, renamed and restored.

        Raises:
            NotFound: no repository of this person's is there.
            OpenbisNbError: as ``repository_update.update``.
        """
        body = self.body()
        check_names(body, {"path", "ref"})
        path, seconds = self.folder(text(body, "path")), self.seconds(0.0)
        await asyncio.to_thread(self.desk.repositories.account().book.get, path)
        await self.show(self.desk.repositories.update(path, ref=text(body, "ref") or None), seconds)


class CredentialsRoute(Api):
    """``credentials``: tokens for hosts of private repositories; none is ever answered."""

    @web.authenticated
    async def get(self) -> None:
        """``{"credentials": [{"host", "user", "home"}], "homes": […]}``."""
        kept = await asyncio.to_thread(assemble.host_credentials(self.desk.settings).all)
        usable = await asyncio.to_thread(keyring_home.is_usable)
        self.answer(
            {
                "credentials": [{"host": one.host, "user": one.user, "home": one.home} for one in kept],
                "homes": ["file", "keyring"] if usable else ["file"],
            }
        )

    @web.authenticated
    async def post(self) -> None:
        """``{"host", "user", "token", "home"}``: kept for this host alone.

        Raises:
            InvalidInput: no host or no token.
            ConfigurationProblem: it cannot be kept.
        """
        body = self.body()
        check_names(body, {"host", "user", "token", "home"})
        home: Any = text(body, "home") or "file"
        if home not in _HOMES:
            raise InvalidInput("home must be file or keyring.")
        kept = await asyncio.to_thread(
            assemble.host_credentials(self.desk.settings).store,
            text(body, "host") or "",
            text(body, "user") or "git",
            Secret((text(body, "token") or "").strip()),
            home,
        )
        self.answer({"host": kept.host, "user": kept.user, "home": kept.home}, 201)

    @web.authenticated
    async def delete(self) -> None:
        """``?host=``."""
        host = self.get_query_argument("host", "")
        await asyncio.to_thread(assemble.host_credentials(self.desk.settings).forget, host)
        self.answer({})


ROUTES = [
    (r"/openbis/api/v1/repositories", RepositoriesRoute),
    (r"/openbis/api/v1/repositories/update", UpdateRoute),
    (r"/openbis/api/v1/credentials", CredentialsRoute),
]
