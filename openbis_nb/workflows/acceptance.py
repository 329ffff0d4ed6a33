"""An acceptance run against a real server (design D15): save, read and trash, by us and by pybis.

Everything is done in one existing experiment and touches only data sets that the run itself made; they
end in the trash. State, outbox and cache of the person are left alone: the run has its own, in a
temporary folder.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..errors import Forbidden, InvalidInput, OpenbisNbError
from ..models import DataSet, Entity
from ..openbis.cache import Cache
from .acceptance_steps import STEPS, NotTried, Trial
from .evidence import EvidenceBook
from .ledger import Ledger
from .outbox import Outbox
from .workplace import Workplace

__all__ = ["AcceptanceReport", "Outcome", "StepResult", "accept"]

#: By its support address the sandbox says that it is one; the domain cannot exist (RFC 2606).
_SANDBOX_MAIL = "@sandbox.invalid"

Outcome = Literal["run", "failed", "not allowed", "not tried"]


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one feature of the support table did. ``note``: what was seen, or why not."""

    feature: str
    outcome: Outcome
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class AcceptanceReport:
    """One acceptance run.

    ``sandbox``: it was our own look-alike, so "run" proves nothing about a real server.
    ``left``: permIds of data sets that could not be put into the trash; somebody who may has to.
    """

    server: str
    openbis_version: str
    api_version: str
    sandbox: bool
    experiment: str
    steps: tuple[StepResult, ...]
    trashed: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed; what the person may not do, or was not tried, is no failure."""
        return all(step.outcome != "failed" for step in self.steps)


async def accept(
    workplace: Workplace, project: str, *, say: Callable[[str], None] | None = None
) -> AcceptanceReport:
    """Run every step, also after one that failed, and put away what was made.

    Args:
        workplace: Who and where.
        project: Identifier of a project with at least one experiment that is not frozen.
        say: Told the step under way.

    Raises:
        InvalidInput: *project* is no project, or holds no such experiment.
    """
    experiment = await _experiment(workplace, project)
    information = await workplace.client.server_information()
    with tempfile.TemporaryDirectory(prefix="openbis-nb-acceptance-") as name:
        trial = Trial(_apart(workplace, Path(name)), experiment, Path(name))
        results = []
        try:
            for feature, step in STEPS:
                if say is not None:
                    say(feature)
                results.append(await _result(feature, step(trial)))
        finally:
            left = await _put_away(trial)
    return AcceptanceReport(
        server=workplace.server,
        openbis_version=information.openbis_version,
        api_version=information.api_version,
        sandbox=information.raw.get("openbis.support.email", "").endswith(_SANDBOX_MAIL),
        experiment=experiment.identifier,
        steps=tuple(results),
        trashed=tuple(perm_id for perm_id in trial.made if perm_id not in left),
        left=left,
    )


async def _experiment(workplace: Workplace, project: str) -> Entity:
    place = await workplace.client.entity(project)
    if place.kind != "project":
        raise InvalidInput(
            f"{place.identifier} is a {place.kind}; the acceptance run needs a project.",
            next_step="Give --project /SPACE/PROJECT.",
        )
    async for child in workplace.client.children(place):
        if isinstance(child, DataSet) or child.kind != "experiment":
            continue
        if not child.frozen_for_data_sets:
            return child
    raise InvalidInput(
        f"{place.identifier} holds no experiment to save in.",
        next_step="Make an experiment in it in the ELN, and run again.",
    )


def _apart(workplace: Workplace, folder: Path) -> Workplace:
    """The same person and server, with state of the run's own."""
    state = folder / "state.sqlite3"
    return replace(
        workplace,
        cache=Cache(folder / "cache", server=workplace.client.server.host, person="acceptance"),
        outbox=Outbox(folder / "outbox"),
        ledger=Ledger(state),
        evidence=EvidenceBook(state),
    )


async def _result(feature: str, step: Awaitable[str]) -> StepResult:
    began = time.monotonic()
    outcome: Outcome = "run"
    try:
        note = await step
    except NotTried as reason:
        outcome, note = "not tried", str(reason)
    except Forbidden as error:
        outcome, note = "not allowed", error.message
    except OpenbisNbError as error:
        outcome, note = "failed", error.message
    return StepResult(feature, outcome, round(time.monotonic() - began, 2), note)


async def _put_away(trial: Trial) -> tuple[str, ...]:
    """Trash what is still visible; the permIds for which that was not possible."""
    client = trial.workplace.client
    try:
        there = list(await client.data_sets(trial.made))
        if there:
            await client.delete_data_sets(there, "made by openbis-nb doctor --acceptance")
    except OpenbisNbError:
        return tuple(trial.made)  # named in the report, for somebody who may
    return ()
