"""Fast-download sessions: items become chunks, which are queued and served in that order (contract 4.4)."""

from __future__ import annotations

import threading
import uuid
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..failures import UserFailure
from .chunk_frames import CHUNK_BYTES, Chunk
from .content import StoredFile

MAXIMUM_STREAMS = 50
_JAVA = "ch.ethz.sis.filetransfer."


class DownloadFault(UserFailure):
    """A fault of the servlet; ``retriable`` tells the client whether it may try again."""

    java_class = _JAVA + "DownloadException"
    retriable = False


class InvalidDownloadSession(DownloadFault):
    """The download session is unknown or over."""

    java_class = _JAVA + "InvalidDownloadSessionException"


class InvalidDownloadStream(DownloadFault):
    """The stream is not one of the session's."""

    java_class = _JAVA + "InvalidDownloadStreamException"


class NoStreamsLeft(DownloadFault):
    """All streams of the server are in use."""

    retriable = True


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to download: its id as the client sent it, and the files that it stands for."""

    id: str
    files: Sequence[StoredFile]


class Numbering:
    """Global sequence numbers of the chunks of all items, in the order of the request.

    Chunks are made when they are asked for: a file of 500 GB has half a million of them.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self.ranges: dict[str, str] = {}  # item id → "first:last"
        self.count = 0
        self._firsts: list[int] = []  # of each file
        self._files: list[tuple[str, StoredFile]] = []
        for item in items:
            first = self.count
            for file in item.files:
                self._firsts.append(self.count)
                self._files.append((item.id, file))
                # A file without bytes still has one chunk, so that the client makes it.
                self.count += max(1, -(-file.size // CHUNK_BYTES))
            if self.count > first:
                self.ranges[item.id] = f"{first}:{self.count - 1}"

    def chunk(self, number: int) -> Chunk:
        """The chunk with this sequence number."""
        at = bisect_right(self._firsts, number) - 1
        item, file = self._files[at]
        offset = (number - self._firsts[at]) * CHUNK_BYTES
        return Chunk(number, item, file.path, file.location, offset, min(CHUNK_BYTES, file.size - offset))


@dataclass
class DownloadSession:
    """One fast download: the numbered chunks of all items, the queue, and the permitted streams.

    ``user_session`` is the key of the session that opened it, and ends it.
    """

    user_session: str
    token: str = field(repr=False)
    numbering: Numbering
    streams: tuple[str, ...]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _queue: deque[int] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def queue(self, ranges: str) -> None:
        """Queue chunks by ``"0:3, 7:7"`` (inclusive); what waits already is not queued again."""
        numbers = [number for part in ranges.split(",") if part.strip() for number in _numbers(part)]
        for number in numbers:
            if not 0 <= number < self.numbering.count:
                raise DownloadFault(f"Unknown chunk with sequence number: {number}")
        with self._lock:
            waiting = set(self._queue)
            self._queue.extend(number for number in dict.fromkeys(numbers) if number not in waiting)

    def take(self, stream: str) -> Chunk | None:
        """The next chunk of the queue, which is gone from it then; None when it is empty."""
        if stream not in self.streams:
            raise InvalidDownloadStream(f"Invalid download stream: {stream}")
        with self._lock:
            return self.numbering.chunk(self._queue.popleft()) if self._queue else None


def _numbers(part: str) -> range:
    first, _, last = part.strip().partition(":")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError as fault:
        raise DownloadFault(f"Invalid range: {part.strip()}") from fault


class Downloads:
    """All fast downloads of a sandbox."""

    def __init__(self) -> None:
        self._sessions: dict[str, DownloadSession] = {}
        self._lock = threading.Lock()

    def start(
        self, user_session: str, token: str, items: Sequence[Item], wished_streams: int
    ) -> DownloadSession:
        """Open a download session. Raises NoStreamsLeft when the server's streams are all in use."""
        with self._lock:
            in_use = sum(len(session.streams) for session in self._sessions.values())
            count = min(wished_streams, (MAXIMUM_STREAMS - in_use) // 2)
            if count < 1:
                raise NoStreamsLeft(
                    "Download server cannot provide any download streams at the moment."
                    " Please try again later."
                )
            streams = tuple(str(uuid.uuid4()) for _ in range(count))
            session = DownloadSession(user_session, token, Numbering(items), streams)
            self._sessions[session.id] = session
        return session

    def get(self, session_id: str) -> DownloadSession:
        """An open download session. Raises InvalidDownloadSession."""
        session = self.find(session_id)
        if session is None:
            raise InvalidDownloadSession(f"Invalid download session id: {session_id}")
        return session

    def find(self, session_id: str) -> DownloadSession | None:
        """An open download session, or None."""
        with self._lock:
            return self._sessions.get(session_id)

    def finish(self, session_id: str) -> None:
        """Close a download session and give its streams back. Raises InvalidDownloadSession."""
        self.get(session_id)
        with self._lock:
            self._sessions.pop(session_id, None)

    def end(self, user_session: str) -> None:
        """Close the download sessions of a user's session that is over."""
        with self._lock:
            for session in [one for one in self._sessions.values() if one.user_session == user_session]:
                del self._sessions[session.id]
