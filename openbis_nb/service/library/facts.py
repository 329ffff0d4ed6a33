"""What ``provenance.json`` says of versions, read in the background: the template, and who may write.

The content of a data set never changes, so each is read once, with the session of somebody who sees it. The
index keeps of it only what every other reader of the version may know: no inputs, and no origin of a fork.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from ...errors import (
    DataNotAvailable,
    Forbidden,
    InvalidInput,
    NotFound,
    OpenBISRefused,
    TransferFailed,
)
from ...models import DataFile
from ...notebooks import provenance
from ...openbis.authorship import MOST_CO_AUTHORS, provenance_file
from ...openbis.client import OpenBIS
from ...openbis.download import read
from ...openbis.records import RoleAssignment
from ...openbis.together import together
from ..database import Database
from . import selecting, store
from .background import Background
from .query import Viewer

__all__ = ["Facts", "facts_of"]

#: Versions whose facts are read after one page, in portions of which each is one listing of files.
_MOST, _PORTION = 1_000, 50
#: Files read at the same time.
_PARALLEL = 4


class Facts:
    """Reads what the index misses.

    Args:
        database: Where the index is.
        background: Where it goes on.
    """

    def __init__(self, database: Database, background: Background) -> None:
        self._database, self._background = database, background
        self._one_reads = asyncio.Semaphore(1)
        self._unreadable: set[str] = set()

    def start(self, viewer: Viewer, user: str, places: Collection[str]) -> None:
        """Read in the background, with the viewer's session, what is missing in places that they see."""
        self._background.start(("facts", user), lambda: self.read(viewer, places))

    async def read(self, viewer: Viewer, places: Collection[str]) -> None:
        """Read what is missing; see :meth:`start`."""
        async with self._one_reads, viewer.openbis() as client:
            most = _MOST + len(self._unreadable)
            missing = await self._database.run(selecting.missing_facts, places, most)
            readable = [perm_id for perm_id in missing if perm_id not in self._unreadable]
            for start in range(0, len(readable), _PORTION):
                some = readable[start : start + _PORTION]
                found = await _read_facts(client, some)
                await self._database.run(store.put_facts, found)
                # Archived, or damaged on the way: not tried again before the next start of the service.
                self._unreadable.update(perm_id for perm_id in some if perm_id not in found)


def facts_of(content: bytes) -> dict[str, Any]:
    """What the index keeps of a ``provenance.json``, which is a stranger's file: of one of another form,
    nothing."""
    try:
        found = provenance.loads(content)
    except InvalidInput:
        return {}
    slug = (found.template or {}).get("slug")
    facts: dict[str, Any] = {
        "template": store.storable(slug)[:200] if isinstance(slug, str) and slug else None,
        "co_authors": list(found.co_authors)[:MOST_CO_AUTHORS],
        "takeover": found.takeover,
    }
    return {name: value for name, value in facts.items() if value}


async def _read_facts(client: OpenBIS, perm_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """PermId → facts; what cannot be read now is absent."""
    listed = await client.files_of(perm_ids)
    at_once = asyncio.Semaphore(_PARALLEL)
    async with together() as group:
        asked = {
            perm_id: group.create_task(_one(client, files, at_once)) for perm_id, files in listed.items()
        }
    found = {perm_id: facts for perm_id, task in asked.items() if (facts := task.result()) is not None}
    declared = [perm_id for perm_id, facts in found.items() if facts.get("takeover")]
    if declared:
        await _ask_for_admins(client, {perm_id: found[perm_id] for perm_id in declared})
    return found


async def _one(
    client: OpenBIS, files: Collection[DataFile], at_once: asyncio.Semaphore
) -> dict[str, Any] | None:
    if not files:
        return None
    file = provenance_file(files)
    if file is None or file.size > provenance.MAX_SIZE:
        return {}
    async with at_once:
        try:
            return facts_of(await read(client, file, max_bytes=provenance.MAX_SIZE))
        except (NotFound, DataNotAvailable, TransferFailed):
            return None


async def _ask_for_admins(client: OpenBIS, facts: Mapping[str, dict[str, Any]]) -> None:
    """Who declares a take-over must be an admin of the space: openBIS knows. Who may not ask (9.2) leaves
    the declaration as nothing."""
    versions = await client.data_sets(facts)
    try:
        roles = await client.role_assignments()
    except (Forbidden, OpenBISRefused):
        return
    for perm_id, version in versions.items():
        if version.owner is None or version.registrator is None:
            continue
        space = version.owner.identifier.strip("/").split("/")[0]
        writer = version.registrator.user_id
        facts[perm_id]["by_admin"] = any(
            _is_admin(role, space) and writer in {person.user_id for person in role.people} for role in roles
        )


def _is_admin(role: RoleAssignment, space: str) -> bool:
    in_space = role.level == "SPACE" and role.space == space
    return role.role == "ADMIN" and (role.level == "INSTANCE" or in_space)
