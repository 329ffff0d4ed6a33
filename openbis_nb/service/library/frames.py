"""What the library's frames hold: foreign content, inert, without an origin (design D9).

A frame is given only to a navigation of an ``iframe`` in a page of ours; its policy puts it into a sandbox
even if somebody opens it otherwise. All of it is confirmed with the viewer's own session first, whether or
not it is kept: what they do not see is not there (D13).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from ...errors import NotFound, NotLoggedIn, OpenbisNbError
from ...notebooks.compare import CellCounts, compare_page
from ...notebooks.export import export_html
from ...openbis import checkpoints
from ...openbis.secrets import scrub
from ..own_requests import check_frame
from ..service import Service, service_of
from ..visitors import Visitor, cookie_visitor
from .query import Viewer

__all__ = [
    "CellComparison",
    "FrameRoute",
    "comparison",
    "confirm",
    "frame",
    "frame_visitor",
    "version_html",
]

_log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
_LOG_IN = "Load the whole page again; then you are asked to log in."
_STYLE = (
    ":root { color-scheme: light dark } body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem; "
    "max-width: 40rem } h1 { font-size: 1.3rem }"
)


@dataclass(frozen=True, slots=True)
class CellComparison:
    """Two versions compared; ``notes`` say what was compared coarsely, ``html`` is the page for a frame."""

    counts: CellCounts
    notes: tuple[str, ...]
    html: bytes


async def frame_visitor(request: Request) -> Visitor:
    """The person who looks at a page of ours that has a frame.

    Raises:
        NotLoggedIn: their session is over.
        Forbidden: it is asked for otherwise than by such a frame, or they may not come in here.
        HubFailure: the hub cannot be asked.
    """
    check_frame(request.headers, secure=service_of(request).place.secure)
    try:
        return await cookie_visitor(request)
    except NotLoggedIn as error:
        raise NotLoggedIn(error.message, next_step=_LOG_IN) from error


def frame(html: str | bytes, status: int = 200) -> Response:
    """An answer for a frame."""
    return HTMLResponse(html, status, headers=_HEADERS)


class FrameRoute(APIRoute):
    """A route whose errors are shown in the frame, too: an ordinary page does not let itself be framed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except OpenbisNbError as error:
                if error.status >= 500:
                    _log.warning("%s: %s %s", error.code, error.message, scrub(error.detail or ""))
                request.state.failure = error.code
                return frame(_sorry(error), error.status)

        return answer


async def confirm(service: Service, viewer: Viewer, perm_ids: Sequence[str]) -> None:
    """Nothing, if the viewer's own session sees all of them.

    Raises:
        NotFound: it does not.
        NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
    """
    if set(perm_ids) - await service.catalogue.confirm(viewer, perm_ids):
        raise NotFound(
            "There is no such version that you may see.",
            next_step="It may have been trashed, or be in a space that is not yours: ask its author.",
        )


async def version_html(service: Service, viewer: Viewer, perm_id: str, *, hide_code: bool = False) -> bytes:
    """The page of one version (N-05).

    Raises:
        NotFound: not visible to the viewer, or no notebook.
        InvalidNotebook, TooLarge: it cannot be shown.
        NotLoggedIn, Forbidden, DataNotAvailable, TransferFailed, OpenBISFailure: it cannot be fetched.
    """
    await confirm(service, viewer, [perm_id])

    async def make() -> bytes:
        [content] = await _contents(service, viewer, [perm_id])
        title = f"Notebook {perm_id}"
        page = await service.renderings.in_child(
            export_html, content, title=title, code="folded" if hide_code else "shown", heading=False
        )
        return page.encode("utf-8", "replace")

    kind, who = "no code" if hide_code else "version", await viewer.openbis_user()
    return await service.renderings.html(kind, perm_id, make, who=who)


async def comparison(service: Service, viewer: Viewer, base: str, other: str) -> CellComparison:
    """One version against another (N-09, N-10).

    Args:
        base: PermId of what it is compared against.
        other: PermId of what is looked at.

    Raises:
        MissingExtra: nbdime is not installed.
        OpenbisNbError: as :func:`version_html`, of either.
    """
    await confirm(service, viewer, [base, other])

    async def make() -> bytes:
        contents = await _contents(service, viewer, [base, other])
        made = await service.renderings.in_child(
            compare_page, *contents, title="Compared cell by cell", base_label=base, other_label=other
        )
        told = {"counts": asdict(made.diff.counts), "notes": made.diff.notes}
        return json.dumps(told).encode() + b"\n" + made.html.encode("utf-8", "replace")

    key, who = f"{base} {other}", await viewer.openbis_user()
    head, _, html = (await service.renderings.html("compare", key, make, who=who)).partition(b"\n")
    told = json.loads(head)
    return CellComparison(CellCounts(**told["counts"]), tuple(told["notes"]), html)


async def _contents(service: Service, viewer: Viewer, perm_ids: Sequence[str]) -> list[bytes]:
    most = service.core.max_notebook_size
    async with viewer.openbis() as client:
        return [await checkpoints.read(client, perm_id, max_bytes=most) for perm_id in perm_ids]


def _sorry(error: OpenbisNbError) -> str:
    """A failure in words, without anything else: the page around it has the rest."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Not shown</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>This cannot be shown</h1>"
        f"<p>{escape(error.message)}</p><p>{escape(error.next_step)}</p></main></body></html>"
    )
