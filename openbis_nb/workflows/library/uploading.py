"""What people send to the library: a further version, a fork, or a notebook of its own.

The identity block of what somebody sends decides nothing (design section 2): the request says where it goes,
and whose notebook it becomes is decided as at a save.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import NotFound
from ...models import Checkpoint, Entity, Identity
from ...notebooks import document
from ...notebooks import identity as identity_block
from ...notebooks.provenance import Forked
from ...openbis.creation import BeforeRegister
from ..drafting import notes_as_html
from ..parents import check_parents
from ..save_request import check_texts
from ..standing import Standing, decide
from ..workplace import Workplace
from .composing import NewVersion
from .continuing import continue_from, origin, read_base, that_takes
from .model import Notebook
from .reading import read_content, read_notebook
from .registering import Attempt, Written, find_written, register

__all__ = ["add_version", "fork", "upload"]


async def fork(
    workplace: Workplace,
    notebook: Notebook,
    perm_id: str | None = None,
    *,
    owner: Entity | None = None,
    name: str | None = None,
    notes: str | None = None,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Store a version as a notebook of one's own, linked to it.

    Args:
        workplace: Who and where.
        notebook: Of whom.
        perm_id: Which of its versions; default: the newest.
        owner: Where; default: where the notebook is.
        name: ``None`` keeps the version's.
        notes: Plain text; ``None`` keeps the version's.
        attempt: Of this wish.
        before_register: See ``checkpoints.write``.

    Raises:
        NotFound: it has no such version.
        EntityFrozen, Forbidden: the owner takes nothing, or not from this person.
        InvalidInput, SaveUndecided: as for :func:`rename`.
    """
    check_texts(name, notes)
    version = notebook.version(perm_id) if perm_id else notebook.newest
    found = await find_written(workplace.client, [attempt.notebook_id], attempt)
    if found is not None:
        return found
    target = await that_takes(workplace, owner or version.owner)
    base = await read_base(workplace.client, version.perm_id, same_content=True)
    content = await read_content(workplace.client, version.perm_id, workplace.limits.max_notebook)
    new = await continue_from(workplace, target, attempt.notebook_id, content, base, name=name, notes=notes)
    new = replace(new, forked_from=origin(notebook, version))
    return await register(workplace, new, attempt, before_register=before_register)


