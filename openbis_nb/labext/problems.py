"""Errors of routes: problem JSON (RFC 9457) for programs, a page with a next step for people."""

from __future__ import annotations

import base64
import hashlib
import logging
from functools import cache
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from tornado.web import HTTPError

from ..errors import OpenbisNbError
from ..openbis.secrets import scrub

__all__ = ["Route", "failure_page", "problem_of", "progress_page"]

_log = logging.getLogger(__name__)

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TEMPLATES = Path(__file__).with_name("templates")


class Route(OpenbisNbError):
    """An error of HTTP itself: no such route, not logged in, a body that is no JSON."""

    code = "http"

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message, next_step="Correct the request and repeat it.")
        self.status = status  # type: ignore[misc]


def problem_of(error: BaseException | None, status: int) -> OpenbisNbError:
    """What to tell of *error*; of one that nobody foresaw nothing but that."""
    if isinstance(error, OpenbisNbError):
        return error
    if isinstance(error, HTTPError) and status < 500:
        # Not its log_message: that may quote the request.
        return Route(status, f"{HTTPStatus(status).phrase}.")
    return OpenbisNbError("Something went wrong that nobody foresaw; the server's log says more.")


def log_problem(where: str, error: OpenbisNbError) -> None:
    """One line for an expected error."""
    level = logging.WARNING if error.status >= 500 else logging.INFO
    _log.log(level, "%s: %s %s", where, error.message, scrub(error.detail or ""))


def failure_page(error: OpenbisNbError, *, launcher: str, server: str) -> tuple[str, str]:
    """An HTML page that says what happened and what to do, and its Content-Security-Policy.

    Args:
        error: What happened.
        launcher: Path of the launcher; empty without one.
        server: Path of the person's Jupyter server.
    """
    style = (_TEMPLATES / "failure.css").read_text(encoding="utf-8")
    html = _template("failure.html").render(
        message=error.message,
        next_step=error.next_step,
        log_in=_link(error.extra.get("login_url")),
        launcher=launcher,
        server=server,
        style=style,
    )
    return html, f"{_POLICY}; style-src '{_digest(style)}'"


def progress_page(job: str) -> tuple[str, str]:
    """An HTML page that follows a job and loads itself again at its end, and its Content-Security-Policy.

    Args:
        job: Path of the job's route.
    """
    style = (_TEMPLATES / "failure.css").read_text(encoding="utf-8")
    script = (_TEMPLATES / "progress.js").read_text(encoding="utf-8")
    html = _template("progress.html").render(job=job, style=style, script=script)
    allowed = f"style-src '{_digest(style)}'; script-src '{_digest(script)}'; connect-src 'self'"
    return html, f"{_POLICY}; {allowed}"


def _digest(text: str) -> str:
    """As a policy names what stands in a page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _link(address: object) -> str:
    """*address* if it can stand in a link: an http address or a path, never a script."""
    text = address if isinstance(address, str) else ""
    return text if text.startswith(("https://", "http://", "/")) else ""


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, keep_trailing_newline=True
    )
    return environment.get_template(name)
