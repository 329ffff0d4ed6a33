"""Which versions of a notebook count (design section 2).

Anybody may write a history id, so the versions are judged in order of registration. The first one's
registrator is the author. A later one counts only if it lies on the same owner entity and its registrator
is the author, or a co-author named in a version that already counts, or an admin of the space whose
provenance declares the take-over. What a version says of itself never counts for itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import Forbidden, OpenBISRefused, TransferFailed
from ..models import Checkpoint, DataFile, Entity
from .client import OpenBIS
from .download import read
from .records import RoleAssignment

__all__ = ["PROVENANCE_FILE", "Claim", "claims_of", "decide", "judge", "provenance_file"]

#: Name of the file in every version (design D10).
PROVENANCE_FILE = "provenance.json"
_MAX_PROVENANCE = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Claim:
    """What a version's ``provenance.json`` says about who may write."""

    co_authors: frozenset[str] = frozenset()
    takeover: bool = False


async def judge(client: OpenBIS, versions: Sequence[Checkpoint]) -> list[Checkpoint]:
    """*versions*, in order of registration, each with ``counts``; see :func:`decide`.

    Asks openBIS only if somebody else than the author wrote one of them.
    """
    writers = {version.registrator for version in versions}
    if len(writers) < 2:
        return decide(versions, {}, frozenset())
    claims = await claims_of(client, versions)
    return decide(versions, claims, await _space_admins(client, versions[0].owner, claims))


def decide(
    versions: Sequence[Checkpoint], claims: Mapping[str, Claim], admins: frozenset[str]
) -> list[Checkpoint]:
    """The rule itself, pure.

    Args:
        versions: In order of registration.
        claims: PermId → what that version's provenance says.
        admins: Who openBIS says is an admin of the owner's space.
    """
    judged: list[Checkpoint] = []
    co_authors: set[str] = set()
    for version in versions:
        first = versions[0]
        writer, claim = version.registrator, claims.get(version.perm_id, Claim())
        may_write = writer == first.registrator or writer in co_authors
        takes_over = claim.takeover and writer in admins
        counts = (may_write or takes_over) and _lies_with(first, version)
        if counts:  # only now may it name others
            co_authors |= claim.co_authors
        judged.append(replace(version, counts=counts))
    return judged


async def claims_of(client: OpenBIS, versions: Iterable[Checkpoint]) -> dict[str, Claim]:
    """What the provenance of each version says; one without a readable file says nothing."""
    listed = await client.files_of(version.perm_id for version in versions)
    claims: dict[str, Claim] = {}
    for perm_id, files in listed.items():
        found = provenance_file(files)
        if found is not None and found.size <= _MAX_PROVENANCE:
            try:
                claims[perm_id] = _claim(await read(client, found, max_bytes=_MAX_PROVENANCE))
            except TransferFailed as error:
                raise TransferFailed(
                    f"Who may write the notebook could not be read: {error.message}"
                ) from error
    return claims


def provenance_file(files: Iterable[DataFile]) -> DataFile | None:
    """The ``provenance.json`` of a data set: the one nearest to its top."""
    found = [file for file in files if file.name == PROVENANCE_FILE]
    return min(found, key=lambda file: (file.path.count("/"), file.path), default=None)


def _claim(content: bytes) -> Claim:
    """Read as a stranger's file: what is not of the right form says nothing."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return Claim()
    if not isinstance(found, dict):
        return Claim()
    named = found.get("co_authors")
    names = named if isinstance(named, list) else []
    return Claim(frozenset(name for name in names if isinstance(name, str)), found.get("takeover") is True)


def _lies_with(first: Checkpoint, version: Checkpoint) -> bool:
    owner = first.owner.perm_id if first.owner else None
    return owner == (version.owner.perm_id if version.owner else None)


async def _space_admins(client: OpenBIS, owner: Entity | None, claims: Mapping[str, Claim]) -> frozenset[str]:
    """Who openBIS knows as admins of the owner's space. Not asked unless a take-over is declared; a person
    who may not ask (9.2) sees such versions as forks."""
    if owner is None or not any(claim.takeover for claim in claims.values()):
        return frozenset()
    space = owner.identifier.strip("/").split("/")[0]
    try:
        roles = await client.role_assignments()
    except (Forbidden, OpenBISRefused):
        return frozenset()
    return frozenset(person.user_id for role in roles if _is_admin(role, space) for person in role.people)


def _is_admin(role: RoleAssignment, space: str) -> bool:
    if role.role != "ADMIN":
        return False
    return role.level == "INSTANCE" or (role.level == "SPACE" and role.space == space)
