"""What is published, opened without a running service: for the command that takes it along."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from ...settings import Settings
from .. import service as all_parts  # whose tables are known once they are imported
from ..database import Database
from ..settings import load
from .blobs import Blobs
from .core import folder_of

__all__ = ["opened"]


@asynccontextmanager
async def opened(env: Mapping[str, str], core: Settings) -> AsyncIterator[tuple[Database, Blobs]]:
    """Database and folder of the service that has this environment.

    Args:
        env: Of the service.
        core: The settings of all of openbis-nb.

    Raises:
        ConfigurationProblem: a setting cannot be.
    """
    settings = load(env)
    url = settings.database_url or all_parts.own_file(core)
    database = Database(url, all_parts.metadata, settings.database_timeout)
    try:
        yield database, Blobs(folder_of(settings, core, database))
    finally:
        await database.close()
