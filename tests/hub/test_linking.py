"""A hub that keeps its own authenticator: people link their openBIS account once, and nobody else's."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet
from jupyterhub.auth import DummyAuthenticator, PAMAuthenticator
from traitlets.config import Config

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.hub.authenticator import OpenBISAuthenticator
from openbis_nb.hub.linking import with_openbis
from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.waiting import until

from .elsewhere import LINKED
from .running import ROOT, Browser, Hub, hidden, path_of

PAGE = "/hub/openbis/account"
SETTINGS = """
c.JupyterHub.log_level = 10
c.Authenticator.allow_all = True
c.Authenticator.auth_refresh_age = 1
c.Elsewhere.password = "of the institute"
"""


@pytest.fixture(scope="module")
def linked_hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("linked"), hub_sandbox, SETTINGS, before=LINKED.format(root=str(ROOT)))
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def log_in(hub: Hub, name: str, browser: Browser | None = None) -> Browser:
    """By the form of the other authenticator."""
    browser = browser or hub.browser()
    page = browser.go("/hub/login")
    form = {"username": name, "password": "of the institute", "_xsrf": hidden(page, "_xsrf")}
    assert browser.post("/hub/login", form).status_code == 302
    return browser


def answer_form(browser: Browser, **fields: str) -> requests.Response:
    """Send one of the forms of the account page."""
    return browser.post(PAGE, {**fields, "_xsrf": hidden(browser.go(PAGE), "_xsrf")})


def link(browser: Browser, user: str) -> requests.Response:
    """By openBIS' password."""
    return answer_form(browser, do="link", username=user, password=browser.hub.sandbox.users[user])


def session_of(browser: Browser) -> requests.Response:
    return browser.hub.api(browser.api_token(), "/openbis/session")


def auth_state(hub: Hub, name: str) -> dict[str, Any]:
    """What the hub keeps for a person, read from its database with its key."""
    data = hub.folder / "data"
    with sqlite3.connect(data / "jupyterhub.sqlite") as db:
        rows = db.execute("SELECT encrypted_auth_state FROM users WHERE name = ?", [name]).fetchall()
    db.close()
    key = bytes.fromhex((data / "crypt_key").read_text().strip())
    found = Fernet(base64.urlsafe_b64encode(key)).decrypt(rows[0][0]) if rows and rows[0][0] else b"{}"
    state: dict[str, Any] = json.loads(found)
    return state


def test_people_without_openbis_keep_working(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "pat")
    assert browser.person == "pat"
    assert "No openBIS account is linked" in browser.go(PAGE).text
    assert "Your notebooks have no openBIS session yet." in browser.go("/hub/home").text
    answer = session_of(browser)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not-linked"
    assert answer.json()["login_url"] == PAGE


def test_a_name_that_is_one_of_openbis_links_nothing(linked_hub: Hub) -> None:
    """Never by a guessed name."""
    assert session_of(log_in(linked_hub, "ursula")).status_code == 401
    assert "openbis" not in auth_state(linked_hub, "ursula")


def test_by_password_and_the_session_is_served(linked_hub: Hub) -> None:
    """U-01, U-02."""
    browser = log_in(linked_hub, "a.smith")
    page = link(browser, "alice")
    assert page.status_code == 200
    assert "The openBIS account alice is linked." in page.text
    answer = session_of(browser)
    assert answer.status_code == 200
    assert answer.json()["user_id"] == "alice"
    assert answer.json()["token"].startswith("$pat-alice-")
    assert "Audit: a.smith linked the openBIS account alice." in linked_hub.log


