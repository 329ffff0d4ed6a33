"""Sending a file as the body of an answer: streamed, always whole, whatever ``Range`` says (contract 4.3)."""

from __future__ import annotations

import asyncio
import os
from urllib.parse import quote

from aiohttp import web

from ..faults import Fault, FaultKind
from ..web import interference

_BLOCK = 1 << 20


async def send_file(
    request: web.Request,
    handle: int,
    headers: dict[str, str],
    fault: Fault | None,
) -> web.StreamResponse:
    """Send the open file and close it. ``fault`` may cut it, change a byte or leave out the last one."""
    try:
        size = (await asyncio.to_thread(os.fstat, handle)).st_size
        if interference.struck(fault, FaultKind.WRONG_SIZE):
            size = max(0, size - 1)
        response = web.StreamResponse(headers=headers)
        response.content_length = size
        await response.prepare(request)
        if interference.struck(fault, FaultKind.ANSWER_LOST) or not await _send(
            response, handle, size, fault
        ):
            interference.break_connection(request)
        return response
    finally:
        os.close(handle)


async def _send(response: web.StreamResponse, handle: int, size: int, fault: Fault | None) -> bool:
    """Write the bytes; False when a fault ends it early."""
    cut = fault is not None and fault.kind is FaultKind.CUT
    end = min(size - 1, fault.after_bytes) if fault and cut else size
    flip = fault.after_bytes % size if fault and fault.kind is FaultKind.CORRUPT and size else -1
    offset = 0
    while offset < end:
        block = await asyncio.to_thread(os.pread, handle, min(_BLOCK, end - offset), offset)
        if not block:
            return False  # the file became shorter: the client must not take this for its end
        if offset <= flip < offset + len(block):
            block = with_changed_byte(block, flip - offset)
        await response.write(block)
        offset += len(block)
    return not cut


def with_changed_byte(data: bytes, at: int) -> bytes:
    """The data with all bits of one byte turned over."""
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def disposition(name: str) -> str:
    """``inline; filename="…"``; names beyond ASCII in the form of RFC 6266 as well."""
    plain = name.encode("ascii", "replace").decode().replace("\\", "_").replace('"', "_")
    plain = "".join(letter if letter.isprintable() else "_" for letter in plain)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return f'inline; filename="{plain}"{extended}'
