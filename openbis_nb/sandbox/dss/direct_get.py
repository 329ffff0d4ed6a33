"""``GET /datastore_server/<permId>/<path>?sessionID=…``: a file or a listing (contract 4.3).

As the real servlet does it: no ``Range`` (the whole file is sent, with 200), errors are pages with HTTP 200,
and a cookie lets a browser follow links without the session in the URL.
"""

from __future__ import annotations

import asyncio
import html
import os
import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from aiohttp import web

from ..failures import InvalidSession, ServerFailure, UserFailure
from ..faults import FaultKind
from ..rights import Rights
from ..web import interference
from ..web.current import state_of
from .data_access import require_available
from .file_body import disposition, send_file

if TYPE_CHECKING:
    from ..state import SandboxState
    from .content import StoredFile

DIRECT_GET = "direct-get"

_PREFIX = "/datastore_server/"
_COOKIE = "JSESSIONID"
_REMEMBERED = 1000

_TYPES = {  # javax.activation's map as the data store extends it; never a JSON type (contract 4.3)
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
    "text": "text/plain",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "qcml": "application/xml",
    "webm": "video/webm",
    "mp4": "video/mp4",
    "css": "text/css",
    "js": "text/javascript",
}


class Cookies:
    """Which session token a browser's cookie stands for; the oldest are forgotten."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()

    def remember(self, token: str) -> str:
        """A new cookie value for a token."""
        value = secrets.token_hex(16)
        self._tokens[value] = token
        if len(self._tokens) > _REMEMBERED:
            self._tokens.popitem(last=False)
        return value

    def token(self, value: str | None) -> str | None:
        """The token that a cookie value stands for."""
        return self._tokens.get(value or "")


COOKIES: web.AppKey[Cookies] = web.AppKey("cookies", Cookies)


def content_type(name: str) -> str:
    """The Content-Type of a file by extension: text for none, ``application/octet-stream`` for unknown."""
    _, dot, extension = name.rpartition(".")
    return _TYPES.get(extension.lower(), "application/octet-stream") if dot else "text/plain"


async def get_file(request: web.Request) -> web.StreamResponse:
    """Send a file or a listing; every refusal is a page with HTTP 200."""
    state = state_of(request)
    token = request.query.get("sessionID") or request.app[COOKIES].token(request.cookies.get(_COOKIE))
    fault = state.faults.strike(DIRECT_GET)
    instead = await interference.before(request, state, fault, token)
    if instead is not None:
        return instead
    perm_id, _, path = request.rel_url.raw_path.removeprefix(_PREFIX).partition("/")
    perm_id, path = unquote(perm_id), unquote(path).strip("/")
    try:
        if fault and fault.kind is FaultKind.ERROR:
            raise UserFailure(fault.message)
        found = await asyncio.to_thread(_find, state, token, perm_id, path)
        if isinstance(found, str):
            return await interference.deliver(request, _listing(perm_id, path, found), fault)
        handle = await asyncio.to_thread(os.open, found.location, os.O_RDONLY)
    except ServerFailure as error:
        text = "Download session expired." if isinstance(error, InvalidSession) else error.message
        return await interference.deliver(request, _page(text), fault)
    return await send_file(request, handle, _headers(request, token or "", path.rpartition("/")[2]), fault)


def _headers(request: web.Request, token: str, name: str) -> dict[str, str]:
    kind = "binary" if request.query.get("mode") == "txt" else content_type(name)
    headers = {"Content-Type": kind, "Content-Disposition": disposition(name)}
    if _COOKIE not in request.cookies:
        value = request.app[COOKIES].remember(token)
        headers["Set-Cookie"] = f"{_COOKIE}={value}; Path={_PREFIX}; HttpOnly; SameSite=Lax"
    return headers


def _find(state: SandboxState, token: str | None, perm_id: str, path: str) -> StoredFile | str:
    """The file, or the listing's rows for a directory. Raises ServerFailure."""
    state.archive.settle()
    session = state.sessions.require(token)
    with state.store.read() as db:
        require_available(db, Rights.of(db, session.user), perm_id)
        file = state.content.file(db, perm_id, path)
        if file is None:
            raise UserFailure(f"Resource '{path}' does not exist in data set '{perm_id}'.")
        if not file.directory:
            return file
        depth = path.count("/") + 1 if path else 0
        prefix = f"{path}/" if path else ""
        return "".join(
            _row(perm_id, entry)
            for entry in state.content.files(db, perm_id)
            if entry.path and entry.path.startswith(prefix) and entry.path.count("/") == depth
        )


def _row(perm_id: str, entry: StoredFile) -> str:
    name = entry.path.rpartition("/")[2]
    link = quote(f"{_PREFIX}{perm_id}/{entry.path}")
    size = "" if entry.directory else f"{entry.size} Bytes"
    return f'<tr><td><a href="{link}">{html.escape(name)}</a></td><td>{size}</td></tr>\n'


def _listing(perm_id: str, path: str, rows: str) -> web.Response:
    title = html.escape(f"Data Set {perm_id}" + (f": {path}" if path else ""))
    head = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>\n"
    page = f"{head}<table>\n{rows}</table></body></html>\n"
    return web.Response(text=page, content_type="text/html")


def _page(text: str) -> web.Response:
    page = f"<html><body><h1>Error</h1>\n<p>{html.escape(text)}</p></body></html>\n"
    return web.Response(text=page, content_type="text/html")


ROUTES = [
    web.get("/datastore_server/{perm_id}", get_file, allow_head=False),
    # Not ".*": a file's name may hold a line break.
    web.get(r"/datastore_server/{perm_id}/{path:[\s\S]*}", get_file, allow_head=False),
]
