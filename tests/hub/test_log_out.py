"""Logging out of the hub ends what the hub began, and nothing else (design D5)."""

from __future__ import annotations

import pytest

from .running import Hub, hidden


@pytest.fixture(autouse=True)
def no_server(hub: Hub) -> None:
    """A running server keeps the session alive, on purpose."""
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    browser.stop_server()


def state_of(hub: Hub, user: str) -> list[str]:
    """Tokens of the person's sessions that are alive at openBIS."""
    return [token for token, session in hub.sandbox.state.sessions._sessions.items() if session.user == user]


def test_a_session_that_the_hub_began_ends(hub: Hub) -> None:
    """Somebody whose tokens this openBIS does not recognise, so that the session itself is kept."""
    hub.sandbox.state.sessions.forget_user("Eve.O-Neill")
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    assert len(state_of(hub, "Eve.O-Neill")) == 1
    browser.go("/hub/logout", site="same-origin")
    assert state_of(hub, "Eve.O-Neill") == []
    assert browser.person is None


def test_a_session_of_the_eln_goes_on(hub: Hub) -> None:
    hub.sandbox.state.sessions.forget_user("Eve.O-Neill")
    browser, token = hub.browser(), hub.sandbox.token("Eve.O-Neill")
    browser.go(f"/hub/login?token={token}")
    browser.go("/hub/logout", site="same-origin")
    assert browser.person is None
    assert state_of(hub, "Eve.O-Neill") == [token]


def test_a_new_log_in_ends_the_session_that_the_hub_began_before(hub: Hub) -> None:
    """openBIS allows five at once (contract 2.4)."""
    hub.sandbox.state.sessions.forget_user("Eve.O-Neill")
    for _ in range(3):
        hub.browser().log_in("Eve.O-Neill")
    assert len(state_of(hub, "Eve.O-Neill")) == 1


def test_a_person_who_may_not_come_in_leaves_no_session_behind(hub: Hub) -> None:
    hub.sandbox.state.sessions.forget_user("olga")
    browser = hub.browser()
    answer = browser.log_in("olga")
    assert answer.status_code == 403
    assert "Olga Brunner (olga) may not use this JupyterHub." in answer.text
    assert state_of(hub, "olga") == []


def test_nor_does_a_token_come_into_being_for_them(hub: Hub) -> None:
    hub.sandbox.state.sessions.forget_user("olga")
    browser, token = hub.browser(), hub.sandbox.token("olga")
    page = browser.go("/hub/login")
    assert browser.post("/hub/login", {"token": token, "_xsrf": hidden(page, "_xsrf")}).status_code == 403
    with hub.sandbox.state.store.read() as db:
        made = db.execute("SELECT 1 FROM personal_access_tokens WHERE owner = 'olga'").fetchall()
    assert made == []
    assert state_of(hub, "olga") == [token]
