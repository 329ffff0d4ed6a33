"""What the benchmarks share: a sandbox as a process of its own, and clients as measured child processes.

A benchmark calls :func:`compete` with the names of functions in its own file. Each runs in a fresh
interpreter; only the time inside ``with stopwatch:`` counts, and memory is the peak above what the process
held before (imports done, logged in).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.secrets import Secret

MEGABYTE = 10**6
EXPERIMENT = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
USER = "alice"


@dataclass(frozen=True)
class Lab:
    """A running sandbox, as a child process is told of it."""

    url: str
    ca_bundle: str
    password: str
    folder: str

    @property
    def server(self) -> Server:
        return Server(self.url, ca_bundle=Path(self.ca_bundle))

    async def log_in(self) -> OpenBIS:
        client = OpenBIS(self.server)
        await client.login(USER, Secret(self.password))
        return client

    def pybis(self) -> Any:
        import pybis

        openbis = pybis.Openbis(self.url, verify_certificates=self.ca_bundle)
        openbis.login(USER, self.password)
        return openbis


@contextmanager
def laboratory() -> Iterator[Lab]:
    """The sandbox over HTTPS, in another process, with a folder for files."""
    command = [str(Path(sys.executable).with_name("openbis-nb")), "sandbox", "--port", "0", "--json"]
    with tempfile.TemporaryDirectory(prefix="openbis-nb-bench-") as folder:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Lab(ready["url"], ready["ca_bundle"], ready["users"][USER], folder)
        finally:
            process.terminate()
            process.wait()


@dataclass
class Measured:
    """What one run of one client gave: seconds, peak bytes above idle, and what it counted."""

    seconds: float = 0.0
    memory: int = 0
    counts: dict[str, int] = field(default_factory=dict)


class Stopwatch:
    """Times the block and takes the peak memory above what was there before."""

    def __init__(self) -> None:
        self.measured = Measured()

    def __enter__(self) -> Stopwatch:
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        self._idle = _peak()
        self._start = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.measured.seconds = time.perf_counter() - self._start
        self.measured.memory = _peak() - self._idle


def _peak() -> int:
    """Highest resident memory of this process in bytes (getrusage would count what started it, too)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@contextmanager
def counted_requests() -> Iterator[list[str]]:
    """Every request that pybis (by requests) sends meanwhile."""
    import requests

    sent: list[str] = []
    original = requests.Session.send

    def send(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> Any:
        sent.append(str(request.url).partition("?")[0])
        return original(self, request, **options)

    requests.Session.send = send  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        requests.Session.send = original  # type: ignore[method-assign]


def compete(
    program: str, clients: list[str], lab: Lab, task: dict[str, Any], rounds: int
) -> dict[str, Measured]:
    """Run each client *rounds* times, in turns, each in a fresh interpreter and with an empty
    ``task["target"]``; the run of median time, with the highest memory of all."""
    runs: dict[str, list[Measured]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name in clients:
            shutil.rmtree(task.get("target", ""), ignore_errors=True)
            runs[name].append(child(program, name, lab, task))
    shutil.rmtree(task.get("target", ""), ignore_errors=True)
    return {name: _median(some) for name, some in runs.items()}


def child(program: str, name: str, lab: Lab, task: dict[str, Any]) -> Measured:
    """One run of the function *name* of *program*."""
    told = json.dumps({"lab": asdict(lab), "task": task})
    run = subprocess.run(
        [sys.executable, program, name], input=told, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"{name} failed:\n{run.stderr[-3000:]}")
    return Measured(**json.loads(run.stdout.splitlines()[-1]))


def serve_child(functions: dict[str, Any]) -> bool:
    """In a child process: run the named function and print what it measured. False in the parent."""
    if len(sys.argv) < 2:
        return False
    told = json.load(sys.stdin)
    watch = Stopwatch()
    functions[sys.argv[1]](Lab(**told["lab"]), told["task"], watch)
    print(json.dumps(asdict(watch.measured)))
    return True


def _median(runs: list[Measured]) -> Measured:
    middle = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    return Measured(middle.seconds, max(run.memory for run in runs), middle.counts)
