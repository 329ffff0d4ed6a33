"""Executing a copy of a notebook, cell by cell, without a browser and without openBIS (design D12 b).

The copy is written after each cell, and while a cell goes on writing, so that a crash loses little.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sysconfig
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationProblem, RunFailed
from ..notebooks import document
from ..notebooks.streams import join_text
from ..openbis.secrets import scrub

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

__all__ = ["Execution", "Glance", "RunProgress", "code_cells", "execute"]

#: Seconds between two glances at the cell that runs, and between two writes of what it has given so far.
_GLANCE_EVERY = 1.0
_WRITE_EVERY = 30.0
#: Longest line of output that is told, in characters.
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What to execute, and how.

    Args:
        executed: The copy; it is read, executed, and written again and again.
        folder: Working folder of the kernel.
        kernel: Kernel to use in place of the notebook's.
        timeout: Longest time for one cell, in seconds; ``None`` for no limit.
        max_size: Refuse a larger notebook, in bytes.
        told: Environment variables for the kernel, beside those of this process.
    """

    executed: Path
    folder: Path
    kernel: str | None = None
    timeout: float | None = None
    max_size: int = document.DEFAULT_MAX_SIZE
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A code cell has finished: number from 1, how many in all."""

    cell: int
    cells: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What goes on: the number of the code cell that runs, how many in all, the last line that it printed."""

    cell: int
    cells: int
    line: str


async def execute(
    execution: Execution,
    *,
    progress: Callable[[RunProgress], None] | None = None,
    glance: Callable[[Glance], None] | None = None,
) -> int:
    """Execute the copy; its number of code cells.

    Args:
        execution: What and how.
        progress: Told after each cell.
        glance: Told about once in a second what goes on.

    Raises:
        RunFailed: a cell raised, took too long, or the kernel died; the copy holds what was reached.
        ConfigurationProblem: the kernel is not installed.
        CancelledError: the run was stopped; its kernel is ended, and the copy holds what was reached.
    """
    notebook = await asyncio.to_thread(document.read, execution.executed, max_size=execution.max_size)
    total, number, running = code_cells(notebook), 0, -1

    def cell_begins(cell_index: int, **_: Any) -> None:
        nonlocal number, running
        number, running = number + 1, cell_index

    def cell_done(**_: Any) -> None:  # also called when it raised
        _write(execution.executed, notebook)
        if progress is not None:
            progress(RunProgress(number, total))

    def look() -> Glance:
        cell = notebook.cells[running] if running >= 0 else {}
        return Glance(number, total, last_line(cell))

    client = _client(execution, notebook, cell_begins, cell_done)
    # Kernels of other languages call the `openbis-nb` of this environment, activated or not.
    commands = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    env = {**os.environ, "PATH": commands, **execution.told}
    watching = asyncio.create_task(_watch(execution.executed, notebook, look, glance))
    try:
        await _until_end(client, env, execution.executed, lambda: number)
    finally:
        watching.cancel()
        # nbclient leaves this behind when a kernel does not start, and it fails loudly at the end.
        atexit.unregister(client._cleanup_kernel)
        await asyncio.to_thread(_write, execution.executed, notebook)
    return total


def code_cells(notebook: Mapping[str, Any]) -> int:
    """How many of its cells are code."""
    return sum(cell["cell_type"] == "code" for cell in notebook["cells"])


def last_line(cell: Mapping[str, Any]) -> str:
    """The last line that a cell has printed so far, without secrets; what a progress bar draws over
    itself counts as its last state."""
    for output in reversed(cell.get("outputs") or ()):
        if output.get("output_type") == "stream":
            lines = join_text(output.get("text"))[-4 * _LONGEST_LINE :].replace("\r", "\n").split("\n")
            said = next((line.strip() for line in reversed(lines) if line.strip()), "")
            return scrub(said)[:_LONGEST_LINE]
    return ""


async def _watch(
    executed: Path,
    notebook: NotebookNode,
    look: Callable[[], Glance],
    glance: Callable[[Glance], None] | None,
) -> None:
    """Tell what goes on, and write what a long cell has given so far, until cancelled."""
    told: Glance | None = None
    changed, written = False, time.monotonic()
    while True:
        seen = look()
        if seen != told:
            told, changed = seen, True
            if glance is not None:
                glance(seen)
        if changed and time.monotonic() - written > _WRITE_EVERY:
            _write(executed, notebook)  # here: in another thread the outputs could change under it
            changed, written = False, time.monotonic()
        await asyncio.sleep(_GLANCE_EVERY)


def _client(
    execution: Execution,
    notebook: NotebookNode,
    cell_begins: Callable[..., None],
    cell_done: Callable[..., None],
) -> NotebookClient:
    import zmq
    from jupyter_client.manager import KernelManager
    from nbclient import NotebookClient
    from traitlets.config import Config

    options: dict[str, Any] = {"kernel_name": execution.kernel} if execution.kernel else {}
    if zmq.has("curve") and "transport_encryption" in KernelManager.class_trait_names():
        # Other people on this machine can open the kernel's ports; they shall read nothing there.
        options["config"] = Config({"KernelManager": {"transport_encryption": "auto"}})
    return NotebookClient(
        notebook,
        timeout=execution.timeout,
        record_timing=False,  # a front end writes no times either, unless its person asks for them (F-08)
        resources={"metadata": {"path": str(execution.folder)}},
        on_notebook_start=_give_back_interrupts(),
        on_cell_execute=cell_begins,
        on_cell_executed=cell_done,
        **options,
    )


async def _until_end(
    client: NotebookClient, env: Mapping[str, str], executed: Path, number: Callable[[], int]
) -> None:
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        await client.async_execute(env=env)
    except CellExecutionError as error:
        raise _failed(executed, number(), f"{error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise asyncio.CancelledError from error  # nbclient takes a cancelled wait for a dead kernel
        # RuntimeError is how nbclient says that the kernel did not start or answer.
        raise _failed(executed, number(), str(error).splitlines()[0]) from error
    except NoSuchKernel as error:
        raise ConfigurationProblem(
            f"The kernel {error.name!r} is not installed.",
            next_step="`jupyter kernelspec list` shows the installed ones; choose one with --kernel.",
        ) from error


def _give_back_interrupts() -> Callable[..., None]:
    """A hook that undoes nbclient's own handling of Ctrl-C, which ends the kernel under the running cell
    and then fails with an assertion. Whoever handled it before cancels the run, and that ends the kernel."""
    before = signal.getsignal(signal.SIGINT) or signal.default_int_handler

    def hook(**_: Any) -> None:
        with suppress(ValueError):  # not the main thread: nbclient has taken nothing
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)

    return hook


def _failed(executed: Path, cell: int, reason: str) -> RunFailed:
    return RunFailed(
        f"Code cell {cell} failed: {scrub(reason)[:500]}",
        next_step=f"Look into {executed}, mend the cell, and run again.",
        extra={"executed": str(executed), "cell": cell},
    )


def _write(path: Path, notebook: NotebookNode) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(document.dumps(notebook))
    os.replace(temporary, path)
