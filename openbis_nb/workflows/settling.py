"""After a save: file and ledger are brought to what openBIS has.

Nothing that goes wrong here may look like a failed save: the version is stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Conflict
from ..models import Identity
from ..notebooks import document, web_origin
from ..notebooks import identity as identity_block
from .save_request import SaveRequest
from .save_result import SaveResult
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["block_of", "settle"]


def settle(
    workplace: Workplace, request: SaveRequest, notebook: NotebookNode, original: bytes, result: SaveResult
) -> None:
    """Make file and ledger agree on what the file is now."""
    before = identity_block.read(notebook)
    block_id = before.notebook_id if before else ""
    block = block_of(workplace, notebook, result)
    if request.write_back and block and _write_back(request.path, notebook, original, block):
        block_id = result.notebook_id
    workplace.ledger.place(
        workplace.server, result.notebook_id, request.path, block_id=block_id, checkpoint_id=result.perm_id
    )


def block_of(workplace: Workplace, notebook: NotebookNode, result: SaveResult) -> Identity | None:
    """What the file has to say of itself after a save; ``None`` if this machine knows nothing of it.

    Args:
        workplace: Whose ledger, which knows the save.
        notebook: The file's content as it was saved.
        result: Of the save.
    """
    known = workplace.ledger.get(workplace.server, result.notebook_id)
    if known is None or result.perm_id is None:
        return None
    before = identity_block.read(notebook)
    return Identity(
        server=workplace.server,
        notebook_id=result.notebook_id,
        name=known.name,
        owner_kind=known.owner_kind,
        owner_perm_id=known.owner,
        owner_identifier=known.owner_identifier,
        inputs=known.inputs,
        template_slug=before.template_slug if before else None,
        template_version=before.template_version if before else None,
        checkpoint_id=result.perm_id,
        saved_at=known.saved_at,
        saved_by=result.saved_by or _who_saved(workplace, before, result),
        digest=known.digest,
        imported_from=web_origin.read(notebook),
    )


def _who_saved(workplace: Workplace, before: Identity | None, result: SaveResult) -> str | None:
    """Of a version that was there already: who the file says, or this person, from whose ledger it is."""
    if before is not None and before.checkpoint_id == result.perm_id and before.saved_by:
        return before.saved_by
    person = workplace.client.known_person
    return person.user_id if person else None


def _write_back(path: Path, notebook: NotebookNode, original: bytes, block: Identity) -> bool:
    """Write the identity block into the file; ``False`` if it was changed meanwhile or cannot be written."""
    try:
        document.replace(path, identity_block.write(notebook, block), expected=original)
    except (Conflict, OSError):  # the version is stored, the ledger knows it; the file stays as it is
        return False
    return True
