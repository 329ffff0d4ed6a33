"""Launches behind a real hub and its proxy: log-in, roles, a server that starts, the file that is written."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

import requests

from tests.waiting import until

from .running import Browser, Hub

PREFIX = "/services/openbis/"
BODY = {
    "place": "/BIOLAB/GROWTH/GROWTH_CURVES_1",
    "kind": "experiment",
    "name": "A look",
    "directory": "growth",
}


def api(hub: Hub, token: str, path: str, body: Any = None) -> requests.Response:
    url = hub.url + path if path.startswith("/") else f"{hub.url}{PREFIX}api/v1/{path}"
    headers = {"Authorization": f"token {token}"}
    return requests.request("POST" if body else "GET", url, headers=headers, json=body, timeout=60)


def service_is_up(hub: Hub) -> None:
    until(lambda: requests.get(f"{hub.url}{PREFIX}health/ready", timeout=60).ok, "the service is ready")


def csrf_of(page: requests.Response) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text[:1000]
    return found[1]


def events(hub: Hub, token: str, launch: dict[str, Any], until_state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    headers = {"Authorization": f"token {token}"}
    with requests.get(hub.url + launch["events"], headers=headers, stream=True, timeout=60) as answer:
        for line in answer.iter_lines(chunk_size=1):
            if line.startswith(b"data:"):
                found.append(json.loads(line.removeprefix(b"data:")))
                if found[-1]["state"] == until_state:
                    break
    return found


def test_a_launch_starts_the_persons_server_and_ends_in_a_file(hub: Hub) -> None:
    """U-02 to U-05, U-18, U-21: with a name that has to be escaped, and no server running."""
    service_is_up(hub)
    browser = hub.browser()
    browser.log_in("Eve.O-Neill")
    token, name = browser.api_token(), browser.person
    launch = api(hub, token, "launches", BODY).json()
    assert launch["url"] == f"/user/{name}/openbis/launch/{launch['id']}"
    told = events(hub, token, launch, "waiting")
    assert [event["state"] for event in told if event["state"] != "starting"] == ["checking", "waiting"]
    assert "starting" in [event["state"] for event in told]
    landed = browser.follow(browser.go(launch["url"]))
    assert landed.url.endswith("/lab/tree/growth/A%20look.ipynb"), landed.url
    ready = api(hub, token, f"launches/{launch['id']}").json()
    assert (ready["state"], ready["path"]) == ("ready", "growth/A look.ipynb")
    written = hub.folder / "homes" / str(name) / "growth" / "A look.ipynb"
    assert json.loads(written.read_text())["metadata"]["openbis"]["name"] == "A look"


def test_a_browser_launches_by_its_page(hub: Hub) -> None:
    """By cookie: OAuth without a question, then a write with the page's token."""
    service_is_up(hub)
    browser = hub.browser()
    browser.log_in("alice")
    page = browser.follow(browser.go(PREFIX))
    assert page.status_code == 200
    headers = {"X-CSRF-Token": csrf_of(page), "Origin": hub.url, "Sec-Fetch-Site": "same-origin"}
    url = f"{hub.url}{PREFIX}api/v1/launches"
    answer = browser.session.post(url, json=BODY, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert browser.session.post(url, json=BODY, timeout=60).status_code == 403


def test_a_log_out_at_the_hub_ends_the_browsers_session(hub: Hub) -> None:
    service_is_up(hub)
    browser = hub.browser()
    browser.log_in("alice")
    page = browser.follow(browser.go(PREFIX))
    headers = {"X-CSRF-Token": csrf_of(page), "Origin": hub.url}
    url = f"{hub.url}{PREFIX}api/v1/launches"
    assert browser.session.get(url, headers=headers, timeout=60).status_code == 200
    kept = {cookie.name: str(cookie.value) for cookie in browser.session.cookies if cookie.path == PREFIX}
    log_out(browser)
    assert browser.session.get(url, headers=headers, timeout=60).status_code == 401
    browser.log_in("bob")
    browser.session.cookies.update(kept)
    assert browser.session.get(url, headers=headers, timeout=60).status_code == 401


def log_out(browser: Browser) -> None:
    browser.follow(browser.go("/hub/logout", site="same-origin"))
    assert browser.person is None


def test_two_people_do_not_see_each_others_launches(hub: Hub) -> None:
    service_is_up(hub)
    tokens = {}
    for name in ("alice", "bob"):
        browser = hub.browser()
        browser.log_in(name)
        tokens[name] = browser.api_token()
    launch = api(hub, tokens["alice"], "launches", BODY).json()
    for path in ("", "/events", "/content"):
        assert api(hub, tokens["bob"], f"launches/{launch['id']}{path}").status_code == 404
    assert launch["id"] not in api(hub, tokens["bob"], "launches").text


def test_the_service_holds_no_power_of_its_own(hub: Hub) -> None:
    """Design D3: no role, so no access to servers, and none to anybody's auth_state."""
    with sqlite3.connect(f"file:{hub.folder}/data/jupyterhub.sqlite?mode=ro", uri=True) as db:
        roles = db.execute(
            "SELECT roles.name, roles.scopes FROM services JOIN service_role_map ON services.id = service_id"
            " JOIN roles ON roles.id = role_id WHERE services.name = 'openbis'"
        ).fetchall()
        (scopes,) = db.execute(
            "SELECT allowed_scopes FROM oauth_clients WHERE identifier = 'service-openbis'"
        ).fetchone()
    assert roles == []
    allowed = set(json.loads(scopes))
    assert "servers!user" in allowed
    assert [scope for scope in allowed if scope.startswith(("access:servers", "admin:"))] == []
    assert [scope for scope in allowed if not scope.endswith("!user") and scope.startswith("read:")] == []


def test_no_route_of_the_service_answers_without_log_in(hub: Hub) -> None:
    service_is_up(hub)
    browser = hub.browser()
    page = browser.go(PREFIX)
    assert page.headers["Location"].startswith("/hub/api/oauth2/authorize?")
    for path in ("launches", "openapi.json", "launches/" + "0" * 32, "tree", "templates"):
        assert requests.get(f"{hub.url}{PREFIX}api/v1/{path}", timeout=60).status_code == 401