def test_by_a_personal_access_token(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    browser = log_in(linked_hub, "b.meier")
    token = hub_sandbox.token("bob")
    assert answer_form(browser, do="link", token=token).status_code == 200
    assert session_of(browser).json()["user_id"] == "bob"


def test_the_link_and_what_the_other_authenticator_keeps_live_side_by_side(linked_hub: Hub) -> None:
    """A new log-in there, and what it renews, change nothing of the link; and the link nothing of theirs."""
    browser = log_in(linked_hub, "c.jones")
    link(browser, "alice")
    kept = auth_state(linked_hub, "c.jones")
    assert kept["theirs"] == "of c.jones"
    log_in(linked_hub, "c.jones")
    assert auth_state(linked_hub, "c.jones")["openbis"] == kept["openbis"]

    def renewed_twice() -> bool:
        browser.go("/hub/home")
        return bool(auth_state(linked_hub, "c.jones")["renewed"] >= 2)

    until(renewed_twice, "the other authenticator renews")
    assert auth_state(linked_hub, "c.jones")["openbis"] == kept["openbis"]
    assert session_of(browser).json()["user_id"] == "alice"


def test_unlinking_forgets_it_and_says_that_the_token_lives_on(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "d.unlinks")
    link(browser, "alice")
    page = answer_form(browser, do="unlink")
    assert "The openBIS account alice is no longer linked." in page.text
    assert "to end it at once, revoke it in openBIS" in page.text
    assert session_of(browser).status_code == 401
    assert auth_state(linked_hub, "d.unlinks")["theirs"] == "of d.unlinks"
    assert "openbis" not in auth_state(linked_hub, "d.unlinks")


def test_a_session_that_the_hub_began_ends_with_the_link(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "e.falls-back")
    linked_hub.sandbox.state.sessions.forget_user("Eve.O-Neill")
    link(browser, "Eve.O-Neill")
    token = session_of(browser).json()["token"]
    answer_form(browser, do="unlink")
    assert not linked_hub.sandbox.state.sessions.is_active(token)


def test_two_people_may_link_one_account_and_that_is_written_down(linked_hub: Hub) -> None:
    """Neither ends the other's token; each has proved the account."""
    first, second = log_in(linked_hub, "f.first"), log_in(linked_hub, "g.second")
    link(first, "ursula")
    page = link(second, "ursula")
    assert "openbis-nb at JupyterHub: f.first" in page.text
    assert session_of(first).json()["user_id"] == session_of(second).json()["user_id"] == "ursula"
    alive = linked_hub.sandbox.state.sessions.is_active
    assert alive(session_of(first).json()["token"])
    assert (
        "Audit: the openBIS account ursula, linked by g.second, is linked by f.first as well."
        in linked_hub.log
    )


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"username": "alice", "password": "wrong"}, 403, "does not know this user and password"),
        ({"username": "alice", "password": ""}, 403, "No password"),
        ({"token": "alice-230926143214123x" + "0" * 32}, 403, "session"),
        ({"token": "$pat-x"}, 403, ""),
    ],
)
def test_what_openbis_does_not_confirm_links_nothing(
    linked_hub: Hub, fields: dict[str, str], status: int, message: str
) -> None:
    browser = log_in(linked_hub, "h.fails")
    page = answer_form(browser, do="link", **fields)
    assert page.status_code == status
    assert message in page.text
    assert 'id="error"' in page.text
    assert session_of(browser).status_code == 401


def test_openbis_being_away_is_told_and_keeps_the_link(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "i.waits")
    link(browser, "alice")
    linked_hub.sandbox.faults.add(FaultKind.STATUS, "login", count=0)
    try:
        page = link(browser, "alice")
    finally:
        linked_hub.sandbox.faults.clear()
    assert page.status_code == 503
    assert session_of(browser).status_code == 200


