"""Many people who use the library's API at the same time, in a process of its own.

Each person has one connection, kept open, and sends one request after the other.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp

from .processes import Program

__all__ = ["Asked", "Reader", "Readers", "Run", "Told", "quantile"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``kind``: what it counts as; ``keep``: the text of the answer is wanted."""

    kind: str
    url: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came back: seconds until the last byte, the failure (a status, an error), the text."""

    kind: str
    seconds: float
    failure: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """A person: the headers of all their requests, and these."""

    headers: dict[str, str]
    asked: list[Asked]


@dataclass(frozen=True, slots=True)
class Run:
    """All answers, the seconds from the first request to the last answer, and who asked took of a CPU."""

    seconds: float
    cpu_share: float
    told: list[Told]

    @property
    def per_second(self) -> float:
        return len(self.told) / self.seconds

    @property
    def failures(self) -> list[str]:
        return [f"{one.kind}: {one.failure}" for one in self.told if one.failure]

    def times(self, kind: str = "") -> list[float]:
        """Seconds of the answers of one kind, or of all."""
        return [one.seconds for one in self.told if kind in ("", one.kind)]


def quantile(times: Sequence[float], part: float) -> float:
    """The time within which this part of the answers came."""
    return sorted(times)[min(int(part * len(times)), len(times) - 1)]


class Readers:
    """The people; a process.

    Args:
        patience: Longest wait for an answer, in seconds.
    """

    def __init__(self, patience: float) -> None:
        self._program = Program("readers", str(patience))

    def run(self, people: list[Reader]) -> Run:
        """All at the same time, until each has all answers."""
        told = self._program.ask([asdict(one) for one in people])
        return Run(told["seconds"], told["cpu_share"], [Told(**one) for one in told["told"]])

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


async def _person(patience: float, headers: dict[str, str], asked: list[dict[str, Any]]) -> list[Told]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=1, resolver=aiohttp.ThreadedResolver()),
        timeout=aiohttp.ClientTimeout(total=patience),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        return [await _ask(session, headers, Asked(**one)) for one in asked]


async def _ask(session: aiohttp.ClientSession, headers: dict[str, str], asked: Asked) -> Told:
    begun = time.perf_counter()
    try:
        body = asked.body.encode() or None
        async with session.request(
            asked.method, asked.url, data=body, headers=headers | asked.headers
        ) as answer:
            text = await answer.text()
            failure = "" if answer.status in (200, 201) else f"HTTP {answer.status}: {text[:200]}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        text, failure = "", f"{type(error).__name__}: {error}"
    return Told(asked.kind, time.perf_counter() - begun, failure, text if asked.keep else "")


async def _all(people: list[dict[str, Any]], patience: float) -> dict[str, Any]:
    begun, used = time.perf_counter(), time.process_time()
    told = await asyncio.gather(*(_person(patience, **one) for one in people))
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "cpu_share": (time.process_time() - used) / seconds,
        "told": [asdict(one) for some in told for one in some],
    }


def _serve(patience: float) -> None:
    for line in sys.stdin:
        print(json.dumps(asyncio.run(_all(json.loads(line), patience))), flush=True)


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
