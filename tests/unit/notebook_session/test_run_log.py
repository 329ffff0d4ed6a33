"""The log of executed cells listens to a real IPython, whose counter moves before the cell runs."""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from openbis_nb.notebook_session.executed import RunLog, runs_not_in_file

FIRST, SECOND, THIRD = "value = 1", "log = RunLog(shell)", "value"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    shell.user_ns |= {"RunLog": RunLog, "shell": shell}
    yield shell
    atexit.unregister(shell.atexit_operations)


@pytest.fixture
def log(shell: InteractiveShell) -> RunLog:
    """Made in the second of three cells, as ``openbis_nb.notebook()`` is."""
    for number, source in enumerate((FIRST, SECOND, THIRD), start=1):
        shell.run_cell(source, store_history=True, cell_id=f"cell-{number}")
    made: RunLog = shell.user_ns["log"]
    return made


def in_file(*counts: int) -> list[dict[str, object]]:
    sources = (FIRST, SECOND, THIRD)
    return [
        {"cell_type": "code", "id": f"cell-{n}", "execution_count": count, "source": source}
        for n, (count, source) in enumerate(zip(counts, sources, strict=True), start=1)
    ]


def test_counts_are_those_that_the_cells_show(log: RunLog) -> None:
    assert [(run.count, run.source) for run in log.runs] == [(1, FIRST), (2, SECOND), (3, THIRD)]
    assert log.current is None


def test_a_file_that_shows_every_run_is_up_to_date(log: RunLog) -> None:
    """U-06: what is saved is what is on screen."""
    assert runs_not_in_file(log.runs, in_file(1, 2, 3), time.time() + 1) == []


def test_a_cell_that_was_run_again_is_missing_in_an_older_file(shell: InteractiveShell, log: RunLog) -> None:
    shell.run_cell(THIRD, store_history=True, cell_id="cell-3")
    missing = runs_not_in_file(log.runs, in_file(1, 2, 3), time.time() + 1)
    assert [run.count for run in missing] == [4]
    assert runs_not_in_file(log.runs, in_file(1, 2, 4), time.time() + 1) == []


def test_the_same_counts_in_a_file_older_than_the_runs_are_not_enough(log: RunLog) -> None:
    assert len(runs_not_in_file(log.runs, in_file(1, 2, 3), time.time() - 60)) == 3


def test_the_running_cell_is_known(shell: InteractiveShell, log: RunLog) -> None:
    shell.run_cell("current = log.current", store_history=True, cell_id="cell-4")
    assert shell.user_ns["current"].cell_id == "cell-4"


def test_silent_runs_leave_no_trace(shell: InteractiveShell, log: RunLog) -> None:
    before = log.runs
    shell.run_cell("hidden = 1", store_history=False, silent=True)
    assert log.runs == before
