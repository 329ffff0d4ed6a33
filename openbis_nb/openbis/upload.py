"""Files into the session workspace of the data store (contract 5.2), from where a data set is made.

Parts of 10 MiB, several at once. Every part names its offset, so a part may be sent again; the size that
the server wrote is compared each time. Names are encoded here: pybis leaves folder names as they are, and
``&``, ``#`` or ``%`` in one breaks its upload (10.2, trap 12).
"""

from __future__ import annotations

import asyncio
import os
import uuid
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import (
    CertificateProblem,
    InvalidInput,
    OpenBISTimeout,
    OpenBISUnreachable,
    TransferFailed,
)
from ..identifiers import relative_path
from .client import OpenBIS
from .workers import in_thread

__all__ = ["PART_SIZE", "TOP_FOLDER", "Part", "Upload", "measure", "parts", "send"]

#: The server wants exactly one entry in the upload (5.3); pybis and the ELN know files in this one (5.4).
TOP_FOLDER = "default"
#: Bytes of one part, as pybis and the servlet's own clients have it.
PART_SIZE = 10 * 2**20
_READ = 2**20
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Upload:
    """What lies in the workspace under ``id``: path below :data:`TOP_FOLDER` → size and CRC32."""

    id: str
    files: Mapping[str, tuple[int, int]]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(size for size, _ in self.files.values())


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes ``start`` to ``end`` (exclusive) of one file; ``number`` counts from 1."""

    path: str
    number: int
    start: int
    end: int


async def send(
    client: OpenBIS,
    files: Mapping[str, Path | bytes],
    *,
    on_bytes: Callable[[int], None] | None = None,
) -> Upload:
    """Upload *files* into a new folder of the session workspace.

    Args:
        client: With a session.
        files: Relative path in the data set → local file, or the bytes.
        on_bytes: Told the number of bytes each time a part has arrived.

    Raises:
        InvalidInput: there is no file; a data set without files cannot be registered.
        UnsafePath: a path that leaves the folder.
        TransferFailed: a part did not arrive, after several tries; or a local file changed meanwhile.
        OpenBISRefused: the data store refused, e.g. because its disk is full.
    """
    if not files:
        raise InvalidInput("A data set needs at least one file.")
    sources = {str(relative_path(path)): source for path, source in files.items()}
    upload_id = str(uuid.uuid4())
    store = await client.data_store_url()
    known = await measure(sources)
    waiting = iter([part for path, (size, _) in known.items() for part in parts(path, size)])

    async def work() -> None:
        for part in waiting:
            await _send_part(client, store, f"{upload_id}/{TOP_FOLDER}/{part.path}", part, sources[part.path])
            if on_bytes is not None:
                on_bytes(part.end - part.start)

    tasks = [asyncio.create_task(work()) for _ in range(client.server.parallel)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return Upload(upload_id, known)


async def measure(files: Mapping[str, Path | bytes]) -> dict[str, tuple[int, int]]:
    """Size and CRC32 of each file, as it is now."""
    return {path: await in_thread(_measure, source) for path, source in files.items()}


def parts(path: str, size: int) -> Iterator[Part]:
    """The parts of a file of *size* bytes; an empty one has one empty part."""
    for number, start in enumerate(range(0, max(size, 1), PART_SIZE), start=1):
        yield Part(path, number, start, min(start + PART_SIZE, size))


async def _send_part(client: OpenBIS, store: str, target: str, part: Part, source: Path | bytes) -> None:
    size = part.end - part.start
    query = {
        "filename": target,
        "id": str(part.number),
        "startByte": str(part.start),
        "endByte": str(part.end),
        "emptyFolder": "false",
    }
    for tries in range(1, _TRIES + 1):
        body = _content(source, part.start, size)
        try:
            answer = await client.transport.upload_part(store, client.token, query, body, size)
            written = answer.get("size") if isinstance(answer, dict) else None
            if written == size:
                return
            problem: Exception = TransferFailed(f"openBIS wrote {written} of {size} bytes of {part.path}.")
        except CertificateProblem:
            raise
        except (OpenBISUnreachable, OpenBISTimeout) as error:
            problem = error
        if tries < _TRIES:
            await asyncio.sleep(client.server.pause(tries))
    raise TransferFailed(f"{part.path} could not be uploaded: {problem}") from problem


def _content(source: Path | bytes, start: int, size: int) -> bytes | AsyncIterator[bytes]:
    if size == 0:
        return b""
    return _slices(source, start, size) if isinstance(source, bytes) else _read(source, start, size)


async def _slices(content: bytes, start: int, size: int) -> AsyncIterator[bytes]:
    for begin in range(start, start + size, _READ):
        yield content[begin : min(begin + _READ, start + size)]


async def _read(path: Path, start: int, size: int) -> AsyncIterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        left = size
        while left:
            block = await in_thread(stream.read, min(_READ, left))
            if not block:
                raise TransferFailed(f"{path.name} became shorter while it was uploaded.")
            left -= len(block)
            yield block


def _measure(source: Path | bytes) -> tuple[int, int]:
    if isinstance(source, bytes):
        return len(source), zlib.crc32(source)
    crc = 0
    with source.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        while block := stream.read(_READ):
            crc = zlib.crc32(block, crc)
    return size, crc