async def upload(
    workplace: Workplace,
    content: bytes,
    *,
    owner: Entity,
    name: str | None = None,
    notes: str = "",
    confirm_inputs: bool = False,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Store a notebook that somebody sends as a notebook of its own.

    Whatever it says of itself, it gets a new id. Where it names a notebook of this openBIS that the person
    sees, it is linked to that one as a fork (N-29).

    Args:
        workplace: Who and where.
        content: A stranger's.
        owner: Where.
        name: ``None`` takes what the notebook calls itself.
        notes: Plain text.
        confirm_inputs: The person confirms the inputs that the notebook names: they become parents.
        attempt: Of this wish.
        before_register: See ``checkpoints.write``.

    Raises:
        InvalidNotebook, TooLarge: it is none, or over the site's limit (N-44).
        EntityInTrash, EntityFrozen: a confirmed input cannot be a parent.
        EntityFrozen, Forbidden, InvalidInput, SaveUndecided: as for :func:`fork`.
    """
    check_texts(name, notes)
    claimed = identity_block.read(_loaded(workplace, content, "The notebook"))
    found = await find_written(workplace.client, [attempt.notebook_id], attempt)
    if found is not None:
        return found
    target = await that_takes(workplace, owner)
    inputs, told = await _claimed_inputs(workplace, claimed, (), confirm_inputs)
    claimed_origin, linked = await _claimed_origin(workplace, claimed)
    new = NewVersion(
        notebook_id=attempt.notebook_id,
        owner=target,
        name=name or (claimed.name if claimed else "Notebook"),
        notes=notes_as_html(notes),
        type_code=workplace.data_set_type,
        content=content,
        parents=inputs,
        confirmed=inputs,
        forked_from=claimed_origin,
    )
    written = await register(workplace, new, attempt, before_register=before_register)
    return replace(written, told=(*linked, *told, *written.told))


async def add_version(
    workplace: Workplace,
    notebook: Notebook,
    content: bytes,
    *,
    name: str | None = None,
    notes: str = "",
    owner: Entity | None = None,
    confirm_inputs: bool = False,
    attempt: Attempt,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Store other content under a notebook: by the author or a co-author a version, by others a fork that is
    linked to the newest version (N-28, N-29). Elsewhere than the notebook it is a fork, too.

    Args:
        workplace: Who and where.
        notebook: Which, with its co-authors.
        content: A stranger's: its identity block only tells which version it was begun with.
        name: ``None`` keeps the notebook's.
        notes: Plain text.
        owner: Where; default: where the notebook is.
        confirm_inputs: The person confirms the inputs that the content names and its base has not.
        attempt: Of this wish.
        before_register: See ``checkpoints.write``.

    Raises:
        As :func:`upload`.
    """
    check_texts(name, notes)
    claimed = identity_block.read(_loaded(workplace, content, "The version"))
    found = await find_written(workplace.client, [notebook.notebook_id, attempt.notebook_id], attempt)
    if found is not None:
        return found
    target = await that_takes(workplace, owner or notebook.owner)
    began = _began_with(notebook, claimed)
    standing = await _standing(workplace, notebook, target, attempt, began)
    base = await read_base(workplace.client, (began or notebook.newest).perm_id, same_content=False)
    new = await continue_from(
        workplace, target, standing.notebook_id, content, base, name=name or notebook.name, notes=notes
    )
    before = base.provenance
    known = (*new.parents, *new.missing, *((*before.declared, *before.attached) if before else ()))
    inputs, told = await _claimed_inputs(workplace, claimed, known, confirm_inputs)
    parents = tuple(dict.fromkeys((*new.parents, *inputs)))
    new = replace(new, parents=parents, confirmed=inputs)
    if standing.fork_of is None:
        new = replace(new, co_authors=notebook.co_authors)
    else:
        new = replace(new, forked_from=origin(notebook, notebook.version(standing.fork_of)))
    written = await register(workplace, new, attempt, before_register=before_register)
    other = claimed is not None and claimed.notebook_id != notebook.notebook_id
    dropped = ("The file says that it is another notebook; that was left out.",) if other else ()
    return replace(written, told=(*standing.told, *dropped, *told, *written.told))


async def _standing(
    workplace: Workplace, notebook: Notebook, owner: Entity, attempt: Attempt, began: Checkpoint | None
) -> Standing:
    asked = Identity(
        server=workplace.server,
        notebook_id=notebook.notebook_id,
        name=notebook.name,
        owner_kind=owner.kind,
        owner_perm_id=owner.perm_id,
        owner_identifier=owner.identifier,
        checkpoint_id=began.perm_id if began else None,
    )
    return decide(
        asked,
        notebook.versions,
        (await workplace.client.whoami()).user_id,
        owner.perm_id,
        co_authors=notebook.co_authors,
        new_id=attempt.notebook_id,
    )


def _began_with(notebook: Notebook, claimed: Identity | None) -> Checkpoint | None:
    """The version that the content was begun with, if it is one of this notebook that counts."""
    if claimed is None:
        return None
    return next((v for v in notebook.counting if v.perm_id == claimed.checkpoint_id), None)


async def _claimed_inputs(
    workplace: Workplace, claimed: Identity | None, known: Sequence[str], confirmed: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs that the content names beyond those known, if confirmed; and what to tell."""
    if claimed is None or not workplace.is_own_server(claimed.server):
        return (), ()
    further = tuple(perm_id for perm_id in claimed.inputs if perm_id not in known)
    if not further or confirmed:
        visible = await workplace.client.data_sets(further)
        gone = [perm_id for perm_id in further if perm_id not in visible]
        check_parents(further, visible, await workplace.client.in_trash(gone) if gone else frozenset())
        return further, ()
    shown = ", ".join(further[:5]) + (" …" if len(further) > 5 else "")
    return (), (f"The file names inputs ({shown}); unless you confirm them they are no parents.",)


async def _claimed_origin(
    workplace: Workplace, claimed: Identity | None
) -> tuple[Forked | None, tuple[str, ...]]:
    """The notebook that an upload says to be, if the person sees it."""
    if claimed is None or not workplace.is_own_server(claimed.server):
        return None, ()
    try:
        notebook = await read_notebook(workplace.client, claimed.notebook_id, co_authors=False)
    except NotFound:
        return None, ()
    version = _began_with(notebook, claimed) or notebook.newest
    told = f"The file says that it is {notebook.name!r} of {notebook.author}; it is stored as a fork of that."
    return origin(notebook, version), (told,)


def _loaded(workplace: Workplace, content: bytes, what: str) -> Mapping[str, Any]:
    notebook: Mapping[str, Any] = document.loads(content, name=what, max_size=workplace.limits.max_notebook)
    return notebook
