"""The fast download (contract 4.4): the one way to go on inside a file, since GET knows no ``Range``.

Used to finish a large file whose beginning is there. One stream, chunks in order: what arrived before a
cut is a longer beginning, and the next try starts behind it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

from ..errors import OpenBISFailure, OpenBISRefused, TransferFailed, UnexpectedAnswer
from ..models import DataFile
from . import failures, frames
from .client import OpenBIS
from .protocol import ids
from .secrets import Secret

__all__ = ["offers_fast_download", "rest_of_file"]

#: Chunks of 1 MiB asked for in one request: few round trips, little memory.
_CHUNKS_PER_REQUEST = 8


async def offers_fast_download(client: OpenBIS, file: DataFile) -> bool:
    """Whether this server (API above 3.5) can send this file so.

    The item list of API 3.6 is joined by commas, so a name with a comma cannot be asked for (4.4).
    """
    version = _version((await client.server_information()).api_version)
    return version > (3, 6) or (version == (3, 6) and "," not in file.path)


async def rest_of_file(
    client: OpenBIS, token: Secret, file: DataFile, offset: int
) -> AsyncGenerator[bytes, None]:
    """The bytes of *file* from *offset* on, in order.

    Args:
        client: The connection.
        token: The session.
        file: A file of a data set.
        offset: A multiple of ``frames.CHUNK_SIZE``.

    Raises:
        TransferFailed: a chunk is missing or damaged; what was given before is right.
        OpenBISRefused: the server does not give it this way.
    """
    session = await _Session.open(client, token, file)
    try:
        async for payload in session.payloads(offset):
            yield payload
    finally:
        await session.finish()


class _Session:
    """One download session for one file."""

    def __init__(self, client: OpenBIS, url: str, newer: bool, started: dict[str, Any], item_id: str) -> None:
        self._client, self._url, self._newer = client, url, newer
        try:
            self._id = str(started["downloadSessionId"])
            self._stream = str(started["streamIds"][0])
            self._first, self._last = frames.parse_range(str(started["ranges"][item_id]))
        except (KeyError, IndexError, TypeError) as error:
            raise TransferFailed("openBIS began no download of the file.") from error

    @classmethod
    async def open(cls, client: OpenBIS, token: Secret, file: DataFile) -> _Session:
        item_id = f"{file.data_set}/{file.path}"
        store = await client.data_store_url(file.data_set)
        created = await client.transport.data_store(
            store, "createFastDownloadSession", token, [_file_id(file, item_id)], _OPTIONS
        )
        url = str((created or {}).get("downloadUrl") or "")
        base = client.server.data_store_url(url)  # the token goes there too
        newer = _version((await client.server_information()).api_version) > (3, 6)
        body = {
            "method": ["startDownloadSession"],
            "userSessionId": [token.reveal()],
            "downloadItemIds": [json.dumps([item_id]) if newer else item_id],
            "wishedNumberOfStreams": ["1"],
        }
        target = f"{base}{urlsplit(url).path}"
        started = await _post(client, target, body, newer)
        return cls(client, target, newer, _object(started), item_id)

    async def payloads(self, offset: int) -> AsyncGenerator[bytes, None]:
        """Queue the chunks from *offset* on and give their payloads."""
        following = self._first + offset // frames.CHUNK_SIZE
        await self._step("queue", ranges=[f"{following}:{self._last}"])
        while following <= self._last:
            body = await self._step(
                "download", numberOfChunks=[str(_CHUNKS_PER_REQUEST)], downloadStreamId=[self._stream]
            )
            if not body:
                raise TransferFailed("openBIS ended the download of the file early.")
            for frame in frames.parse(body):
                if frame.sequence != following or frame.offset != offset:
                    raise TransferFailed("The chunks of the file came in disorder.")
                following, offset = following + 1, offset + len(frame.payload)
                yield frame.payload

    async def finish(self) -> None:
        """End the session. It would end with the person's session anyway, so a failure costs nothing."""
        try:
            await self._step("finishDownloadSession")
        except (OpenBISFailure, OpenBISRefused):
            return

    async def _step(self, method: str, **values: Any) -> bytes:
        body = {"method": [method], "downloadSessionId": [self._id], **values}
        return await _post(self._client, self._url, body, self._newer)


_OPTIONS = {
    "@type": "dss.dto.datasetfile.fastdownload.FastDownloadSessionOptions",
    "wishedNumberOfStreams": 1,
}


def _file_id(file: DataFile, item_id: str) -> ids.Json:
    return {
        "@type": "dss.dto.datasetfile.id.DataSetFilePermId",
        "dataSetId": ids.data_set(file.data_set),
        "filePath": item_id,
    }


async def _post(client: OpenBIS, url: str, body: dict[str, Any], newer: bool) -> bytes:
    sent = {**body, "version": ["2"]} if newer else body
    answer, content_type = await client.transport.post_bytes(url, sent)
    if content_type == "application/json":
        found = _object(answer)
        if "error" in found:  # with HTTP 200 (4.4)
            raise failures.from_error_object(found["error"], doing="file-transfer")
    elif content_type == "text/html":
        raise UnexpectedAnswer("The data store answered with a page instead of the file's bytes.")
    return answer


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnexpectedAnswer("The data store's answer to a download is not JSON.") from error
    if not isinstance(found, dict):
        raise UnexpectedAnswer("The data store's answer to a download is not of the promised form.")
    return found


def _version(api_version: str) -> tuple[int, int]:
    major, _, minor = api_version.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (0, 0)
