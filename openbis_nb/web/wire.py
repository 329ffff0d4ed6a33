"""What goes over the wire, both ways: parameters, pieces of a file, and answers read up to a limit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from ..errors import TooLarge

__all__ = ["CHUNK", "Query", "pairs", "parsed", "pieces", "whole"]

#: Parameters of a call; a list stands for several of one name, ``None`` and ``""`` for none.
Query = Mapping[str, str | int | bool | Sequence[str] | None]

#: Bytes of one piece.
CHUNK = 2**16
#: Largest JSON that is read, in bytes.
_MAX_JSON = 64 * 2**20


def pairs(query: Query) -> list[tuple[str, str]]:
    """Parameters as they stand in an address."""
    return [(name, _text(value)) for name, given in query.items() for value in _several(given)]


def _several(given: Any) -> Sequence[Any]:
    if given is None or given == "":
        return ()
    return given if isinstance(given, list | tuple) else (given,)


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def whole(response: aiohttp.ClientResponse) -> bytes:
    """The body of an answer.

    Raises:
        TooLarge: it is larger than any answer of ours.
    """
    data = bytearray()
    async for piece in response.content.iter_chunked(CHUNK):
        data += piece
        if len(data) > _MAX_JSON:
            raise TooLarge(f"The library's service sends more than {_MAX_JSON // 2**20} MB.")
    return bytes(data)


def parsed(data: bytes) -> Any:
    """What the bytes say; ``None`` where they are no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


async def pieces(file: Path) -> AsyncIterator[bytes]:
    """A file from the disk, piece by piece."""
    with file.open("rb") as opened:  # each piece is small, and comes from the disk's cache
        while piece := opened.read(CHUNK):
            yield piece
