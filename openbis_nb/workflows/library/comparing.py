"""What changed between two versions beside their cells (F-13), read with the session of the person."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InvalidInput, OpenBISRefused, TooLarge
from ...models import DataFile
from ...notebooks import manifest
from ...notebooks.manifest import ManifestChanges
from ...openbis.client import OpenBIS
from ...openbis.download import read
from ...openbis.together import together
from .reading import provenance_among

__all__ = ["changes_among", "manifest_changes"]


async def manifest_changes(client: OpenBIS, base: str, other: str) -> ManifestChanges:
    """What changed from one version to another.

    One call for the lists of files, then all files together.

    Args:
        client: With a session.
        base: PermId of what is compared against.
        other: PermId of what is looked at.

    Raises:
        NotFound, Forbidden: the data store does not give a file.
        TransferFailed: one came incomplete or damaged, several times.
    """
    files = await client.files_of([base, other])
    return await changes_among(client, files[base], files[other])


async def changes_among(
    client: OpenBIS, base: Sequence[DataFile], other: Sequence[DataFile]
) -> ManifestChanges:
    """:func:`manifest_changes` of two versions whose files are listed already."""
    async with together() as group:
        manifests = [group.create_task(provenance_among(client, files)) for files in (base, other)]
        packages = [group.create_task(_packages(client, files)) for files in (base, other)]
    before, after = (task.result() for task in manifests)
    base_packages, other_packages = (task.result() for task in packages)
    return manifest.changes(before, after, base_packages, other_packages)


async def _packages(client: OpenBIS, files: Sequence[DataFile]) -> dict[str, str] | None:
    found = [file for file in files if file.name == manifest.LOCK_NAME]
    file = min(found, key=lambda file: (file.path.count("/"), file.path), default=None)
    if file is None:
        return None
    try:
        return manifest.packages_of(await read(client, file, max_bytes=manifest.MAX_LOCK))
    except (InvalidInput, OpenBISRefused, TooLarge):
        return None
