"""Who may ask: tokens, browsers, pages of others; and that no route answers to nobody."""

from __future__ import annotations

import re
import secrets

import pytest
import requests

from openbis_nb.openbis.secrets import Secret
from openbis_nb.service.app import create_app
from openbis_nb.service.place import Place
from openbis_nb.service.settings import ServiceSettings

from .hub_at_the_wire import FakeHub
from .running import PREFIX, Browser, RunningService, request

#: Without log-in: what watches the service, the way back from the hub, styles, scripts and the badge, and the
#: ELN's calls, which bring an openBIS session of their own.
OPEN = {
    "health/live",
    "health/ready",
    "metrics",
    "oauth_callback",
    "static/{digest}/{name}",
    "badge.svg",
    "eln",
    "public/{key}",  # a link for the world; without a key that was made it is 404 to everybody
    "public/{key}/embed",
}
FRAMES = ("library/frame/", "import/frame/", "published/frame/", "dashboards/frame/")
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def all_routes() -> list[tuple[str, str]]:
    place = Place(PREFIX, "/", "http://127.0.0.1:1", Secret("x"), "service-openbis", PREFIX)
    app = create_app(place, ServiceSettings(), lambda: pytest.fail("nothing runs here"))
    found: list[tuple[str, str]] = []

    def walk(routes: list[object], prefix: str) -> None:
        for route in routes:
            path = prefix + getattr(route, "path", "")
            if hasattr(route, "endpoint"):
                found.extend((method, path) for method in getattr(route, "methods", None) or {"GET"})
            inner = getattr(route, "original_router", None) or route
            context = getattr(route, "include_context", None)
            if hasattr(inner, "routes"):
                walk(inner.routes, prefix + (getattr(context, "prefix", "") or ""))

    walk(list(app.routes), "")
    return sorted(set(found))


def test_the_walk_sees_all_routes() -> None:
    paths = {path.removeprefix(PREFIX) for _, path in all_routes()}
    assert paths >= OPEN - {"eln", "static/{digest}/{name}"}
    assert {"api/v1/launches", "api/v1/launches/{launch_id}/content", "api/v1/openapi.json"} <= paths
    assert len(paths) > 15


@pytest.mark.parametrize(
    ("method", "path"), [route for route in all_routes() if route[1].removeprefix(PREFIX) not in OPEN]
)
def test_no_route_answers_without_log_in(service: RunningService, method: str, path: str) -> None:
    short = path.removeprefix(PREFIX)
    url = service.origin + re.sub(r"{[^}]*}", "0" * 32, path)
    for headers in ({}, {"Authorization": "token no-such-token"}, {"Cookie": "openbis-nb-session=none"}):
        body = request() if method in WRITES else None
        answer = requests.request(method, url, headers=headers, json=body, allow_redirects=False, timeout=60)
        is_page = not short.startswith(("api/", "v2/", *FRAMES))
        if is_page and method in ("GET", "HEAD"):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/hub/api/oauth2/authorize?")
        else:
            assert answer.status_code == 401, answer.text
            if method == "HEAD":
                continue
            if short.startswith(FRAMES):  # shown in a frame, so it says so as a page
                assert "not logged in" in answer.text
                continue
            problem = answer.json()["errors"][0] if short.startswith("v2/") else answer.json()
            assert problem["code"] == "not-logged-in"


def test_only_a_persons_token_with_the_scopes_comes_in(service: RunningService, hub: FakeHub) -> None:
    """Design D8: scripts bring a token of the hub."""
    session = service.sandbox.token("alice")
    cases = [
        ({"kind": "service"}, 403, "forbidden"),
        ({"scopes": ["custom:openbis-session"]}, 403, "forbidden"),
        ({"scopes": ["access:services!service=other"]}, 403, "forbidden"),
    ]
    for change, status, code in cases:
        answer = service.by(hub.person("carol", session, **change)).get("launches")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["next_step"]
    narrow = service.by(hub.person("dora", session, scopes=["access:services!service=openbis"]))
    launch = narrow.launch()
    assert narrow.until_state(launch, "failed")["problem"]["code"] == "forbidden"
    for header in ("", "Basic YTpi", "token", "token a b", "Bearer\tx y"):
        answer = requests.get(f"{service.url}api/v1/launches", headers={"Authorization": header}, timeout=60)
        assert answer.status_code == 401
    alice = service.person("alice")
    bearer = {"Authorization": f"Bearer {alice.token}"}
    assert requests.get(f"{service.url}api/v1/launches", headers=bearer, timeout=60).status_code == 200


