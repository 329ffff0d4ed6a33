"""Which cells this kernel has run, and whether the file on disk shows them (design D12).

Outside our own runner and Lab extension a kernel cannot make the front end save. What it can do is
compare: a file that is older than the last finished cell, or that shows other execution counts, is
not what is on screen, and must not be saved to openBIS under that pretence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

__all__ = ["CellRun", "RunLog", "holds", "runs_not_in_file"]


@dataclass(frozen=True, slots=True)
class CellRun:
    """One execution of a cell. ``finished`` is seconds since the epoch, ``None`` while it runs."""

    count: int
    source: str
    cell_id: str | None = None
    finished: float | None = None


class RunLog:
    """Listens to IPython and keeps the latest run of each cell.

    Args:
        shell: The ``InteractiveShell`` of the kernel.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._runs: dict[str, CellRun] = {}
        self._current: CellRun | None = None
        self._afterwards: Callable[[], None] | None = None
        raw: Sequence[str] = shell.history_manager.input_hist_raw
        now = time.time()
        for count, source in enumerate(raw[1:], start=1):
            running = count == len(raw) - 1  # the cell that makes this log is in the history already
            self._note(CellRun(count, source, None, None if running else now))
        shell.events.register("pre_run_cell", self._started)
        shell.events.register("post_run_cell", self._finished)

    @property
    def runs(self) -> list[CellRun]:
        """The latest finished run of each cell, in the order of their execution counts."""
        done = (run for run in self._runs.values() if run.finished is not None)
        return sorted(done, key=lambda run: run.count)

    @property
    def current(self) -> CellRun | None:
        """The cell that is running now."""
        return self._current

    @property
    def everything(self) -> list[CellRun]:
        """The latest run of each cell, the running one last."""
        return [*self.runs, *([self._current] if self._current is not None else ())]

    def after_cells(self, told: Callable[[], None]) -> None:
        """Call *told* after each cell from now on; who asked before is not told any more."""
        self._afterwards = told

    def close(self) -> None:
        """Stop listening."""
        self._shell.events.unregister("pre_run_cell", self._started)
        self._shell.events.unregister("post_run_cell", self._finished)

    def _note(self, run: CellRun) -> None:
        if run.finished is None:
            self._current = run
        self._runs[run.cell_id or run.source] = run

    def _started(self, info: Any) -> None:
        if info.store_history and not info.silent:
            # Not shell.execution_count: since IPython 9 it has moved on already when a cell begins.
            count = len(self._shell.history_manager.input_hist_raw)
            self._note(CellRun(count, info.raw_cell, getattr(info, "cell_id", None)))

    def _finished(self, result: Any) -> None:
        if self._current is not None and result.info.store_history:
            count = result.execution_count or self._current.count
            self._note(replace(self._current, count=count, finished=time.time()))
            self._current = None
        if self._afterwards is not None:
            self._afterwards()


def holds(cells: Sequence[Mapping[str, Any]], run: CellRun) -> bool:
    """Whether a notebook's *cells* hold the cell that was run, by its id or by its source.

    Not every front end says the id of a cell: VS Code sends an address of its own instead.
    """
    return any(
        cell["cell_type"] == "code"
        and (cell.get("id", "") == run.cell_id or "".join(cell["source"]).strip() == run.source.strip())
        for cell in cells
    )


def runs_not_in_file(
    runs: Sequence[CellRun], cells: Sequence[dict[str, Any]], modified: float
) -> list[CellRun]:
    """The finished runs that the file does not show.

    Args:
        runs: Finished runs of this kernel, the saving cell left out.
        cells: The file's cells (nbformat 4).
        modified: The file's modification time, seconds since the epoch.

    A cell that was run again after the file was written is missing even if its execution count
    agrees: after a kernel restart "Run All" gives the same counts again, with other outputs.
    """
    by_id = {cell.get("id"): cell for cell in cells if cell["cell_type"] == "code" and cell.get("id")}
    by_count = {
        (cell.get("execution_count"), cell["source"].strip()) for cell in cells if cell["cell_type"] == "code"
    }
    missing = []
    for run in runs:
        written_after = run.finished is not None and modified >= run.finished
        cell = by_id.get(run.cell_id)
        if cell is not None:
            shown = cell.get("execution_count") == run.count
        else:
            # No id known (started before us, or another front end); a deleted cell shows nowhere.
            shown = (run.count, run.source.strip()) in by_count or written_after
        if not (shown and written_after):
            missing.append(run)
    return missing
