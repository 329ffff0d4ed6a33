"""Who may ask the API of the library, and how: hub tokens, openBIS tokens, pages; what a 401 looks like."""

from __future__ import annotations

import base64
import re

import requests

from tests.waiting import until

from .api import ApiClient, Site


def test_an_openbis_token_is_a_log_in(site: Site, ursula: ApiClient) -> None:
    """P-31, P-33: a session or a personal access token, with the user's name; also where a proxy takes the
    header for itself."""
    notebook_id = ursula.store()["notebook"]["id"]
    path = f"notebooks/{notebook_id}"
    token = str(site.pybis("ursula").get_or_create_personal_access_token("api").permId)
    assert site.who("ursula", token).get(path)["notebook"]["owner"] == "ursula"
    basic = "Basic " + base64.b64encode(f"ursula:{token}".encode()).decode()
    proxied = {"Authorization": "Basic cHJveHk6c2VjcmV0", "plotly-authorization": basic}
    assert requests.get(ursula.root + path, headers=proxied, timeout=60).status_code == 200
    by_hub = site.service.person("ursula")
    assert by_hub.get(path).json()["notebook"]["id"] == notebook_id
    for secret in (token, basic, ursula.auth[1]):
        assert secret not in site.service.log
        assert secret.encode() not in site.service.database


def test_wrong_credentials_are_refused_alike(site: Site, ursula: ApiClient) -> None:
    """401 without a question for a password; neither the name nor the token is confirmed."""
    _, token = ursula.auth
    told = set()
    for user, key in (("ursula", "no-token"), ("alice", token), ("URSULA", token), ("", token), ("x", "")):
        problem = site.who(user, key or " ").refused("GET", "notebooks", 401, "not-logged-in")
        told.add(problem["detail"] if user and key else "")
        answer = requests.get(ursula.root + "notebooks", auth=(user, key), timeout=60)
        assert "WWW-Authenticate" not in answer.headers
    assert len(told - {""}) == 1
    for header in ("Basic %%%", "Basic " + base64.b64encode(b"no colon").decode(), "Basic", "Digest x"):
        answer = requests.get(ursula.root + "notebooks", headers={"Authorization": header}, timeout=60)
        assert answer.status_code == 401
    answer = requests.get(ursula.root + "notebooks", headers={"plotly-authorization": "x"}, timeout=60)
    assert answer.status_code == 401


def test_an_address_with_a_token_in_it_opens_nothing(ursula: ApiClient) -> None:
    """A link with somebody's name and token, clicked by somebody else, shows no page on the hub's origin."""
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    ursula.refused("GET", "notebooks", 403, "forbidden", headers=headers)


def test_a_token_that_is_over_is_refused_at_once(site: Site) -> None:
    """Though it was good a moment ago: openBIS itself is asked for what is shown."""
    sven = site.who("Eve.O-Neill")
    assert sven.ask("GET", "notebooks").status_code == 200
    logged_in = site.pybis("Eve.O-Neill")
    logged_in.token = sven.auth[1]
    logged_in.logout()
    sven.refused("GET", "notebooks", 401, "not-logged-in")


def test_pages_ask_with_cookie_and_csrf_token(site: Site, ursula: ApiClient) -> None:
    """A page of another origin, and script of a notebook at this one, know no CSRF token."""
    browser = site.service.browser()
    page = browser.log_in(site.service.person("ursula").token)
    csrf = re.findall(r'<meta name="csrf-token" content="([^"]+)"', page.text)[0]
    own = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin", "Origin": site.service.origin}
    assert browser.session.get(ursula.root + "notebooks", headers=own, timeout=60).status_code == 200
    for forged in ({}, own | {"X-CSRF-Token": "x"}, own | {"Origin": "https://evil.example.org"}):
        answer = browser.session.get(ursula.root + "notebooks", headers=forged, timeout=60)
        assert answer.status_code == 403


def test_opening_needs_an_account_at_the_hub(site: Site, ursula: ApiClient) -> None:
    """It ends in the person's own server."""
    version = ursula.store()["notebook"]["lastCheckpointId"]
    ursula.refused("POST", f"versions/{version}/launches", 401, "not-logged-in", json={"mode": "continue"})
    person = site.service.person("ursula")
    launch = person.post(f"versions/{version}/launches", {"mode": "continue", "directory": "growth"})
    assert launch.status_code == 201, launch.text
    assert launch.headers["Location"].endswith(launch.json()["id"])
    until(lambda: person.get(f"launches/{launch.json()['id']}").json()["state"] == "waiting", "it is ready")


def test_rights_that_are_withdrawn_hold_soon(site: Site, ursula: ApiClient) -> None:
    """Design D13: each answer is confirmed by the viewer's own session within the named seconds."""
    notebook_id = ursula.store(name="Seen by olga")["notebook"]["id"]
    olga, admin = site.who("olga"), site.pybis("admin")
    assert olga.get("notebooks", id=notebook_id)["entries"]
    assert olga.get(f"notebooks/{notebook_id}")
    role = admin.get_role_assignments(person="olga").df["techId"][0]
    admin.get_role_assignment(role).delete("test")
    try:
        assert olga.ask("GET", f"notebooks/{notebook_id}").status_code in (401, 403, 404)
        answer = olga.ask("GET", f"notebooks?id={notebook_id}")
        assert answer.status_code != 200 or answer.json()["entries"] == []
    finally:
        admin.assign_role(role="OBSERVER", person="olga", space="BIOLAB")
    assert site.who("olga").get(f"notebooks/{notebook_id}")
