"""After a save: file and ledger are brought to what openBIS has.

Nothing that goes wrong here may look like a failed save: the version is stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Conflict
from ..models import Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from .save_request import SaveRequest
from .save_result import SaveResult
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["settle"]


def settle(
    workplace: Workplace, request: SaveRequest, notebook: NotebookNode, original: bytes, result: SaveResult
) -> None:
    """Make file and ledger agree on what the file is now."""
    block = identity_block.read(notebook)
    block_id = block.notebook_id if block else ""
    if request.write_back and _write_back(workplace, request.path, notebook, original, result):
        block_id = result.notebook_id
    workplace.ledger.place(
        workplace.server, result.notebook_id, request.path, block_id=block_id, checkpoint_id=result.perm_id
    )


def _write_back(
    workplace: Workplace, path: Path, notebook: NotebookNode, original: bytes, result: SaveResult
) -> bool:
    """Write the identity block into the file; ``False`` if it was changed meanwhile or cannot be written."""
    known = workplace.ledger.get(workplace.server, result.notebook_id)
    if known is None:
        return False
    before = identity_block.read(notebook)
    block = Identity(
        server=workplace.server,
        notebook_id=result.notebook_id,
        name=result.name,
        owner_kind=known.owner_kind,
        owner_perm_id=known.owner,
        owner_identifier=known.owner_identifier,
        inputs=known.inputs,
        template_slug=before.template_slug if before else None,
        template_version=before.template_version if before else None,
        checkpoint_id=result.perm_id,
        saved_at=known.saved_at,
        saved_by=result.saved_by,
        digest=result.digest,
    )
    try:
        document.replace(path, identity_block.write(notebook, block), expected=original)
    except (Conflict, OSError):  # the version is stored, the ledger knows it; the file stays as it is
        return False
    return True
