"""What a run in the background is made of, as it is kept: enough to save it without who began it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..workflows.run import Prepared, RunRequest, execution_of
from ..workflows.workplace import Workplace

__all__ = ["RunPlan", "plan_of", "prepared_of", "request_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What runs. Paths are absolute; ``server`` is an openBIS, ``person`` whose session began the run.

    ``told`` are environment variables for the kernel; the others are as in ``RunRequest`` and ``Prepared``.
    """

    id: str
    path: str
    executed: str
    folder: str
    evidence: str
    cells: int
    started_at: str
    server: str
    person: str
    name: str | None = None
    notes: str = ""
    owner: str | None = None
    save: bool = True
    confirm: bool = False
    kernel: str | None = None
    timeout: float | None = None
    max_size: int = 0
    told: Mapping[str, str] = field(default_factory=dict)


def plan_of(
    workplace: Workplace, request: RunRequest, prepared: Prepared, run_id: str, wish: Path
) -> RunPlan:
    """The plan of a run; its kernel leaves its wish in the file *wish*."""
    execution = execution_of(workplace, request, prepared, wish)
    person = workplace.client.known_person
    return RunPlan(
        id=run_id,
        path=str(request.path),
        executed=str(prepared.executed),
        folder=str(execution.folder),
        evidence=prepared.evidence,
        cells=prepared.cells,
        started_at=prepared.started_at,
        server=workplace.server,
        person=person.user_id if person else "",
        name=request.name,
        notes=request.notes,
        owner=request.owner,
        save=request.save,
        confirm=request.confirm,
        kernel=execution.kernel,
        timeout=execution.timeout,
        max_size=execution.max_size,
        told=execution.told,
    )


def request_of(plan: RunPlan) -> RunRequest:
    """What is left to do of the request, once the copy has run."""
    return RunRequest(
        path=Path(plan.path), name=plan.name, notes=plan.notes, owner=plan.owner, confirm=plan.confirm
    )


def prepared_of(plan: RunPlan) -> Prepared:
    """The copy of a plan."""
    return Prepared(
        executed=Path(plan.executed),
        cells=plan.cells,
        evidence=plan.evidence,
        started_at=plan.started_at,
    )
