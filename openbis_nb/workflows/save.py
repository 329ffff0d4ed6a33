"""Saving a notebook back: one version, one data set, nothing lost (design D6, D9, D10, D12).

::

    read → redact → is anything new? → render → ask openBIS → keep in the outbox → send

Everything up to the outbox happens on this machine; from there on a failure loses nothing, and a
repeat sends the same version under the same save id.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NeedsConfirmation,
    NotFound,
    NotLoggedIn,
    NotSavedYet,
    OpenBISFailure,
    OpenbisNbError,
    OpenBISRefused,
    UserMistake,
    disk_problem,
)
from ..models import Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..notebooks.context import eln_link_to_data_set
from ..notebooks.export import page_html
from .adopting import adopted
from .checking import Checked, check
from .claims import is_own_version
from .copied import copied_or_renamed
from .drafting import Draft, make_draft
from .fields import of_field
from .file_identity import identity_of_file
from .last_type import learn_last_type
from .nothing_new import same_as_last
from .outbox_entry import OutboxEntry
from .repeating import earlier_try, forget_refused, send_earlier
from .save_request import SaveRequest
from .save_result import SaveResult
from .sending import deliver
from .settling import block_of, settle
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["SaveRequest", "SaveResult", "save"]

Say = Callable[[str], None]

_KEPT = " The version is kept: `openbis-nb outbox send {} --owner …` stores it elsewhere."


async def save(workplace: Workplace, request: SaveRequest, *, say: Say | None = None) -> SaveResult:
    """Save a notebook as a version.

    Args:
        workplace: Who and where.
        request: What.
        say: Told what is being done, for people.

    Returns:
        ``saved``; ``unchanged`` when nothing is new; ``outbox`` when openBIS is away or the session is
        over, in which case the version is complete on disk and is sent once later.

    Raises:
        UserMistake: and nothing was made, except that a version which its owner or a parent does not
            take stays in the outbox (``error.extra["outbox"]``), so that another owner may be chosen.
    """
    try:
        with workplace.outbox.saving(request.path):
            result = await _save(workplace, request, say)
    except OpenbisNbError as error:
        await _count(workplace, "failed", error.code)
        raise
    await _count(workplace, result.state, notebook_id=result.notebook_id)
    return result


async def _count(workplace: Workplace, outcome: str, code: str = "", notebook_id: str = "") -> None:
    if workplace.count_save is not None:
        await workplace.count_save(outcome, code, notebook_id)


async def _save(workplace: Workplace, request: SaveRequest, say: Say | None) -> SaveResult:
    sent = await send_earlier(workplace, request.path, say=say)
    limit = workplace.limits.max_notebook
    original = await asyncio.to_thread(document.read_bytes, request.path, max_size=limit)
    _check_is_that_file(request, original)
    notebook = document.loads(original, name=request.path.name, max_size=limit)
    identity = identity_of_file(workplace, notebook, request.path)
    if request.version_of is not None and (identity is None or identity.notebook_id != request.version_of):
        identity = await adopted(workplace, request.version_of, identity)
    _check_has_a_home(notebook, identity, request)
    told = copied_or_renamed(workplace, identity, request)
    if request.data_set_type is None:
        await learn_last_type(workplace, identity)
    with tempfile.TemporaryDirectory(prefix="openbis-nb-save-", ignore_cleanup_errors=True) as folder:
        draft = await asyncio.to_thread(_draft, workplace, request, notebook, identity, told, Path(folder))
        result = await _unchanged(workplace, request, identity, draft.entry)
        if result is not None:  # perhaps because an earlier try of this very save has just been sent
            result = next((one for one in sent if one.perm_id == result.perm_id), result)
        elif (earlier := await earlier_try(workplace, draft.entry)) is not None:
            result = await _deliver(workplace, earlier, say)
        else:
            result = await _save_draft(workplace, draft, say)
    if result.state == "saved":
        await forget_refused(workplace, request.path, draft.entry.content)
        await asyncio.to_thread(settle, workplace, request, notebook, original, result)
    block = await asyncio.to_thread(block_of, workplace, notebook, result)
    return replace(result, block=identity_block.to_block(block)) if block is not None else result


def _check_has_a_home(notebook: NotebookNode, identity: Identity | None, request: SaveRequest) -> None:
    """Raises:
    InvalidInput: nobody says where it is to be stored.
    """
    if identity is None and request.owner is None:
        nowhere = InvalidInput(
            identity_block.problem(notebook) or "The notebook does not say where it is stored.",
            next_step="Name an experiment or object: nb.save(owner='/SPACE/PROJECT/…') (CLI: --owner).",
        )
        raise of_field(nowhere, "owner")


def _check_is_that_file(request: SaveRequest, content: bytes) -> None:
    """Raises:
    NotSavedYet: the file is not what the front end has written.
    """
    if request.sha256 is not None and hashlib.sha256(content).hexdigest() != request.sha256.lower():
        raise NotSavedYet(
            f"{request.path.name} on disk is not what was just saved: another program has changed it.",
            next_step="Look at the file, save it (Ctrl+S), and save it to openBIS again.",
        )


def _draft(
    workplace: Workplace,
    request: SaveRequest,
    notebook: NotebookNode,
    identity: Identity | None,
    told: tuple[str, ...],
    folder: Path,
) -> Draft:
    try:
        return make_draft(workplace, request, notebook, identity, told, folder)
    except OSError as error:
        raise disk_problem(error, "The version could not be made; nothing was sent") from error


async def _save_draft(workplace: Workplace, draft: Draft, say: Say | None) -> SaveResult:
    if say is not None:
        say("rendering and checking")
    (page, remark), checked = await asyncio.gather(
        asyncio.to_thread(page_html, draft.notebook, title=draft.entry.name),
        _checked(workplace, draft.entry, _size(draft.contents)),
    )
    contents = {**draft.contents, f"{draft.entry.notebook_file}.html": page.encode()}
    draft_entry = replace(draft.entry, told=(*draft.entry.told, remark)) if remark else draft.entry
    if isinstance(checked, OpenbisNbError):
        return await asyncio.to_thread(_keep, workplace, draft_entry, contents, checked)
    entry = replace(draft_entry, person=checked.person.user_id)
    kept = await asyncio.to_thread(workplace.outbox.put, entry, contents)
    return await _deliver(workplace, kept, say, checked)


async def _deliver(
    workplace: Workplace, entry: OutboxEntry, say: Say | None, checked: Checked | None = None
) -> SaveResult:
    try:
        return await deliver(workplace, entry, checked=checked, say=say)
    except (OpenBISFailure, NotLoggedIn) as error:
        return _waiting(workplace.outbox.get(entry.save_id), error)
    except UserMistake as error:
        error.next_step += _KEPT.format(entry.save_id)
        raise


async def _checked(workplace: Workplace, entry: OutboxEntry, size: int) -> Checked | OpenbisNbError:
    try:
        return await check(workplace, entry, size)
    except NeedsConfirmation:
        raise  # nothing of a stranger's is kept for later
    except (OpenBISFailure, NotLoggedIn, Conflict, Forbidden, NotFound, OpenBISRefused) as error:
        return error


def _size(contents: Mapping[str, bytes | Path]) -> int:
    return sum(len(c) if isinstance(c, bytes) else c.stat().st_size for c in contents.values())


def _keep(
    workplace: Workplace, entry: OutboxEntry, contents: dict[str, bytes | Path], error: OpenbisNbError
) -> SaveResult:
    """openBIS is away, or the owner or a parent does not take it: the version waits, complete."""
    away = isinstance(error, (OpenBISFailure, NotLoggedIn))
    state = replace(entry, state="waiting" if away else "refused", reason=error.message)
    kept = workplace.outbox.put(state, contents)
    if away:
        return _waiting(kept, error)
    error.extra["outbox"] = kept.save_id
    error.next_step += _KEPT.format(kept.save_id)
    raise error


def _waiting(entry: OutboxEntry, error: OpenbisNbError) -> SaveResult:
    return SaveResult(
        state="outbox",
        save_id=entry.save_id,
        name=entry.name,
        owner=entry.owner_identifier or None,
        files=tuple(file.path for file in entry.files),
        parents=entry.parents,
        unused=entry.unused,
        never_attached=tuple(p for p in entry.declared if p not in entry.attached),
        redactions=entry.redactions,
        told=(*entry.told, error.message, error.next_step),
        digest=entry.digest,
        reason=error.message,
    )


async def _unchanged(
    workplace: Workplace, request: SaveRequest, identity: Identity | None, entry: OutboxEntry
) -> SaveResult | None:
    """The last version, if a save would store nothing new and openBIS still has it."""
    same = same_as_last(workplace, request, identity, entry)
    if identity is None or same is None:
        return None
    saved, known = same
    told: tuple[str, ...] = ()
    try:
        if known is None and not await is_own_version(workplace, saved, identity.notebook_id, entry.digest):
            return None  # only the block says so, and anybody may write a block
        if saved not in await workplace.client.data_sets([saved]):
            return None  # trashed since: what the person sees is stored nowhere
    except (OpenBISFailure, NotLoggedIn) as error:
        if known is None:
            return None
        told = (f"Whether openBIS still has it could not be checked. {error.message}",)
    return SaveResult(
        state="unchanged",
        perm_id=saved,
        notebook_id=identity.notebook_id,
        owner=identity.owner_identifier,
        name=entry.name,
        parents=entry.parents,
        told=told,
        link=eln_link_to_data_set(workplace.links, saved),
        page=workplace.library_page(identity.notebook_id),
        digest=entry.digest,
    )
