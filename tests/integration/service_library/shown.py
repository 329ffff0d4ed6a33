"""Versions in openBIS with any bytes as their notebook, and the frames in which the service shows them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, Browser, RunningService, running

IFRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Gallery:
    """A service, and what it shows."""

    service: RunningService
    openbis: Sandbox

    def save(
        self, *notebooks: bytes, user: str = "alice", name: str = "n.ipynb", **files: bytes
    ) -> list[str]:
        """Each notebook as a version of a notebook of its own; their permIds."""
        with ThreadPoolExecutor(1) as thread:  # Playwright has a loop of its own in this one
            return thread.submit(asyncio.run, self._save(notebooks, user, name, files)).result()

    async def _save(self, notebooks: Any, user: str, name: str, files: Mapping[str, bytes]) -> list[str]:
        server = Server(self.openbis.url, ca_bundle=self.openbis.ca_bundle, parallel=4)
        client = OpenBIS(server)
        try:
            await client.login(user, self.openbis.users[user])
            owner = await client.entity(DEMO_EXPERIMENT)
            new = [
                NewDataSet(
                    type_code="ANALYSIS_NOTEBOOK",
                    owner=owner,
                    files={name: content, **files},
                    properties={"$NAME": "Shown", "$HISTORY_ID": secrets.token_hex(16)},
                )
                for content in notebooks
            ]
            return list(await asyncio.gather(*(create_data_set(client, one) for one in new)))
        finally:
            await client.logout()  # openBIS ends the oldest of too many sessions of a person
            await client.close()

    def reader(self, user: str = "alice") -> Reader:
        """Somebody who has logged in with a browser."""
        hub = self.service.hub
        name = f"{user}-{secrets.token_hex(4)}"
        token = hub.person(name, session=self.openbis.token(user), user_id=user)
        browser = self.service.browser()
        browser.log_in(token, f"{PREFIX}launch/none")
        return Reader(browser)

    @property
    def kept(self) -> list[Path]:
        """The renderings on disk."""
        return sorted(self.service.folder.rglob("renderings/*"))


@dataclass
class Reader:
    """One person's browser; paths are below ``library/``."""

    browser: Browser

    def frame(self, path: str, **headers: str | None) -> requests.Response:
        """As an ``iframe`` of our own page asks; a header that is None is left out."""
        sent = {**IFRAME, "Accept": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.browser.session.get(
            f"{self.browser.service.url}library/{path}", headers=sent, allow_redirects=False, timeout=90
        )

    def file(self, perm_id: str) -> requests.Response:
        return self.browser.go(f"{PREFIX}library/file/{perm_id}")


def notebook(*cells: Mapping[str, Any]) -> bytes:
    """An ``.ipynb``: a text is a Markdown cell, a mapping the fields of a code cell."""
    made = [
        {"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": cell}
        if isinstance(cell, str)
        else {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "source": "",
            "outputs": [],
            "execution_count": None,
            **cell,
        }
        for number, cell in enumerate(cells)
    ]
    language = {"language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": language, "cells": made}).encode()


@contextmanager
def gallery(folder: Path, **settings: str) -> Iterator[Gallery]:
    """A service with a sandbox and a hub at the wire."""
    with running_sandbox() as openbis:
        hub = FakeHub(openbis.url)
        try:
            with running(folder, hub, openbis, openbis_timeout="5", **settings) as service:
                yield Gallery(service, openbis)
        finally:
            hub.stop()
