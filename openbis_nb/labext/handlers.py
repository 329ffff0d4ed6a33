"""What all routes have in common: the desk, and how an error leaves."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from .. import assemble
from ..errors import ConfigurationProblem, InvalidInput, OpenbisNbError, TooLarge
from ..models import Identity
from ..notebooks import document
from ..workflows.file_identity import identity_of_file
from ..workflows.outbox_entry import OutboxEntry
from ..workflows.workplace import Workplace
from .asking import notebook_path
from .desk import Desk
from .problems import failure_page, log_problem, problem_of

__all__ = ["Api", "Page", "own_kernels_too"]

P = ParamSpec("P")
A = TypeVar("A", bound="Api")

#: Largest JSON body that a route takes, in bytes: a request names things, it does not bring them.
_MAX_BODY = 2**20
#: Longest that a request waits, in seconds: proxies in between give up after a while.
_LONGEST_WAIT = 60.0


class _Route(JupyterHandler):
    """A route of this extension. Nothing that it answers is kept by anything in between."""

    def initialize(self, desk: Desk | ConfigurationProblem) -> None:
        """As registered."""
        self._desk = desk

    @property
    def desk(self) -> Desk:
        """What the routes share.

        Raises:
            ConfigurationProblem: a setting of this server cannot be right.
        """
        if isinstance(self._desk, ConfigurationProblem):
            raise self._desk
        return self._desk

    def set_default_headers(self) -> None:
        """Ours beside Jupyter's."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")

    def log_exception(self, kind: Any, value: Any, trace: Any) -> None:
        """An error that we raise on purpose is no accident: one line, no traceback."""
        if isinstance(value, OpenbisNbError):
            log_problem(f"{self.request.method} {self.request.path}", value)
        else:
            super().log_exception(kind, value, trace)

    def write_problem(self, error: OpenbisNbError) -> None:
        """The error as problem JSON."""
        self.set_status(error.status)
        self.set_header("Content-Type", "application/problem+json")
        # Past APIHandler.finish, which would call it plain JSON.
        JupyterHandler.finish(self, json.dumps(error.problem()))


class Page(_Route):
    """A route that people's browsers go to."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The page that says what to do; problem JSON for who asks for JSON."""
        error = problem_of((kwargs.get("exc_info") or (None, None))[1], status_code)
        if "json" in self.request.headers.get("Accept", ""):
            self.write_problem(error)
            return
        self.set_status(error.status)
        hub = self._desk.hub if isinstance(self._desk, Desk) else None
        launcher = hub.launcher if hub else ""
        html, policy = failure_page(error, launcher=launcher, server=url_path_join(self.base_url, "lab"))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", policy)
        self.finish(html)


class Api(_Route, APIHandler):
    """A route for programs: JSON in, JSON or problem JSON out."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Problem JSON for every kind of failure."""
        self.write_problem(problem_of((kwargs.get("exc_info") or (None, None))[1], status_code))

    def seconds(self, default: float) -> float:
        """How long this request may wait: ``?wait=``, at most a minute.

        Raises:
            InvalidInput: no number.
        """
        asked = self.get_query_argument("wait", "")
        if not asked:
            return default
        if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5})?", asked):
            raise InvalidInput("wait must be a number of seconds.")
        return min(float(asked), _LONGEST_WAIT)

    async def identity(self, workplace: Workplace, path: str) -> Identity | None:
        """Which notebook the file at *path* is.

        Raises:
            InvalidNotebook: it is no notebook.
            NotFound, UnsafePath: it is not there, or not below the root.
        """
        full = notebook_path(self.desk, path)
        limit = workplace.limits.max_notebook
        content = await asyncio.to_thread(document.read, full, max_size=limit)
        return identity_of_file(workplace, content, full)

    async def waiting(self) -> list[OutboxEntry]:
        """The versions of this account that openBIS does not have yet, oldest first.

        Homes may lie on a slow network: nobody else's request waits for that.
        """
        return await asyncio.to_thread(assemble.outbox(self.desk.settings).entries)

    def body(self, largest: int = _MAX_BODY) -> dict[str, Any]:
        """The JSON object of the request.

        Args:
            largest: In bytes.

        Raises:
            TooLarge: over *largest*.
            InvalidInput: not a JSON object.
        """
        if len(self.request.body) > largest:
            raise TooLarge(f"The request is larger than {largest / 2**20:.0f} MB.", next_step="Send less.")
        try:
            found = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise InvalidInput("The body of the request is not JSON.") from error
        if not isinstance(found, dict):
            raise InvalidInput("The body of the request is not a JSON object.")
        return found

    def answer(self, document: Any, status: int = 200) -> None:
        """A JSON document."""
        self.set_status(status)
        self.finish(json.dumps(document))


def own_kernels_too(
    method: Callable[Concatenate[A, P], Awaitable[None]],
) -> Callable[Concatenate[A, P], Awaitable[None]]:
    """Let a method of a route answer who is logged in, and kernels of this server by their key."""

    @wraps(method)
    async def checked(self: A, *args: P.args, **kwargs: P.kwargs) -> None:
        by_key = self.desk.door.opens_to(self.request.headers.get("Authorization", ""))
        if self.current_user is None and not by_key:
            raise web.HTTPError(403)
        await method(self, *args, **kwargs)

    open_to_both: Callable[Concatenate[A, P], Awaitable[None]] = allow_unauthenticated(checked)
    return open_to_both
