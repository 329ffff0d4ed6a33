"""What a notebook says of itself, held against what this person and openBIS know (design section 2).

An owner or inputs that neither this server nor this person wrote take effect only after a person has
confirmed them: otherwise a notebook sent by mail could store its outputs, or name parents, where its
sender wants them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NeedsConfirmation
from ..models import Checkpoint, Identity
from ..notebooks import identity as identity_block
from .workplace import Workplace

__all__ = ["check_claims"]


def check_claims(
    workplace: Workplace,
    identity: Identity,
    *,
    person: str | None = None,
    versions: Sequence[Checkpoint] = (),
    owner_given: bool = False,
    confirmed: bool = False,
) -> None:
    """Let pass what is known, or what the person confirmed.

    Known is what the ledger of this machine holds, and what this very person saved before under this
    notebook id, at the same owner.

    Args:
        workplace: Whose server and ledger.
        identity: The block.
        person: User id of who asks.
        versions: Versions with its notebook id, where they could be asked for.
        owner_given: The person named the owner in this request, so the block's is not used.
        confirmed: The person said yes.

    Raises:
        NeedsConfirmation: at least one claim is nobody's we know; ``extra["claims"]`` lists all.
    """
    if confirmed:
        return
    owners, inputs = _known(workplace, identity, person, versions)
    if owner_given:
        owners.add(identity.owner_perm_id)
    claims = identity_block.check(identity, server=workplace.server, known_owners=owners, known_inputs=inputs)
    if claims:
        shown = " ".join(claim.message for claim in claims[:5])
        more = f" And {len(claims) - 5} more." if len(claims) > 5 else ""
        raise NeedsConfirmation(
            f"{shown}{more} Neither you nor this computer wrote that.",
            extra={"claims": [{"kind": claim.kind, "value": claim.value} for claim in claims]},
        )


def _known(
    workplace: Workplace, identity: Identity, person: str | None, versions: Sequence[Checkpoint]
) -> tuple[set[str], set[str]]:
    owners: set[str] = set()
    inputs: set[str] = set()
    entry = workplace.ledger.get(workplace.server, identity.notebook_id)
    if entry is not None:
        owners.add(entry.owner)
        inputs.update(entry.inputs)
    for version in versions:
        if version.registrator == person:
            inputs.update(version.parents)
            if version.owner is not None:
                owners.add(version.owner.perm_id)
    return owners, inputs
