"""How a run in the background stands, as its folder says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .run_folder import RunFolder
from .run_plan import RunPlan

__all__ = ["RunState", "state_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """One run.

    ``name`` is one of

    - ``running``, ``stopping``, ``saving``: it is at work;
    - ``saved``, ``unchanged`` (the newest version has just this content), ``outbox`` (the version is complete
      on disk and is sent when openBIS can take it), ``executed`` (it was not to be saved);
    - ``failed`` (a cell raised; nothing was saved), ``stopped`` (by its person), ``interrupted`` (with the
      server), ``unsaved`` (it ran to its end, and openBIS refused the version).

    ``cell`` of ``cells`` runs, and last printed ``line``. ``result`` is a ``SaveResult``, ``problem`` problem
    JSON. Times are ISO 8601 in UTC, ``seconds`` how long the cells have taken.
    """

    plan: RunPlan
    name: str
    cell: int = 0
    line: str = ""
    seconds: float = 0.0
    ended_at: str | None = None
    result: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    seen: bool = False

    @property
    def is_at_work(self) -> bool:
        """Whether it runs or is being saved."""
        return self.name in ("running", "stopping", "saving")

    @property
    def executed(self) -> Path:
        """The copy."""
        return Path(self.plan.executed)


def state_of(folder: RunFolder) -> RunState | None:
    """How the run in *folder* stands; ``None`` if there is none any more. Blocks."""
    plan = folder.plan()
    if plan is None:
        return None
    alive = folder.is_alive()  # before what it says: it says the last thing before it ends
    progress, outcome = folder.progress(), folder.outcome()
    name = str(outcome.get("state") or _unsettled(folder, alive))
    ended = progress.get("ended_at") or outcome.get("ended_at")
    return RunState(
        plan=plan,
        name=name,
        cell=int(progress.get("cell", 0)),
        line=str(progress.get("line", "")),
        seconds=_seconds(plan.started_at, ended),
        ended_at=ended,
        result=outcome.get("result"),
        problem=outcome.get("problem"),
        seen=folder.was_seen,
    )


def _unsettled(folder: RunFolder, alive: bool) -> str:
    """Nothing is final until the server that cares for it has said so."""
    if not alive:
        return "saving"
    return "stopping" if folder.shall_stop else "running"


def _seconds(started_at: str, ended_at: str | None) -> float:
    end = datetime.fromisoformat(ended_at).timestamp() if ended_at else time.time()
    return max(0.0, end - datetime.fromisoformat(started_at).timestamp())
