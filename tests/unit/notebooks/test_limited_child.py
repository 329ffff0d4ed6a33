"""Design D9: foreign notebooks are worked on by a process that can do nothing else, a fresh one each time.

The process is the real one, with a task put in its place that runs what the test gives it: what no notebook
can do, should one find a way to run code there.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import InvalidNotebook, TooLarge
from openbis_nb.notebooks import limited_child, starter
from openbis_nb.notebooks.starter import Starter

_TASK = """
import json, os, sys, types

def render(notebooks, options):
    names = {}
    exec(notebooks[0], names)
    return json.dumps(names.get("told")).encode()

if any("starter_process" in word for word in sys.orig_argv) and %r:
    os._exit(1)
module = types.ModuleType("openbis_nb.notebooks.render_task")
module.render = render
sys.modules[module.__name__] = module
"""
_LOOK = """
import os, resource
told = {
    "environment": open("/proc/self/environ").read(),
    "open": [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if int(name) < 100
             and os.path.lexists(f"/proc/self/fd/{name}")],
    "folder": os.getcwd(),
    "limits": [resource.getrlimit(kind) for kind in (
        resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)],
}
"""
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def new_starter() -> Iterator[None]:
    """Each test starts with none, and leaves none that has its task."""
    limited_child.stop()
    yield
    limited_child.stop()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs code in a process forked by the starter."""
    return _runner(monkeypatch, tmp_path, starter_fails=False)


@pytest.fixture(params=["forked", "from nothing"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs code in a limited process, each way of starting it."""
    return _runner(monkeypatch, tmp_path, starter_fails=request.param == "from nothing")


def _runner(monkeypatch: pytest.MonkeyPatch, folder: Path, *, starter_fails: bool) -> Run:
    (folder / "sitecustomize.py").write_text(_TASK % starter_fails)
    monkeypatch.syspath_prepend(folder)

    def run(code: str, **limits: Any) -> Any:
        return json.loads(limited_child.run("render", [code.encode()], {}, **limits))

    return run


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "open('/dev/null', 'w')",
        "import os; os.open('/tmp/openbis-nb-child', os.O_CREAT | os.O_WRONLY)",
    ],
)
def test_network_files_and_programs_are_given_up(forked: Run, attempt: str) -> None:
    assert "is not allowed" in forked(
        f"try:\n    {attempt}\nexcept PermissionError as error:\n    told = str(error)"
    )


def test_nothing_of_ours_goes_along(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENBIS_TOKEN", "secret")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    with (tmp_path / "theirs").open("w") as theirs:
        os.set_inheritable(theirs.fileno(), True)
        told = run(_LOOK, timeout=20, memory=2**31)
    names = {line.partition("=")[0] for line in told["environment"].split("\0") if line}
    assert names == {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PATH"}
    kinds = [name.partition(":")[0] for name in told["open"]]
    assert set(kinds) <= {"/dev/null", "socket", "pipe"}
    assert len([kind for kind in kinds if kind != "/dev/null"]) <= 2  # request and result
    assert told["folder"] == "/"
    assert told["limits"] == [[2**31, 2**31], [21, 21], [0, 0], [0, 0]]


def test_the_next_one_finds_nothing_of_the_last(run: Run) -> None:
    seen = "import builtins, os; told = [os.getpid(), hasattr(builtins, 'left')]; builtins.left = 1"
    (first, _), (second, found) = run(seen), run(seen)
    assert not found
    assert first != second


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(60)"])
def test_what_takes_too_long_is_killed(run: Run, code: str) -> None:
    with pytest.raises(TooLarge, match=r"longer than 0\.5 s"):
        run(code, timeout=0.5)
    _until(lambda: not _working())
    assert run("told = 1") == 1


def test_memory_is_limited(run: Run) -> None:
    with pytest.raises(TooLarge, match="more than 500 MB of memory"):
        run("bytearray(2**30)", memory=500 * 2**20)


@pytest.mark.parametrize(
    ("code", "error", "detail"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", TooLarge, None),
        ("import os; os._exit(1)", InvalidNotebook, ""),
        ("raise KeyError('SECRET')", InvalidNotebook, "KeyError"),
        ("def f(): f()\nf()", InvalidNotebook, "RecursionError"),
    ],
)
def test_a_task_that_dies_is_an_error_of_its_notebook(
    run: Run, code: str, error: type[InvalidNotebook | TooLarge], detail: str | None
) -> None:
    with pytest.raises(error) as caught:
        run(code)
    assert caught.value.detail == detail
    assert "SECRET" not in str(caught.value)
    assert run("told = 1") == 1


def test_large_requests_and_results(forked: Run) -> None:
    text = "x" * 20_000_000
    assert forked(f"told = '{text}'") == text


def test_many_threads_at_once(forked: Run) -> None:
    told: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda n=n: told.append([n, forked(f"told = {n}")])) for n in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [[n, n] for n in range(10)]


# --- the starter


def test_one_starter_serves_many_tasks_and_is_replaced_when_it_died(forked: Run) -> None:
    keeper = "import os; told = open(f'/proc/{os.getppid()}/stat').read().rpartition(')')[2].split()[1]"
    first = _starter_of(forked, keeper)
    assert _starter_of(forked, keeper) == first
    os.kill(first, signal.SIGKILL)
    _until(lambda: not _is_alive(first))
    assert _starter_of(forked, keeper) not in {first, os.getpid()}


def _starter_of(forked: Run, keeper: str) -> int:
    return int(forked(keeper))


def test_a_task_goes_on_when_its_starter_dies(forked: Run) -> None:
    told = _in_background(forked, "import time; time.sleep(0.5); told = 1")
    [(pid, _)] = _until(_starters_with_a_keeper)
    os.kill(pid, signal.SIGKILL)
    assert told() == 1


def test_a_task_whose_keeper_dies_is_done_again(forked: Run) -> None:
    told = _in_background(forked, "import time; time.sleep(0.5); told = 1")
    [(_, keeper)] = _until(_starters_with_a_keeper)
    os.kill(keeper, signal.SIGKILL)
    assert told() == 1


def test_a_starter_that_hangs_is_replaced(forked: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "_SOON", 0.2)
    assert forked("told = 1") == 1
    [pid] = _children(os.getpid(), "starter_process")
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TooLarge):
        forked("told = 1", timeout=0.2)
    assert not _is_alive(pid)
    assert forked("told = 1") == 1


def test_an_idle_starter_ends_and_comes_back(forked: Run) -> None:
    request = json.dumps({"task": "render", "options": {}, "sizes": [8], "memory": 2**31, "seconds": 9})
    short = Starter(idle=0.05)
    for _ in range(2):
        assert short.run("render", request.encode() + b"\ntold = 1", 20.0).output == b"1"
        assert short._process is not None  # by now it may have ended: no look at the living ones finds it
        _until(lambda pid=short._process.pid: not _is_alive(pid))
    short.stop()


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_who_asked(end: int, tmp_path: Path) -> None:
    """Neither the starter nor a task that is being worked on."""
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from openbis_nb.notebooks import limited_child\n"
        "limited_child.run('render', [b'import time; time.sleep(60)'], {})\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", script])
    _until(lambda: len(_descendants(asking.pid)) == 3)
    pids = _descendants(asking.pid)
    asking.send_signal(end)
    asking.wait()
    _until(lambda: not any(_is_alive(pid) for pid in pids))


@pytest.mark.usefixtures("forked")
def test_an_interrupt_ends_the_task(tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group in a terminal; the starter is in none."""
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from openbis_nb.notebooks import limited_child\n"
        "try:\n    limited_child.run('render', [b'import time; time.sleep(60)'], {})\n"
        "except KeyboardInterrupt:\n    print(limited_child.run('render', [b'told = 1'], {}).decode())\n"
    )
    asking = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True, text=True
    )
    _until(lambda: len(_descendants(asking.pid)) == 3)
    os.killpg(asking.pid, signal.SIGINT)
    assert asking.communicate()[0] == "1\n"


