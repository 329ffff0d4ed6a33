"""Which versions of a notebook count (design section 2).

Anybody may write a history id, so the versions are judged in order of registration. The first one's
registrator is the author. A later one counts only if it lies on the same owner entity and its registrator
is the author, or a co-author named in a version that already counts, or an admin of the space whose
provenance declares the take-over. What a version says of itself never counts for itself.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import Forbidden, OpenBISRefused, TransferFailed
from ..models import Checkpoint, DataFile, Entity
from .client import OpenBIS
from .download import read
from .records import RoleAssignment
from .together import together

__all__ = [
    "MOST_CO_AUTHORS",
    "PROVENANCE_FILE",
    "Claim",
    "claims_of",
    "decide",
    "judge",
    "provenance_file",
    "space_admins",
]

#: Name of the file in every version (design D10).
PROVENANCE_FILE = "provenance.json"
_MAX_PROVENANCE = 8 * 2**20
#: Files that are read at the same time.
_AT_ONCE = 8
#: Co-authors that one version can name, and characters of each: anybody may write the file.
MOST_CO_AUTHORS, _LONGEST_NAME = 1_000, 200
#: Claims that are remembered, a few hundred bytes each.
_REMEMBERED = 10_000


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
    return decide(versions, claims, await _admins_asked_for(client, versions[0].owner, claims))


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


_Key = tuple[str, str, str, str]
_known: dict[_Key, Claim] = {}


async def claims_of(client: OpenBIS, versions: Iterable[Checkpoint]) -> dict[str, Claim]:
    """What the provenance of each version says; one without a readable file says nothing.

    A version never changes, so its claim is read once in this process: ask only for versions that openBIS has
    just shown to this person.
    """
    wanted = {version.perm_id: _key(client, version) for version in versions}
    missing = [perm_id for perm_id, key in wanted.items() if key not in _known]
    found = await _read_claims(client, missing) if missing else {}
    if len(_known) > _REMEMBERED:
        _known.clear()
    _known.update({wanted[perm_id]: claim for perm_id, claim in found.items()})
    return found | {perm_id: _known[key] for perm_id, key in wanted.items() if key in _known}


def _key(client: OpenBIS, version: Checkpoint) -> _Key:
    return client.server.url, version.perm_id, version.registrator, str(version.registered_at)


async def _read_claims(client: OpenBIS, perm_ids: Sequence[str]) -> dict[str, Claim]:
    listed = await client.files_of(perm_ids)
    wanted = {
        perm_id: file
        for perm_id, files in listed.items()
        if (file := provenance_file(files)) is not None and file.size <= _MAX_PROVENANCE
    }
    places = asyncio.Semaphore(_AT_ONCE)

    async def read_one(file: DataFile) -> Claim:
        async with places:
            return _claim(await read(client, file, max_bytes=_MAX_PROVENANCE))

    try:
        async with together() as group:
            asked = {perm_id: group.create_task(read_one(file)) for perm_id, file in wanted.items()}
    except TransferFailed as error:
        raise TransferFailed(f"Who may write the notebook could not be read: {error.message}") from error
    # One that lists files but no provenance says nothing, now and always.
    silent = {perm_id: Claim() for perm_id, files in listed.items() if files and perm_id not in wanted}
    return silent | {perm_id: task.result() for perm_id, task in asked.items()}


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
    names = named[:MOST_CO_AUTHORS] if isinstance(named, list) else []
    known = frozenset(name for name in names if isinstance(name, str) and len(name) <= _LONGEST_NAME)
    return Claim(known, found.get("takeover") is True)


def _lies_with(first: Checkpoint, version: Checkpoint) -> bool:
    owner = first.owner.perm_id if first.owner else None
    return owner == (version.owner.perm_id if version.owner else None)


async def _admins_asked_for(
    client: OpenBIS, owner: Entity | None, claims: Mapping[str, Claim]
) -> frozenset[str]:
    """Not asked unless a take-over is declared."""
    if owner is None or not any(claim.takeover for claim in claims.values()):
        return frozenset()
    return await space_admins(client, owner)


async def space_admins(client: OpenBIS, owner: Entity) -> frozenset[str]:
    """User ids of whom openBIS knows as admins of the owner's space; none for a person who may not ask
    (9.2), who therefore sees versions of a take-over as forks."""
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
