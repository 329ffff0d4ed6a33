"""Our errors as JupyterHub shows them."""

from __future__ import annotations

from tornado import web

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError

__all__ = ["as_http_error"]


def as_http_error(error: OpenbisNbError) -> web.HTTPError:
    """The error as JupyterHub shows it: 503 when openBIS is away, else 403, with its sentence."""
    status = 503 if isinstance(error, OpenBISFailure) else 403
    step = "Log in again." if isinstance(error, NotLoggedIn) else error.next_step
    return web.HTTPError(status, f"{error.message} {step}")
