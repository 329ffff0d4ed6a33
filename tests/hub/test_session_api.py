"""The session for a person's own servers: by token, with the scope, one's own only (design D5)."""

from __future__ import annotations

import json

import requests

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.waiting import until

from .conftest import SERVICE_TOKEN
from .running import Hub

PATH = "/openbis/session"


async def test_a_persons_token_reads_that_persons_session(hub: Hub, hub_sandbox: Sandbox) -> None:
    """U-01, U-02."""
    browser = hub.browser()
    browser.log_in("alice")
    answer = hub.api(browser.api_token(), PATH)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    kept = answer.json()
    assert (kept["server"], kept["user_id"], kept["note"]) == (hub_sandbox.url, "alice", "")
    async with OpenBIS(Server(hub_sandbox.url, ca_bundle=hub_sandbox.ca_bundle), kept["token"]) as client:
        assert (await client.whoami()).user_id == "alice"


def test_a_cookie_does_not_read_it(hub: Hub) -> None:
    """Every person's server shares the hub's origin: a page there could ask with the visitor's cookie."""
    browser = hub.browser()
    browser.log_in("alice")
    for site in ("same-origin", "none"):
        answer = browser.go("/hub/api/openbis/session", site=site)
        assert answer.status_code == 403
        assert "$pat-" not in answer.text


def test_a_token_without_the_scope_or_of_a_service_does_not_read_it(hub: Hub) -> None:
    browser = hub.browser()
    browser.log_in("alice")
    narrow = browser.api_token(["read:users:name!user"])
    for token in (narrow, SERVICE_TOKEN, "no-token-at-all"):
        assert hub.api(token, PATH).status_code == 403
    assert requests.get(f"{hub.url}/hub/api{PATH}", timeout=60).status_code == 403


def test_a_fresh_log_in_reaches_a_token_that_was_made_before(hub: Hub) -> None:
    """U-01: a running kernel goes on without a restart."""
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    token = browser.api_token()
    first = hub.api(token, PATH).json()["token"]
    hub.sandbox.state.sessions.expire("Eve.O-Neill")
    over = until(lambda: answers(hub, token, 401), "the hub notices")[0]
    assert over.json()["code"] == "not-logged-in"
    assert over.json()["login_url"].endswith("/hub/login?again=1")
    assert first not in over.text
    browser.log_in("Eve.O-Neill")
    second = hub.api(token, PATH)
    assert second.status_code == 200
    assert second.json()["token"] != first


def answers(hub: Hub, token: str, status: int) -> list[requests.Response]:
    """The answer in a list, if it has this status (a Response with 401 counts as false)."""
    answer = hub.api(token, PATH)
    return [answer] if answer.status_code == status else []


def asked_while_away(hub: Hub, token: str) -> set[int] | None:
    statuses = {hub.api(token, PATH).status_code}
    return statuses if "The session of ursula could not be checked" in hub.log else None


def test_openbis_being_away_is_not_a_dead_session(hub: Hub) -> None:
    browser = hub.browser()
    browser.log_in("ursula")
    token = browser.api_token()
    hub.sandbox.faults.add(FaultKind.STATUS, "isSessionActive", count=0)
    try:
        answers = until(lambda: asked_while_away(hub, token), "openBIS was asked")
        assert answers == {200}
    finally:
        hub.sandbox.faults.clear()


def test_the_roles_of_people_and_servers_hold_no_more_than_that(hub: Hub) -> None:
    """Design D3: nobody but a person reads auth_state or reaches servers of others."""
    browser = hub.browser()
    browser.log_in("alice")
    model = hub.api(browser.api_token(), "/user").json()
    assert "custom:openbis-session" in model["scopes"]
    assert [scope for scope in model["scopes"] if scope.startswith("admin:auth_state")] == []
    assert "auth_state" not in json.dumps(model.get("servers", {}))
