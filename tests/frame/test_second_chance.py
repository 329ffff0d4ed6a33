"""The whole run of the suite: what failed beside others is tried alone, and named (decision 0035)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEADY = "def test_steady(): pass\n"
#: Fails in its first process, passes in the next one.
UNSTEADY = """
from pathlib import Path

import pytest

def first_time(what):
    there = Path("seen " + what.replace("/", ""))
    if there.exists():
        return False
    there.touch()
    return True

@pytest.mark.parametrize("what", ["breaks off", "a/b::c]"])
def test_unsteady(what):
    assert not first_time(what), "the crowd"

@pytest.fixture
def hub():
    assert not first_time("hub"), "no hub yet"

@pytest.mark.parametrize("number", range(20))
def test_at_the_hub(hub, number): pass
"""
WRONG = "def test_wrong(): assert False, 'always'\n"
MANY = "import pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_many(n): assert False\n"
CRASH = "import os\ndef test_crash(): os._exit(3)\n"
UNREADABLE = "import no_such_module\n"


def run(folder: Path, *options: str, **files: str) -> tuple[int, str]:
    """A whole run of a small suite in *folder*; its exit code and what it printed."""
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra --import-mode=importlib\n", encoding="utf-8")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text, encoding="utf-8")
    script = [sys.executable, "-P", ROOT / "scripts" / "whole_run.py"]
    done = subprocess.run(
        [*script, "--numprocesses", "2", "--dist", "loadfile", *options, "."],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_what_passes_alone_is_named_last(tmp_path: Path) -> None:
    """Fixtures, too; names may hold what a shell or pytest understands otherwise."""
    code, said = run(tmp_path, a=UNSTEADY, b=STEADY)
    assert code == 0, said
    assert "once more" in said.lower()
    named = said[said.index("UNSTEADY") :].splitlines()[1:]
    assert len(named) == 3
    assert named[:2] == [
        "  test_a.py::test_unsteady[breaks off]",
        "  test_a.py::test_unsteady[a/b::c]]",
    ]
    assert named[2].startswith("  test_a.py::test_at_the_hub[")
    assert "FAILED" not in said


def test_what_fails_alone_too_is_a_failure(tmp_path: Path) -> None:
    code, said = run(tmp_path, a=UNSTEADY, b=WRONG)
    assert code == 1
    assert "UNSTEADY" not in said
    assert [line for line in said.splitlines() if line.startswith("FAILED")] == [
        "FAILED test_b.py::test_wrong - AssertionError: always"
    ]


@pytest.mark.parametrize("file", [MANY, CRASH, UNREADABLE], ids=["many", "a crash", "not collected"])
def test_other_ends_give_no_second_chance(tmp_path: Path, file: str) -> None:
    code, said = run(tmp_path, a=file, b=STEADY)
    assert code != 0
    assert "once more" not in said.lower()


def test_a_run_without_failures_is_one_run(tmp_path: Path) -> None:
    code, said = run(tmp_path, b=STEADY)
    assert code == 0
    assert "1 passed" in said.splitlines()[-1]
