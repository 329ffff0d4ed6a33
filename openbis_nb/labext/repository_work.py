"""Fetching and updating repositories as jobs of this server, and what a front end is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import Forbidden
from ..workflows.importing.repositories import Repositories, Step
from ..workflows.importing.repository_book import Entry
from ..workflows.importing.repository_documents import entry_document
from ..workflows.importing.repository_get import get
from ..workflows.importing.repository_part import sweep
from ..workflows.importing.repository_update import update
from .jobs import Job, Jobs

__all__ = ["RepositoryWork"]


@dataclass(slots=True)
class RepositoryWork:
    """The repositories of this account, as one server works on them.

    Args:
        jobs: Of this server.
        account: Its repositories; raises where the admin switched imports off.
    """

    jobs: Jobs
    account: Callable[[], Repositories]

    def get(self, url: str, *, ref: str | None, folder: str | None, parent: Path | None = None) -> Job:
        """Begin to fetch one; the job's result is its document.

        Raises:
            Forbidden: imports are switched off.
            TooMany: too much is going on.
        """
        account = self.account()

        async def work(job: Job) -> dict[str, Any]:
            entry = await get(account, url, ref=ref, folder=folder, parent=parent, stepped=_told(job))
            return self.document(account, entry)

        return self.jobs.start("repository", work)

    def update(self, path: Path, *, ref: str | None) -> Job:
        """Begin to bring the one in the folder *path* up to date. Raises as :meth:`get`."""
        account = self.account()

        async def work(job: Job) -> dict[str, Any]:
            return self.document(account, await update(account, path, ref=ref, stepped=_told(job)))

        return self.jobs.start("update", work)

    def document(self, account: Repositories, entry: Entry) -> dict[str, Any]:
        """What a front end is told of one; its path is below the root of the server."""
        return entry_document(entry, account.root)

    async def sweep(self) -> None:
        """Remove what an earlier server only began."""
        try:
            account = self.account()
        except Forbidden:
            return
        await asyncio.to_thread(sweep, account.book)


def _told(job: Job) -> Callable[[Step], None]:
    return lambda step: job.tell(**asdict(step))