def test_only_a_token_fetches_a_launch_or_tells_its_outcome(service: RunningService) -> None:
    alice = service.person("alice")
    launch = alice.launch()
    browser, headers = logged_in(service, alice.token)
    for verb, path, body in (
        ("GET", f"launches/{launch['id']}/content", None),
        ("POST", f"launches/{launch['id']}/outcome", {"state": "ready", "path": "x.ipynb"}),
    ):
        url = f"{service.url}api/v1/{path}"
        answer = browser.session.request(verb, url, json=body, headers=headers, timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def logged_in(service: RunningService, token: str) -> tuple[Browser, dict[str, str]]:
    """A browser, and the headers that our own pages send."""
    browser = service.browser()
    page = browser.log_in(token)
    assert page.status_code == 200, page.text
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page.text)
    assert found, page.text
    return browser, {"X-CSRF-Token": found[1], "Sec-Fetch-Site": "same-origin", "Origin": service.origin}


def test_a_browser_comes_in_by_the_hub(service: RunningService) -> None:
    alice = service.person("alice")
    browser, headers = logged_in(service, alice.token)
    cookie = next(c for c in browser.session.cookies if c.name == "openbis-nb-session")
    assert cookie.path == PREFIX
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert [c.name for c in browser.session.cookies if "oauth" in c.name] == []
    url = f"{service.url}api/v1/launches"
    answer = browser.session.post(url, json=request(), headers=headers, timeout=60)
    assert answer.status_code == 201
    assert alice.get(f"launches/{answer.json()['id']}").status_code == 200


@pytest.mark.parametrize("said", ["https", "https,http"])
def test_by_https_the_cookies_are_for_https_alone(service: RunningService, said: str) -> None:
    """Also where the hub was not told its public address: the proxy in front of it says how people come."""
    browser = service.browser()
    sent = browser.go(PREFIX, X_Forwarded_Proto=said)
    assert "; Secure" in sent.headers["Set-Cookie"]
    back = browser.return_path(sent, service.person("alice").token)
    state = sent.headers["Set-Cookie"].split(";")[0]  # this client sends no such cookie by http
    hub_cookie = browser.session.cookies["jupyterhub-session-id"]
    came = browser.go(back, X_Forwarded_Proto=said, Cookie=f"{state}; jupyterhub-session-id={hub_cookie}")
    assert came.status_code == 302
    assert any("openbis-nb-session" in c and "; Secure" in c for c in came.headers["Set-Cookie"].split(", "))


def test_pages_are_safe_to_show(service: RunningService) -> None:
    page = service.browser().log_in(service.person("alice").token)
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"


CSRF = [  # what a page sends → whether it is one of ours
    ({}, True),
    ({"Origin": None}, True),
    ({"Sec-Fetch-Site": None}, True),
    ({"X-CSRF-Token": None}, False),
    ({"X-CSRF-Token": "x" * 43}, False),
    ({"X-CSRF-Token": ""}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Origin": "https://evil.example.org"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": None, "Sec-Fetch-Site": None}, False),
]


@pytest.mark.parametrize(("change", "ours"), CSRF)
def test_with_a_cookie_only_our_own_pages_ask(
    service: RunningService, change: dict[str, str | None], ours: bool
) -> None:
    """Writes and reads: people's servers share this origin."""
    alice = service.person("alice")
    browser, headers = logged_in(service, alice.token)
    sent = {name: value for name, value in (headers | change).items() if value is not None}
    post = browser.session.post(f"{service.url}api/v1/launches", json=request(), headers=sent, timeout=60)
    get = browser.session.get(f"{service.url}api/v1/launches", headers=sent, timeout=60)
    assert (post.status_code, get.status_code) == ((201, 200) if ours else (403, 403))
    assert len(alice.get("launches").json()["launches"]) == ours


def test_events_are_given_to_a_page_of_this_origin(service: RunningService) -> None:
    alice = service.person("alice")
    launch = alice.launch(place="/NO/SUCH")
    browser, _ = logged_in(service, alice.token)
    url = service.origin + launch["events"]
    own = browser.session.get(url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60)
    assert own.headers["Content-Type"].startswith("text/event-stream")
    assert browser.session.get(url, headers={"Sec-Fetch-Site": "cross-site"}, timeout=60).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "same-origin"}, {"Sec-Fetch-Dest": "iframe"}]
)
def test_a_page_is_for_a_person_to_see(service: RunningService, headers: dict[str, str]) -> None:
    """A script of a stranger's notebook on the same origin cannot read the token out of it."""
    browser, _ = logged_in(service, service.person("alice").token)
    answer = browser.session.get(service.url, headers=headers, timeout=60)
    assert answer.status_code == 403
    assert "csrf-token" not in answer.text


