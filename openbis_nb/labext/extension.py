"""The extension of a Jupyter server: its routes, and what goes on beside them as long as the server runs.

A server starts whatever is wrong with our part: what is missing is a sentence in its log, and the routes say
it again to who asks.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.utils import url_path_join

from .. import assemble
from ..at_hub.hub import Hub
from ..errors import ConfigurationProblem
from ..openbis.secrets import WEB_SERVER_LOGGERS, scrub_loggers
from ..workflows.evidence import SERVER_RUN
from . import (
    api_routes,
    connection_routes,
    draft_routes,
    import_routes,
    landing_routes,
    log_in_routes,
    publish_routes,
    repository_routes,
    run_routes,
    save_plan_routes,
    snippet_routes,
    standing_routes,
    tree_routes,
    version_routes,
    work_routes,
)
from .activity import Activity
from .desk import Desk, Surroundings
from .kernel_metadata import KernelSpecs
from .session_folder import SessionFolder

__all__ = ["APIS", "OpenbisExtension"]

#: As ``Settings.session_dir`` is told to kernels and terminals.
SESSION_DIR = "OPENBIS_NB_SESSION_DIR"
#: Modules that bring routes.
APIS = (
    api_routes,
    connection_routes,
    draft_routes,
    import_routes,
    landing_routes,
    log_in_routes,
    publish_routes,
    repository_routes,
    run_routes,
    save_plan_routes,
    snippet_routes,
    standing_routes,
    tree_routes,
    version_routes,
    work_routes,
)
#: Seconds between two looks at what works here, at most.
_LOOK_EVERY = 60.0


class OpenbisExtension(ExtensionApp):
    """openBIS in a person's own Jupyter server."""

    name = "openbis_nb"
    app_name = "openBIS notebooks"
    description = "Launches, saves and attaches notebooks with openBIS."

    def initialize_settings(self) -> None:
        """Read the settings; a server with wrong ones starts without our part."""
        self.desk: Desk | ConfigurationProblem
        self._tasks: list[asyncio.Task[None]] = []
        _pass_on_messages(self.serverapp.log)
        scrub_loggers(self.serverapp.log.name, *WEB_SERVER_LOGGERS)
        os.environ[SERVER_RUN] = uuid.uuid4().hex  # its kernels and terminals get it, too
        self._sessions = self._session_folder()
        _offer_command()
        try:
            self.desk = Desk.of(os.environ, self._here())
        except ConfigurationProblem as error:
            self.log.warning("openBIS is not available in this server: %s %s", error.message, error.next_step)
            self.desk = error
            return
        self.serverapp.contents_manager.register_post_save_hook(self._note_written)
        self.serverapp.io_loop.add_callback(self._begin)

    def initialize_handlers(self) -> None:
        """All routes; without a desk they say why."""
        routes = [route for one in APIS for route in one.ROUTES]
        self.handlers.extend((pattern, route, {"desk": self.desk}) for pattern, route in routes)

    async def stop_extension(self) -> None:
        """End what goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            if isinstance(self.desk, Desk):
                await self.desk.close()
        finally:
            if self._sessions is not None:
                self._sessions.remove()

    def _session_folder(self) -> SessionFolder | None:
        """Where this server's kernels and terminals find sessions that are for them alone.

        A hub has its own way. What another Jupyter server has handed down is not ours.
        """
        os.environ.pop(SESSION_DIR, None)
        if Hub.from_environment(os.environ) is not None:
            return None
        folder = SessionFolder(Path(self.serverapp.runtime_dir))
        os.environ[SESSION_DIR] = str(folder.path)
        return folder

    async def _begin(self) -> None:
        if isinstance(self.desk, Desk):
            self._open_door(self.desk)
            going_on = (
                self.desk.keeper.keep_current(),
                self.desk.runs.take_over(),
                self.desk.courier.carry_on(),
                self.desk.drafts.carry_on(min(self.desk.settings.session_refresh, _LOOK_EVERY)),
                self.desk.repositories.sweep(),
                self._watch_activity(self.desk),
            )
            self._tasks += [asyncio.create_task(work) for work in going_on]

    def _open_door(self, desk: Desk) -> None:
        """Without it a cell that saves compares the file on disk, as where there is no front end."""
        try:
            desk.door.open(self.serverapp, desk.here.root)
        except OSError as error:
            self.log.warning("Cells cannot ask JupyterLab to save their notebook: %s", error.strerror)

    async def _watch_activity(self, desk: Desk) -> None:
        activity = Activity(self._mark_active, desk.settings.keep_alive)
        outbox = assemble.outbox(desk.settings)
        while True:
            try:
                waiting = await asyncio.to_thread(outbox.entries)
                working = bool(waiting) or await self._is_busy() or await desk.runs.is_busy()
                if activity.look(working=working):
                    await desk.connections.keep_alive()
            except Exception:
                self.log.exception("Whether there is work could not be found out.")  # and soon again
            await asyncio.sleep(min(desk.settings.session_refresh, _LOOK_EVERY))

    async def _is_busy(self) -> bool:
        kernels: list[dict[str, Any]] = await ensure_async(self.serverapp.kernel_manager.list_kernels())
        return any(kernel.get("execution_state") == "busy" for kernel in kernels)

    def _note_written(self, os_path: str, model: dict[str, Any], **_: Any) -> None:
        """A front end has written a file."""
        if isinstance(self.desk, Desk) and model.get("type") == "notebook":
            self.desk.drafts.note_written(Path(os_path).resolve())

    def _mark_active(self) -> None:
        self.serverapp.web_app.settings["last_activity_times"][self.name] = datetime.now(UTC)

    def _here(self) -> Surroundings:
        contents = self.serverapp.contents_manager
        if not isinstance(contents, FileContentsManager):
            raise ConfigurationProblem(
                "This server does not keep its notebooks as files.",
                next_step="Set c.ServerApp.contents_manager_class to a manager of files.",
            )
        return Surroundings(
            root=Path(contents.root_dir).absolute(),
            kernels=self._kernels,
            open_files=self._open_files,
            document_url=self._document_url,
            folder_url=self._folder_url,
        )

    async def _kernels(self) -> KernelSpecs:
        specs: dict[str, Any] = await ensure_async(self.serverapp.kernel_spec_manager.get_all_specs())
        return {name: one["spec"] for name, one in specs.items()}

    async def _open_files(self) -> Collection[Path]:
        sessions: list[dict[str, Any]] = await ensure_async(self.serverapp.session_manager.list_sessions())
        paths = [str(one["path"]) for one in sessions if one.get("type") == "notebook"]
        root = Path(self.serverapp.contents_manager.root_dir)
        return await asyncio.to_thread(lambda: [(root / path).resolve() for path in paths])

    def _document_url(self, path: str) -> str:
        page = "lab/tree" if self._has_lab() else "notebooks"
        return str(url_path_join(self.serverapp.base_url, page, quote(path)))

    def _folder_url(self, path: str) -> str:
        page = "lab/tree" if self._has_lab() else "tree"
        return str(url_path_join(self.serverapp.base_url, page, quote(path)))

    def _has_lab(self) -> bool:
        enabled = self.serverapp.extension_manager.extensions
        return "jupyterlab" in enabled and bool(enabled["jupyterlab"].enabled)


def _offer_command() -> None:
    """Kernels and terminals find `openbis-nb`, also where this server was started by its path (U-25)."""
    programs = Path(sys.executable).parent
    if shutil.which("openbis-nb") is None and (programs / "openbis-nb").is_file():
        os.environ["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PATH"), str(programs))))


def _pass_on_messages(server_log: logging.Logger) -> None:
    """Our messages go where the server's go: nothing else sets up logging in its process."""
    ours = logging.getLogger("openbis_nb")
    ours.setLevel(server_log.level)
    ours.propagate = False  # to the root's handlers it would be said twice
    ours.handlers = list(server_log.handlers)
