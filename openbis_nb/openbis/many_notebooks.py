"""The versions of many notebooks in one search, judged (design section 2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..models import Checkpoint, DataSet, Entity
from .authorship import Claim, claims_of, decide, space_admins
from .checkpoints import checkpoint_of, notebook_id_of
from .client import OpenBIS
from .data_sets import registration_order
from .protocol import criteria

__all__ = ["versions_of_many"]

_DEFAULT_TYPE = "ANALYSIS_NOTEBOOK"


async def versions_of_many(client: OpenBIS, notebook_ids: Iterable[str]) -> dict[str, list[Checkpoint]]:
    """All versions that the person sees of each notebook, in order of registration, each judged.

    One search. Where several people wrote versions of a notebook, what these say of co-authors is read, for
    all notebooks together.

    Args:
        client: With a session.
        notebook_ids: Values of the history-id property; one without a visible version is absent.
    """
    wanted = list(dict.fromkeys(notebook_ids))
    if not wanted:
        return {}
    code = await client.property_code(_DEFAULT_TYPE, "HISTORY_ID") or "$HISTORY_ID"
    search = criteria.any_of(*(criteria.property_is(code, notebook_id) for notebook_id in wanted))
    found: defaultdict[str, list[DataSet]] = defaultdict(list)
    async for data_set in client.all_data_sets(search):
        found[notebook_id_of(data_set) or ""].append(data_set)
    versions = {
        notebook_id: [checkpoint_of(one) for one in sorted(found[notebook_id], key=registration_order)]
        for notebook_id in wanted
        if notebook_id in found
    }
    return await _judged(client, versions)


async def _judged(client: OpenBIS, versions: dict[str, list[Checkpoint]]) -> dict[str, list[Checkpoint]]:
    shared = [some for some in versions.values() if len({version.registrator for version in some}) > 1]
    claims = await claims_of(client, [version for some in shared for version in some]) if shared else {}
    return {
        notebook_id: decide(some, claims, await _admins(client, some, claims))
        for notebook_id, some in versions.items()
    }


async def _admins(client: OpenBIS, versions: list[Checkpoint], claims: dict[str, Claim]) -> frozenset[str]:
    owner: Entity | None = versions[0].owner
    declared = any(claims.get(version.perm_id, Claim()).takeover for version in versions)
    return await space_admins(client, owner) if owner is not None and declared else frozenset()
