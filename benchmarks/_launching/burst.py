"""Many launches at the same moment, sent by a process of its own, so that it takes no turn from who is asked.

A launch is one or more requests, one after the other, on a connection of its own: as many people press the
button at once. Its time ends with the last byte of the last answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp

from .processes import Program

__all__ = ["Answer", "Burst", "Crowd", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """A POST."""

    url: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a launch got: seconds until the last answer, its text, and the failure (a status, an error)."""

    seconds: float
    text: str
    failure: str


@dataclass(frozen=True, slots=True)
class Burst:
    """Launches at once: seconds until the last was answered, when that was (by the clock of the machine), and
    the share of one CPU that the crowd took."""

    seconds: float
    ended: float
    cpu_share: float
    answers: list[Answer]

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds

    @property
    def failures(self) -> list[str]:
        return [answer.failure for answer in self.answers if answer.failure]

    def quantile(self, part: float) -> float:
        """Seconds within which this part of the launches was answered."""
        times = sorted(answer.seconds for answer in self.answers)
        return times[min(int(part * len(times)), len(times) - 1)]


class Crowd:
    """The people who launch; a process."""

    def __init__(self, patience: float) -> None:
        self._program = Program("burst", str(patience))

    def launch(self, launches: list[list[Request]]) -> Burst:
        """All at once."""
        asked = {"launch": [[asdict(request) for request in launch] for launch in launches]}
        told = self._program.ask(asked)
        return Burst(
            told["seconds"], told["ended"], told["cpu_share"], [Answer(**one) for one in told["answers"]]
        )

    def get(self, url: str, headers: dict[str, str]) -> str:
        """The text at an address."""
        return str(self._program.ask({"get": url, "headers": headers}))

    def watch(self, urls: list[str], headers: list[dict[str, str]], states: list[str]) -> float:
        """Seconds until each of these launches is in one of these *states*; asked in their order."""
        return float(self._program.ask({"watch": urls, "headers": headers, "states": states}))

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


async def _launch(requests: list[dict[str, Any]], patience: float) -> Answer:
    begun = time.perf_counter()
    async with _session(patience) as session:
        try:
            for request in requests:
                text, failure = await _post(session, **request)
                if failure:
                    break
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            text, failure = "", f"{type(error).__name__}: {error}"
        return Answer(time.perf_counter() - begun, text, failure)


async def _post(
    session: aiohttp.ClientSession, url: str, body: str, headers: dict[str, str]
) -> tuple[str, str]:
    async with session.post(url, data=body.encode(), headers=headers) as answer:
        text = await answer.text()
        return text, "" if answer.status in (200, 201) else f"HTTP {answer.status}: {text[:200]}"


def _session(patience: float) -> aiohttp.ClientSession:
    """A person's browser: connections of its own. All addresses are numbers: no names are looked up."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=aiohttp.ThreadedResolver()),
        timeout=aiohttp.ClientTimeout(total=patience),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _all_at_once(launches: list[Any], patience: float) -> dict[str, Any]:
    begun, used = time.perf_counter(), time.process_time()
    answers = await asyncio.gather(*(_launch(requests, patience) for requests in launches))
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "ended": time.monotonic(),
        "cpu_share": (time.process_time() - used) / seconds,
        "answers": [asdict(answer) for answer in answers],
    }


async def _get(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> str:
    async with session.get(url, headers=headers) as answer:
        return await answer.text()


async def _watch(session: aiohttp.ClientSession, asked: dict[str, Any], patience: float) -> float:
    begun = time.perf_counter()
    for url, headers in zip(asked["watch"], asked["headers"], strict=True):
        state = ""
        while state not in asked["states"]:
            if time.perf_counter() - begun > patience:
                raise SystemExit(f"{url} is still {state}")
            state = json.loads(await _get(session, url, headers))["state"]
            await asyncio.sleep(0 if state in asked["states"] else 0.05)
    return time.perf_counter() - begun


async def _serve(patience: float) -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if "launch" in asked:
            told: Any = await _all_at_once(asked["launch"], patience)
        else:
            async with _session(patience) as session:
                if "get" in asked:
                    told = await _get(session, asked["get"], asked["headers"])
                else:
                    told = await _watch(session, asked, patience)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
