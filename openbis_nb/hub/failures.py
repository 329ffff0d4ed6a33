"""Our errors as JupyterHub shows them."""

from __future__ import annotations

from tornado import web

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError

__all__ = ["FAILED_LINK", "as_http_error", "link_failure", "reason_of"]

#: Why a log-in by link failed: what stands in the address of the log-in page → what the page says.
FAILED_LINK = {
    "session-over": "The openBIS session of that link is over. Log in, or start again in openBIS.",
    "openbis-away": "openBIS does not answer at the moment. Try again in a minute.",
    "not-allowed": "That person may not use this JupyterHub. Ask its admin to let you in.",
}


def as_http_error(error: OpenbisNbError) -> web.HTTPError:
    """The error as JupyterHub shows it: 503 when openBIS is away, else 403, with its sentence."""
    status = 503 if isinstance(error, OpenBISFailure) else 403
    step = "Log in again." if isinstance(error, NotLoggedIn) else error.next_step
    return web.HTTPError(status, f"{error.message} {step}")


def link_failure(error: web.HTTPError) -> str | None:
    """The key in :data:`FAILED_LINK` of an error that :func:`as_http_error` made; ``None`` for others."""
    cause = error.__cause__
    return reason_of(cause) if isinstance(cause, OpenbisNbError) else None


def reason_of(error: OpenbisNbError) -> str:
    """The key in :data:`FAILED_LINK` of one of our errors."""
    if isinstance(error, NotLoggedIn):
        return "session-over"
    return "openbis-away" if isinstance(error, OpenBISFailure) else "not-allowed"
