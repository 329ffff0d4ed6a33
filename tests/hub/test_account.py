"""``/hub/openbis/account``: whose session the hub holds, until when, and its tokens at openBIS."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind

from .running import Browser, Hub, hidden, path_of

PAGE = "/hub/openbis/account"
REVOKING = "Revoking a token needs a log-in"


@pytest.fixture
def alice(hub: Hub) -> Browser:
    browser = hub.browser()
    browser.log_in("alice")
    return browser


def text_of(browser: Browser) -> str:
    """The page, with its white space made one."""
    answer = browser.go(PAGE)
    assert answer.status_code == 200, answer.text[-2000:]
    return " ".join(answer.text.split())


def test_it_says_whose_session_it_is_and_until_when(alice: Browser, hub_sandbox: Sandbox) -> None:
    page = text_of(alice)
    assert '<dd id="openbis-user">alice</dd>' in page
    assert hub_sandbox.url in page
    until = re.search(r'<dd id="until"><time datetime="([^"]*)">', page)
    assert until, page
    assert 'id="advice"' not in page
    assert "$pat-" not in page


def test_it_lists_the_hubs_tokens_and_says_how_to_revoke_them(alice: Browser, hub_sandbox: Sandbox) -> None:
    """Contract 2.6: a token cannot end another one."""
    page = text_of(alice)
    assert page.count("openbis-nb at JupyterHub") == 1
    assert "in use" in page
    assert REVOKING in page
    assert "alice-" not in page


async def test_other_tokens_of_the_person_are_not_the_hubs(alice: Browser, hub_sandbox: Sandbox) -> None:
    server = Server(hub_sandbox.url, ca_bundle=hub_sandbox.ca_bundle)
    async with OpenBIS(server, hub_sandbox.token("alice")) as client:
        await client.create_personal_access_token("my own script")
    assert "my own script" not in text_of(alice)


def test_where_openbis_lists_no_tokens_the_page_says_what_the_hub_knows(hub: Hub, alice: Browser) -> None:
    hub.sandbox.faults.add(FaultKind.ERROR, "searchPersonalAccessTokens", count=0)
    try:
        page = text_of(alice)
    finally:
        hub.sandbox.faults.clear()
    assert "openbis-nb at JupyterHub" in page
    assert "this is what the hub itself knows" in page


def test_a_session_that_is_no_token_says_why(hub: Hub) -> None:
    """U-19; design D5: the fallback is visible."""
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    page = text_of(browser)
    assert "does not recognise the token it made" in page
    assert '<dd id="until">you log out of openBIS, or hours without use</dd>' in page
    home = browser.go("/hub/home").text
    assert "does not recognise the token it made" in home


def test_every_page_of_the_hub_leads_there(alice: Browser) -> None:
    for path in ("/hub/home", "/hub/token"):
        assert f'href="{PAGE}"' in alice.go(path).text


def test_logging_in_again_renews_the_token(alice: Browser, hub: Hub) -> None:
    """The only time when tokens are made and revoked."""
    token = alice.api_token()
    first = hub.api(token, "/openbis/session").json()["token"]
    again = re.search(r'id="again" href="([^"]*)"', text_of(alice))
    assert again
    link = again[1].replace("&amp;", "&")
    form = alice.go(link)
    assert "Log in again" in form.text
    assert 'value="alice"' in form.text
    fields = {"username": "alice", "password": hub.sandbox.users["alice"]}
    fields |= {name: hidden(form, name) for name in ("again", "_xsrf")}
    action = re.search(r'action="([^"]*)" method="post" id="password-login"', form.text)
    assert action
    done = alice.post(action[1].replace("&amp;", "&"), fields)
    assert path_of(done) == PAGE
    second = hub.api(token, "/openbis/session").json()["token"]
    assert second != first
    assert not hub.sandbox.state.sessions.is_active(first)


def test_single_sign_on_comes_back_to_it(hub: Hub) -> None:
    browser, token = hub.browser(), hub.sandbox.token("alice")
    answer = browser.go(f"/hub/login?token={token}&next={PAGE}")
    assert path_of(answer) == PAGE


def test_nobody_sees_it_without_a_log_in(browser: Browser) -> None:
    assert path_of(browser.go(PAGE)).startswith("/hub/login?next=")


@pytest.fixture(scope="module")
def short_lived(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub whose people are warned from the start: their tokens live half a day."""
    settings = "c.OpenBISKeeper.token_name = 'short'\nc.OpenBISKeeper.token_life = 12 * 3600.0\n"
    hub = Hub(tmp_path_factory.mktemp("short"), hub_sandbox, settings)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def test_the_end_is_told_on_the_page_at_home_and_to_kernels(short_lived: Hub) -> None:
    """U-01, U-02: before it happens, with what to do."""
    browser = short_lived.browser()
    browser.log_in("ursula")
    told = "Your openBIS session ends on"
    assert told in text_of(browser)
    home = browser.go("/hub/home").text
    assert told in home
    assert f'href="{PAGE}"' in home
    assert told in short_lived.api(browser.api_token(), "/openbis/session").json()["note"]
