"""One way to launch, measured: how fast, how much memory and CPU, how many calls of openBIS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from .burst import Burst, Crowd, Request
from .openbis import Call, OpenBIS, in_a_row, methods
from .ours import Ours
from .processes import Usage

__all__ = ["Calls", "Laboratory", "Measured", "Result", "Way"]

_MEGABYTE = 10**6
_PREPARED = ["waiting", "starting", "writing", "ready"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to launch.

    Args:
        name: For the reader.
        pid: The service's process.
        launches: Makes the requests of so many launches.
        ours: Our service, where it is: its notebooks are made after the answer.
        at_once: Whether they are made without anybody's fetching them.
    """

    name: str
    pid: int
    launches: Callable[[int], list[list[Request]]]
    ours: Ours | None = None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """So many launches at once.

    Of several rounds it is the one of median duration, with the memory (peak resident megabytes of the
    service) and the failures of all. ``cpu`` are the shares of one CPU of service, openBIS and crowd;
    ``prepared`` is when the last notebook was, in seconds.
    """

    at_once: int
    per_second: float
    median: float
    p99: float
    failed: int
    failure: str
    megabytes: float
    cpu: tuple[float, float, float]
    prepared: float | None

    def __str__(self) -> str:
        shares = " + ".join(f"{share:.2f}" for share in self.cpu)
        failed = f"{self.failed} failed" + (f" ({self.failure})" if self.failure else "")
        text = (
            f"{self.at_once:5} at once {self.per_second:7.1f} /s   median {self.median:6.2f} s"
            f"   p99 {self.p99:6.2f} s   {failed}   {self.megabytes:4.0f} MB   CPU {shares}"
        )
        if self.prepared is None:
            return text
        return f"{text}\n{'':5} all notebooks prepared after {self.prepared:.1f} s"


@dataclass(frozen=True, slots=True)
class Calls:
    """openBIS' calls for one launch: how many had to wait for one another, and which they were."""

    in_a_row: int
    methods: str

    def __str__(self) -> str:
        return f"{self.in_a_row} in a row ({self.methods or 'none'})"


@dataclass(frozen=True, slots=True)
class Measured:
    """One way to launch: the calls until it is answered, and until its notebook is there; the crowds."""

    name: str
    answered: Calls
    prepared: Calls | None
    crowds: list[Result]

    def ratios(self, other: Measured) -> list[float]:
        """How many times the launches per second of *other*, crowd by crowd."""
        return [a.per_second / b.per_second for a, b in zip(self.crowds, other.crowds, strict=False)]


class Laboratory:
    """openBIS and the crowd, the same for all ways."""

    def __init__(self, openbis: OpenBIS, crowd: Crowd) -> None:
        self._openbis, self._crowd = openbis, crowd

    def measure(self, way: Way, *crowds: tuple[int, int]) -> Measured:
        """One launch, then crowds: how many at once, and in how many rounds."""
        self._alone(way)  # a service's first asks for what it then keeps
        answered, prepared = self._alone(way)
        results = [self._rounds(way, at_once, rounds) for at_once, rounds in crowds]
        return Measured(way.name, answered, prepared if way.ours else None, results)

    def _alone(self, way: Way) -> tuple[Calls, Calls]:
        """One launch: openBIS' calls before it was answered, and all until its notebook is there."""
        self._openbis.calls()
        burst = self._crowd.launch(way.launches(1))
        if burst.failures:
            raise SystemExit(f"{way.name}: {burst.failures[0]}")
        if way.ours:
            way.ours.fetch(self._crowd)
        calls = self._openbis.calls()
        before = [call for call in calls if call.came + self._openbis.delay <= burst.ended]
        return self._counted(before), self._counted(calls)

    def _counted(self, calls: list[Call]) -> Calls:
        return Calls(in_a_row(calls, self._openbis.delay), methods(calls))

    def _rounds(self, way: Way, at_once: int, rounds: int) -> Result:
        runs = [self._round(way, at_once) for _ in range(rounds)]
        middle = sorted(runs, key=lambda run: run.per_second)[len(runs) // 2]
        return replace(
            middle,
            failed=sum(run.failed for run in runs),
            failure=next((run.failure for run in runs if run.failure), ""),
            megabytes=max(run.megabytes for run in runs),
        )

    def _round(self, way: Way, at_once: int) -> Result:
        watched = (way.pid, self._openbis.pid)
        launches = way.launches(at_once)
        before = [Usage.of(pid) for pid in watched]
        burst = self._crowd.launch(launches)
        after = [Usage.of(pid) for pid in watched]
        prepared = self._until_prepared(way, burst)
        service, openbis = ((b.cpu - a.cpu) / burst.seconds for a, b in zip(before, after, strict=True))
        return Result(
            at_once=at_once,
            per_second=burst.per_second,
            median=burst.quantile(0.5),
            p99=burst.quantile(0.99),
            failed=len(burst.failures),
            failure=next(iter(burst.failures), ""),
            megabytes=Usage.of(way.pid).peak / _MEGABYTE,
            cpu=(service, openbis, burst.cpu_share),
            prepared=prepared,
        )

    def _until_prepared(self, way: Way, burst: Burst) -> float | None:
        """Seconds from the first request; asked for one after the other, not to be in the way."""
        if way.ours is None or not way.at_once or burst.failures:
            return None
        urls = [f"{way.ours.url}api/v1/launches/{json.loads(one.text)['id']}" for one in burst.answers]
        return burst.seconds + self._crowd.watch(urls, way.ours.authorized(), _PREPARED)
