"""A file that is a copy, or has another name than its notebook, at a save (N-22, N-23)."""

from __future__ import annotations

from ..models import Identity
from . import standing
from .file_identity import is_still
from .save_request import SaveRequest
from .workplace import Workplace

__all__ = ["copied_or_renamed"]


def copied_or_renamed(
    workplace: Workplace, identity: Identity | None, request: SaveRequest
) -> tuple[str, ...]:
    """Sentences for the person on what has another name now. Blocks.

    Raises:
        Conflict: the file is a copy of one that is still there, and nobody has said what it shall be.
    """
    if identity is None or request.as_new:
        return ()
    told = standing.renamed(identity, request.name)
    if request.as_new is None and request.version_of is None:
        seen = workplace.ledger.paths(workplace.server, identity.notebook_id)
        known = [
            path for path in seen if not path.exists() or is_still(workplace, path, identity.notebook_id)
        ]
        told += standing.check_not_a_copy(identity, request.path, known)
    return told
