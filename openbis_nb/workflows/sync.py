"""A notebook file and its notebook in openBIS brought together from a terminal (N-68).

::

    --new       a notebook of its own       --update    the next version of the notebook it says it is
    neither     the next version of a notebook that openBIS knows, from the same file; else a new one

It ends in :func:`.save.save`, so that all that holds for a save holds here: one data set, nothing lost when
openBIS is away, somebody else's notebook becomes a fork.
"""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import Conflict, InvalidInput, NotFound, NotLoggedIn, OpenBISFailure
from ..identifiers import safe_file_name
from ..models import Identity
from ..notebooks import document
from ..openbis import checkpoints
from .file_identity import identity_of_file
from .launch import owner_in
from .save import Say, save
from .save_request import SaveRequest
from .save_result import SaveResult
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["SyncRequest", "sync"]

_SUFFIX = ".ipynb"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """What a person asks for.

    Args:
        path: The notebook file.
        intent: What it shall be; ``None`` where that is clear.
        project: A space or project that holds one experiment or object: that one owns a new notebook.
        owner: The owner of a new notebook: identifier or permId.
        name: Of the version; default: the notebook's, for a new one that of the file.
        notes: Plain text.
        confirm: The person trusts what the file says of its owner and inputs.
    """

    path: Path
    intent: Literal["new", "update"] | None = None
    project: str | None = None
    owner: str | None = None
    name: str | None = None
    notes: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        if self.project and self.owner:
            raise InvalidInput("--project and --owner exclude each other.")
        if self.intent == "update" and (self.project or self.owner):
            raise InvalidInput(
                "--update keeps a notebook where it is stored.",
                next_step="Leave --project and --owner out, or make a new notebook with --new.",
            )


async def sync(workplace: Workplace, request: SyncRequest, *, say: Say | None = None) -> SaveResult:
    """Save the file as the request says.

    Raises:
        NotFound: no such file; or ``update``, and openBIS shows no notebook that the file could be.
        InvalidInput: no file, or not called ``*.ipynb``; nobody says where a new notebook is stored.
        InvalidNotebook: not a notebook of format 4.
        Conflict: the file was elsewhere before, or had another name, and no intent is given.
        OpenbisNbError: as :func:`.save.save`.
    """
    path = request.path
    notebook = await asyncio.to_thread(_read, workplace, path)
    identity = identity_of_file(workplace, notebook, path)
    known = await _is_known(workplace, identity, request)
    if request.intent == "update" and not known:
        raise NotFound(
            f"openBIS shows you no notebook that {path.name} could be the next version of.",
            next_step=f"Make a new one: {_command(path, '--new')}",
        )
    if request.intent is None and known and identity is not None:
        _check_same_file(workplace, identity, path)
    owner = request.owner
    if request.project:
        owner = (await owner_in(workplace, request.project)).perm_id
    wanted = SaveRequest(
        path=path,
        name=request.name or (path.stem if request.intent == "new" else None),
        notes=request.notes,
        owner=owner,
        as_new=_as_new(workplace, request, identity, known),
        confirm=request.confirm,
    )
    return await save(workplace, wanted, say=say)


def _read(workplace: Workplace, path: Path) -> NotebookNode:
    if path.exists() and not path.is_file():
        raise InvalidInput(f"{path} is no file.", next_step="Name a notebook file.")
    if path.exists() and path.suffix.lower() != _SUFFIX:
        raise InvalidInput(f"{path.name} does not end with {_SUFFIX}.", next_step="Name a notebook file.")
    return document.read(path, max_size=workplace.limits.max_notebook)


async def _is_known(workplace: Workplace, identity: Identity | None, request: SyncRequest) -> bool:
    """Whether openBIS has the notebook that the file says it is; while it is away, whether it had."""
    if identity is None or request.intent == "new":
        return False
    try:
        return bool(await checkpoints.versions(workplace.client, identity.notebook_id))
    except (OpenBISFailure, NotLoggedIn):
        entry = workplace.ledger.get(workplace.server, identity.notebook_id)
        if request.intent == "update" and (entry is None or entry.checkpoint_id is None):
            raise  # nobody knows what it would be an update of; the file stays as it is
        return entry is not None and entry.checkpoint_id is not None


def _check_same_file(workplace: Workplace, identity: Identity, path: Path) -> None:
    seen = workplace.ledger.paths(workplace.server, identity.notebook_id)
    if path.resolve() in seen:
        return
    if seen:
        was = f"{identity.name!r} was last saved from {seen[-1]}, and this file is {path.resolve()}."
    elif path.name != safe_file_name(identity.name, suffix=_SUFFIX):
        was = f"The notebook is called {identity.name!r}, and this file {path.name}."
    else:
        return
    update, new = _command(path, "--update"), _command(path, "--new")
    raise Conflict(
        was,
        next_step=f"The next version of that notebook: {update}\n  A notebook of its own: {new}",
        extra={"commands": {"update": update, "new": new}},
    )


def _command(path: Path, flag: str) -> str:
    return f"openbis-nb notebook sync {shlex.quote(str(path))} {flag}"


def _as_new(
    workplace: Workplace, request: SyncRequest, identity: Identity | None, known: bool
) -> bool | None:
    if request.intent is not None:
        return request.intent == "new"
    if identity is None or known:
        return None
    # An id that this machine made, and that has no version yet, is kept; a stranger's is not.
    return None if workplace.ledger.get(workplace.server, identity.notebook_id) else True
