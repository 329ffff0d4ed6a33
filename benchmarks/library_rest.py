"""The library's REST API: 100 people at once who list, read and rename notebooks, beside scripts with pybis.

openBIS (the sandbox, by TLS) holds 10 000 versions and 100 people. Each has one connection and sends one
request after the other, without a pause: list (the first page of 50, another order, a filter), notebook (all
its versions, rights, inputs), content (the .ipynb), v2 (a notebook in Plotly's form, with its content). Ten
of them also rename a notebook of their own, which makes a new version with a page of its own. pybis does
what comes nearest to the reads, in as many processes as there are cores, with four threads each: more only
wait. Budget: no failure.

    scripts/bench library_rest
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _launching.hub import StandInHub
from _launching.openbis import OpenBIS
from _launching.ours import EXPERIMENT, Ours, alone
from _launching.processes import Usage
from _launching.pybis_readers import pybis_readers
from _launching.readers import Asked, Reader, Readers, Run, Told, quantile

VERSIONS, PEOPLE, WRITERS, PATIENCE = 10_000, 100, 10, 300.0
#: What each person asks for, in an order of their own; and each writer besides.
READS = {"list": 3, "notebook": 3, "content": 2, "v2": 2}
WRITES = {"rename": 1}
#: Of one process with pybis.
THREADS = 4
MEGABYTE = 10**6
#: More than anybody asks: it is not the limits that are measured.
NO_LIMITS = {f"OPENBIS_NB_SERVICE_{kind}_PER_MINUTE": "1000000" for kind in ("READS", "WRITES")}
PLATFORM = {"Plotly-Client-Platform": "benchmark"}
LISTS = ("limit=50", "limit=50&sortBy=name&sortDirection=ascending", "limit=50&owner=alice", "text=growth")


@dataclass(frozen=True, slots=True)
class Measured:
    """A run, with what the asked took: calls of openBIS for each request, shares of a CPU, bytes at most."""

    run: Run
    calls: float
    cpu: tuple[float, float]
    memory: int


class Laboratory:
    """The service, filled, and its people.

    Args:
        openbis: With the versions.
        ours: The service.
        readers: Who ask.
    """

    def __init__(self, openbis: OpenBIS, ours: Ours, readers: Readers) -> None:
        self._openbis, self._ours, self._readers = openbis, ours, readers
        self._people = list(openbis.sessions)
        self._random = random.Random(1)
        self._lists = itertools.cycle(LISTS)
        self._own = self._fill()
        self.notebooks = self._found()

    def run(self, people: int) -> Measured:
        """So many people at once; the first of them write."""
        asked = [Reader(self._headers(name), self._script(name)) for name in self._people[:people]]
        pids = (self._ours.pid, self._openbis.pid)
        calls, before = self._calls(), [Usage.of(pid) for pid in pids]
        run = self._readers.run(asked)
        after = [Usage.of(pid) for pid in pids]
        service, openbis = ((b.cpu - a.cpu) / run.seconds for a, b in zip(before, after, strict=True))
        per_request = (self._calls() - calls) / len(run.told)
        return Measured(run, per_request, (service, openbis), after[0].peak)

    def _headers(self, name: str) -> dict[str, str]:
        return self._ours.authorized_of(name)

    def _script(self, name: str) -> list[Asked]:
        mix = READS | (WRITES if name in self._own else {})
        kinds = [kind for kind, times in mix.items() for _ in range(times)]
        self._random.shuffle(kinds)
        return [self._asked(name, kind) for kind in kinds]

    def _asked(self, name: str, kind: str) -> Asked:
        api, notebook = f"{self._ours.url}api/v1/", self._random.choice(self.notebooks)
        if kind == "list":
            return Asked(kind, f"{api}notebooks?{next(self._lists)}")
        if kind == "notebook":
            return Asked(kind, f"{api}notebooks/{notebook['id']}")
        if kind == "content":
            return Asked(kind, f"{api}versions/{notebook['newest']}/content")
        if kind == "v2":
            key = base64.b64encode(f"{name}:{self._openbis.sessions[name]}".encode()).decode()
            url = f"{self._ours.url}v2/jupyter-notebooks/{notebook['fid']}"
            return Asked(kind, url, headers={"Authorization": f"Basic {key}", **PLATFORM})
        body = json.dumps({"name": f"Renamed {self._random.randrange(10**9)}"})
        plain = {"Content-Type": "application/json"}
        return Asked(kind, f"{api}notebooks/{self._own[name]}", "PATCH", body, plain)

    def _fill(self) -> dict[str, str]:
        """A notebook of each writer's own, and an index that holds all; person → notebook id."""
        url = f"{self._ours.url}api/v1/notebooks?storedIn={EXPERIMENT}&name=Own"
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": []}
        cells = [cell | {"execution_count": 1}]
        body = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        upload = Asked("upload", url, "POST", body, keep=True)
        writers = self._people[:WRITERS]
        run = self._readers.run([Reader(self._headers(name), [upload]) for name in writers])
        _check(run)
        made = [json.loads(one.text)["notebook"]["id"] for one in run.told]
        while not self._get("api/v1/notebooks?limit=1")["complete"]:
            time.sleep(1.0)
        return dict(zip(writers, made, strict=True))

    def _found(self) -> list[dict[str, str]]:
        found = self._get("api/v1/notebooks?limit=100&owner=alice")["entries"]
        return [{"id": one["id"], "fid": one["fid"], "newest": one["lastCheckpointId"]} for one in found]

    def _get(self, path: str) -> Any:
        headers = self._headers(self._people[0])
        with urllib.request.urlopen(urllib.request.Request(self._ours.url + path, headers=headers)) as answer:
            return json.load(answer)

    def _calls(self) -> int:
        """Calls of openBIS so far, as the service counts them."""
        with urllib.request.urlopen(f"{self._ours.url}metrics") as answer:
            lines = answer.read().decode().splitlines()
        counted = next(line for line in lines if line.startswith("openbis_nb_openbis_seconds_count"))
        return int(float(counted.rpartition(" ")[2]))


