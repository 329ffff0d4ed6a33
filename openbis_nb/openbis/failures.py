"""openBIS' own words, and the network's, translated to the error tree (pure).

Server texts are compared by what they contain: application errors carry a `` (Context: […])`` suffix
(contract 1.3), and wording around the facts changes between releases.
"""

from __future__ import annotations

import re
from typing import Any

import aiohttp

from ..errors import (
    CertificateProblem,
    EntityFrozen,
    Forbidden,
    NotFound,
    NotLoggedIn,
    OpenbisNbError,
    OpenBISRefused,
    OpenBISTimeout,
    OpenBISUnreachable,
    UnexpectedAnswer,
)
from .secrets import scrub

__all__ = [
    "AnswerLost",
    "Cause",
    "from_error_object",
    "from_network",
    "from_server_text",
    "from_status",
    "never_arrived",
]

_TAG = re.compile(r"<[^>]*>")
_CONTEXT = re.compile(r"\s*\(Context: \[.*", re.DOTALL)
_AUTHORIZATION = re.compile(r'^Authorization failure: (?:ERROR: )?"?(.*?)"?\.?$', re.DOTALL)

#: Contract 2.3: how each release says that the session is over.
_SESSION_OVER = (
    "is invalid: user is not logged in",
    "Session no longer available",
    "Session token is invalid",
    "Personal access token is not yet valid",
    "Personal access token is no longer valid",
    "Personal access token session does not exist",
    "Invalid personal access token session",
    "Download session expired",
)
#: Contract 2.3 and 9.4.
_FORBIDDEN = (
    "Authorization failure",
    "No role assignments could be found",
    "has no role assignments",
    "Access denied to object",
    "has been deactivated",
    "Login is disabled",
    "is not accessible",
    "Personal access tokens cannot be used to manage",
)
#: Contract 3.2, 4.3, 5.6, 9.4.
_NOT_FOUND = ("has not been found", "does not exist in data set", "Unknown sample with perm id")


class Cause(Exception):
    """A third-party error rebuilt without the URL that may hold a token (design D16)."""


class AnswerLost(OpenBISUnreachable):
    """The request went out and no whole answer came back: it may have been carried out."""


def from_server_text(text: str, exception_type: str = "", *, doing: str = "") -> OpenbisNbError:
    """The error for what the server said.

    Args:
        text: ``error.message`` of the answer, or the text of an error page of the data store.
        exception_type: ``error.data.exceptionTypeName``, where there is one.
        doing: The method, for the log.
    """
    reason = _CONTEXT.sub("", scrub(text)).strip() or "no reason given"
    detail = f"{doing}: {exception_type or 'server error'}: {reason}"
    if any(part in text for part in _SESSION_OVER) or exception_type.endswith("InvalidSessionException"):
        return NotLoggedIn("The openBIS session is over.", detail=detail)
    if any(part in text for part in _FORBIDDEN) or exception_type.endswith("AuthorizationFailureException"):
        match = _AUTHORIZATION.match(reason)
        return Forbidden(f"openBIS does not allow it: {match[1] if match else reason}", detail=detail)
    if any(part in text for part in _NOT_FOUND) or exception_type.endswith("ObjectNotFoundException"):
        return NotFound(f"openBIS says: {reason}", detail=detail)
    if "is frozen" in text:
        return EntityFrozen(f"openBIS says: {reason}", detail=detail)
    return OpenBISRefused(f"openBIS refused: {reason}", detail=detail)


def from_network(error: BaseException, host: str, *, timeout: float) -> tuple[OpenbisNbError, Cause]:
    """The error for a failed exchange, and its cause rebuilt without URLs.

    Args:
        error: What aiohttp, ssl or the operating system raised.
        host: Named in the message.
        timeout: The time-out that was set, in seconds.
    """
    cause = Cause(f"{type(error).__name__}: {scrub(str(error))}")
    if isinstance(error, (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError)):
        return CertificateProblem(f"The certificate of {host} could not be verified{_why(error)}."), cause
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return OpenBISUnreachable(f"No connection to {host}."), cause
    if isinstance(error, TimeoutError):
        return OpenBISTimeout(f"{host} did not answer within {timeout:g} seconds."), cause
    if isinstance(error, aiohttp.ClientResponseError):
        return UnexpectedAnswer(f"{host} sent an answer that is not HTTP as openBIS speaks it."), cause
    return AnswerLost(f"The connection to {host} broke before the whole answer had come."), cause


def _why(error: BaseException) -> str:
    """OpenSSL's own word for it: unknown issuer, another name, expired … each is mended differently."""
    verification = getattr(error, "certificate_error", None)
    reason = getattr(verification, "verify_message", "")
    return f": {str(reason).rstrip('.')}" if reason else ""


def never_arrived(error: OpenbisNbError) -> bool:
    """Whether the request that failed with *error* certainly never reached openBIS.

    True for a connection that was never made, and for HTTP 503, which front servers send when they have
    no openBIS to hand the request to. 502 and 504 may come after it was handed over.
    """
    if isinstance(error, AnswerLost):
        return False
    return isinstance(error, OpenBISUnreachable)


def from_status(status: int, host: str, body: str) -> OpenbisNbError:
    """The error for an HTTP status that is not 200.

    Args:
        status: HTTP status.
        host: Named in the message.
        body: The first part of the body, for the log.
    """
    detail = f"HTTP {status}: {scrub(body[:500])}"
    if status == 503:
        return OpenBISUnreachable(f"openBIS at {host} is not ready (HTTP 503).", detail=detail)
    if status in (502, 504):
        return AnswerLost(
            f"The front server of {host} got no answer from openBIS (HTTP {status}).", detail=detail
        )
    if 300 <= status < 400:
        return UnexpectedAnswer(f"{host} redirects elsewhere; a session is not sent there.", detail=detail)
    if status in (401, 403):
        return Forbidden(f"{host} refused the request (HTTP {status}).", detail=detail)
    said = " ".join(_TAG.sub(" ", body[:2000]).split())[:200]
    known = from_server_text(said, doing=f"HTTP {status}")
    if not isinstance(known, OpenBISRefused):  # the upload servlet sends 500 for an ended session (5.2)
        return known
    if status >= 500:
        return UnexpectedAnswer(
            f"{host} failed (HTTP {status}): {scrub(said) or 'no reason given'}",
            next_step="Try again later; if it lasts, tell the admin of openBIS.",
            detail=detail,
        )
    return UnexpectedAnswer(f"{host} answered with HTTP {status}.", detail=detail)


def from_error_object(error: Any, *, doing: str) -> OpenbisNbError:
    """The error for the ``error`` member of a JSON-RPC answer, whatever its shape (contract 1.3, 4.4)."""
    if isinstance(error, dict):
        data = error.get("data")
        kind = data.get("exceptionTypeName", "") if isinstance(data, dict) else ""
        return from_server_text(str(error.get("message") or ""), str(kind), doing=doing)
    return from_server_text(str(error), doing=doing)
