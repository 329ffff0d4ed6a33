"""Data read in place: read-only mounts of the data store's shares (setting ``store_mounts``)."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from ..models import DataFile, DataSet

__all__ = ["StoreMounts"]


class StoreMounts:
    """Share id → local folder on which that share of the data store is mounted.

    A file lies at ``<mount>/<location>/<path>`` (contract 5.4). It is taken from there only if it is a
    regular file of the right size that no symbolic link leads out of the mount.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = {share: folder.resolve() for share, folder in folders.items()}

    def find(self, data_set: DataSet, file: DataFile) -> Path | None:
        """The file in place, or ``None`` where it has to be fetched."""
        folder = self._folders.get(data_set.share_id or "")
        if folder is None or not data_set.location or not data_set.readable:
            return None
        try:
            path = (folder / data_set.location.lstrip("/") / file.path.lstrip("/")).resolve(strict=True)
            state = path.stat()
        except (OSError, ValueError, RuntimeError):  # absent, unreadable, a loop of links: it is fetched
            return None
        inside = path.is_relative_to(folder)
        return path if inside and stat.S_ISREG(state.st_mode) and state.st_size == file.size else None
