"""``provenance.json`` of many versions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ...errors import InvalidInput, OpenBISRefused, TooLarge
from ...models import DataFile
from ...notebooks import provenance
from ...notebooks.provenance import Provenance
from ...openbis.authorship import provenance_file
from ...openbis.client import OpenBIS
from ...openbis.download import read
from ...openbis.together import together

__all__ = ["read_records"]

#: Files that are read at the same time.
_AT_ONCE = 8


async def read_records(client: OpenBIS, perm_ids: Iterable[str]) -> dict[str, Provenance]:
    """What versions say of where they come from; one without a usable file is absent, as those of the ELN.

    One round trip to list the files of all, and one small file for each, eight at a time.

    Raises:
        TransferFailed: one came incomplete or damaged, several times.
    """
    listed = await client.files_of(perm_ids)
    places = asyncio.Semaphore(_AT_ONCE)

    async def read_one(file: DataFile) -> Provenance | None:
        async with places:
            try:
                return provenance.loads(await read(client, file, max_bytes=provenance.MAX_SIZE))
            except (InvalidInput, OpenBISRefused, TooLarge):
                return None

    async with together() as group:
        asked = {
            perm_id: group.create_task(read_one(file))
            for perm_id, files in listed.items()
            if (file := provenance_file(files)) is not None
        }
    found = {perm_id: task.result() for perm_id, task in asked.items()}
    return {perm_id: record for perm_id, record in found.items() if record is not None}
