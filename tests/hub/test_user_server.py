"""The person's own server under a real hub: session, kernels, routes, activity."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.notebook.front_end import FrontEnd, JupyterServer, opened
from tests.integration.notebook.lab_front_end import LabFrontEnd
from tests.waiting import until

from .conftest import FOR_TESTS
from .running import Browser, Hub

#: The hub is told soon what its servers do, and asked soon for a newer session.
QUICK = """
c.Spawner.environment["JUPYTERHUB_ACTIVITY_INTERVAL"] = "1"
c.Spawner.environment["OPENBIS_NB_SESSION_REFRESH"] = "1"
"""
API = "openbis/api/v1/"


@pytest.fixture(scope="module")
def own_hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    running = Hub(tmp_path_factory.mktemp("own-hub"), hub_sandbox, FOR_TESTS + QUICK)
    try:
        yield running.wait_until_ready()
    finally:
        running.stop()


class Person:
    """Somebody with a browser, a token, and a server that runs."""

    def __init__(self, hub: Hub, user: str) -> None:
        self.hub, self.user = hub, user
        self.browser: Browser = hub.browser()
        self.browser.log_in(user)
        self.token = self.browser.api_token()
        self.url = f"{hub.url}/user/{user}/"
        self.root = hub.folder / "homes" / user
        self.browser.follow(self.browser.go("/hub/spawn", site="same-origin"))
        until(lambda: self.ask(f"{self.url}api/status").status_code == 200, "the server is up")

    def ask(
        self, url: str, method: str = "GET", token: str | None = None, **options: Any
    ) -> requests.Response:
        headers = {"Authorization": f"token {token or self.token}"}
        return requests.request(method, url, headers=headers, timeout=60, allow_redirects=False, **options)

    @asynccontextmanager
    async def kernel(self, made: type[FrontEnd] = FrontEnd) -> AsyncIterator[FrontEnd]:
        """A notebook of the person's own, open in the browser."""
        path = self.root / f"own-{secrets.token_hex(4)}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(), path)
        server = JupyterServer(self.url.rstrip("/"), self.token, self.root)
        async with opened(server, path, made=made) as front_end:
            yield front_end

    @property
    def last_activity(self) -> str:
        """Of the server, as the hub's culler sees it."""
        model = self.hub.api(self.token, f"/users/{self.user}").json()
        return str(model["servers"][""]["last_activity"])


@pytest.fixture(scope="module")
def alice(own_hub: Hub) -> Person:
    return Person(own_hub, "alice")


def test_the_extension_is_there_without_being_asked_for(alice: Person) -> None:
    """U-02: who is logged in is known, by the session that the hub keeps."""
    said = alice.ask(f"{alice.url}{API}session")
    assert said.status_code == 200, said.text
    assert (said.json()["state"], said.json()["user_id"]) == ("live", "alice")
    assert "$pat-" not in said.text


async def test_a_cell_has_its_front_end_save_first(alice: Person) -> None:
    """D12 (a), U-06: the kernel finds its server, which lets it in by the key of its own."""
    async with alice.kernel(LabFrontEnd) as lab:
        assert isinstance(lab, LabFrontEnd)
        await lab.announce()
        await lab.run("import openbis_nb\nnb = openbis_nb.notebook()")
        answer = await lab.run(f"result = nb.save(owner={DEMO_EXPERIMENT!r})")
        assert answer.status == "ok", answer.text
        block = json.loads(await asyncio.to_thread(lab.path.read_text))["metadata"]["openbis"]
    assert (len(lab.asked), lab.told[0]["state"]) == (1, "saved")
    assert block["checkpoint"]["id"] == lab.told[0]["perm_id"]


def test_nobody_else_reaches_it(alice: Person, own_hub: Hub) -> None:
    """Two people at HTTP level: another person's token or browser, and none at all."""
    bob = own_hub.browser()
    bob.log_in("bob")
    for path in (
        f"{API}session",
        f"{API}outbox",
        f"{API}data-sets?path=a.ipynb",
        "openbis/launch/some-launch",
    ):
        assert alice.ask(alice.url + path, token=bob.api_token()).status_code == 403
        assert requests.get(alice.url + path, timeout=60, allow_redirects=False).status_code in (302, 403)
        answer = bob.follow(bob.go(f"/user/alice/{path}"))
        assert answer.status_code in (403, 404), f"{path}: {answer.status_code} {answer.text[:200]}"
    assert alice.ask(f"{alice.url}{API}save", "POST", token=bob.api_token(), json={}).status_code == 403


def test_a_page_of_another_site_cannot_write_by_the_cookie(alice: Person) -> None:
    page = alice.browser.follow(alice.browser.go("/user/alice/lab"))
    assert page.status_code == 200
    url = f"{alice.url}{API}state"
    answer = alice.browser.session.post(url, json={"kernel": "k"}, timeout=60)
    assert answer.status_code == 403


async def test_a_fresh_log_in_reaches_the_same_kernel(alice: Person, hub_sandbox: Sandbox) -> None:
    """U-01, contract 8.5: plain pybis without address and token, and ours; nothing is restarted."""
    async with alice.kernel() as kernel:
        plain = await kernel.run("from pybis import Openbis\no = Openbis()\nprint(len(o.get_spaces()) > 0)")
        assert plain.text.strip() == "True", plain.text
        ours = await kernel.run(
            "import openbis_nb\nob = openbis_nb.connect()\nprint(len(ob.get_spaces()) > 0)"
        )
        assert ours.text.strip() == "True", ours.text
        hub_sandbox.state.sessions.expire("alice")
        await asyncio.to_thread(relog, alice, hub_sandbox)
        ours = await kernel.run("print(len(ob.get_spaces()) > 0)")
        assert ours.text.strip() == "True", ours.text
        token = await asyncio.to_thread(until, lambda: current(alice), "the new session is stored")
        plain = await kernel.run("o = Openbis()\nprint(len(o.get_spaces()) > 0, o.token)")
        assert plain.text.split() == ["True", token]


def relog(alice: Person, sandbox: Sandbox) -> None:
    """The tokens that the hub made are over, too; the person logs in at the hub again."""
    with sandbox.state.store.write() as db:
        db.execute("DELETE FROM personal_access_tokens")
    alice.browser.go("/hub/logout", site="same-origin")
    alice.browser.log_in("alice")


def current(alice: Person) -> str | None:
    """The session in the file that plain pybis reads, if the hub knows it."""
    kept = alice.hub.api(alice.token, "/openbis/session")
    file: Path = alice.root / ".pybis" / "127.0.0.1.token"
    return file.read_text() if kept.ok and file.read_text() == kept.json()["token"] else None


async def test_a_busy_kernel_counts_as_activity_at_the_hub(alice: Person) -> None:
    """Issue 3, section 3: not culled, though there is no output for hours."""

    def grows() -> bool:
        before = alice.last_activity
        return bool(until(lambda: alice.last_activity > before, "the hub hears of it"))

    async with alice.kernel() as kernel:
        await kernel.run("import time")
        cell = asyncio.create_task(kernel.run("for _ in range(300): time.sleep(0.1)"))
        for _ in range(3):
            assert await asyncio.to_thread(grows)
        cell.cancel()
