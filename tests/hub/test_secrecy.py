"""A session shows nowhere but in the encrypted auth_state (design 6, O-65)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from openbis_nb.sandbox import Sandbox

from .conftest import FOR_TESTS
from .running import Hub, path_of

EVIL = "https://evil.example/"


@pytest.fixture
def own_hub(hub_sandbox: Sandbox, tmp_path: Path) -> Iterator[Hub]:
    """A hub whose logs hold this test only; stopped, so that all is on the disk."""
    hub = Hub(tmp_path, hub_sandbox, FOR_TESTS)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def every_way(hub: Hub) -> list[str]:
    """Log in by every way, well and badly; the secrets that were sent."""
    sandbox = hub.sandbox
    good, asked, handed, dead = (sandbox.token("alice") for _ in range(4))
    sandbox.state.sessions.close(dead)
    eln = {"site": "cross-site", "referer": f"{sandbox.url}/openbis/"}
    hub.browser().go(f"/hub/login?token={good}&next=/user/alice/lab", **eln)
    hub.browser().go(f"/hub/login?token={dead}", **eln)
    hub.browser().go(f"/hub/login?next=/x&token={quote(dead)}&token={good}", **eln)
    hub.browser().go(f"/hub/login?token={good}", Sec_Fetch_Mode="cors")
    hub.browser().go(f"/hub/login/?token={good}")
    browser = hub.browser()
    answer = browser.go(f"/hub/login?token={asked}", site="cross-site", referer=EVIL)
    browser.confirm(browser.follow(answer))
    browser.api_token()
    form = {"token": handed, "next": "/user/alice/lab"}
    answer = hub.browser().post("/hub/openbis/handover", form, Origin=sandbox.url)
    ticket = path_of(answer).partition("ticket=")[2]
    hub.browser().go(path_of(answer), **eln)
    hub.browser().log_in("alice", "a-wrong-password")
    hub.browser().log_in("alice")
    return [good, asked, handed, dead, ticket, form["token"], "a-wrong-password"]


def test_no_secret_is_in_any_log_or_database(own_hub: Hub) -> None:
    """F-12: the logs are at DEBUG."""
    secrets = every_way(own_hub)
    own_hub.stop()
    kept = {path.name: path.read_bytes() for path in own_hub.folder.rglob("*") if path.is_file()}
    assert b"DEBUG" in kept["hub.log"] or b"[D " in kept["hub.log"]
    assert "jupyterhub.sqlite" in kept
    found = {
        (name, secret[:12])
        for name, content in kept.items()
        for secret in [*secrets, "$pat-alice"]
        if secret.encode() in content or quote(secret).encode() in content
    }
    assert found == set()
