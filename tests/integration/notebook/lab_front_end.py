"""JupyterLab with our extension, at the wire: it saves when a comm asks, and writes the block it gets."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from nbformat import NotebookNode

from .front_end import PATIENCE, Answer, FrontEnd, JupyterServer

TARGET = "openbis_nb"


class LabFrontEnd(FrontEnd):
    """``told`` is what the kernel sent back, ``asked`` what it opened comms with."""

    def __init__(self, server: JupyterServer, http: aiohttp.ClientSession, path: Path) -> None:
        super().__init__(server, http, path)
        self.asked: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        #: What it does when a cell wants the document saved.
        self.obey: Callable[[str], Awaitable[None]] = self.save_and_answer
        self._comms: set[str] = set()

    async def announce(self) -> None:
        """As the extension does at start and each minute; and what JupyterLab writes into the metadata."""
        await self.openbis("POST", "state", {"kernel": self.kernel_id})
        self.notebook.metadata["language_info"] = await self.language()

    async def run(self, cell: NotebookNode | str) -> Answer:
        """JupyterLab runs no empty cell."""
        if not isinstance(cell, str) and not cell.source.strip():
            return Answer("ok")
        return await super().run(cell)

    async def language(self) -> Any:
        """What the kernel says of its language."""
        message_id = await self._request("kernel_info_request", {})
        async with asyncio.timeout(PATIENCE):
            while True:
                assert self._socket is not None
                message = await self._socket.receive_json()
                is_reply = message["msg_type"] == "kernel_info_reply"
                if is_reply and message["parent_header"].get("msg_id") == message_id:
                    return message["content"]["language_info"]

    async def heard(self, message: Mapping[str, Any]) -> None:
        content, kind = message["content"], message["msg_type"]
        if kind == "comm_open" and content["target_name"] == TARGET:
            self._comms.add(content["comm_id"])
            self.asked.append(content["data"])
            assert content["data"]["want"] == "save"
            await self.obey(content["data"]["nonce"])
        elif kind == "comm_msg" and content["comm_id"] in self._comms:
            self.told.append(content["data"])
            if content["data"].get("block"):
                self.notebook.metadata["openbis"] = content["data"]["block"]
                await self.save()

    async def save_and_answer(self, nonce: str) -> None:
        await self.save()
        sha256 = hashlib.sha256(self.path.read_bytes()).hexdigest()
        await self.answer(nonce, path=self._api_path, sha256=sha256)

    async def answer(self, nonce: str, **said: str) -> None:
        await self.openbis("POST", f"save-answers/{nonce}", said)

    async def openbis(self, verb: str, where: str, body: Any = None) -> None:
        url = f"{self._server.url}/openbis/api/v1/{where}"
        async with self._http.request(verb, url, json=body) as response:
            assert response.ok, f"{verb} {where}: {response.status} {await response.text()}"
