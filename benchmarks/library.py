"""The first page of the library at 1 000, 10 000 and 100 000 versions, beside pybis from the same openBIS.

A page is the 50 notebooks that changed last, with author, number of versions and place. pybis lists data sets
and cannot group them, so it has to read all versions for the same page; beside that stands what it takes for
50 data sets in one call, which is not that page. Ours is measured with an empty index (the first person after
an installation), with an index and nothing confirmed (each person's first look), and again within the seconds
for which a confirmation is good. Budgets: at least 10 x pybis; the same number of calls at all sizes.

    scripts/bench library
    .venv/bin/python benchmarks/library.py 1000 10000     only these sizes
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from _lab import USER, Lab, Stopwatch, child, serve_child
from _launching.hub import StandInHub
from _launching.ours import Ours, alone

SIZES = (1_000, 10_000, 100_000)
PAGE = 50
LOOKS = 7
BUDGET = 10
#: Reading this many versions with pybis takes minutes and gigabytes: from here on it is reckoned.
PYBIS_READS_UP_TO = 10_000


class Sandbox:
    """openBIS with so many versions, in a process of its own."""

    def __init__(self, ready: dict[str, Any], folder: str) -> None:
        self.url, self.ca_bundle = ready["url"], ready["ca_bundle"]
        self.lab = Lab(self.url, self.ca_bundle, ready["users"][USER], folder)
        openbis = self.lab.pybis()
        self.sessions = {USER: openbis.token}


@contextmanager
def sandbox(versions: int, folder: Path) -> Iterator[Sandbox]:
    """The sandbox with *versions* versions of notebooks, ten of each notebook."""
    command = [str(Path(sys.executable).with_name("openbis-nb")), "sandbox", "--port", "0", "--json"]
    process = subprocess.Popen(
        [*command, "--seed", f"scale:{versions}"], stdout=subprocess.PIPE, text=True, cwd=folder
    )
    try:
        assert process.stdout is not None
        yield Sandbox(json.loads(process.stdout.readline()), str(folder))
    finally:
        process.terminate()
        process.wait()


def all_of_pybis(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """Every version, grouped: the only way to this page."""
    from _lab import counted_requests

    openbis = lab.pybis()
    with counted_requests() as sent, watch:
        found = openbis.get_datasets(type="ANALYSIS_NOTEBOOK", props=["$name", "$history_id"]).df
        newest = found.sort_values("registrationDate").groupby("$HISTORY_ID").tail(1).tail(PAGE)
    assert len(newest) == PAGE
    watch.measured.counts = {"requests": len(sent)}


def one_page_of_pybis(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """Fifty data sets, in whatever order openBIS gives."""
    openbis = lab.pybis()
    openbis.get_datasets(type="ANALYSIS_NOTEBOOK", start_with=0, count=PAGE)
    times = []
    for _ in range(LOOKS):
        start = time.perf_counter()
        found = openbis.get_datasets(type="ANALYSIS_NOTEBOOK", start_with=0, count=PAGE)
        times.append(time.perf_counter() - start)
    assert len(found) == PAGE
    with watch:
        pass
    watch.measured.seconds = statistics.median(times)


def look(ours: Ours) -> tuple[float, dict[str, Any]]:
    """Ask for the first page; seconds, and the answer."""
    address = f"{ours.url}api/v1/notebooks?limit={PAGE}"
    request = urllib.request.Request(address, headers=ours.authorized_of(USER))
    start = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        body = json.load(answer)
    return time.perf_counter() - start, body


def calls(ours: Ours) -> int:
    """Calls of openBIS so far, as the service counts them."""
    with urllib.request.urlopen(f"{ours.url}metrics") as answer:
        lines = answer.read().decode().splitlines()
    counted = next(line for line in lines if line.startswith("openbis_nb_openbis_seconds_count"))
    return int(float(counted.rpartition(" ")[2]))


def measure(versions: int) -> Iterator[str]:
    """One size; lines for people."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openbis-nb-bench-")))
        openbis = stack.enter_context(sandbox(versions, folder))
        hub = stack.enter_context(StandInHub(0.0, openbis.url, openbis.sessions))
        extra = {"OPENBIS_NB_SERVICE_CONFIRMED_FOR": "1"}
        ours = stack.enter_context(alone(openbis, hub, folder / "ours", extra))
        cold, first = look(ours)
        began = time.perf_counter()
        while not (answer := look(ours)[1])["complete"]:
            time.sleep(1.0)  # each look takes openBIS some of the time of the reading
        filled = time.perf_counter() - began
        fresh, again, asked = [], [], []
        for _ in range(LOOKS):
            time.sleep(1.1)  # until nothing is confirmed any more
            before = calls(ours)
            fresh.append(look(ours)[0])
            asked.append(calls(ours) - before)
            again.append(look(ours)[0])
        assert len(answer["entries"]) == PAGE, answer
        yield f"{versions} versions"
        yield _line(
            "ours, empty index", cold, f"{len(first['entries'])} notebooks, complete: {first['complete']}"
        )
        yield f"    the index was full after {filled:.1f} s more, in the background"
        yield _line(
            "ours, nothing confirmed", statistics.median(fresh), f"{statistics.median(asked):g} calls"
        )
        yield _line("    the slowest of them", max(fresh), "")
        yield _line("ours, confirmed", statistics.median(again), "")
        yield from _beside_pybis(openbis, versions, statistics.median(fresh))


def _beside_pybis(openbis: Sandbox, versions: int, ours: float) -> Iterator[str]:
    reckoned = versions > PYBIS_READS_UP_TO
    page = child(__file__, "one_page_of_pybis", openbis.lab, {}).seconds
    yield _line("pybis, 50 data sets", page, f"{page / ours:.1f} x ours; not the same page")
    if reckoned:
        times = versions // PYBIS_READS_UP_TO
        yield f"  pybis, the same page: not measured; {times} times what it takes for {PYBIS_READS_UP_TO}"
        return
    whole = child(__file__, "all_of_pybis", openbis.lab, {})
    said = f"{whole.counts['requests']} calls, {whole.memory / 10**6:.0f} MB"
    yield _line(
        "pybis, the same page", whole.seconds, f"{said}; {whole.seconds / ours:.0f} x ours (budget {BUDGET})"
    )


def _line(what: str, seconds: float, more: str) -> str:
    return f"  {what:<26} {seconds * 1000:9.1f} ms   {more}".rstrip()


def main() -> None:
    """Print what each size gives."""
    for size in [int(one) for one in sys.argv[1:]] or SIZES:
        for line in measure(size):
            print(line, flush=True)


if __name__ == "__main__" and not (
    len(sys.argv) == 2
    and sys.argv[1] in ("all_of_pybis", "one_page_of_pybis")
    and serve_child({"all_of_pybis": all_of_pybis, "one_page_of_pybis": one_page_of_pybis})
):
    main()
