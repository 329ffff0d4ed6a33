"""Work that takes longer than a request should: started, looked at, waited for; bounded."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import NotFound, OpenbisNbError, TooMany

__all__ = ["Job", "Jobs"]

_log = logging.getLogger(__name__)

#: Jobs at work at once, and ended ones that can still be asked for.
_MAX_RUNNING = 16
_MAX_KEPT = 200
#: Seconds for which an ended one can be asked for.
_LIFE = 3600.0


@dataclass(slots=True)
class Job:
    """One piece of work. ``progress`` is what it last told; ``result`` or ``error`` come at its end."""

    kind: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    progress: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    error: OpenbisNbError | None = None
    ended_at: float | None = None
    task: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        """``running``, ``done`` or ``failed``."""
        if self.ended_at is None:
            return "running"
        return "failed" if self.error is not None else "done"

    def tell(self, **progress: Any) -> None:
        """Say how far it is."""
        self.progress = progress

    def end(self, task: asyncio.Task[None]) -> None:
        """Note that the task has ended, perhaps before it began."""
        self.ended_at = time.monotonic()
        if task.cancelled():
            self.error = OpenbisNbError("The server was stopped before this had ended.")

    async def ended(self) -> None:
        """Wait for its end, however long."""
        if self.task is not None:
            await asyncio.wait([self.task])

    async def wait(self, seconds: float) -> None:
        """Wait for its end, at most so long; it goes on in any case."""
        if self.task is not None:
            await asyncio.wait([self.task], timeout=seconds)


class Jobs:
    """The jobs of one server."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def start(self, kind: str, work: Callable[[Job], Awaitable[Any]]) -> Job:
        """Begin *work*, whose result must be a JSON value.

        Raises:
            TooMany: too many are at work.
        """
        self._sweep()
        if sum(job.ended_at is None for job in self._jobs.values()) >= _MAX_RUNNING:
            raise TooMany(f"This server does {_MAX_RUNNING} things at once already.")
        job = Job(kind)
        self._jobs[job.id] = job
        job.task = asyncio.create_task(self._run(job, work))
        job.task.add_done_callback(job.end)
        return job

    def get(self, job_id: str) -> Job:
        """A job.

        Raises:
            NotFound: never there, or ended long ago.
        """
        self._sweep()
        if job_id not in self._jobs:
            raise NotFound("There is no such job, or it ended long ago.", next_step="Ask for the thing anew.")
        return self._jobs[job_id]

    async def close(self) -> None:
        """End what is at work: the server stops. A save is whole in the outbox by then, or has not begun."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, job: Job, work: Callable[[Job], Awaitable[Any]]) -> None:
        try:
            job.result = await work(job)
        except OpenbisNbError as error:
            job.error = error
        except Exception:
            _log.exception("A job failed: %s", job.kind)
            job.error = OpenbisNbError(
                "Something went wrong that nobody foresaw; the server's log says more."
            )

    def _sweep(self) -> None:
        ended = [job for job in self._jobs.values() if job.ended_at is not None]
        ended.sort(key=lambda job: job.ended_at or 0.0)
        old = [job for job in ended if time.monotonic() - (job.ended_at or 0.0) > _LIFE]
        for job in {id(job): job for job in (*old, *ended[:-_MAX_KEPT])}.values():
            del self._jobs[job.id]
