"""The fast download on the wire: its JSON-RPC method and the servlet ``file-transfer`` (contract 4.4)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from ..failures import ServerFailure, UserFailure
from ..faults import Fault, FaultKind
from ..rights import Rights
from ..rpc import Call, data_store_method
from ..web import interference
from ..web.current import state_of
from ..wire import Json, Object, Objects
from .chunk_frames import Chunk, frame
from .data_access import NotAvailable, readable
from .fast_download import DownloadFault, DownloadSession, Item
from .file_search import data_set_id

if TYPE_CHECKING:
    import sqlite3

    from ..state import SandboxState
    from .content import StoredFile

FILE_TRANSFER = "file-transfer"

_FAST = "dss.dto.datasetfile.fastdownload."
_STREAMS = 4
_STEPS = {
    "startDownloadSession": "start",
    "queue": "queue",
    "download": "download",
    "finishDownloadSession": "finish",
}


@data_store_method("createFastDownloadSession")
def create_fast_download_session(call: Call, files: Objects, options: Object) -> Json:
    """Step 1: say where and with which session the servlet is spoken to."""
    return {
        "@type": _FAST + "FastDownloadSession",
        "downloadUrl": f"{call.state.download_url}/datastore_server/{FILE_TRANSFER}",
        "fileTransferUserSessionId": call.token,
        "files": [_file_id(file) for file in files],
        "options": {
            "@type": _FAST + "FastDownloadSessionOptions",
            "wishedNumberOfStreams": (options or {}).get("wishedNumberOfStreams"),
        },
    }


def _file_id(file: Json) -> Json:
    path = str(file.get("filePath") or "")
    perm_id = str((file.get("dataSetId") or {}).get("permId") or path.partition("/")[0])
    return {
        "@type": "dss.dto.datasetfile.id.DataSetFilePermId",
        "dataSetId": data_set_id(perm_id),
        "filePath": path,
    }


async def file_transfer(request: web.Request) -> web.StreamResponse:
    """Steps 2 to 6. Errors are JSON with HTTP 200."""
    state = state_of(request)
    values = _parameters(request, await request.read())
    method = values.get("method", "")
    fault = state.faults.strike(f"{FILE_TRANSFER}:{_STEPS.get(method, method)}")
    instead = await interference.before(request, state, fault, _token(state, values))
    if instead is not None:
        return instead
    try:
        if fault and fault.kind is FaultKind.ERROR:
            raise UserFailure(fault.message)
        if method == "download":
            return await _download(request, state, values, fault)
        answer = await asyncio.to_thread(_step, state, method, values)
    except ServerFailure as error:
        answer = _error(error)
    return await interference.deliver(request, answer, fault)


def _parameters(request: web.Request, body: bytes) -> Mapping[str, str]:
    """The first value of each parameter; a body that is not empty wins over the query."""
    if not body.strip():
        return dict(request.query)
    try:
        raw = json.loads(body)
    except ValueError as fault:
        raise web.HTTPBadRequest(text="The body is not JSON.") from fault
    if not isinstance(raw, dict):
        raise web.HTTPBadRequest(text="The body is not a JSON object.")
    return {
        key: str(value[0]) if isinstance(value, list) and value else str(value) for key, value in raw.items()
    }


def _token(state: SandboxState, values: Mapping[str, str]) -> str | None:
    if "userSessionId" in values:
        return values["userSessionId"]
    session = state.downloads.find(values.get("downloadSessionId", ""))
    return session.token if session else None


def _step(state: SandboxState, method: str, values: Mapping[str, str]) -> web.Response:
    if method == "startDownloadSession":
        return web.json_response(_start(state, values))
    if method == "queue":
        state.downloads.get(values.get("downloadSessionId", "")).queue(values.get("ranges", ""))
        return web.Response()
    if method == "finishDownloadSession":
        state.downloads.finish(values.get("downloadSessionId", ""))
        return web.Response()
    raise DownloadFault(f"Unknown method: {method}")


def _start(state: SandboxState, values: Mapping[str, str]) -> Json:
    token = values.get("userSessionId", "")
    state.archive.settle()
    session = state.sessions.require(token)
    ids, lenient = parse_item_ids(values.get("downloadItemIds", ""), values.get("version"))
    with state.store.read() as db:
        items = _items(state, db, Rights.of(db, session.user), ids, lenient=lenient)
    if not items:
        raise UserFailure("Item ids cannot be null or empty")
    wished = values.get("wishedNumberOfStreams", "")
    streams = int(wished) if wished.isdigit() else _STREAMS
    started = state.downloads.start(session.key, token, items, streams)
    return {
        "downloadSessionId": started.id,
        "ranges": started.numbering.ranges,
        "streamIds": list(started.streams),
    }


def parse_item_ids(text: str, version: str | None) -> tuple[list[str], bool]:
    """The item ids, and whether their apostrophes may have become quotation marks.

    Protocol 1 joins them by commas (so a comma in a name cuts it), protocol 2 writes a JSON array. pybis
    replaces each apostrophe by a quotation mark, which breaks that array; its separator still finds them.
    """
    if version != "2":
        return [item.strip() for item in text.split(",") if item.strip()], False
    try:
        return [str(item) for item in json.loads(text)], True
    except (ValueError, TypeError):
        inner = text.strip().removeprefix("[").removesuffix("]").strip()
        return inner.removeprefix('"').removesuffix('"').split('", "'), True


def _items(
    state: SandboxState, db: sqlite3.Connection, rights: Rights, ids: list[str], *, lenient: bool
) -> list[Item]:
    """The files that the item ids stand for. Items of data sets that the person may not see are left out."""
    split = {item: item.partition("/") for item in ids}
    statuses = readable(db, rights, list({part[0]: None for part in split.values()}))
    items = []
    for item, (perm_id, _, path) in split.items():
        if perm_id not in statuses:
            continue
        if statuses[perm_id] != "AVAILABLE":
            raise NotAvailable(perm_id, statuses[perm_id])
        items.append(Item(item, _files(state, db, perm_id, path.strip("/"), lenient=lenient)))
    return items


def _files(
    state: SandboxState, db: sqlite3.Connection, perm_id: str, path: str, *, lenient: bool
) -> list[StoredFile]:
    file = state.content.file(db, perm_id, path)
    if file is None and lenient:
        listed = state.content.files(db, perm_id)
        alike = [one for one in listed if one.path.replace("'", '"') == path.replace("'", '"')]
        file = alike[0] if len(alike) == 1 else None
    if file is None:
        raise UserFailure(f"Resource '{path}' does not exist.")
    return state.content.files_below(db, perm_id, file.path) if file.directory else [file]


async def _download(
    request: web.Request, state: SandboxState, values: Mapping[str, str], fault: Fault | None
) -> web.StreamResponse:
    """Step 4: so many chunks of the queue as asked for, or all of them."""
    session = state.downloads.get(values.get("downloadSessionId", ""))
    stream = values.get("downloadStreamId", "")
    wanted = values.get("numberOfChunks", "")
    left = int(wanted) if wanted.isdigit() else None
    chunk = session.take(stream)
    if left == 1 or chunk is None:
        body = await asyncio.to_thread(_frame, chunk, fault) if chunk else b""
        answer = web.Response(body=body, content_type="application/octet-stream")
        return await interference.deliver(request, answer, _late(fault))
    return await _stream(request, session, stream, chunk, left, fault)


async def _stream(
    request: web.Request,
    session: DownloadSession,
    stream: str,
    chunk: Chunk,
    left: int | None,
    fault: Fault | None,
) -> web.StreamResponse:
    """Frames one after another in one body. A fault strikes in the first."""
    answer = web.StreamResponse()
    answer.content_type = "application/octet-stream"
    await answer.prepare(request)
    following: Chunk | None = chunk
    while following is not None:
        data = await asyncio.to_thread(_frame, following, fault)
        if fault and fault.kind in (FaultKind.CUT, FaultKind.ANSWER_LOST):
            await answer.write(data[: min(fault.after_bytes, len(data) - 1)])
            interference.break_connection(request)
            break
        await answer.write(data)
        fault = None
        left = None if left is None else left - 1
        following = session.take(stream) if left != 0 else None
    return answer


def _frame(chunk: Chunk, fault: Fault | None) -> bytearray:
    corrupt = fault.after_bytes if fault and fault.kind is FaultKind.CORRUPT else None
    return frame(chunk, corrupt_at=corrupt, missing=int(interference.struck(fault, FaultKind.WRONG_SIZE)))


def _late(fault: Fault | None) -> Fault | None:
    """What is left of a fault when the frame is made: corruption is inside it already."""
    return None if interference.struck(fault, FaultKind.CORRUPT) else fault


def _error(error: ServerFailure) -> web.Response:
    answer: dict[str, object] = {"error": error.message, "exception-class": error.java_class}
    if isinstance(error, DownloadFault):
        answer["retriable"] = error.retriable
    return web.json_response(answer)


ROUTES = [web.post(f"/datastore_server/{FILE_TRANSFER}", file_transfer)]
