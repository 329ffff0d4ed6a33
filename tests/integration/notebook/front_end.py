"""A browser with a notebook open, as JupyterLab does it: document here, kernel at a real Jupyter server."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import nbformat
from nbformat import NotebookNode

PATIENCE = 60


@dataclass(frozen=True)
class JupyterServer:
    """A running Jupyter server: its address, its token, and the folder that it shows."""

    url: str
    token: str
    root: Path


@dataclass
class Answer:
    """What one execution gave: ``status`` is ``ok``, ``error`` or ``aborted``."""

    status: str = ""
    outputs: list[NotebookNode] = field(default_factory=list)
    _by_id: dict[str, list[NotebookNode]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text: streams, plain representations, errors (without colours). A line of a stream may come in
        several pieces."""
        parts = [""]
        for output in self.outputs:
            parts[-1] += output.get("text", "")
            if output.output_type != "stream":
                parts += [output.get("data", {}).get("text/plain", ""), *output.get("traceback", ()), ""]
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(parts))

    @property
    def html(self) -> str:
        return "\n".join(output.get("data", {}).get("text/html", "") for output in self.outputs)

    @property
    def error(self) -> str:
        return next((o.ename for o in self.outputs if o.output_type == "error"), "")

    def take(self, message: Mapping[str, Any]) -> None:
        """Put an output where a front end would."""
        display_id = message["content"].get("transient", {}).get("display_id")
        if message["msg_type"] == "update_display_data":
            for output in self._by_id.get(display_id, ()):
                output.data = nbformat.from_dict(message["content"]["data"])
        elif message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            output = nbformat.v4.output_from_msg(message)
            self.outputs.append(output)
            if display_id:
                self._by_id.setdefault(display_id, []).append(output)


class FrontEnd:
    """One open notebook. ``cells`` are what is on screen; the file has them after :meth:`save` only."""

    def __init__(self, server: JupyterServer, http: aiohttp.ClientSession, path: Path) -> None:
        self._server, self._http, self._session = server, http, uuid.uuid4().hex
        self.path = path
        self.kernel_id = ""
        #: What the kernel is told of a cell: its id, or what another front end makes of it.
        self.cell_address: Callable[[str], str] = str
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.notebook: NotebookNode = (
            nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()
        )

    # -- the file ---------------------------------------------------------------------------------

    def add(self, source: str) -> NotebookNode:
        """Write a new cell at the end."""
        self.notebook.cells.append(nbformat.v4.new_code_cell(source))
        return self.notebook.cells[-1]

    async def save(self) -> None:
        """Ctrl+S."""
        model = {"type": "notebook", "format": "json", "content": self.notebook}
        await self._rest("PUT", f"contents/{self._api_path}", model)

    async def rename(self, name: str) -> None:
        """Rename the file as the file browser does; the kernel is not told."""
        new = self.path.with_name(name)
        await self._rest("PATCH", f"contents/{self._api_path}", {"path": self._relative(new)})
        self.path = new

    # -- the kernel -------------------------------------------------------------------------------

    async def start(self, *, session: bool = True, kernel_name: str = "python3") -> FrontEnd:
        """Start a kernel; with a *session* the kernel is told the file's name, as under JupyterLab."""
        kernel = {"name": kernel_name}
        if session:
            body = {"path": self._api_path, "name": self.path.name, "type": "notebook", "kernel": kernel}
            self.kernel_id = (await self._rest("POST", "sessions", body))["kernel"]["id"]
        else:
            folder = self._relative(self.path.parent)
            self.kernel_id = (await self._rest("POST", "kernels", {**kernel, "path": folder}))["id"]
        await self._connect()
        return self

    async def restart(self) -> None:
        await self._rest("POST", f"kernels/{self.kernel_id}/restart")
        await self._connect()

    async def interrupt(self) -> None:
        """The stop button."""
        await self._rest("POST", f"kernels/{self.kernel_id}/interrupt")

    async def run_all(self) -> Answer:
        """Run all code cells, until one fails; gives the last answer."""
        answer = Answer("ok")
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and answer.status == "ok":
                answer = await self.run(cell)
        return answer

    async def run(self, cell: NotebookNode | str) -> Answer:
        """Run a cell; a text becomes a new cell at the end."""
        if isinstance(cell, str):
            cell = self.add(cell)
        answer = await self.execute(cell.source, cell_id=cell.id)
        cell.outputs = answer.outputs
        return answer

    async def quietly(self, source: str) -> Answer:
        """Run code that is in no cell and in no history."""
        return await self.execute(source, silent=True)

    async def execute(self, source: str, *, cell_id: str | None = None, silent: bool = False) -> Answer:
        message_id = await self._send(source, cell_id, silent)
        answer, idle, replied = Answer(), False, False
        async with asyncio.timeout(PATIENCE):
            while not (idle and replied):
                assert self._socket is not None
                message = await self._socket.receive_json()
                if message["parent_header"].get("msg_id") != message_id:
                    continue
                content, kind = message["content"], message["msg_type"]
                idle = idle or (kind == "status" and content["execution_state"] == "idle")
                if kind == "execute_reply":
                    replied, answer.status = True, content["status"]
                elif kind == "execute_input" and cell_id:
                    self._cell(cell_id).execution_count = content["execution_count"]
                else:
                    answer.take(message)
                    await self.heard(message)
        return answer

    async def heard(self, message: Mapping[str, Any]) -> None:
        """Any other message of a cell; JupyterLab without our part does nothing with a comm."""

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self.kernel_id:
            await self._rest("DELETE", f"kernels/{self.kernel_id}")

    async def _send(self, source: str, cell_id: str | None, silent: bool) -> str:
        content = {
            "code": source,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        metadata = {"cellId": self.cell_address(cell_id)} if cell_id else {}
        return await self._request("execute_request", content, metadata)

    async def _request(
        self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None
    ) -> str:
        """Ask the kernel; the id of the message."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self._session}
        assert self._socket is not None
        await self._socket.send_json(
            {
                "channel": "shell",
                "header": {**header, "username": "", "version": "5.3", "date": "2026-11-21T00:00:00Z"},
                "parent_header": {},
                "metadata": metadata or {},
                "content": content,
                "buffers": [],
            }
        )
        return header["msg_id"]

    async def _connect(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        url = f"{self._server.url}/api/kernels/{self.kernel_id}/channels?session_id={self._session}"
        self._socket = await self._http.ws_connect(url, max_msg_size=0)

    def _cell(self, cell_id: str) -> NotebookNode:
        return next(cell for cell in self.notebook.cells if cell.id == cell_id)

    @property
    def _api_path(self) -> str:
        return self._relative(self.path)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._server.root).as_posix()

    async def _rest(self, verb: str, path: str, body: Any = None) -> Any:
        async with self._http.request(verb, f"{self._server.url}/api/{path}", json=body) as response:
            assert response.ok, f"{verb} {path}: {response.status} {await response.text()}"
            return await response.json() if response.status != 204 else None


@asynccontextmanager
async def opened(
    server: JupyterServer,
    path: Path,
    *,
    session: bool = True,
    kernel_name: str = "python3",
    made: Callable[[JupyterServer, aiohttp.ClientSession, Path], FrontEnd] = FrontEnd,
) -> AsyncIterator[FrontEnd]:
    """A notebook open in a browser, with a kernel that ends with the block."""
    headers = {"Authorization": f"token {server.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        front_end = made(server, http, path)
        try:
            yield await front_end.start(session=session, kernel_name=kernel_name)
        finally:
            await front_end.close()
