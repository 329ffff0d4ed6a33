"""Log-in by the form: password, session token, personal access token."""

from __future__ import annotations

import pytest

from openbis_nb.identifiers import hub_user_name
from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind

from .running import Browser, Hub, hidden, path_of


@pytest.mark.parametrize("user", ["alice", "Eve.O-Neill"])
def test_by_password(browser: Browser, user: str) -> None:
    """U-19, U-22: XSRF is on, and every spelling of a user id has a name of its own."""
    assert path_of(browser.log_in(user)) == "/hub/home"
    assert browser.person == hub_user_name(user)


def test_a_session_token_or_a_personal_access_token_will_do(browser: Browser, hub_sandbox: Sandbox) -> None:
    """O-60."""
    page = browser.go("/hub/login")
    form = {"token": hub_sandbox.token("alice"), "_xsrf": hidden(page, "_xsrf")}
    assert browser.post("/hub/login", form).status_code == 302
    assert browser.person == "alice"


@pytest.mark.parametrize(
    ("user", "password", "message"),
    [
        ("alice", "wrong", "does not know this user and password"),
        ("nobody", "x", "does not know"),
        ("alice", "", "No password"),
    ],
)
def test_a_failure_is_told_on_the_form(browser: Browser, user: str, password: str, message: str) -> None:
    answer = browser.log_in(user, password)
    assert answer.status_code == 403
    assert message in answer.text
    assert 'id="password-login"' in answer.text
    assert browser.person is None


def test_what_was_typed_is_not_lost(browser: Browser) -> None:
    page = browser.log_in("alice", "wrong").text
    assert 'name="username" value="alice"' in page
    assert 'value="wrong"' not in page


def test_the_reason_stays_the_reason_when_the_session_cannot_be_ended(browser: Browser, hub: Hub) -> None:
    """The session that the hub began for who may not come in ends by itself then."""
    hub.sandbox.faults.add(FaultKind.STATUS, "logout", count=0)
    try:
        answer = browser.log_in("olga")
    finally:
        hub.sandbox.faults.clear()
    assert answer.status_code == 403
    assert "may not use this JupyterHub" in answer.text


def test_openbis_being_away_is_told_on_the_form(browser: Browser, hub: Hub) -> None:
    """O-34: it is not taken for a wrong password."""
    hub.sandbox.faults.add(FaultKind.STATUS, "login", count=0)
    try:
        answer = browser.log_in("alice")
    finally:
        hub.sandbox.faults.clear()
    assert answer.status_code == 503
    assert 'id="login-error"' in answer.text
    assert 'id="password-login"' in answer.text
    assert "does not know" not in answer.text


def test_without_the_token_of_the_form_nothing_happens(browser: Browser, hub: Hub) -> None:
    """U-22."""
    form = {"username": "alice", "password": hub.sandbox.users["alice"]}
    assert browser.post("/hub/login", form).status_code == 403
    assert browser.person is None


def test_the_first_button_is_openbis_single_sign_on(browser: Browser, hub_sandbox: Sandbox) -> None:
    page = browser.go("/hub/login").text
    assert f'href="{hub_sandbox.url}/sandbox/sso">Single sign-on of the sandbox</a>' in page
    assert page.index('id="sso"') < page.index('id="password-login"')


def test_an_admin_of_openbis_is_one_of_the_hub_when_so_configured(hub: Hub) -> None:
    admin, alice = hub.browser(), hub.browser()
    admin.log_in("admin")
    alice.log_in("alice")
    assert admin.go("/hub/admin").status_code == 200
    assert alice.go("/hub/admin").status_code == 403
