"""``openbis-nb cache``: the files fetched from openBIS, of all servers and persons of this account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from ..openbis.cache import clear as clear_cache
from ..openbis.cache import entries
from ..settings import Settings
from ..units import human_size
from .command import command
from .terminal import Terminal, table

__all__ = ["cache"]


@click.group()
def cache() -> None:
    """List or clear the files fetched from openBIS."""


@dataclass(slots=True)
class _DataSet:
    perm_id: str
    files: int = 0
    size: int = 0
    used_at: float = 0.0

    @property
    def used(self) -> datetime:
        return datetime.fromtimestamp(self.used_at, UTC)


@command(group=cache, name="list", examples=["openbis-nb cache list", "openbis-nb cache list --json"])
def list_(terminal: Terminal, settings: Settings) -> None:
    """List the data sets in the cache.

    They are those of all servers and persons, the least recently used first.
    """
    found: dict[str, _DataSet] = {}
    for entry in entries(settings.cache_dir):
        data_set = found.setdefault(entry.data_set, _DataSet(entry.data_set))
        data_set.files += 1
        data_set.size += entry.size
        data_set.used_at = max(data_set.used_at, entry.used_at)
    known = sorted(found.values(), key=lambda data_set: data_set.used_at)
    total = sum(data_set.size for data_set in known)
    document = {
        "folder": settings.cache_dir,
        "size": total,
        "limit": settings.cache_size,
        "data_sets": [
            {"perm_id": d.perm_id, "files": d.files, "size": d.size, "used_at": d.used} for d in known
        ],
    }
    rows = [(d.perm_id, d.files, human_size(d.size), f"{d.used:%Y-%m-%d %H:%M}") for d in known]
    summary = f"{human_size(total)} of {human_size(settings.cache_size)} in {settings.cache_dir}"
    lines = table(["DATA SET", "FILES", "SIZE", "USED (UTC)"], rows) if rows else []
    terminal.result(document, [*lines, summary])


@command(group=cache, examples=["openbis-nb cache clear", "openbis-nb cache clear 20261121093000123-50"])
@click.argument("perm_ids", metavar="[PERMID]...", nargs=-1)
def clear(terminal: Terminal, settings: Settings, perm_ids: Sequence[str]) -> None:
    """Remove fetched files, or those of some data sets.

    Without PERMID everything goes, unfinished files too. What is needed again is fetched again.
    """
    freed = clear_cache(settings.cache_dir, perm_ids or None)
    terminal.result(
        {"folder": settings.cache_dir, "freed": freed},
        [f"Removed {human_size(freed)} from {settings.cache_dir}."],
    )
