"""What a notebook says of itself, held against what this person and openBIS know (design section 2).

An owner or inputs that neither this server nor this person wrote take effect only after a person has
confirmed them: otherwise a notebook sent by mail could store its outputs, or name parents, where its
sender wants them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidInput, NeedsConfirmation, OpenBISRefused, TooLarge
from ..models import Checkpoint, Identity
from ..notebooks import identity as identity_block
from ..notebooks import provenance
from ..openbis.authorship import provenance_file
from ..openbis.download import read
from .workplace import Workplace

__all__ = ["check_claims", "is_own_version"]


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
    claims = identity_block.check(
        identity,
        servers=(workplace.server, *workplace.aliases),
        known_owners=owners,
        known_inputs=inputs,
    )
    if claims:
        shown = " ".join(claim.message for claim in claims[:5])
        more = f" And {len(claims) - 5} more." if len(claims) > 5 else ""
        raise NeedsConfirmation(
            f"{shown}{more} Neither you nor this computer wrote that.",
            extra={"claims": [{"kind": claim.kind, "value": claim.value} for claim in claims]},
        )


async def is_own_version(workplace: Workplace, perm_id: str, notebook_id: str, digest: str) -> bool:
    """Whether this very person stored exactly this content as *perm_id*, by what openBIS holds.

    A block may name any data set as the version it was saved as: believing it would tell a person that
    work is stored which is not.

    Args:
        workplace: Who asks.
        perm_id: The data set that the block names.
        notebook_id: The notebook id of the block.
        digest: Of the version as it would be saved now.

    Raises:
        OpenBISFailure, NotLoggedIn: openBIS could not be asked.
    """
    data_set = (await workplace.client.data_sets([perm_id])).get(perm_id)
    me = (await workplace.client.whoami()).user_id
    if data_set is None or data_set.registrator is None or data_set.registrator.user_id != me:
        return False
    file = provenance_file((await workplace.client.files_of([perm_id]))[perm_id])
    if file is None:
        return False
    try:
        record = provenance.loads(await read(workplace.client, file, max_bytes=provenance.MAX_SIZE))
    except (InvalidInput, OpenBISRefused, TooLarge):
        return False
    return (record.notebook_id, record.content_digest) == (notebook_id, digest)


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
