"""The extension of a Jupyter server: its routes, and what goes on beside them as long as the server runs.

A server starts whatever is wrong with our part: what is missing is a sentence in its log, and the routes say
it again to who asks.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.utils import url_path_join

from ..errors import ConfigurationProblem
from ..openbis.secrets import WEB_SERVER_LOGGERS, scrub_loggers
from . import landing_routes
from .desk import Desk, Surroundings

__all__ = ["OpenbisExtension"]


class OpenbisExtension(ExtensionApp):
    """openBIS in a person's own Jupyter server."""

    name = "openbis_nb"
    app_name = "openBIS notebooks"
    description = "Launches, saves and attaches notebooks with openBIS."

    def initialize_settings(self) -> None:
        """Read the settings; a server with wrong ones starts without our part."""
        self.desk: Desk | None = None
        self._tasks: list[asyncio.Task[None]] = []
        _pass_on_messages(self.serverapp.log)
        scrub_loggers(self.serverapp.log.name, *WEB_SERVER_LOGGERS)
        try:
            self.desk = Desk.of(os.environ, self._here())
        except ConfigurationProblem as error:
            self.log.warning("openBIS is not available in this server: %s %s", error.message, error.next_step)
            return
        if not self.desk.settings.url:
            self.log.info("No address of openBIS is set (OPENBIS_URL): nothing can be saved or attached yet.")
        self.serverapp.io_loop.add_callback(self._begin)

    def initialize_handlers(self) -> None:
        """The routes, as far as there is a desk."""
        if self.desk is not None:
            self.handlers.extend(
                (pattern, route, {"desk": self.desk}) for pattern, route in landing_routes.ROUTES
            )

    async def stop_extension(self) -> None:
        """End what goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.desk is not None:
            await self.desk.close()

    async def _begin(self) -> None:
        if self.desk is not None:
            self._tasks.append(asyncio.create_task(self.desk.keeper.keep_current()))

    def _here(self) -> Surroundings:
        contents = self.serverapp.contents_manager
        if not isinstance(contents, FileContentsManager):
            raise ConfigurationProblem(
                "This server does not keep its notebooks as files.",
                next_step="Set c.ServerApp.contents_manager_class to a manager of files.",
            )
        return Surroundings(
            root=Path(contents.root_dir).absolute(), kernels=self._kernels, document_url=self._document_url
        )

    async def _kernels(self) -> Collection[str]:
        specs: dict[str, Any] = await ensure_async(self.serverapp.kernel_spec_manager.get_all_specs())
        return specs.keys()

    def _document_url(self, path: str) -> str:
        enabled = self.serverapp.extension_manager.extensions
        lab = "jupyterlab" in enabled and enabled["jupyterlab"].enabled
        page = "lab/tree" if lab else "notebooks"
        return str(url_path_join(self.serverapp.base_url, page, quote(path)))


def _pass_on_messages(server_log: logging.Logger) -> None:
    """Our messages go where the server's go: nothing else sets up logging in its process."""
    ours = logging.getLogger("openbis_nb")
    ours.setLevel(server_log.level)
    ours.propagate = False  # to the root's handlers it would be said twice
    ours.handlers = list(server_log.handlers)
