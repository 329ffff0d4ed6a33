"""The process of one run in the background: it executes the copy and says how far it is (decision 0032).

It knows nothing of openBIS and holds no session: when it has ended, the server saves what it has made. It is
started as ``python -m openbis_nb.labext.run_process FOLDER DESCRIPTOR``; the descriptor holds the lock that
says that it lives.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from ..errors import OpenbisNbError, RunFailed
from ..openbis.secrets import scrub
from ..workflows.executing import Execution, Glance, execute
from .run_folder import RunFolder, now
from .run_plan import RunPlan

__all__ = ["main", "start_process"]

#: Seconds between two looks whether the run shall stop.
_LOOK_EVERY = 0.5


def main(folder: str, lock: int) -> None:
    """Execute the copy that the plan in *folder* names.

    Args:
        folder: Of the run.
        lock: Descriptor of its lock; kernels must not inherit it.
    """
    os.set_inheritable(lock, False)
    asyncio.run(_Run(RunFolder(Path(folder))).to_its_end())


class _Run:
    """One run. Its cells are executed in a thread with a loop of its own: in the main thread nbclient would
    take the signals for itself, and end the kernel under the running cell."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._glance: Mapping[str, Any] = {}
        self._stop: Callable[[], None] = lambda: None
        self._stopped = False

    async def to_its_end(self) -> None:
        plan = self._folder.plan()
        if plan is None:
            return  # removed in the meantime: there is nobody to tell
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._end)
        stopping = asyncio.create_task(self._watch_for_stop())
        try:
            await asyncio.to_thread(asyncio.run, self._execute(plan))
        finally:
            stopping.cancel()

    async def _execute(self, plan: RunPlan) -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None
        self._stop = lambda: cast(None, loop.call_soon_threadsafe(task.cancel))
        try:
            if not self._stopped:  # it may have been stopped before it had begun
                await execute(_execution(plan), glance=self._note)
            self._tell("stopped" if self._stopped else "executed")
        except asyncio.CancelledError:
            self._tell("stopped")
        except OpenbisNbError as error:
            if self._stopped:  # whoever stopped this process may have stopped its kernel, too
                self._tell("stopped")
            else:
                self._tell("failed", _shown(error))
        except Exception as error:  # told instead of lost: nobody reads what this process would print
            what = scrub(f"{type(error).__name__}: {error}")[:500]
            self._tell("failed", OpenbisNbError(f"The run ended in a way that nobody foresaw: {what}"))

    async def _watch_for_stop(self) -> None:
        while not self._folder.shall_stop:  # noqa: ASYNC110 (asked by another process)
            await asyncio.sleep(_LOOK_EVERY)
        self._end()

    def _end(self) -> None:
        if not self._stopped:
            self._stopped = True
            with suppress(RuntimeError):  # it has just come to its end by itself
                self._stop()

    def _note(self, glance: Glance) -> None:
        self._glance = asdict(glance)
        self._folder.write_progress({"state": "running", **self._glance})

    def _tell(self, state: str, error: OpenbisNbError | None = None) -> None:
        problem = error.problem() if error is not None else None
        self._folder.write_progress({"state": state, "ended_at": now(), "problem": problem, **self._glance})


def _execution(plan: RunPlan) -> Execution:
    return Execution(
        executed=Path(plan.executed),
        folder=Path(plan.folder),
        kernel=plan.kernel,
        timeout=plan.timeout,
        max_size=plan.max_size,
        told=plan.told,
    )


def _shown(error: OpenbisNbError) -> OpenbisNbError:
    """For a front end, which opens the copy by a link."""
    if isinstance(error, RunFailed):
        error.next_step = "Open the executed copy, mend the cell in your notebook, and run it again."
        error.extra.pop("executed", None)
    return error


def start_process(folder: RunFolder, server: str) -> subprocess.Popen[bytes]:
    """Start the process of the run in *folder*, whose kernel speaks to the openBIS at *server*."""
    lock = folder.lock_alive()
    try:
        return subprocess.Popen(  # noqa: S603 (this file)
            [sys.executable, "-m", "openbis_nb.labext.run_process", str(folder.path), str(lock)],
            env={**os.environ, "OPENBIS_URL": server},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C in the terminal of the server is not for it: close() stops it
        )
    finally:
        os.close(lock)  # the process has it now


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