def test_the_session_ends_with_the_hubs_own(service: RunningService, hub: FakeHub) -> None:
    """The hub clears its cookie at a log-out, and sets another one when somebody else logs in."""
    token = service.person("alice").token
    for value in (None, secrets.token_hex(8)):
        browser, headers = logged_in(service, token)
        browser.session.cookies.pop("jupyterhub-session-id")
        if value:
            browser.session.cookies.set("jupyterhub-session-id", value, path="/")
        answer = browser.session.get(f"{service.url}api/v1/launches", headers=headers, timeout=60)
        assert answer.status_code == 401
        assert browser.go(PREFIX).status_code == 302


def test_a_log_in_belongs_to_the_browser_that_began_it(service: RunningService) -> None:
    token = service.person("bob").token
    mallory, victim = service.browser(), service.browser()
    back = mallory.return_path(mallory.go(PREFIX), token)
    answer = victim.go(back)
    assert answer.status_code == 401
    assert "openbis-nb-session" not in victim.session.cookies
    assert mallory.go(back.replace("code=", "code=x")).status_code == 401


@pytest.mark.parametrize("path", ["", "new?place=%2FBIOLAB%2FGROWTH&kind=project&input=1-2", "?a=1&b=%C3%BC"])
def test_the_browser_comes_to_the_page_that_it_wanted(service: RunningService, path: str) -> None:
    browser = service.browser()
    sent = browser.go(PREFIX + path)
    back = browser.go(browser.return_path(sent, service.person("alice").token))
    assert back.headers["Location"] == PREFIX + path


def test_who_may_not_use_the_service_is_told_so(service: RunningService, hub: FakeHub) -> None:
    token = hub.person("carol", None, scopes=["custom:openbis-session"])
    browser = service.browser()
    answer = browser.go(browser.return_path(browser.go(PREFIX), token))
    assert answer.status_code == 403
    assert "You may not use this service." in answer.text


def test_an_openbis_session_that_is_over_says_how_to_go_on(service: RunningService, hub: FakeHub) -> None:
    """U-01: a fresh log-in at the hub is enough; what was launched goes on."""
    alice = service.person("alice", session=None)
    launch = alice.launch()
    problem = alice.until_state(launch, "failed")["problem"]
    assert (problem["code"], problem["status"]) == ("not-logged-in", 401)
    assert problem["login_url"] == "/hub/login"
    hub.people[alice.token].session = service.sandbox.token("alice")
    assert alice.get(f"launches/{launch['id']}/content").status_code == 200


def test_who_has_linked_no_account_is_led_to_the_account_page(service: RunningService) -> None:
    """A hub with a log-in of its own says where to go; ``/hub/login`` would lead nowhere there."""
    over = {"code": "not-linked", "login_url": "/hub/openbis/account"}
    alice = service.person("alice", session=None, over=over)
    problem = alice.until_state(alice.launch(), "failed")["problem"]
    assert (problem["code"], problem["login_url"]) == ("not-logged-in", "/hub/openbis/account")
    assert "linked" in problem["detail"]
    assert "openBIS account" in problem["next_step"]
    answer = alice.get("tree")
    assert (answer.status_code, answer.json()["login_url"]) == (401, "/hub/openbis/account")


def test_the_hub_is_told_that_openbis_refused_its_session(service: RunningService) -> None:
    """Else it repeats for minutes what it knew before."""
    over = {"login_url": "/hub/openbis/account"}
    alice = service.person(
        "alice", session="alice-20200101000000000x" + "0" * 32, refused_by_openbis=True, over=over
    )
    for _ in range(2):
        answer = alice.get("tree")
        assert (answer.status_code, answer.json()["login_url"]) == (401, "/hub/openbis/account")


def test_a_session_that_openbis_ended_is_asked_for_anew(service: RunningService, hub: FakeHub) -> None:
    alice = service.person("alice")
    first = alice.launch()
    alice.until_state(first, "waiting")
    service.sandbox.state.sessions.expire("alice")
    second = alice.launch()
    assert alice.until_state(second, "failed")["problem"]["code"] == "not-logged-in"
    hub.people[alice.token].session = service.sandbox.token("alice")
    alice.post(f"launches/{second['id']}/retry")
    alice.until_state(second, "waiting")