@pytest.mark.usefixtures("forked")
def test_a_forked_process_has_a_starter_of_its_own(tmp_path: Path) -> None:
    """People's code forks, too (``multiprocessing``)."""
    script = (
        f"import os, sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from openbis_nb.notebooks import limited_child\n"
        "def run(n): assert limited_child.run('render', [b'told = %d' % n], {}) == b'%d' % n\n"
        "run(1)\n"
        "if not (pid := os.fork()):\n    run(2); limited_child.stop(); os._exit(0)\n"
        "run(3); assert os.waitpid(pid, 0)[1] == 0\n"
        "run(4)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def _in_background(run: Run, code: str) -> Callable[[], Any]:
    told: list[Any] = []
    thread = threading.Thread(target=lambda: told.append(run(code)))
    thread.start()

    def wait() -> Any:
        thread.join()
        return told[0]

    return wait


def _starters_with_a_keeper() -> list[tuple[int, int]]:
    starters = _children(os.getpid(), "starter_process")
    return [(pid, keeper) for pid in starters for keeper in _children(pid) if _children(keeper)]


def _working() -> list[int]:
    """Processes that work for us, but for the starter itself."""
    starters = _children(os.getpid(), "starter_process")
    return [*_children(os.getpid(), "notebooks.child"), *(one for pid in starters for one in _children(pid))]


def _descendants(pid: int) -> list[int]:
    found = _children(pid)
    return [*found, *(further for one in found for further in _descendants(one))]


def _children(pid: int, words: str = "") -> list[int]:
    """Pids of living children, those with *words* in their command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, parent = _stat(folder)
            command = (folder / "cmdline").read_text()
            if parent == pid and state != "Z" and words in command:
                found.append(int(folder.name))
    return found


def _is_alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return _stat(Path(f"/proc/{pid}"))[0] != "Z"
    return False


def _stat(folder: Path) -> tuple[str, int]:
    state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
    return state, int(parent)


def _until(condition: Callable[[], Any]) -> Any:
    for _ in range(2000):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come true within 20 s")
