"""Whether a save would store anything that openBIS does not have."""

from __future__ import annotations

from ..models import Identity
from .ledger import LedgerEntry
from .outbox_entry import OutboxEntry
from .save_request import SaveRequest
from .workplace import Workplace

__all__ = ["SameAs", "same_as_last"]

#: The last version that has just this content, and what this machine knows of the notebook; ``None`` there:
#: only the file's block says so, and anybody may write a block.
SameAs = tuple[str, LedgerEntry | None]


def same_as_last(
    workplace: Workplace, request: SaveRequest, identity: Identity | None, entry: OutboxEntry
) -> SameAs | None:
    """The last version, if *entry* holds nothing new beside it; openBIS is not asked.

    Args:
        workplace: Whose ledger.
        request: What is to be saved.
        identity: Of the file, corrected by the ledger.
        entry: The version as it would be saved now.
    """
    if identity is None or request.as_new or _elsewhere(request, identity):
        return None
    known = workplace.ledger.get(workplace.server, identity.notebook_id)
    last, saved = (known.digest, known.checkpoint_id) if known else (identity.digest, identity.checkpoint_id)
    nothing_new = last == entry.digest or (
        known is not None and request.names_nothing and known.core == entry.core
    )
    return (saved, known) if saved is not None and nothing_new else None


def _elsewhere(request: SaveRequest, identity: Identity) -> bool:
    wanted = (request.owner or identity.owner_perm_id).upper()
    return wanted not in (identity.owner_perm_id.upper(), identity.owner_identifier.upper())