def test_without_the_token_of_the_form_nothing_is_linked(linked_hub: Hub) -> None:
    """A POST of another origin has the cookie of nobody, and knows no token."""
    browser = log_in(linked_hub, "j.victim")
    form = {"do": "link", "token": linked_hub.sandbox.token("bob")}
    for headers in ({}, {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"}):
        assert browser.post(PAGE, form, **headers).status_code == 403
    assert linked_hub.browser().post(PAGE, form).status_code in (302, 403)
    assert session_of(browser).status_code == 401


def test_a_dead_session_ends_no_log_in_and_is_told(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "k.over")
    link(browser, "Eve.O-Neill")
    token = browser.api_token()
    linked_hub.sandbox.state.sessions.expire("Eve.O-Neill")

    def over() -> dict[str, Any] | None:
        answer = linked_hub.api(token, "/openbis/session")
        return answer.json() if answer.status_code == 401 else None

    told = until(over, "the hub notices")
    assert (told["code"], told["login_url"]) == ("not-logged-in", PAGE)
    assert browser.person == "k.over"
    assert 'id="over"' in browser.go(PAGE).text


# Links that bring a session: of the ELN, or by a ticket


def test_the_elns_link_asks_and_names_both(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    """O-31, O-65: the token is in no address; what was to be opened is not forgotten."""
    browser = log_in(linked_hub, "l.eln")
    token = hub_sandbox.token("alice")
    answer = browser.go(f"/hub/login?token={token}&next=/user/alice/notebooks/g/a.ipynb", site="cross-site")
    assert path_of(answer) == "/hub/openbis/link"
    page = browser.follow(answer)
    assert '<b id="person">alice</b>' in page.text
    assert '<b id="hub-user">l.eln</b>' in page.text
    assert session_of(browser).status_code == 401
    form = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
    done = browser.post("/hub/openbis/link", form)
    assert path_of(done) == "/hub/spawn/l.eln?next=%2Fuser%2Fl.eln%2Fopenbis%2Fopen%2Fg%2Fa.ipynb"
    assert session_of(browser).json()["user_id"] == "alice"
    assert token not in linked_hub.log


def test_the_same_account_again_is_no_question(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    browser = log_in(linked_hub, "m.again")
    link(browser, "alice")
    first = session_of(browser).json()["token"]
    answer = browser.follow(browser.go(f"/hub/login?token={hub_sandbox.token('alice')}&next={PAGE}"), 1)
    assert path_of(answer) == PAGE
    assert session_of(browser).json()["token"] != first


def test_somebody_elses_ticket_is_not_taken_in_silence(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    browser = log_in(linked_hub, "n.victim")
    link(browser, "alice")
    form = {"token": hub_sandbox.token("bob"), "next": ""}
    landing = linked_hub.browser().post("/hub/openbis/handover", form, Origin=hub_sandbox.url)
    assert landing.status_code == 303
    page = browser.follow(browser.go(landing.headers["Location"], site="cross-site"))
    text = " ".join(page.text.split())
    assert "The openBIS account <b>alice</b> is linked to you. That ends here." in text
    assert '<b id="person">bob</b>' in text
    assert session_of(browser).json()["user_id"] == "alice"
    other = log_in(linked_hub, "o.other")
    form = {"number": hidden(page, "number"), "_xsrf": hidden(other.go(PAGE), "_xsrf")}
    assert other.post("/hub/openbis/link", form).status_code == 403


def test_a_hand_over_before_the_log_in_waits_for_it(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    """O-36."""
    browser = linked_hub.browser()
    handed = {"token": hub_sandbox.token("alice"), "next": "/user/alice/lab"}
    landing = browser.post("/hub/openbis/handover", handed, Origin=hub_sandbox.url)
    waits = browser.go(landing.headers["Location"], site="cross-site", referer=hub_sandbox.url)
    assert path_of(waits) == "/hub/openbis/link"
    assert path_of(browser.go(path_of(waits))).startswith("/hub/login?next=")
    log_in(linked_hub, "p.later", browser)
    page = browser.go("/hub/openbis/link")
    assert '<b id="hub-user">p.later</b>' in page.text


def test_a_ticket_that_was_used_is_told(linked_hub: Hub) -> None:
    browser = log_in(linked_hub, "q.late")
    answer = browser.go("/hub/login?ticket=nonsense")
    assert path_of(answer) == f"{PAGE}?failed=session-over"
    assert "The openBIS session of that link is over." in browser.follow(answer).text


def test_an_image_hands_nothing_over(linked_hub: Hub, hub_sandbox: Sandbox) -> None:
    browser = log_in(linked_hub, "r.image")
    headers = {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}
    answer = browser.go(f"/hub/login?token={hub_sandbox.token('bob')}", site="cross-site", **headers)
    assert answer.status_code == 403


def test_the_log_in_page_is_the_other_authenticators(linked_hub: Hub) -> None:
    page = linked_hub.browser().go("/hub/login").text
    assert 'id="login_submit"' in page
    assert not re.search("Log in with openBIS", page)


def test_no_secret_reaches_the_log(linked_hub: Hub) -> None:
    """Everything was logged at DEBUG in this module."""
    log = linked_hub.log
    assert "$pat-" not in log
    assert [user for user in linked_hub.sandbox.users if f"{user}-26" in log] == []


# The class


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("pam", PAMAuthenticator),
        ("PAM", PAMAuthenticator),
        ("jupyterhub.auth.DummyAuthenticator", DummyAuthenticator),
        (DummyAuthenticator, DummyAuthenticator),
    ],
)
def test_an_authenticator_is_named_as_jupyterhub_names_it(given: Any, base: type) -> None:
    made = with_openbis(given)
    assert issubclass(made, base)
    assert made.__name__ == f"{base.__name__}WithOpenBIS"


@pytest.mark.parametrize("name", ["allowed_spaces", "blocked_openbis_users", "token_life"])
def test_settings_that_would_have_no_effect_stop_the_hub(name: str) -> None:
    """An admin who changes to linking must not believe that a block still holds."""
    config = Config({"OpenBISKeeper": {"openbis_url": "https://openbis.example.org"}})
    with_openbis("dummy")(config=config)
    config.OpenBISAuthenticator.allow_all = True
    with_openbis("dummy")(config=config)
    config.OpenBISAuthenticator[name] = 1
    with pytest.raises(ConfigurationProblem, match=rf"link_to.*OpenBISAuthenticator\.{name}"):
        with_openbis("dummy")(config=config)


@pytest.mark.parametrize("given", ["no-such", "no.such.Class", "", OpenBISAuthenticator, dict])
def test_what_cannot_be_linked_to_is_said(given: Any) -> None:
    with pytest.raises(ConfigurationProblem):
        with_openbis(given)
