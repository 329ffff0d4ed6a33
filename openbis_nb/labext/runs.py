"""Notebooks that run in the background, without a browser, and are saved when they have run (F-03).

Each runs in a process of its own (decision 0032): it goes on when every tab is closed, and when this server
dies of something else. This server starts them; the server that cares for a run, this one or the next one,
saves what it has made. Whatever happens at openBIS meanwhile, the version is complete on disk by then.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import ConfigurationProblem, Conflict, NotFound, OpenbisNbError, TooMany
from ..workflows.run import RunRequest, prepare, save_run
from ..workflows.save_result import SaveResult
from ..workflows.wish import read_wish
from ..workflows.workplace import Workplace
from .run_folder import RunFolder, now
from .run_plan import RunPlan, plan_of, prepared_of, request_of
from .run_process import start_process
from .run_state import RunState, state_of

__all__ = ["Runs"]

_log = logging.getLogger(__name__)

#: Seconds between two looks whether a run has ended, and whether another server has left one alone.
_LOOK_EVERY = 0.5
_TAKE_OVER_EVERY = 30.0
#: Seconds that a run has to end its kernel and write its copy when the server stops.
_TIME_TO_STOP = 8.0
#: Ended runs that are remembered.
_MAX_KEPT = 100

_STOPPED = OpenbisNbError(
    "The server was stopped while this notebook ran.",
    next_step="The executed copy holds what was reached; run the notebook again.",
)
_UNFORESEEN = OpenbisNbError("Something went wrong that nobody foresaw; the server's log says more.")
_INTERRUPTED = OpenbisNbError(
    "The run was interrupted: its process is gone, with the server or by lack of memory.",
    next_step="The executed copy holds what was reached; run the notebook again.",
)


@dataclass(slots=True)
class Runs:
    """The runs of this account, as one server sees them.

    Args:
        folder: Where they are noted; every server of the account has the same.
        limit: How many run at once.
        workplace: The workplace for the openBIS at an address, even if nobody is logged in there now.
        told: Called with what a run was saved as.
    """

    folder: Path
    limit: int
    workplace: Callable[[str], Awaitable[Workplace]]
    told: Callable[[SaveResult], None] = lambda _: None
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _following: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closing: bool = False

    async def start(self, workplace: Workplace, request: RunRequest) -> RunState:
        """Begin to run a copy of a notebook.

        Raises:
            TooMany: as many run already as the setting allows.
            OpenbisNbError: as ``workflows.run.prepare``.
        """
        async with self._starting:
            running = [one for one in await self.all() if one.is_at_work]
            if len(running) >= self.limit:
                raise TooMany(
                    f"{len(running)} notebooks run in the background already; the limit is {self.limit}.",
                    next_step="Wait until one of them is done, or stop one.",
                )
            prepared = await prepare(workplace, request)
            folder = await asyncio.to_thread(RunFolder.make, self.folder)
            plan = plan_of(workplace, request, prepared, folder.id, folder.wish)
            await asyncio.to_thread(folder.write_plan, plan)
            descriptor = folder.care()
            assert descriptor is not None  # nobody else knows of it yet
            self._processes[folder.id] = await asyncio.to_thread(start_process, folder, plan.server)
            self._follow(folder, descriptor)
            await asyncio.to_thread(self._sweep)
        return await self.get(folder.id)

    async def all(self) -> list[RunState]:
        """Every run that is remembered, newest first."""
        found = [state for folder in self._folders() if (state := await asyncio.to_thread(state_of, folder))]
        return sorted(found, key=lambda state: (state.plan.started_at, state.plan.id), reverse=True)

    async def get(self, run_id: str) -> RunState:
        """One run.

        Raises:
            NotFound: no such run is remembered.
        """
        state = await asyncio.to_thread(state_of, self._folder(run_id))
        if state is None:
            raise _unknown()
        return state

    async def stop(self, run_id: str) -> RunState:
        """Ask a run to end; its copy keeps what was reached.

        Raises:
            NotFound: no such run is remembered.
            Conflict: its cells have run to their end.
        """
        state = await self.get(run_id)
        if state.name != "running":
            raise Conflict("This run has ended already.", next_step="Look at its executed copy.")
        self._folder(run_id).ask_to_stop()
        return await self.get(run_id)

    async def note_seen(self, run_id: str) -> RunState:
        """The person has been told how it ended.

        Raises:
            NotFound: no such run is remembered.
        """
        await self.get(run_id)
        self._folder(run_id).note_seen()
        return await self.get(run_id)

    async def remove(self, run_id: str) -> None:
        """Forget a run that has ended; its executed copy stays.

        Raises:
            NotFound: no such run is remembered.
            Conflict: it has not ended.
        """
        if (await self.get(run_id)).is_at_work:
            raise Conflict("This run has not ended.", next_step="Stop it first.")
        await asyncio.to_thread(self._folder(run_id).remove)

    async def is_busy(self) -> bool:
        """Whether one runs or is being saved."""
        return any(one.is_at_work for one in await self.all())

    async def take_over(self) -> None:
        """Care, until cancelled, for every run that no living server cares for."""
        while True:
            try:
                for folder in self._folders():
                    if folder.id in self._following or folder.outcome():
                        continue
                    descriptor = await asyncio.to_thread(folder.care)
                    if descriptor is not None:
                        self._follow(folder, descriptor)
                await self._note_sent_elsewhere()
            except Exception:
                _log.exception("Runs in the background could not be looked after.")  # and soon again
            await asyncio.sleep(_TAKE_OVER_EVERY)

    async def note_sent(self, result: SaveResult) -> None:
        """A version that had to wait in the outbox is at openBIS now: perhaps it was that of a run."""
        for state in await self.all():
            if state.name == "outbox" and (state.result or {}).get("save_id") == result.save_id:
                outcome = {"state": "saved", "result": asdict(result), "ended_at": state.ended_at}
                await asyncio.to_thread(self._folder(state.plan.id).write_outcome, outcome)

    async def _note_sent_elsewhere(self) -> None:
        """A terminal or a cell may have sent what waited, too."""
        for state in await self.all():
            if state.name != "outbox" or state.result is None:
                continue
            workplace = await self.workplace(state.plan.server)
            waiting = await asyncio.to_thread(workplace.outbox.entries)
            if state.result.get("save_id") not in [entry.save_id for entry in waiting]:
                result = {**state.result, "state": "saved"}
                outcome = {"state": "saved", "result": result, "ended_at": state.ended_at}
                await asyncio.to_thread(self._folder(state.plan.id).write_outcome, outcome)

    async def close(self) -> None:
        """The server stops, and its runs with it: each copy keeps what was reached."""
        self._closing = True
        for run_id, process in self._processes.items():
            if process.poll() is None:
                _log.info("The run %s is stopped with the server.", run_id)
                process.terminate()
        tasks = list(self._following.values())
        if tasks:
            await asyncio.wait(tasks, timeout=_TIME_TO_STOP)
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _follow(self, folder: RunFolder, care: int) -> None:
        task = asyncio.create_task(self._to_its_end(folder, care))
        self._following[folder.id] = task
        task.add_done_callback(lambda _: self._following.pop(folder.id, None))

    async def _to_its_end(self, folder: RunFolder, care: int) -> None:
        try:
            while await asyncio.to_thread(self._lives, folder):  # noqa: ASYNC110 (it lives in another process)
                await asyncio.sleep(_LOOK_EVERY)
            if (process := self._processes.pop(folder.id, None)) is not None:
                await asyncio.to_thread(process.wait)
            plan = folder.plan()
            if plan is not None:
                outcome = await self._outcome(folder, plan)
                await asyncio.to_thread(folder.write_outcome, {"ended_at": now(), **outcome})
        finally:
            os.close(care)

    def _lives(self, folder: RunFolder) -> bool:
        process = self._processes.get(folder.id)
        if process is not None:
            process.poll()  # or it would stay a zombie
        return folder.is_alive()

    async def _outcome(self, folder: RunFolder, plan: RunPlan) -> dict[str, Any]:
        """How it ended; a copy that has run to its end is saved by this."""
        progress = folder.progress()
        state = progress.get("state")
        if state == "executed":
            return await self._saved(folder, plan) if plan.save else {"state": "executed"}
        if state == "failed":
            return {"state": "failed", "problem": progress.get("problem")}
        if state == "stopped" and folder.shall_stop:
            return {"state": "stopped"}
        why = _STOPPED if state == "stopped" or self._closing else _INTERRUPTED
        return {"state": "interrupted", "problem": why.problem()}

    async def _saved(self, folder: RunFolder, plan: RunPlan) -> dict[str, Any]:
        try:
            workplace = await self.workplace(plan.server)
            if not workplace.is_own_server(plan.server):
                raise ConfigurationProblem(
                    f"The connection to {plan.server} is gone.",
                    next_step="Add it again, then save the executed copy.",
                )
            wish = await asyncio.to_thread(read_wish, folder.wish)
            result = await save_run(workplace, request_of(plan), prepared_of(plan), wish)
            if result.state == "outbox":
                await asyncio.to_thread(_belongs_to, workplace, result.save_id, plan.person)
        except OpenbisNbError as error:
            _log.info("The run %s was not saved. %s", folder.id, error)
            return {"state": "unsaved", "problem": error.problem()}
        except Exception:
            _log.exception("The run %s could not be saved.", folder.id)
            unforeseen = OpenbisNbError(
                "Something went wrong that nobody foresaw; the server's log says more."
            )
            return {"state": "unsaved", "problem": unforeseen.problem()}
        self.told(result)
        return {"state": result.state, "result": asdict(result)}

    def _sweep(self) -> None:
        ended = [folder for folder in self._folders() if folder.outcome()]
        ended.sort(key=lambda folder: folder.outcome().get("ended_at", ""))
        for folder in ended[:-_MAX_KEPT]:
            folder.remove()

    def _folders(self) -> list[RunFolder]:
        try:
            return [RunFolder(path) for path in self.folder.iterdir() if path.is_dir()]
        except FileNotFoundError:
            return []

    def _folder(self, run_id: str) -> RunFolder:
        for folder in self._folders():
            if folder.id == run_id:
                return folder
        raise _unknown()


def _unknown() -> NotFound:
    return NotFound("No such run is remembered.", next_step="Look at the list of runs.")


def _belongs_to(workplace: Workplace, save_id: str, person: str) -> None:
    """Without a session nobody could say whose version it is; who began the run is known."""
    with suppress(NotFound):  # sent already
        entry = workplace.outbox.get(save_id)
        if not entry.person and person:
            workplace.outbox.update(replace(entry, person=person))
