"""A page of openBIS' origin hands a session over by POST, and the browser lands by a ticket (design D4)."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox import Sandbox

from .running import Browser, Hub, path_of


def hand_over(browser: Browser, token: str, origin: str, next_url: str = "/user/alice/lab") -> object:
    headers = {"Origin": origin} if origin else {}
    form = {"token": token, "next": next_url}
    return browser.post("/hub/openbis/handover", form, Sec_Fetch_Site="cross-site", **headers)


def test_a_session_is_handed_over_without_standing_in_a_url(browser: Browser, hub_sandbox: Sandbox) -> None:
    """U-04."""
    answer = hand_over(browser, token := hub_sandbox.token("alice"), hub_sandbox.url)
    assert answer.status_code == 303
    landing = path_of(answer)
    assert landing.startswith("/hub/login?ticket=")
    assert token not in landing
    arrived = browser.go(landing, site="cross-site", referer=f"{hub_sandbox.url}/openbis/")
    assert path_of(arrived) == "/hub/spawn/alice?next=%2Fuser%2Falice%2Flab"
    assert browser.person == "alice"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://127.0.0.1"])
def test_only_pages_of_openbis_hand_over(hub: Hub, origin: str) -> None:
    answer = hand_over(hub.browser(), hub.sandbox.token("alice"), origin)
    assert answer.status_code == 403


def test_only_a_live_session_gives_a_ticket(hub: Hub) -> None:
    assert hand_over(hub.browser(), "alice-230926143214123x" + "0" * 32, hub.sandbox.url).status_code == 403


def test_a_ticket_is_good_once(hub: Hub) -> None:
    first, second = hub.browser(), hub.browser()
    landing = path_of(hand_over(first, hub.sandbox.token("alice"), hub.sandbox.url))
    assert first.go(landing).status_code == 302
    assert path_of(second.go(landing)).startswith("/hub/login?failed=session-over")
    assert second.person is None


def test_a_ticket_in_a_foreign_link_asks_first(hub: Hub) -> None:
    """Somebody mints a ticket of their own and sends its link: the victim would work as them."""
    landing = path_of(hand_over(hub.browser(), hub.sandbox.token("bob"), hub.sandbox.url))
    victim = hub.browser()
    victim.log_in("alice")
    page = victim.follow(victim.go(landing, site="cross-site", referer="https://evil.example/"))
    assert "You are logged in as <b>alice</b>" in page.text
    assert victim.person == "alice"
