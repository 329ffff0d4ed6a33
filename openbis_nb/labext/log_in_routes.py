"""Log in to a connection and out again; no answer holds a session, and no password is kept anywhere.

========================================== ======================================================
``POST connections/<n>/log-in``            ``{"user", "password", "keep"}``
``POST connections/<n>/log-in-web``        ``{"hub_url", "keep", "browser"}`` → address, code, job
``POST connections/<n>/log-in-web/code``   ``{"code"}``: what the hub's page has shown
``POST connections/<n>/log-out``           forgotten here, and ended at openBIS
========================================== ======================================================

``keep`` says where the session is kept: ``memory``, ``keyring`` or ``file`` (decision 0031).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from tornado import web

from ..errors import InvalidInput
from ..openbis.secrets import Secret
from ..session_homes import Home
from ..setting_values import parse_hub_url
from ..web.hub_log_in import HubLogIn
from . import documents
from .asking import check_names, flag, text
from .connection_routes import ConnectionApi
from .hub_log_ins import Begun
from .jobs import Job
from .live_connection import LiveConnection
from .session_document import session_document

__all__ = ["ROUTES"]

_LONGEST = 1000


class LogInRoute(ConnectionApi):
    """By user and password."""

    @web.authenticated
    async def post(self, name: str) -> None:
        """The session document.

        Raises:
            NotLoggedIn: openBIS does not know this user and password.
        """
        self.check_may_change()
        body = self.body()
        check_names(body, {"user", "password", "keep"})
        home = _home(body)
        user, password = _short(body, "user").strip(), Secret(_short(body, "password"))
        live = self.named(name)
        await live.log_in(user, password, home)
        self.answer(await self.logged_in(live))

    async def logged_in(self, live: LiveConnection) -> dict[str, Any]:
        """What is told after a log-in; what waited for one is sent now."""
        self.desk.courier.poke()
        return await session_document(live, self.desk.keeper)


class LogInWebRoute(LogInRoute):
    """Through a JupyterHub, in the browser: for single sign-on."""

    @web.authenticated
    async def post(self, name: str) -> None:
        """``address`` to open, ``code`` that its page must show, and the ``job`` that ends with the log-in.

        With ``browser`` the page brings its answer to this computer by itself; without, it shows a code to
        copy, for a Jupyter server on another computer.
        """
        self.check_may_change()
        body = self.body()
        check_names(body, {"hub_url", "keep", "browser"})
        home, live, settings = _home(body), self.named(name), self.desk.settings
        try:
            hub_url = parse_hub_url(_short(body, "hub_url", settings.hub_url).strip())
        except ValueError as error:
            raise InvalidInput(
                "That is not an address of JupyterHub.",
                next_step="Give it as in the browser, such as https://jupyterhub.example.org",
                extra={"field": "hub_url"},
            ) from error
        log_in = HubLogIn(hub_url, settings.request_timeout, settings.ca_bundle, settings.allow_http)
        begun = Begun(log_in, flag(body, "browser") or False)

        async def work(job: Job) -> dict[str, Any]:
            with self.desk.hub_log_ins.waiting(name, begun):
                session = await begun.session()
            await live.take(session.server, session.token, home)
            return await self.logged_in(live) | {"note": session.note}

        job = self.desk.jobs.start("log-in", work)
        address = await self._begun(job, begun)
        self.answer({"address": address, "code": log_in.shown_code, "job": documents.job(job)}, 202)

    async def _begun(self, job: Job, begun: Begun) -> str:
        """The address to open; a log-in that ends before it has one says why."""
        assert job.task is not None
        either: list[asyncio.Future[Any]] = [job.task, begun.address]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if job.error is not None:
            raise job.error
        return begun.address.result()


class LogInCodeRoute(ConnectionApi):
    """The code that the hub's page has shown."""

    @web.authenticated
    async def post(self, name: str) -> None:
        """``{"code"}``; the job of the log-in then goes on."""
        body = self.body()
        check_names(body, {"code"})
        self.desk.hub_log_ins.get(name).bring(_short(body, "code"))
        self.answer({}, 202)


class LogOutRoute(ConnectionApi):
    """Log out."""

    @web.authenticated
    async def post(self, name: str) -> None:
        """``ended``: whether openBIS has ended the session, too; here it is forgotten in any case."""
        self.check_may_change()
        live = self.named(name)
        ended = await live.log_out()
        self.answer(await session_document(live, self.desk.keeper) | {"ended": ended})


def _home(body: Mapping[str, Any]) -> Home:
    keep = text(body, "keep") or "memory"
    if keep not in ("memory", "keyring", "file"):
        raise InvalidInput("keep must be memory, keyring or file.")
    return cast(Home, keep)


def _short(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """A text that is there; its value is in no message: it may be a password."""
    value = text(body, name) or default
    if not value or len(value) > _LONGEST:
        raise InvalidInput(f"{name} is missing, or too long.", next_step="Fill it in.", extra={"field": name})
    return value


ROUTES = [
    (r"/openbis/api/v1/connections/([^/]+)/log-in", LogInRoute),
    (r"/openbis/api/v1/connections/([^/]+)/log-in-web", LogInWebRoute),
    (r"/openbis/api/v1/connections/([^/]+)/log-in-web/code", LogInCodeRoute),
    (r"/openbis/api/v1/connections/([^/]+)/log-out", LogOutRoute),
]
