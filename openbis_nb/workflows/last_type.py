"""As what the last version of a file is stored, where this machine did not save it itself."""

from __future__ import annotations

from ..errors import NotLoggedIn, OpenBISFailure
from ..models import Identity
from ..openbis.checkpoints import notebook_id_of
from ..openbis.properties import OURS
from .ledger import StoredAs
from .workplace import Workplace

__all__ = ["learn_last_type"]


async def learn_last_type(workplace: Workplace, identity: Identity | None) -> None:
    """Ask openBIS once for type and properties of the version that a file comes from.

    Nothing is noted where openBIS cannot be asked or has no such version of this notebook, as a file may name
    any data set: then the setting decides.
    """
    if identity is None or identity.checkpoint_id is None or not workplace.is_own_server(identity.server):
        return
    last, ledger = identity.checkpoint_id, workplace.ledger
    if ledger.stored_as(workplace.server, identity.notebook_id, last) is not None:
        return
    try:
        found = (await workplace.client.data_sets([last])).get(last)
    except (OpenBISFailure, NotLoggedIn):
        return
    if found is not None and notebook_id_of(found) == identity.notebook_id:
        further = {
            code: value
            for code, value in found.properties.items()
            if code not in OURS and isinstance(value, str)
        }
        ledger.note_stored_as(
            workplace.server, identity.notebook_id, StoredAs(last, found.type_code, further)
        )
