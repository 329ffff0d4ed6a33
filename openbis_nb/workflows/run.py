"""Running a notebook headless, with new parameters, inputs or owner, and saving it (F-03, design D12 b).

What runs is a copy; it is written after each cell, so that a crash loses at most one cell's output.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, disk_problem
from ..models import Identity
from ..notebooks import document, parameter_cell
from ..notebooks import identity as identity_block
from .claims import check_claims
from .evidence import key_of
from .executing import Execution, RunProgress, code_cells, execute
from .file_identity import identity_of_file
from .ledger import LedgerEntry
from .save import SaveRequest, SaveResult, save
from .save_request import check_texts
from .wish import EVIDENCE, NOTEBOOK, WISH, SaveWish, read_wish
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Prepared", "RunProgress", "RunRequest", "RunResult", "execution_of", "prepare", "run", "save_run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run, and what to change for it.

    Args:
        path: The notebook; it stays as it is.
        parameters: Values for the cell tagged ``parameters``.
        inputs: permIds in place of the notebook's inputs; ``None`` keeps them.
        owner: Where the result is stored, in place of the notebook's owner.
        name: Name of the saved version, in place of what ``nb.save()`` in it says.
        notes: Its notes, likewise.
        output: The executed copy; default ``<name> run.ipynb`` beside *path*. Never overwritten.
        save: Save it when it has run to its end.
        kernel: Kernel to use in place of the notebook's.
        timeout: Longest time for one cell, in seconds; ``None`` for no limit.
        confirm: The person trusts what the notebook says of itself.
    """

    path: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[str] | None = None
    owner: str | None = None
    name: str | None = None
    notes: str = ""
    output: Path | None = None
    save: bool = True
    kernel: str | None = None
    timeout: float | None = None
    confirm: bool = False

    def __post_init__(self) -> None:
        check_texts(self.name, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A copy that is ready to be executed.

    Args:
        executed: The copy.
        cells: Its number of code cells.
        evidence: The session of the evidence book for this run.
        started_at: ISO 8601 in UTC.
    """

    executed: Path
    cells: int
    evidence: str
    started_at: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """The executed copy, its number of code cells, how long they took (seconds), and the save."""

    executed: Path
    cells: int
    seconds: float
    saved: SaveResult | None


async def run(
    workplace: Workplace, request: RunRequest, *, progress: Callable[[RunProgress], None] | None = None
) -> RunResult:
    """Execute a copy of a notebook, and save it as a version.

    Raises:
        RunFailed: a cell raised; the executed copy, with the error in it, is kept and nothing is saved.
        InvalidParameter: the notebook has no such parameter.
        ConfigurationProblem: the kernel is not installed.
        OpenbisNbError: as ``save``.
    """
    prepared = await prepare(workplace, request)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="openbis-nb-run-") as folder:
        wish_file = Path(folder) / "wish.json"
        execution = execution_of(workplace, request, prepared, wish_file)
        cells = await execute(execution, progress=progress)
        wish = read_wish(wish_file)
    seconds = time.monotonic() - began
    saved = await save_run(workplace, request, prepared, wish) if request.save else None
    return RunResult(prepared.executed, cells, seconds, saved)


async def prepare(workplace: Workplace, request: RunRequest) -> Prepared:
    """Write the copy that is going to be executed: with its parameters and inputs, without outputs.

    Raises:
        InvalidParameter: the notebook has no such parameter.
        InvalidInput: nobody says where the version is to be stored.
        NeedsConfirmation: the notebook claims what nobody here wrote.
        OpenbisNbError: the notebook cannot be read, or the copy not be written.
    """
    notebook, identity = await asyncio.to_thread(_prepare, workplace, request)
    executed = await asyncio.to_thread(_write_copy, workplace, request, notebook, identity)
    return Prepared(
        executed=executed,
        cells=code_cells(notebook),
        evidence=workplace.evidence.begin(workplace.server, key_of(identity, executed)),
        started_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def execution_of(workplace: Workplace, request: RunRequest, prepared: Prepared, wish_file: Path) -> Execution:
    """How the copy is executed; the kernel leaves the wish of ``nb.save()`` in *wish_file*."""
    return Execution(
        executed=prepared.executed,
        folder=request.path.resolve().parent,
        kernel=request.kernel,
        timeout=request.timeout,
        max_size=workplace.limits.max_notebook,
        told={NOTEBOOK: str(prepared.executed), WISH: str(wish_file), EVIDENCE: prepared.evidence},
    )


async def save_run(
    workplace: Workplace, request: RunRequest, prepared: Prepared, wish: SaveWish | None
) -> SaveResult:
    """Save a copy that has run to its end as a version.

    Raises:
        OpenbisNbError: as ``save``.
    """
    wanted = _save_request(request, prepared.executed, wish, prepared.started_at)
    return await save(workplace, replace(wanted, evidence=workplace.evidence.of(prepared.evidence)))


def _prepare(workplace: Workplace, request: RunRequest) -> tuple[NotebookNode, Identity | None]:
    notebook = document.read(request.path, max_size=workplace.limits.max_notebook)
    identity = identity_of_file(workplace, notebook, request.path)
    if identity is not None and (request.inputs is None or request.owner is None):
        # Inputs that the person names say nothing of the owner that the notebook names.
        asked = identity if request.inputs is None else replace(identity, inputs=())
        check_claims(workplace, asked, owner_given=request.owner is not None, confirmed=request.confirm)
    if identity is None and request.save and request.owner is None:
        raise InvalidInput(
            "The notebook does not say where it is stored.",
            next_step="Name an experiment or object (CLI: --owner), or run it without saving (--no-save).",
        )
    language = str(notebook.metadata.get("kernelspec", {}).get("language", "python")).lower()
    if request.parameters:
        parameter_cell.set_values(notebook, request.parameters, language)
    if identity is not None and request.inputs is not None:
        identity = replace(identity, inputs=tuple(request.inputs))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if identity is not None:
        notebook = identity_block.write(notebook, identity)
    return notebook, identity


def _write_copy(
    workplace: Workplace, request: RunRequest, notebook: NotebookNode, identity: Identity | None
) -> Path:
    wanted = (request.output or request.path.with_name(f"{request.path.stem} run.ipynb")).absolute()
    try:
        executed = document.write_new(wanted.parent, wanted.stem, notebook)
    except OSError as error:
        raise disk_problem(error, f"The executed copy could not be written into {wanted.parent}") from error
    if identity is not None:
        # A person named these inputs and asked for the run: that is who vouches for them.
        _remember(workplace, identity, executed, owner_given=request.owner is not None)
    return executed


def _remember(workplace: Workplace, identity: Identity, executed: Path, *, owner_given: bool) -> None:
    known = workplace.ledger.get(workplace.server, identity.notebook_id)
    inputs = (*(known.inputs if known else ()), *identity.inputs)
    entry = known or replace(
        LedgerEntry.of(identity),
        server=workplace.server,
        # Where a person named another one, nobody has vouched for that of the notebook.
        owner="" if owner_given else identity.owner_perm_id,
        checkpoint_id=identity.checkpoint_id,
        digest=identity.digest,
    )
    workplace.ledger.remember(replace(entry, inputs=tuple(dict.fromkeys(inputs))))
    workplace.ledger.place(
        workplace.server,
        identity.notebook_id,
        executed,
        block_id=identity.notebook_id,
        checkpoint_id=identity.checkpoint_id,
    )


def _save_request(request: RunRequest, executed: Path, wish: SaveWish | None, started_at: str) -> SaveRequest:
    wish = wish or SaveWish()
    return SaveRequest(
        path=executed,
        name=request.name or wish.name,
        notes=request.notes or wish.notes,
        files=wish.files,
        unused=wish.unused,
        owner=request.owner or wish.owner,
        as_new=bool(wish.as_new),
        data_set_type=wish.data_set_type,
        properties=wish.properties,
        confirm=wish.confirm or request.confirm,
        co_authors=wish.co_authors,
        takeover=wish.takeover,
        environment=wish.environment_object(),
        started_at=started_at,
    )
