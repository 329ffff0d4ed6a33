"""Two versions, or a version and the file that goes on from it, beside each other (N-10, F-13).

What changed in inputs, parameters and environment is asked of what both say of themselves; the cells are
compared in the limited process. All is read with the session of the person, and nothing is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...errors import InvalidInput, InvalidNotebook, NotFound, TooLarge
from ...identifiers import is_perm_id
from ...models import Checkpoint, DataFile, DataSet, Identity
from ...notebooks import document, manifest
from ...notebooks.compare import CellCounts, Compared, compare_page
from ...notebooks.manifest import ManifestChanges
from ...openbis.checkpoints import checkpoint_of, notebook_among, notebook_id_of
from ...openbis.client import OpenBIS
from ...openbis.download import read
from ...openbis.together import together
from ..file_identity import identity_of_file
from ..workplace import Workplace
from .comparing import changes_among
from .file_state import FileState, file_state
from .reading import provenance_among, read_notebook
from .reopening import readable

__all__ = ["ComparedCells", "Comparison", "compare_file", "compare_versions"]

_TITLE = "Compared cell by cell"
#: Inputs that differ, of each kind: what a version says of itself is a stranger's.
_MOST_INPUTS = 500


@dataclass(frozen=True, slots=True)
class ComparedCells:
    """Cell by cell.

    Args:
        counts: How many of each kind; ``None``: they cannot be compared.
        html: The page with the cells side by side, for a frame without an origin; ``""`` where there is none.
        note: What was compared coarsely, or why nothing was.
    """

    counts: CellCounts | None
    html: str
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed.

    Args:
        base: The version that is compared against.
        other: The version that is looked at; ``None``: a file.
        changes: Beside the cells.
        seen: The inputs that are named there, as far as the person sees them.
        cells: The cells.
        not_attached: Inputs of the base that the file names and no kernel was given since: the next version
            would not have them as parents.

    A file does not say in which environment it ran: then ``changes`` says nothing of it.
    """

    base: Checkpoint
    other: Checkpoint | None
    changes: ManifestChanges
    seen: Mapping[str, DataSet]
    cells: ComparedCells
    not_attached: tuple[str, ...] = ()


async def compare_versions(
    workplace: Workplace, base: str, other: str, turn: asyncio.Semaphore
) -> Comparison:
    """One version against another; four round trips in a row.

    Args:
        workplace: Who asks.
        base, other: PermIds.
        turn: Of limited processes.

    Raises:
        NotFound: one is not visible, or holds no notebook.
        DataNotAvailable: one is archived.
        MissingExtra: nbdime is not installed.
        TransferFailed: a file came incomplete or damaged, several times.
    """
    client = workplace.client
    async with together() as group:
        listing = group.create_task(client.files_of([base, other]))
        finding = group.create_task(client.data_sets([base, other]))
    before, after = (checkpoint_of(readable(finding.result().get(one))) for one in (base, other))
    files = listing.result()
    async with together() as group:
        reading = [group.create_task(_notebook(workplace, one, files[one])) for one in (base, other)]
        changing = group.create_task(changes_among(client, files[base], files[other]))
    contents = [task.result() for task in reading]
    compare = partial(_page, *contents)
    cells, seen = await _finished(client, changing.result(), (), compare, turn)
    return Comparison(before, after, changing.result(), seen, cells)


async def compare_file(
    workplace: Workplace, path: Path, turn: asyncio.Semaphore, *, base: str | None = None
) -> Comparison:
    """A file as it is on disk against a version; by default the one that it comes from, and where that is
    gone the newest one that counts. As :func:`compare_versions`.

    Args:
        workplace: Who asks.
        path: The notebook file.
        turn: Of limited processes.
        base: PermId of another version.

    Raises:
        InvalidInput: it was never saved to openBIS, so there is nothing that it could be compared with.
        InvalidNotebook: it is no notebook.
    """
    client = workplace.client
    notebook = await asyncio.to_thread(document.read, path, max_size=workplace.limits.max_notebook)
    identity = await asyncio.to_thread(identity_of_file, workplace, notebook, path)
    source = await _base(workplace, identity, base)
    files = (await client.files_of([source.perm_id]))[source.perm_id]
    async with together() as group:
        reading = group.create_task(_notebook(workplace, source.perm_id, files))
        saying = group.create_task(provenance_among(client, files))
    before = saying.result()
    state: FileState = await asyncio.to_thread(file_state, workplace, path, notebook, identity, before)
    changes = manifest.changes(before, state.provenance)
    compare = partial(_page, reading.result(), state.content, without_saves=True)
    cells, seen = await _finished(client, changes, state.not_attached, compare, turn)
    return Comparison(checkpoint_of(source), None, changes, seen, cells, state.not_attached)


async def _base(workplace: Workplace, identity: Identity | None, wanted: str | None) -> DataSet:
    client = workplace.client
    if wanted is not None:
        return readable((await client.data_sets([wanted])).get(wanted))
    if identity is None or not workplace.is_own_server(identity.server):
        raise InvalidInput(
            "This notebook was never saved to this openBIS, so there is nothing to compare it with.",
            next_step="Save it to openBIS; from then on you see what changed since.",
        )
    if identity.checkpoint_id is not None and is_perm_id(identity.checkpoint_id):
        found = (await client.data_sets([identity.checkpoint_id])).get(identity.checkpoint_id)
        if found is not None and notebook_id_of(found) == identity.notebook_id:
            return readable(found)
    try:
        newest = (await read_notebook(client, identity.notebook_id, co_authors=False)).newest
    except NotFound as error:
        raise InvalidInput(
            "openBIS shows you no version of this notebook, so there is nothing to compare it with.",
            next_step="Save it to openBIS; from then on you see what changed since.",
        ) from error
    return readable((await client.data_sets([newest.perm_id])).get(newest.perm_id))


async def _notebook(workplace: Workplace, perm_id: str, files: Sequence[DataFile]) -> bytes:
    file = notebook_among(perm_id, files)
    return await read(workplace.client, file, max_bytes=workplace.limits.max_notebook)


async def _finished(
    client: OpenBIS,
    changes: ManifestChanges,
    not_attached: Sequence[str],
    compare: Callable[[], Compared],
    turn: asyncio.Semaphore,
) -> tuple[ComparedCells, Mapping[str, DataSet]]:
    """The cells, and meanwhile the inputs that are named."""
    named = (*changes.inputs_added, *changes.inputs_removed, *not_attached)
    known = [perm_id for perm_id in named if is_perm_id(perm_id)][:_MOST_INPUTS]
    async with together() as group:
        seeing = group.create_task(client.data_sets(known)) if known else None
        cells = group.create_task(_cells(compare, turn))
    return cells.result(), seeing.result() if seeing else {}


async def _cells(compare: Callable[[], Compared], turn: asyncio.Semaphore) -> ComparedCells:
    """A notebook that cannot be shown is no reason to say nothing of its inputs."""
    try:
        async with turn:
            made = await asyncio.to_thread(compare)
    except (InvalidNotebook, TooLarge) as error:
        return ComparedCells(None, "", f"{error.message} {error.next_step}".strip())
    return ComparedCells(made.diff.counts, made.html, " ".join(made.diff.notes))


def _page(base: bytes, other: bytes, *, without_saves: bool = False) -> Compared:
    """What the sides are stands around the page."""
    return compare_page(
        base,
        other,
        title=_TITLE,
        base_label="",
        other_label="",
        heading=False,
        without_saves=without_saves,
    )
