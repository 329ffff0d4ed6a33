"""From a launch to a file in this person's folder (design D3, O-14, O-15): fetched, checked, written once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from weakref import WeakValueDictionary

from ..at_hub.launches import LaunchService
from ..errors import Conflict, HubFailure, NotFound, NotLoggedIn, OpenbisNbError
from ..notebook_paths import launch_folder, notebook_file
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..workflows.file_standing import note_written
from ..workflows.launch import remember
from ..workflows.ledger import Ledger
from .jobs import Job
from .kernel_metadata import KernelSpecs, as_opened
from .launched import Launched, named, parse
from .placing import place
from .repository_landing import RepositoryLanding
from .written import WrittenLaunches

__all__ = ["Landing", "without_memory_if_need_be"]

_log = logging.getLogger(__name__)

#: The kernels that are there.
Kernels = Callable[[], Awaitable[KernelSpecs]]
#: Waits before each further try to tell the service how it ended, in seconds.
_REPORT_AGAIN = (1.0, 5.0, 30.0)
_AGAIN = "Launch the notebook again from openBIS."


@contextmanager
def without_memory_if_need_be() -> Iterator[None]:
    """The file is there, and that is what counts: without the memory of it a save asks once more."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        _log.warning("A new notebook could not be noted in the state folder: %s", error)


