"""Publishing from JupyterLab (D-06, D-07): passed on to the hub's service with this server's own hub token.

``GET publishing``        whether there is a service to publish at
``POST publish-plan``     what would be seen by whom, before anything is published
``GET publish-preview``   the page as it would be stored, as a text for a frame without origin (design D9)
``POST publish``          snapshot, page and tile in one step, as a job

What is published is a saved version: the front end saves the document first, and names the version that it
became.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from tornado import web

from ..errors import ConfigurationProblem, InvalidInput, NotFound, NotSavedYet
from ..identifiers import is_perm_id
from ..web import publishing
from ..web.at_own_hub import service_at
from ..web.publishing import Code, Follow, Wish
from ..web.service_client import ServiceClient
from ..workflows.file_standing import look_at
from .asking import check_names, notebook_path, text
from .jobs import Job
from .work_routes import Work

__all__ = ["ROUTES"]

_PLANNED = frozenset({"path", "version", "follow", "code", "title", "ends_at"})
_BOARDS = frozenset({"dashboard", "new_dashboard"})
#: How long a request waits for the end of its job, in seconds, unless it says so itself.
_WAIT = 20.0


class _Publishing(Work):
    """A route that asks the service."""

    def service(self) -> ServiceClient:
        """The hub's service, asked by this server.

        Raises:
            NotFound: there is none.
        """
        settings = self.desk.settings
        try:
            return ServiceClient(
                service_at(self.desk.hub, ca_bundle=settings.ca_bundle, silence=settings.request_timeout)
            )
        except (
            ConfigurationProblem
        ) as error:  # of this Jupyter; who asks it here has asked for what is not there
            raise NotFound(error.message, next_step=error.next_step) from error

    async def version(self, body: Mapping[str, Any]) -> str:
        """The version that is named, else the one that the file at ``path`` was saved as.

        Raises:
            NotSavedYet: the file holds what openBIS does not have.
            InvalidInput: neither is named.
        """
        named = text(body, "version")
        if named:
            if not is_perm_id(named):
                raise InvalidInput("version must be the permId of a data set.")
            return named
        path = notebook_path(self.desk, text(body, "path"))
        workplace = await self.desk.workplace(path=path)
        seen = await asyncio.to_thread(look_at, workplace, path)
        if seen.identity is None or seen.identity.checkpoint_id is None or seen.changed:
            raise NotSavedYet(
                f"{path.name} holds what was not saved to openBIS yet.",
                next_step="Save it to openBIS; what is published is a saved version.",
            )
        return seen.identity.checkpoint_id


class PublishingRoute(_Publishing):
    """``GET publishing``."""

    @web.authenticated
    async def get(self) -> None:
        """``{"available", "message", "next_step"}``: why not, where it is not."""
        try:
            self.service()
        except NotFound as error:
            self.answer({"available": False, "message": error.message, "next_step": error.next_step})
            return
        self.answer({"available": True, "message": "", "next_step": ""})


class PlanRoute(_Publishing):
    """``POST publish-plan``."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path"}`` or ``{"version"}``, with ``follow``, ``code``, ``title``, ``ends_at``."""
        body = self.body()
        check_names(body, _PLANNED)
        wish, version = _wish(body), await self.version(body)
        async with self.service() as client:
            self.answer(await publishing.plan(client, version, wish))


class PreviewRoute(_Publishing):
    """``GET publish-preview``."""

    @web.authenticated
    async def get(self) -> None:
        """``?version=&code=``."""
        version, code = self.get_query_argument("version", ""), self.get_query_argument("code", "hidden")
        if not is_perm_id(version):
            raise InvalidInput("version must be the permId of a data set.")
        wish = Wish(code=cast(Code, code))
        async with self.service() as client:
            largest = self.desk.settings.max_notebook_size * 2
            html = await publishing.preview(client, version, wish.code, largest=largest)
        self.answer({"html": html})


class PublishRoute(_Publishing):
    """``POST publish``."""

    @web.authenticated
    async def post(self) -> None:
        """As ``publish-plan``, with ``dashboard`` (the id of one that is there) or ``new_dashboard`` (its
        title). Gives the page."""
        body = self.body()
        check_names(body, _PLANNED | _BOARDS)
        wish, version = _wish(body), await self.version(body)
        board = {name: said for name in _BOARDS if (said := text(body, name))}
        service = self.service()

        async def work(job: Job) -> dict[str, Any]:
            async with service as client:
                job.tell(message="making the page")
                return _linked(client, await publishing.publish(client, version, wish, board))

        await self.show(self.desk.jobs.start("publish", work), self.seconds(_WAIT))


def _wish(body: Mapping[str, Any]) -> Wish:
    return Wish(
        follow=cast(Follow, text(body, "follow") or "latest"),
        code=cast(Code, text(body, "code") or "hidden"),
        title=text(body, "title") or "",
        ends_at=publishing.end_of(text(body, "ends_at")),
    )


def _linked(client: ServiceClient, page: Mapping[str, Any]) -> dict[str, Any]:
    """With the address as this person's browser reaches it."""
    return {**page, "link": client.access.link(page["link"])}


ROUTES = [
    (r"/openbis/api/v1/publishing", PublishingRoute),
    (r"/openbis/api/v1/publish-plan", PlanRoute),
    (r"/openbis/api/v1/publish-preview", PreviewRoute),
    (r"/openbis/api/v1/publish", PublishRoute),
]
