"""From the ELN's link into a running server, with the session in its environment's reach, and out again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .running import Browser, Hub, hidden, path_of

_ASK = """
import json, os, sys, urllib.request
url = os.environ["JUPYTERHUB_API_URL"] + "/openbis/session"
headers = {"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]}
sys.stdout.write(urllib.request.urlopen(urllib.request.Request(url, headers=headers)).read().decode())
"""


def environment_of_server(hub: Hub, user: str) -> dict[str, str]:
    """The environment that this hub gave a person's server, read off its process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            raw = (folder / "environ").read_bytes()
        except OSError:
            continue
        values = dict(part.split("=", 1) for part in raw.decode(errors="replace").split("\0") if "=" in part)
        ours = values.get("HOME", "").startswith(str(hub.folder))
        if ours and values.get("JUPYTERHUB_USER") == user and "JUPYTERHUB_API_TOKEN" in values:
            return values
    return {}


def opened(browser: Browser, path: str) -> str:
    """The page of a person's own server, once it answers; else nothing."""
    answer = browser.follow(browser.go(path))
    return answer.text if answer.status_code == 200 and urlsplit(answer.url).path == path else ""


def test_from_the_elns_link_into_ones_own_server(hub: Hub, hub_sandbox: Sandbox) -> None:
    """O-31, U-01, U-03: the server was down, is started, and opens what the link named."""
    browser, token = hub.browser(), hub_sandbox.token("alice")
    link = f"/hub/login?token={token}&next=/user/alice/lab/tree/growth/a.ipynb"
    answer = browser.follow(browser.go(link, site="cross-site", referer=hub_sandbox.url))
    assert "spawn-pending" in answer.url
    page = until(lambda: opened(browser, "/user/alice/lab/tree/growth/a.ipynb"), "the server opens")
    assert "jupyter-config-data" in page
    given = environment_of_server(hub, "alice")
    assert given["OPENBIS_URL"] == hub_sandbox.url
    assert [name for name, value in given.items() if token in value or "$pat-" in value] == []
    command = [sys.executable, "-c", _ASK]
    said = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout)["user_id"] == "alice"


def start_server(hub: Hub, user: str) -> None:
    browser = hub.browser()
    browser.log_in(user)
    browser.follow(browser.go("/hub/spawn", site="same-origin"))
    until(lambda: opened(browser, f"/user/{user}/lab"), "the server opens")


def become(browser: Browser, user: str) -> None:
    """By a link to somebody else's session, confirmed on our page."""
    link = f"/hub/login?token={browser.hub.sandbox.token(user)}"
    page = browser.follow(browser.go(link, site="cross-site", referer=browser.hub.sandbox.url))
    assert browser.confirm(page).status_code == 302


def test_a_browser_that_became_somebody_else_no_longer_opens_the_first_ones_server(hub: Hub) -> None:
    """Shown of JupyterHub alone."""
    start_server(hub, "alice")
    browser = hub.browser()
    browser.log_in("alice")
    until(lambda: opened(browser, "/user/alice/lab"), "alice's server opens")
    become(browser, "bob")
    answer = browser.follow(browser.go("/user/alice/api/contents"))
    assert answer.status_code in (403, 404), answer.text[:300]


def test_from_a_bookmark_without_a_cookie_by_the_form(hub: Hub) -> None:
    """A library link or bookmark leads where it pointed, after the log-in; the server is up."""
    start_server(hub, "alice")
    browser = hub.browser()
    form = browser.follow(browser.go("/user/alice/lab/tree/b.ipynb"))
    assert 'id="password-login"' in form.text
    query = urlsplit(form.url).query
    fields = {"username": "alice", "password": hub.sandbox.users["alice"], "_xsrf": hidden(form, "_xsrf")}
    page = browser.follow(browser.post(f"/hub/login?{query}", fields))
    assert (page.status_code, urlsplit(page.url).path) == (200, "/user/alice/lab/tree/b.ipynb")


def test_from_a_bookmark_without_a_cookie_by_single_sign_on(hub: Hub) -> None:
    """The page of openBIS posts the session and the ``next`` that the hub gave it; both come back."""
    start_server(hub, "alice")
    browser = hub.browser()
    form = browser.follow(browser.go("/user/alice/lab/tree/b.ipynb"))
    after = parse_qs(urlsplit(form.url).query)["next"][0]
    handed = {"token": hub.sandbox.token("alice"), "next": after}
    landing = browser.post("/hub/openbis/handover", handed, Origin=hub.sandbox.url)
    page = browser.follow(browser.go(landing.headers["Location"], site="cross-site", referer=hub.sandbox.url))
    assert (page.status_code, urlsplit(page.url).path) == (200, "/user/alice/lab/tree/b.ipynb")


def test_no_server_is_started_with_a_dead_session(hub: Hub) -> None:
    """O-63: at first JupyterHub says so, then it shows the form."""
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    browser.stop_server()
    hub.sandbox.state.sessions.expire("Eve.O-Neill")
    first = browser.follow(browser.go("/hub/spawn", site="same-origin"))
    assert first.status_code in (200, 403), first.text[-500:]
    assert 'id="password-login"' in browser.follow(browser.go("/hub/spawn", site="same-origin")).text
    assert environment_of_server(hub, "-45ve-2e-4f-2d-4eeill") == {}
    assert "Failed to get current user" not in hub.log


def test_from_a_bookmark_with_a_cookie_whose_session_is_dead(hub: Hub) -> None:
    """Nor is the server running: the form comes, and after single sign-on what the bookmark names."""
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    browser.stop_server()
    hub.sandbox.state.sessions.expire("Eve.O-Neill")
    form = until(lambda: log_in_form(browser, "/user/-45ve-2e-4f-2d-4eeill/lab/tree/b.ipynb"), "the form")
    handed = {
        "token": hub.sandbox.token("Eve.O-Neill"),
        "next": parse_qs(urlsplit(form.url).query)["next"][0],
    }
    landing = browser.post("/hub/openbis/handover", handed, Origin=hub.sandbox.url)
    arrived = browser.go(landing.headers["Location"], site="cross-site", referer=hub.sandbox.url)
    spawn, _, after = path_of(arrived).partition("?next=")
    assert spawn == "/hub/spawn/-45ve-2e-4f-2d-4eeill"
    assert unquote(after) == "/user/-45ve-2e-4f-2d-4eeill/lab/tree/b.ipynb"


def log_in_form(browser: Browser, path: str) -> requests.Response | None:
    answer = browser.follow(browser.go(path))
    return answer if 'id="password-login"' in answer.text else None


@pytest.mark.parametrize("link", ["/hub/user-redirect/lab/tree/c.ipynb", "/user/bob/lab/tree/c.ipynb"])
def test_from_a_library_link_without_a_cookie_while_the_server_is_down(hub: Hub, link: str) -> None:
    """By the form: the server is started on the way, with no page between that says that it is down."""
    owner, browser = hub.browser(), hub.browser()
    owner.log_in("bob")
    owner.stop_server()
    form = browser.follow(browser.go(link))
    query = urlsplit(form.url).query
    fields = {"username": "bob", "password": hub.sandbox.users["bob"], "_xsrf": hidden(form, "_xsrf")}
    assert path_of(browser.post(f"/hub/login?{query}", fields)) == (
        "/hub/spawn/bob?next=%2Fuser%2Fbob%2Flab%2Ftree%2Fc.ipynb"
    )