@dataclass(slots=True)
class Landing:
    """Makes the files of launches; one for a server, so that two tabs at once make one file.

    Args:
        service: Who is asked.
        repositories: Fetches launches that are repositories.
        root: The folder that this server shows; nothing is written outside.
        ledger: Of this person: what we wrote needs no second question at a save.
        written: What has become of launches.
        kernels: Which kernels this server has.
        max_notebook: Refuse larger notebooks, in bytes.
        same_server: Whether an address is that of the openBIS of this server.
    """

    service: LaunchService
    repositories: RepositoryLanding
    root: Path
    ledger: Ledger
    written: WrittenLaunches
    kernels: Kernels
    max_notebook: int
    same_server: Callable[[str], bool]
    #: A lock lives as long as somebody holds it or waits for it.
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _reports: set[asyncio.Task[None]] = field(default_factory=set)

    async def land(self, launch: str) -> PurePosixPath | Job:
        """The notebook of a launch: written now, or by an earlier visit.

        Returns:
            Its path below the root; of a repository the job that fetches it, until it is there.

        Raises:
            NotFound: the launch is over or somebody else's; or its file was moved or removed since.
            UnsafePath, InvalidNotebook, TooLarge, NoSpace, Conflict: nothing was written.
            HubFailure: the service did not answer.
        """
        lock = self._locks.get(launch)
        if lock is None:
            lock = self._locks[launch] = asyncio.Lock()
        async with lock:
            return await self._land(launch)

    async def open(self, path: str) -> PurePosixPath | Job:
        """The notebook that an address of the unmodified ELN names (O-94, contract 8.6).

        Its path is the one that was asked for at the launch; the newest launch for it decides.

        Raises:
            NotFound: there is neither a launch nor a file.
            OpenbisNbError: as :meth:`land`.
        """
        folder, _, file_name = path.rpartition("/")
        launch_folder(folder)
        notebook_file(file_name)
        failure: OpenbisNbError | None = None
        try:
            launches = await self.service.find(folder, file_name)
        except (HubFailure, NotLoggedIn) as error:
            launches, failure = [], error
        if launches:
            return await self.land(str(launches[0].get("id")))
        if self._is_there(PurePosixPath(path)):
            return PurePosixPath(path)
        raise failure or NotFound(
            f"The launch of {file_name} is over, and no such file is there.", next_step=_AGAIN
        )

    async def _land(self, launch: str) -> PurePosixPath | Job:
        known = await asyncio.to_thread(self.written.get, launch)
        if known is not None:
            return self._still_there(known)
        begun = await asyncio.to_thread(self.repositories.known, launch)
        if begun is not None:
            return begun if isinstance(begun, Job) else self._still_there(begun)
        content = await self.service.content(launch)
        if isinstance(content.get("path"), str):
            return self._still_there(PurePosixPath(content["path"]))
        if isinstance(content.get("repository"), Mapping):
            return self._fetch(launch, content["repository"])
        try:
            path = await self._write(content)
        except OpenbisNbError as error:
            await self._report(launch, {"state": "failed", "problem": error.problem()})
            raise
        except Exception:
            unexpected = OpenbisNbError(
                "The notebook could not be written, for a reason that nobody foresaw."
            )
            await self._report(launch, {"state": "failed", "problem": unexpected.problem()})
            raise
        with without_memory_if_need_be():
            await asyncio.to_thread(self.written.put, launch, path)
        await self._report(launch, {"state": "ready", "path": str(path)})
        return path

    def _fetch(self, launch: str, asked: Mapping[str, Any]) -> Job:
        job = self.repositories.begin(launch, asked)
        task = asyncio.create_task(self._note_fetched(launch, job))
        self._reports.add(task)
        task.add_done_callback(self._reports.discard)
        return job

    async def _note_fetched(self, launch: str, job: Job) -> None:
        """Say where it is, or why not, when its job has ended."""
        await job.ended()
        if job.error is not None:
            await self._report(launch, {"state": "failed", "problem": job.error.problem()})
            return
        path = await asyncio.to_thread(self.repositories.known, launch)
        assert isinstance(path, PurePosixPath)
        with without_memory_if_need_be():
            await asyncio.to_thread(self.written.put, launch, path)
        await self._report(launch, {"state": "ready", "path": str(path)})

    async def _write(self, content: dict[str, Any]) -> PurePosixPath:
        launched = await asyncio.to_thread(parse, content, max_size=self.max_notebook)
        kernels = await self.kernels()
        if not launched.any_kernel:
            _check_kernel(launched, kernels)
        return await asyncio.to_thread(self._place, launched, kernels)

    def _place(self, launched: Launched, kernels: KernelSpecs) -> PurePosixPath:
        made = {}

        def content(file_name: str) -> bytes:
            made["notebook"], made["entry"] = named(launched, file_name)
            return document.dumps(as_opened(made["notebook"], kernels))

        path = place(self.root, launched.folder, launched.file_name, content)
        entry, block = made["entry"], identity_block.read(made["notebook"])
        if entry is not None and self.same_server(entry.server):
            with without_memory_if_need_be():
                note_written(self.ledger, made["notebook"], self.root / path)
                remember(self.ledger, entry, self.root / path, block_id=block.notebook_id if block else "")
        return path

    def _still_there(self, path: PurePosixPath) -> PurePosixPath:
        if self._is_there(path):
            return path
        raise NotFound(
            f"{path.name} was written, and has been moved or removed since.",
            next_step="Look for it in the file browser, or launch the notebook again.",
        )

    def _is_there(self, path: PurePosixPath) -> bool:
        full = (self.root / path).resolve()
        return full.is_relative_to(self.root.resolve()) and full.exists()

    async def _report(self, launch: str, outcome: dict[str, Any]) -> None:
        """Tell the service; the file is what counts, so a failure is tried again beside and never raised."""
        try:
            await self.service.report(launch, outcome)
        except OpenbisNbError as error:
            _log.info("The outcome of a launch could not be told: %s", error.message)
            task = asyncio.create_task(self._report_later(launch, outcome))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def _report_later(self, launch: str, outcome: dict[str, Any]) -> None:
        for pause in _REPORT_AGAIN:
            await asyncio.sleep(pause)
            try:
                return await self.service.report(launch, outcome)
            except HubFailure as error:
                _log.info("The outcome of a launch could not be told: %s", error.message)
            except OpenbisNbError:
                return None  # the service does not want it any more
        return None

    def close(self) -> None:
        """Give up what is still to be told."""
        for task in self._reports:
            task.cancel()


def _check_kernel(launched: Launched, there: KernelSpecs) -> None:
    if launched.kernel.lower() not in {name.lower() for name in there}:
        raise Conflict(
            f"The notebook needs the kernel {launched.kernel or '(none named)'}, which this server does "
            f"not have. It has: {', '.join(sorted(there)) or 'none'}.",
            next_step="Choose a template for one of these, or ask the hub's admin for that kernel.",
        )
