"""JupyterLab with our extension, at the wire: it saves when a comm asks, and writes the block it gets."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from .front_end import FrontEnd, JupyterServer

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
        """As the extension does at start and each minute."""
        await self.openbis("POST", "state", {"kernel": self.kernel_id})

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
