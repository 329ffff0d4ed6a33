"""A local Jupyter server logs in through a hub: the browser brings the answer, or the person copies it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.integration.labext.local_lab import LocalLab
from tests.waiting import until

from .running import Browser, Hub
from .test_command_line import allow

WEB = "connections/The lab/log-in-web"


@pytest.fixture(scope="module")
def other() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def lab(hub: Hub, other: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalLab]:
    folder = tmp_path_factory.mktemp("local")
    lab = LocalLab(folder, hub.sandbox, other, OPENBIS_NB_HUB_URL=hub.url)
    try:
        lab.server.wait_until_ready()
        lab.add("The lab", hub.sandbox)
        lab.add("Elsewhere", other)
        yield lab
    finally:
        lab.server.stop()


@pytest.fixture
def alice(hub: Hub) -> Browser:
    browser = hub.browser()
    browser.log_in("alice")
    return browser


def begin(lab: LocalLab, where: str = WEB, *, browser: bool) -> dict[str, Any]:
    answer = lab.ask("POST", where, {"keep": "memory", "browser": browser})
    assert answer.status_code == 202, answer.text
    document: dict[str, Any] = answer.json()
    return document


def ended(lab: LocalLab, begun: dict[str, Any]) -> requests.Response:
    def look() -> list[requests.Response]:  # a failure is an answer, too, and false by itself
        answer = lab.ask("GET", f"jobs/{begun['job']['id']}", wait="5")
        return [] if answer.status_code == 202 else [answer]

    [answer] = until(look, "the log-in ends")
    return answer


def test_the_browser_brings_the_answer(lab: LocalLab, hub: Hub, alice: Browser) -> None:
    """U-02; and a log-out here leaves the session to the hub, whose it is."""
    begun = begin(lab, browser=True)
    assert begun["code"] in alice.go(begun["address"]).text
    arrived = requests.get(allow(alice, begun["address"]).headers["Location"], timeout=60)
    assert "Back to JupyterLab" in arrived.text
    session = ended(lab, begun).json()["result"]
    assert (session["state"], session["user_id"], session["home"]) == ("live", "alice", "memory")
    [file] = lab.session_files
    token = file.read_text()
    assert token == hub.api(alice.api_token(), "/openbis/session").json()["token"]
    assert lab.ask("POST", "connections/The lab/log-out").json()["ended"] is False
    assert lab.session_files == []
    assert hub.sandbox.state.sessions.is_active(token)
    assert [answer for answer in lab.answers if token.encode() in answer] == []
    assert token not in lab.server.log


def test_the_code_is_copied_where_the_server_is_on_another_computer(lab: LocalLab, alice: Browser) -> None:
    begun = begin(lab, browser=False)
    assert "port" not in parse_qs(urlsplit(begun["address"]).query)
    code = re.search(r'id="code"[^>]*>([^<]+)<', allow(alice, begun["address"]).text)
    assert code
    assert lab.ask("POST", f"{WEB}/code", {"code": f" {code[1]}\n"}).status_code == 202
    assert ended(lab, begun).json()["result"]["state"] == "live"
    lab.ask("POST", "connections/The lab/log-out")


def test_a_refusal_a_second_try_and_another_openbis(lab: LocalLab, hub: Hub, alice: Browser) -> None:
    """Design section 6: the session of one openBIS goes to no other one."""
    first = begin(lab, browser=True)
    second = begin(lab, browser=True)
    assert "given up" in ended(lab, first).json()["detail"]
    query = parse_qs(urlsplit(second["address"]).query)
    requests.get(
        f"http://127.0.0.1:{query['port'][0]}/?error=access_denied&state={query['state'][0]}", timeout=30
    )
    assert ended(lab, second).status_code == 401
    elsewhere = begin(lab, "connections/Elsewhere/log-in-web", browser=True)
    requests.get(allow(alice, elsewhere["address"]).headers["Location"], timeout=60)
    refused = ended(lab, elsewhere)
    assert (refused.status_code, hub.sandbox.url in refused.json()["detail"]) == (409, True)
    assert lab.session_files == []
