"""``/hub/login?token=…&next=…``: the unmodified ELN's way, with its holes closed (contract 8.6, O-65)."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind

from .running import Browser, Hub, hidden, path_of

EVIL = "https://evil.example/"


def link(token: str, next_url: str = "/user/alice/notebooks/growth/a b.ipynb") -> str:
    return f"/hub/login?token={quote(token)}&next={quote(next_url)}"


def ask(browser: Browser, token: str, referer: str = EVIL) -> requests.Response:
    """Follow a link of another page to the page that asks."""
    return browser.follow(browser.go(link(token), site="cross-site", referer=referer))


def test_the_eln_logs_its_user_in_and_the_server_is_started(browser: Browser, hub_sandbox: Sandbox) -> None:
    """O-31, O-65, O-94."""
    answer = browser.go(link(hub_sandbox.token("alice")), site="cross-site", referer=f"{hub_sandbox.url}/")
    assert answer.status_code == 302
    assert (
        path_of(answer) == "/hub/spawn/alice?next=%2Fuser%2Falice%2Fopenbis%2Fopen%2Fgrowth%2Fa%2520b.ipynb"
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.person == "alice"


def test_a_fresh_session_is_taken_although_somebody_is_logged_in(hub: Hub) -> None:
    """The same person: no question, the new session counts."""
    browser = hub.browser()
    browser.log_in("bob")
    answer = browser.go(link(hub.sandbox.token("bob"), "/user/bob/lab"))
    assert path_of(answer) == "/hub/spawn/bob?next=%2Fuser%2Fbob%2Flab"
    assert browser.person == "bob"


def test_opening_another_notebook_in_the_eln_does_not_revoke_the_token_of_running_kernels(hub: Hub) -> None:
    """U-01, O-33."""
    browser = hub.browser()
    browser.log_in("ursula")
    token = browser.api_token()
    before = hub.api(token, "/openbis/session").json()["token"]
    browser.go(link(hub.sandbox.token("ursula"), "/user/ursula/lab"))
    assert hub.api(token, "/openbis/session").json()["token"] == before
    assert hub.sandbox.state.sessions.is_active(before)


def test_the_launcher_is_reached_with_its_query(hub: Hub) -> None:
    """U-04: what the ELN plugin asks for is not lost in the log-in."""
    wanted = "/services/openbis/new?place=/LAB/GROWTH/EXP1&kind=experiment&input=20261121093000123-4"
    answer = hub.browser().go(link(hub.sandbox.token("bob"), wanted))
    assert path_of(answer) == wanted


@pytest.mark.parametrize(
    ("next_url", "user"),
    [("https://evil.example/", "bob"), ("/user/alice/lab", "bob"), ("/hub/logout", "bob"), ("", "bob")],
)
def test_next_leads_nowhere_but_to_ones_own_server(hub: Hub, next_url: str, user: str) -> None:
    answer = hub.browser().go(link(hub.sandbox.token(user), next_url))
    assert path_of(answer) == f"/hub/spawn/{user}?next=%2Fuser%2F{user}%2F"


@pytest.mark.parametrize(
    ("mode", "destination"),
    [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("same-origin", "empty")],
)
def test_only_a_visible_navigation_logs_in(hub: Hub, mode: str, destination: str) -> None:
    browser = hub.browser()
    headers = {"Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": destination}
    answer = browser.go(
        link(hub.sandbox.token("alice")), site="cross-site", referer=hub.sandbox.url, **headers
    )
    assert answer.status_code == 403
    assert browser.person is None


@pytest.mark.parametrize(("site", "referer"), [("cross-site", EVIL), ("cross-site", ""), ("same-site", EVIL)])
def test_a_link_from_elsewhere_asks_first(hub: Hub, site: str, referer: str) -> None:
    browser = hub.browser()
    answer = browser.go(link(token := hub.sandbox.token("alice")), site=site, referer=referer)
    assert path_of(answer) == "/hub/openbis/confirm"  # the address of the page holds no token
    page = browser.follow(answer)
    assert token not in page.text
    assert '<b id="person">alice</b>' in page.text
    assert browser.person is None
    assert path_of(browser.confirm(page)).startswith("/hub/spawn/alice?next=")
    assert browser.person == "alice"


def test_a_change_of_person_asks_first_and_ends_what_the_other_had(hub: Hub) -> None:
    """Shown of JupyterHub alone: after such a link the browser could still open the first one's server."""
    browser = hub.browser()
    browser.log_in("alice")
    first = browser.session.cookies.get("jupyterhub-session-id")
    page = ask(browser, hub.sandbox.token("bob"), hub.sandbox.url)
    assert "You are logged in as <b>alice</b>" in page.text
    assert browser.person == "alice"
    browser.confirm(page)
    assert browser.person == "bob"
    second = browser.session.cookies.get("jupyterhub-session-id")
    assert second
    assert second != first


def test_a_change_of_person_asks_first_even_when_the_others_session_is_dead(hub: Hub) -> None:
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    hub.sandbox.state.sessions.expire("Eve.O-Neill")
    page = ask(browser, hub.sandbox.token("bob"), hub.sandbox.url)
    assert "You are logged in as <b>Eve.O-Neill</b>" in page.text


def test_a_confirmation_counts_in_the_browser_that_got_it_and_once(hub: Hub) -> None:
    """JupyterHub's own XSRF token would do in another browser of the same kind behind the same address."""
    browser, other = hub.browser(), hub.browser()
    page = ask(browser, token := hub.sandbox.token("alice"))
    form = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
    assert browser.post("/hub/openbis/confirm", {"number": form["number"]}).status_code == 403
    assert other.post("/hub/openbis/confirm", form).status_code == 403
    assert browser.post("/hub/openbis/confirm", form).status_code == 403  # the attempt has used it up
    page = ask(browser, token)
    form = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
    assert browser.post("/hub/openbis/confirm", form).status_code == 302
    again = {"number": form["number"], "_xsrf": str(browser.session.cookies.get("_xsrf"))}
    assert browser.post("/hub/openbis/confirm", again).status_code == 403


@pytest.mark.parametrize(
    "token", ["alice-230926143214123x0123456789ABCDEF0123456789ABCDEF", "x", "a b", "\n", "é" * 2000]
)
def test_a_token_that_openbis_does_not_know_leads_to_the_form(browser: Browser, token: str) -> None:
    answer = browser.go(link(token, "/user/alice/lab"))
    assert path_of(answer) == "/hub/login?failed=session-over&next=%2Fuser%2Falice%2Flab"
    assert "The openBIS session of that link is over." in browser.follow(answer).text
    assert browser.person is None


def test_why_a_link_failed_is_told_on_the_form(browser: Browser, hub: Hub) -> None:
    answer = browser.go(link(hub.sandbox.token("olga")))
    assert "That person may not use this JupyterHub." in browser.follow(answer).text
    hub.sandbox.faults.add(FaultKind.STATUS, "getSessionInformation", count=0)
    try:
        answer = browser.go(link(hub.sandbox.token("alice")))
    finally:
        hub.sandbox.faults.clear()
    assert "openBIS does not answer at the moment." in browser.follow(answer).text
    assert browser.person is None
