"""The hub below ``/jupyter/``, and the same hub after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from openbis_nb.sandbox import Sandbox

from .running import Browser, Hub, hidden, path_of

BELOW = "c.JupyterHub.bind_url = c.JupyterHub.bind_url + '/jupyter/'\n"


def below(folder: Path, sandbox: Sandbox) -> Hub:
    hub = Hub(folder, sandbox, BELOW)
    hub.url += "/jupyter"
    return hub.wait_until_ready()


@pytest.fixture(scope="module")
def below_hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = below(tmp_path_factory.mktemp("below"), hub_sandbox)
    try:
        yield hub
    finally:
        hub.stop()


def log_in(hub: Hub, next_url: str = "") -> Browser:
    browser = hub.browser()
    address = f"/jupyter/hub/login?next={quote(next_url)}"
    fields = {"username": "alice", "password": hub.sandbox.users["alice"]}
    answer = browser.post(address, fields | {"_xsrf": hidden(browser.go(address), "_xsrf")})
    assert answer.status_code == 302, answer.text[-500:]
    assert path_of(answer).startswith("/jupyter/")
    return browser


def home_of(browser: Browser) -> str:
    """The home page, when somebody is logged in."""
    answer = browser.go("/jupyter/hub/home")
    return answer.text if answer.status_code == 200 else ""


@pytest.mark.parametrize("prefix", ["", "/jupyter"])
def test_the_elns_link(below_hub: Hub, prefix: str) -> None:
    """O-31: the unmodified ELN knows no base path."""
    token = below_hub.sandbox.token("alice")
    next_url = quote(f"{prefix}/user/alice/notebooks/g/a.ipynb")
    answer = below_hub.browser().go(f"/jupyter/hub/login?token={token}&next={next_url}")
    assert path_of(answer) == (
        "/jupyter/hub/spawn/alice?next=%2Fjupyter%2Fuser%2Falice%2Fopenbis%2Fopen%2Fg%2Fa.ipynb"
    )


def test_the_question_its_answer_and_log_out(below_hub: Hub) -> None:
    browser = log_in(below_hub)
    token = below_hub.sandbox.token("bob")
    page = browser.follow(browser.go(f"/jupyter/hub/login?token={token}", site="cross-site"))
    assert "You are logged in as <b>alice</b>" in page.text
    fields = {"number": hidden(page, "number"), "_xsrf": hidden(page, "_xsrf")}
    done = browser.post("/jupyter/hub/openbis/confirm", fields)
    assert path_of(done).startswith("/jupyter/hub/spawn/bob?next=")
    assert 'user: "bob"' in home_of(browser)
    browser.go("/jupyter/hub/logout", site="same-origin")
    assert home_of(browser) == ""


def test_a_session_is_handed_over(below_hub: Hub) -> None:
    browser = below_hub.browser()
    form = {"token": below_hub.sandbox.token("alice"), "next": "/jupyter/hub/openbis/account"}
    landing = browser.post("/jupyter/hub/openbis/handover", form, Origin=below_hub.sandbox.url)
    assert path_of(landing).startswith("/jupyter/hub/login?ticket=")
    assert path_of(browser.go(landing.headers["Location"])) == "/jupyter/hub/openbis/account"


def test_the_account_page(below_hub: Hub) -> None:
    browser = log_in(below_hub)
    assert 'href="/jupyter/hub/openbis/account"' in home_of(browser)
    page = browser.go("/jupyter/hub/openbis/account")
    assert '<dd id="openbis-user">alice</dd>' in page.text
    assert 'href="/jupyter/hub/login?again=1&amp;next=%2Fjupyter%2Fhub%2Fopenbis%2Faccount"' in page.text


def test_people_and_their_sessions_outlive_a_restart(hub_sandbox: Sandbox, tmp_path: Path) -> None:
    """O-35: neither the log-in nor the session is lost, and nobody has to open a workspace first."""
    first = below(tmp_path, hub_sandbox)
    try:
        browser = log_in(first)
    finally:
        first.stop()
    second = below(tmp_path, hub_sandbox)
    try:
        browser.hub = second
        assert 'user: "alice"' in home_of(browser)
        assert '<dd id="openbis-user">alice</dd>' in browser.go("/jupyter/hub/openbis/account").text
    finally:
        second.stop()
