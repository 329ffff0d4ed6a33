"""Is a request with a cookie one of our own pages'? (pure)

A browser sends its cookies along whoever makes it ask. Other origins are one side; the other is that
people's servers share the hub's origin, so that script of a stranger's notebook could ask as the visitor.
What only our own pages know is the session's token in their ``<meta name="csrf-token">``; a page itself is
given to a navigation only, never to a script's ``fetch`` or a frame. Own sub-domains for people's servers
(``c.JupyterHub.subdomain_host``) close what is left.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from ..errors import Forbidden

__all__ = ["CSRF_HEADER", "check_frame", "check_navigation", "check_own_page", "check_same_origin"]

CSRF_HEADER = "X-CSRF-Token"
_STEP = "Load the page again, and repeat it there."


def check_own_page(headers: Mapping[str, str], csrf: str, public_origin: str) -> None:
    """Of a call of the API that came with a cookie.

    Args:
        headers: Of the request; names in any case.
        csrf: What the session's pages know.
        public_origin: Origin in people's browsers; empty: that of the ``Host`` header.

    Raises:
        Forbidden: it is not from a page of ours.
    """
    check_same_origin(headers, public_origin)
    sent = headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(errors="replace"), csrf.encode()):
        # Somebody else has logged in meanwhile, or the same person again: the page still shows the former.
        problem = "This page is from before the last log-in." if sent else f"There is no {CSRF_HEADER}."
        raise Forbidden(problem, next_step=_STEP)


def check_same_origin(headers: Mapping[str, str], public_origin: str) -> None:
    """Raises:
    Forbidden: it comes from another origin, or does not say from where.
    """
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None and site != "same-origin":
        raise Forbidden("The request comes from another site.", next_step=_STEP)
    if origin is not None and not _is_own(origin, headers.get("Host", ""), public_origin):
        raise Forbidden("The request comes from another origin.", next_step=_STEP)
    if site is None and origin is None:
        raise Forbidden("The request does not say where it comes from.", next_step=_STEP)


def check_navigation(headers: Mapping[str, str]) -> None:
    """Raises:
    Forbidden: the browser says that no person sees this page.
    """
    if headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        raise Forbidden("Pages are for browsers to show.", next_step="Scripts use the API with a token.")
    if headers.get("Sec-Fetch-Dest", "document") != "document":
        raise Forbidden("This page is not shown inside another one.", next_step="Open it by itself.")


def check_frame(headers: Mapping[str, str], *, secure: bool) -> None:
    """Of what is shown within a frame of our own pages only, never given to a script.

    Args:
        headers: Of the request.
        secure: People come by https, so that every browser says what it asks for; by plain http none does.

    Raises:
        Forbidden: it is asked for in another way.
    """
    sent = [headers.get(f"Sec-Fetch-{name}") for name in ("Dest", "Mode", "Site")]
    if sent != ["iframe", "navigate", "same-origin"] and (secure or any(sent)):
        raise Forbidden("This is shown within a page of ours only.", next_step="Open the notebook's page.")


def _is_own(origin: str, host: str, public_origin: str) -> bool:
    if public_origin:
        return origin == public_origin
    return urlsplit(origin).netloc == host != ""
