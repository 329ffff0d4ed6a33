"""The content of an answer, read up to a limit: of what is sent, and of what that unpacks to."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import aiohttp

from ...errors import NothingSuitable, TooLarge, UpstreamFailure
from ...units import human_size

__all__ = ["Progress", "read_body"]

#: Bytes that have come, and how many there will be (0: nobody knows).
Progress = Callable[[int, int], None]

_CHUNK = 2**16
#: zlib's word for gzip.
_GZIP = zlib.MAX_WBITS | 16


async def read_body(response: aiohttp.ClientResponse, most: int, progress: Progress | None) -> bytes:
    """The unpacked content.

    Args:
        response: Of a session that does not unpack by itself: its pieces could not be limited.
        most: Largest size, in bytes.
        progress: Is told how many bytes have come over the wire.

    Raises:
        TooLarge: it is larger; no more than *most* and one piece were ever in memory.
        NothingSuitable: it is packed in a way that was not asked for.
        UpstreamFailure: it cannot be unpacked.
    """
    announced = response.content_length or 0
    if announced > most:
        raise too_large(most)
    unpacker = _unpacker(response.headers.get("Content-Encoding", ""))
    content, come = bytearray(), 0
    async for piece in response.content.iter_chunked(_CHUNK):
        come += len(piece)
        if come > most:
            raise too_large(most)
        for part in unpacker.parts(piece) if unpacker else (piece,):
            content += part
            if len(content) > most:
                raise too_large(most)
        if progress is not None:
            progress(come, announced)
    if unpacker:
        unpacker.check_end()
    return bytes(content)


def too_large(most: int) -> TooLarge:
    """What is raised over the limit."""
    return TooLarge(
        f"What is there is larger than {human_size(most)}.",
        next_step="Clear its outputs where it comes from, or ask the admin (OPENBIS_NB_IMPORT_MAX_SIZE).",
    )


def _unpacker(encoding: str) -> _Gzip | None:
    coding = encoding.strip().lower()
    if coding in ("", "identity"):
        return None
    if coding not in ("gzip", "x-gzip"):
        raise NothingSuitable("The host sends its answer packed in a way that was not asked for.")
    return _Gzip()


class _Gzip:
    """Unpacks in parts of a bounded size, however much a piece may stand for."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP)

    def parts(self, piece: bytes) -> Iterator[bytes]:
        """What *piece* adds."""
        while piece and not self._inflater.eof:
            try:
                part = self._inflater.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise UpstreamFailure("What the host sent cannot be unpacked.") from error
            if part:
                yield part
            piece = self._inflater.unconsumed_tail

    def check_end(self) -> None:
        """Raises:
        UpstreamFailure: the end is missing.
        """
        if not self._inflater.eof:
            raise UpstreamFailure("What the host sent is cut off.")
