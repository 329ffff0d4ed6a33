"""Running a notebook headless, with new parameters, inputs or owner, and saving it (F-03, design D12 b).

What runs is a copy; it is written after each cell, so that a crash loses at most one cell's output.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationProblem, InvalidInput, RunFailed, disk_problem
from ..models import Identity
from ..notebooks import document, parameter_cell
from ..notebooks import identity as identity_block
from ..openbis.secrets import scrub
from .claims import check_claims
from .evidence import key_of
from .file_identity import identity_of_file
from .ledger import LedgerEntry
from .save import SaveRequest, SaveResult, save
from .wish import EVIDENCE, NOTEBOOK, WISH, SaveWish, read_wish
from .workplace import Workplace

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

__all__ = ["RunProgress", "RunRequest", "RunResult", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What to run, and what to change for it.

    Args:
        path: The notebook; it stays as it is.
        parameters: Values for the cell tagged ``parameters``.
        inputs: permIds in place of the notebook's inputs; ``None`` keeps them.
        owner: Where the result is stored, in place of the notebook's owner.
        name: Name of the saved version.
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
    output: Path | None = None
    save: bool = True
    kernel: str | None = None
    timeout: float | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A code cell has finished: number from 1, how many in all."""

    cell: int
    cells: int


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
    notebook, identity = await asyncio.to_thread(_prepare, workplace, request)
    executed = await asyncio.to_thread(_write_copy, workplace, request, notebook, identity)
    began = time.monotonic()
    started_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    evidence = workplace.evidence.begin(workplace.server, key_of(identity, executed))
    with tempfile.TemporaryDirectory(prefix="openbis-nb-run-") as folder:
        wish_file = Path(folder) / "wish.json"
        told = {NOTEBOOK: str(executed), WISH: str(wish_file), EVIDENCE: evidence}
        await _execute(request, notebook, executed, told, progress)
        wish = read_wish(wish_file)
    seconds = time.monotonic() - began
    saved = None
    if request.save:
        wanted = _save_request(request, executed, wish, started_at)
        saved = await save(workplace, replace(wanted, evidence=workplace.evidence.of(evidence)))
    return RunResult(executed, _code_cells(notebook), seconds, saved)


def _prepare(workplace: Workplace, request: RunRequest) -> tuple[NotebookNode, Identity | None]:
    notebook = document.read(request.path, max_size=workplace.limits.max_notebook)
    identity = identity_of_file(workplace, notebook, request.path)
    if identity is not None and request.inputs is None:
        check_claims(workplace, identity, owner_given=request.owner is not None, confirmed=request.confirm)
    if identity is None and request.save and request.owner is None:
        raise InvalidInput(
            "The notebook does not say where it is stored.",
            next_step="Give --owner /SPACE/PROJECT/EXPERIMENT, or --no-save.",
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
        _remember(workplace, identity, executed)
    return executed


def _remember(workplace: Workplace, identity: Identity, executed: Path) -> None:
    known = workplace.ledger.get(workplace.server, identity.notebook_id)
    inputs = (*(known.inputs if known else ()), *identity.inputs)
    entry = known or replace(
        LedgerEntry.of(identity),
        server=workplace.server,
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


async def _execute(
    request: RunRequest,
    notebook: NotebookNode,
    executed: Path,
    told: Mapping[str, str],
    progress: Callable[[RunProgress], None] | None,
) -> None:
    import zmq
    from jupyter_client.kernelspec import NoSuchKernel
    from jupyter_client.manager import KernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    total, number = _code_cells(notebook), 0

    def cell_begins(**_: Any) -> None:
        nonlocal number
        number += 1

    def cell_done(**_: Any) -> None:  # also called when it raised
        _write(executed, notebook)
        if progress is not None:
            progress(RunProgress(number, total))

    options: dict[str, Any] = {"kernel_name": request.kernel} if request.kernel else {}
    if zmq.has("curve") and "transport_encryption" in KernelManager.class_trait_names():
        # Other people on this machine can open the kernel's ports; they shall read nothing there.
        options["config"] = Config({"KernelManager": {"transport_encryption": "auto"}})
    client: NotebookClient = NotebookClient(
        notebook,
        timeout=request.timeout,
        resources={"metadata": {"path": str(request.path.resolve().parent)}},
        on_notebook_start=_give_back_interrupts(),
        on_cell_execute=cell_begins,
        on_cell_executed=cell_done,
        **options,
    )
    # Kernels of other languages call the `openbis-nb` of this environment, activated or not.
    commands = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    env = {**os.environ, "PATH": commands, **told}
    try:
        await client.async_execute(env=env)
    except CellExecutionError as error:
        raise _failed(executed, number, f"{error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise asyncio.CancelledError from error  # nbclient takes a cancelled wait for a dead kernel
        # RuntimeError is how nbclient says that the kernel did not start or answer.
        raise _failed(executed, number, str(error).splitlines()[0]) from error
    except NoSuchKernel as error:
        raise ConfigurationProblem(
            f"The kernel {error.name!r} is not installed.",
            next_step="`jupyter kernelspec list` shows the installed ones; choose one with --kernel.",
        ) from error
    finally:
        # nbclient leaves this behind when a kernel does not start, and it fails loudly at the end.
        atexit.unregister(client._cleanup_kernel)
        await asyncio.to_thread(_write, executed, notebook)


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


def _save_request(request: RunRequest, executed: Path, wish: SaveWish | None, started_at: str) -> SaveRequest:
    wish = wish or SaveWish()
    return SaveRequest(
        path=executed,
        name=request.name or wish.name,
        notes=wish.notes,
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


def _code_cells(notebook: Mapping[str, Any]) -> int:
    return sum(cell["cell_type"] == "code" for cell in notebook["cells"])