def of_pybis(openbis: OpenBIS, notebooks: list[dict[str, str]]) -> tuple[Measured, Measured]:
    """pybis alone, and as many as are sensible; each thread has a session of its own."""
    cores, chosen = os.cpu_count() or 1, random.Random(2)
    sessions = list(openbis.sessions.values())[: cores * THREADS]
    kinds = [kind for kind, times in READS.items() for _ in range(times)]

    def script() -> list[tuple[str, dict[str, str]]]:
        return [(kind, chosen.choice(notebooks)) for kind in chosen.sample(kinds, len(kinds))]

    with ExitStack() as stack:
        programs = [
            stack.enter_context(pybis_readers(openbis.url, openbis.ca_bundle, sessions[core::cores]))
            for core in range(cores)
        ]
        for program in programs:
            program.answer()
        alone = [script(), *([] for _ in range(THREADS - 1))]
        return (
            _run_pybis(openbis, programs[:1], [alone]),
            _run_pybis(openbis, programs, [[script() for _ in range(THREADS)] for _ in programs]),
        )


def _run_pybis(openbis: OpenBIS, programs: list[Any], scripts: list[Any]) -> Measured:
    pids = [program.pid for program in programs]
    before = [Usage.of(pid) for pid in (*pids, openbis.pid)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(programs)) as pool:
        answers = list(pool.map(lambda program, asked: program.ask(asked), programs, scripts))
    seconds = time.perf_counter() - begun
    after = [Usage.of(pid) for pid in (*pids, openbis.pid)]
    shares = [(b.cpu - a.cpu) / seconds for a, b in zip(before, after, strict=True)]
    told = [Told(**one) for answer in answers for one in answer["told"]]
    memory = sum(one.peak for one in after[:-1])
    return Measured(Run(seconds, 0.0, told), 0.0, (sum(shares[:-1]), shares[-1]), memory)


def report(title: str, measured: Measured, other: Measured | None = None, rate: float = 0.0) -> Iterator[str]:
    """Lines for people; *other* is pybis' run, *rate* its answers in a second."""
    run, times = measured.run, measured.run.times()
    yield title
    for kind in (kind for kind in READS | WRITES if run.times(kind)):
        mine = run.times(kind)
        line = f"    {kind:<9} {len(mine):5} x   {_quantiles(mine)}"
        if other is not None and (theirs := other.run.times(kind)):
            line += f"   {statistics.median(theirs) / statistics.median(mine):6.1f} x pybis'"
        yield line
    service, openbis = measured.cpu
    line = f"    {run.per_second:.1f} /s   {_quantiles(times)}   {len(run.failures)} failed"
    yield line + (f"   {run.per_second / rate:.1f} x pybis" if rate else "")
    calls = f"   {measured.calls:.1f} calls of openBIS for each" if measured.calls else ""
    yield (
        f"    {measured.memory / MEGABYTE:.0f} MB   CPU {service:.2f}, openBIS {openbis:.2f}, "
        f"who asks {run.cpu_share:.2f}{calls}"
    )


def _quantiles(times: list[float]) -> str:
    middle, slow = statistics.median(times) * 1000, quantile(times, 0.99) * 1000
    return f"median {middle:7.1f} ms   p99 {slow:7.1f} ms"


def _check(run: Run) -> None:
    if run.failures:
        raise SystemExit(f"{len(run.failures)} of {len(run.told)} failed: {run.failures[0]}")


def main() -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openbis-nb-bench-")))
        openbis = stack.enter_context(OpenBIS(0.0, PEOPLE, 0, seed=f"scale:{VERSIONS}"))
        hub = stack.enter_context(StandInHub(0.0, openbis.url, openbis.sessions))
        readers = stack.enter_context(Readers(PATIENCE))
        ours = stack.enter_context(alone(openbis, hub, folder / "ours", NO_LIMITS))
        laboratory = Laboratory(openbis, ours, readers)
        print(f"{VERSIONS} versions; memory and CPU (shares of one core) of who is measured")
        one, many = of_pybis(openbis, laboratory.notebooks)
        threads = len(many.run.told) // sum(READS.values())
        _print(report("pybis, one script", one))
        _print(report(f"pybis, {threads} at once in {os.cpu_count()} processes", many))
        _print(report("ours, one person", laboratory.run(1), one))
        crowd = laboratory.run(PEOPLE)
        _print(report(f"ours, {PEOPLE} people at once", crowd, None, many.run.per_second))
        _check(crowd.run)


def _print(lines: Iterator[str]) -> None:
    print("\n".join(f"  {line}" for line in lines), flush=True)


if __name__ == "__main__":
    main()
