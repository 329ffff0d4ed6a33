"""The servlets of the session workspace: upload at an offset, and reading back (contract 5.2, 4.6)."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from ..failures import ServerFailure, UserFailure
from ..faults import Fault, FaultKind
from ..web import interference
from ..web.current import state_of
from .file_body import disposition, send_file, with_changed_byte

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ..sessions import Session
    from ..state import SandboxState

UPLOAD = "session_workspace_file_upload"
DOWNLOAD = "session_workspace_file_download"

_BLOCK = 1 << 20
_REQUIRED = ("sessionID", "id", "startByte", "endByte", "filename")


@dataclass(frozen=True, slots=True)
class Part:
    """One upload request: where its bytes go. ``start`` and ``end`` are the client's byte offsets."""

    id: int
    name: str
    start: int
    end: int
    empty_folder: bool


def parse_part(values: Mapping[str, str]) -> Part:
    """Read the query of an upload. Raises UserFailure for a missing or wrong parameter."""
    for name in _REQUIRED:
        if values.get(name) is None:
            raise UserFailure(f"{name} parameter cannot be null")
    try:
        number, start, end = (int(values[name]) for name in ("id", "startByte", "endByte"))
    except ValueError as fault:
        raise UserFailure("id, startByte and endByte must be whole numbers") from fault
    if start < 0 or end < 0:
        raise UserFailure("startByte and endByte must not be negative")
    folder = values.get("emptyFolder", "false").lower() == "true"  # pybis writes True, the JS client true
    return Part(number, values["filename"], start, end, folder)


async def upload(request: web.Request) -> web.StreamResponse:
    """Store the raw body of this request at ``startByte`` of a workspace file."""
    state = state_of(request)
    token = request.query.get("sessionID", "")
    fault = state.faults.strike(UPLOAD)
    instead = await interference.before(request, state, fault, token)
    if instead is not None:
        return instead
    try:
        part = parse_part(request.query)
        session = await asyncio.to_thread(state.sessions.require, token)
        if interference.struck(fault, FaultKind.ERROR):
            raise UserFailure(fault.message if fault else "")
        written = await _store(request, state, session, part, fault)
    except (ServerFailure, OSError) as error:
        return _failed(error)
    if written is None:
        return interference.broken(request)
    if interference.struck(fault, FaultKind.WRONG_SIZE):
        written -= 1
    answer = web.json_response(_answer(part, written), content_type="text/json")
    corrupted = interference.struck(fault, FaultKind.CORRUPT)  # what is stored, not what is said
    return await interference.deliver(request, answer, None if corrupted else fault)


def _answer(part: Part, written: int) -> dict[str, object]:
    return {
        "id": part.id,
        "startByte": part.start,
        "endByte": part.end,
        "filename": part.name,
        "emptyFolder": part.empty_folder,
        "size": -1 if part.empty_folder else written,
        "status": "ok",
    }


def _failed(error: ServerFailure | OSError) -> web.Response:
    """pybis notices only what is not 2xx; the real servlet's exceptions become Jetty's 500."""
    text = error.message if isinstance(error, ServerFailure) else f"java.io.IOException: {error.strerror}"
    return web.Response(
        status=500, text=f"<html><body><pre>{text}</pre></body></html>", content_type="text/html"
    )


async def _store(
    request: web.Request, state: SandboxState, session: Session, part: Part, fault: Fault | None
) -> int | None:
    """Write the body to disk; the bytes written, or None when a fault broke the connection in the middle."""
    target = state.workspaces.path(session, part.name)
    if part.empty_folder:
        await asyncio.to_thread(target.mkdir, parents=True, exist_ok=True)
        return 0
    handle = await asyncio.to_thread(_open, target)
    try:
        return await _write_body(request, handle, part.start, fault)
    finally:
        os.close(handle)


def _open(target: Path) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    return os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)


async def _write_body(request: web.Request, handle: int, start: int, fault: Fault | None) -> int | None:
    limit = fault.after_bytes if fault and fault.kind in (FaultKind.CUT, FaultKind.DISK_FULL) else None
    written = 0
    async for block in _blocks(request):
        data = block if limit is None else block[: max(0, limit - written)]
        if fault and fault.kind is FaultKind.CORRUPT and 0 <= fault.after_bytes - written < len(data):
            data = with_changed_byte(data, fault.after_bytes - written)
        await asyncio.to_thread(_write_all, handle, data, start + written)
        written += len(data)
        if limit is not None and written >= limit:
            break
    if fault and fault.kind is FaultKind.DISK_FULL:
        raise OSError(28, "No space left on device")
    if fault and fault.kind is FaultKind.CUT:
        return None
    if fault and fault.kind is FaultKind.WRONG_SIZE and written:
        await asyncio.to_thread(os.ftruncate, handle, start + written - 1)
    return written


async def _blocks(request: web.Request) -> AsyncIterator[bytes]:
    """The body in blocks of about 1 MiB: fewer, larger writes than the network's own pieces."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield b"".join(pieces)


def _write_all(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(handle, view, offset)
        view, offset = view[done:], offset + done


async def download(request: web.Request) -> web.StreamResponse:
    """Send a file of the session workspace back; the ELN's exports use it."""
    state = state_of(request)
    token = request.query.get("sessionID", "")
    fault = state.faults.strike(DOWNLOAD)
    instead = await interference.before(request, state, fault, token)
    if instead is not None:
        return instead
    try:
        session = await asyncio.to_thread(state.sessions.require, token)
        place = state.workspaces.path(session, request.query.get("filePath", ""))
        handle = await asyncio.to_thread(os.open, place, os.O_RDONLY)
    except (ServerFailure, OSError) as error:
        return _failed(error)
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition(place.name)}
    return await send_file(request, handle, headers, fault)


ROUTES = [
    web.post(f"/datastore_server/{UPLOAD}", upload),
    web.get(f"/datastore_server/{DOWNLOAD}", download),
]
