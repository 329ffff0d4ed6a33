"""Other sites, and other people's pages on the hub's own origin, against the service (D8, O-52)."""

from __future__ import annotations

import pytest
import requests

from openbis_nb.sandbox import Sandbox

from .actors import Person, SecuredHub
from .hostile_notebooks import PLAIN
from .routes import service_routes
from .test_cross_site_log_in import uncached, unframeable

EVIL = "http://evil.example"
BODY = {"place": "/BIOLAB/GROWTH/GROWTH_CURVES_1", "kind": "experiment", "name": "x", "inputs": []}
PREFIX = "/services/openbis/"
API = f"{PREFIX}api/v1/"
V2 = f"{PREFIX}v2/jupyter-notebooks"
ELN = f"{PREFIX}eln"


@pytest.fixture(scope="module")
def visitor(secured: SecuredHub) -> Person:
    """Logged in at the service, in a browser."""
    return Person(secured, "ursula").opened_launcher()


def send(
    visitor: Person, method: str, path: str, headers: dict[str, str], **options: object
) -> requests.Response:
    """With the visitor's cookies, and just these headers."""
    return visitor.browser.session.request(
        method,
        visitor.hub.url + path,
        headers=headers,
        allow_redirects=False,
        timeout=60,
        **options,  # type: ignore[arg-type]
    )


def launches(visitor: Person) -> int:
    token = visitor.browser.api_token()
    headers = {"Authorization": f"token {token}"}
    answer = requests.get(visitor.hub.url + API + "launches", headers=headers, timeout=60)
    return len(answer.json()["launches"])


#: What a page of another site, a sandboxed frame, or somebody else's page on this origin can send: it has the
#: visitor's cookies, but not the CSRF token of our pages.
FORGED: dict[str, dict[str, str]] = {
    "another site": {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"},
    "another site, which knows nothing of Sec-Fetch": {"Origin": EVIL},
    "a sub-domain": {"Origin": "http://x.127.0.0.1", "Sec-Fetch-Site": "same-site"},
    "a sandboxed frame": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "a sandboxed frame of this origin": {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    "nothing said": {},
    "only a Referer": {"Referer": "{here}/services/openbis/"},
    "a page of this origin, no token": {"Origin": "{here}", "Sec-Fetch-Site": "same-origin"},
    "with an empty token": {"Origin": "{here}", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": ""},
    "with an invented token": {"Origin": "{here}", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": "x" * 43},
    "with somebody else's token": {
        "Origin": "{here}",
        "Sec-Fetch-Site": "same-origin",
        "X-CSRF-Token": "{bob}",
    },
    "the right token from another site": {
        "Origin": EVIL,
        "Sec-Fetch-Site": "cross-site",
        "X-CSRF-Token": "{own}",
    },
    "the right token, Origin null": {"Origin": "null", "X-CSRF-Token": "{own}"},
    "the right token, another port": {"Origin": "http://127.0.0.1:1", "X-CSRF-Token": "{own}"},
}


@pytest.fixture(scope="module")
def forged(visitor: Person, secured: SecuredHub) -> dict[str, dict[str, str]]:
    values = {
        "{here}": secured.url,
        "{own}": visitor.csrf(),
        "{bob}": Person(secured, "bob").csrf(),
    }

    def fill(text: str) -> str:
        for name, value in values.items():
            text = text.replace(name, value)
        return text

    return {who: {name: fill(text) for name, text in headers.items()} for who, headers in FORGED.items()}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("who", FORGED)
def test_no_forged_write_counts(
    visitor: Person, forged: dict[str, dict[str, str]], who: str, kind: str
) -> None:
    before = launches(visitor)
    headers = forged[who] | ({"Content-Type": kind} if kind else {})
    for route in (
        "launches",
        "downloads",
        "notebooks?storedIn=/BIOLAB/GROWTH/GROWTH_CURVES_1",
        "notebooks/0123456789abcdef/fork",
        "superseded/trash",
        "launches/0123456789abcdef/retry",
        "launches/0123456789abcdef/outcome",
    ):
        answer = send(visitor, "POST", API + route, headers, json=BODY)
        assert answer.status_code in (401, 403), (route, answer.status_code, answer.text)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    for route in ("/upload", "/alice:2020010100000000099/trash", "/alice:2020010100000000099/copy"):
        answer = send(visitor, "POST", V2 + route, forged[who] | {"X-File-Name": "a"}, json=BODY)
        assert answer.status_code in (401, 403), (route, answer.status_code, answer.text)
    assert launches(visitor) == before


@pytest.mark.parametrize("who", FORGED)
def test_no_forged_read_tells_anything(visitor: Person, forged: dict[str, dict[str, str]], who: str) -> None:
    """People's servers share the origin, so reads with a cookie need the token, too."""
    for method, path in service_routes():
        if method == "GET" and path.startswith((API, V2)):
            answer = send(visitor, method, path, forged[who])
            assert answer.status_code in (401, 403, 404), (path, answer.status_code, answer.text[:300])


def test_our_own_page_may(visitor: Person, secured: SecuredHub) -> None:
    """Else the refusals above would mean nothing."""
    headers = {"Origin": secured.url, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": visitor.csrf()}
    assert send(visitor, "POST", API + "launches", headers, json=BODY).status_code == 201
    assert send(visitor, "GET", API + "tree", headers).status_code == 200


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "{hub}", "{openbis}.evil.example", "https://{openbis_host}"]
)
def test_no_other_origin_reads_any_route(visitor: Person, secured: SecuredHub, origin: str) -> None:
    """CORS: no header for anybody, but for the ELN's endpoint and its configured origin."""
    openbis = secured.sandbox.url
    origin = origin.replace("{hub}", secured.url).replace("{openbis}", openbis)
    origin = origin.replace("{openbis_host}", openbis.partition("//")[2])
    for method, path in [*service_routes(), ("OPTIONS", API + "launches"), ("OPTIONS", API + "tree")]:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "x",
        }
        for verb in (method, "OPTIONS"):
            answer = send(visitor, verb, path, asked)
            found = [name for name in answer.headers if name.lower().startswith("access-control-")]
            assert found == [], (verb, path)


def test_the_elns_origin_reads_the_elns_endpoint_only(visitor: Person, secured: SecuredHub) -> None:
    origin = secured.sandbox.url
    for method, path in service_routes():
        answer = send(visitor, method, path, {"Origin": origin})
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        assert allowed == (origin if path == ELN else None), (method, path)
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_a_foreign_page_cannot_use_a_session_at_the_elns_endpoint(
    visitor: Person, security_sandbox: Sandbox, origin: str
) -> None:
    """Although it has the session: a page that got hold of it in its address."""
    before = launches(visitor)
    session = security_sandbox.token("ursula")
    query = f"token={session}&folder=a&filename=a.ipynb&test=False"
    answer = send(visitor, "POST", f"{ELN}?{query}", {"Origin": origin}, data=PLAIN)
    assert answer.status_code == 403
    assert session not in answer.text
    assert launches(visitor) == before


def test_cookies_do_not_log_in_at_the_elns_endpoint(visitor: Person, secured: SecuredHub) -> None:
    before = launches(visitor)
    for query in ("folder=a&filename=a.ipynb&test=False", "token=&folder=a&filename=a.ipynb&test=False"):
        answer = send(visitor, "POST", f"{ELN}?{query}", {"Origin": secured.sandbox.url}, data=PLAIN)
        assert answer.status_code in (400, 401)
    assert launches(visitor) == before


def test_pages_are_for_people_to_see(visitor: Person) -> None:
    """No script, frame or picture gets one: it holds the CSRF token."""
    pages = [path for _, path in service_routes() if path in (PREFIX, f"{PREFIX}new", f"{PREFIX}opening")]
    assert len(pages) == 3
    pages.append(f"{PREFIX}launch/0123456789abcdef")
    hidden = [("cors", "empty"), ("same-origin", "empty"), ("no-cors", "image"), ("navigate", "iframe")]
    for path in pages:
        for mode, destination in hidden:
            headers = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination, "Sec-Fetch-Site": "same-origin"}
            answer = send(visitor, "GET", path, headers)
            assert answer.status_code == 403, (path, mode)
            assert "csrf" not in answer.text.lower()


def test_every_answer_is_private_and_inert(visitor: Person, secured: SecuredHub) -> None:
    """Of every route, answered or refused."""
    headers = {"Origin": secured.url, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": visitor.csrf()}
    for method, path in service_routes():
        if path.endswith("/events"):
            continue
        answer = send(visitor, method, path, headers)
        # A link for the world may stand on the pages of others.
        embeddable = "/public/" in path and path.endswith("/embed")
        assert unframeable(answer) or embeddable, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        policy = answer.headers["Content-Security-Policy"]
        if "/frame/" in path or embeddable:  # foreign content, which has nothing of ours to reach
            assert policy.startswith("sandbox; default-src 'none'"), path
        elif path.endswith("/badge.svg"):  # a picture for pages of others
            assert policy == "default-src 'none'; sandbox", path
        else:
            assert "default-src 'self'" in policy, path
            assert "unsafe" not in policy, path
        assert uncached(answer) or path.endswith("/badge.svg") or "/static/" in path, path
        for cookie in answer.cookies:
            assert cookie.path.startswith(PREFIX), (path, cookie.name)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/services/openbis/../../hub/logout",
        "\r\nX: y",
    ],
)
def test_nothing_leads_elsewhere(secured: SecuredHub, target: str) -> None:
    """The page wanted before a log-in stands in a cookie, which is a stranger's input like any other."""
    for query in (f"next={target}", f"url={target}", f"redirect_uri={target}", f"state={target}&code=x"):
        for path in (PREFIX, f"{PREFIX}new", f"{PREFIX}oauth_callback"):
            answer = requests.get(f"{secured.url}{path}?{query}", allow_redirects=False, timeout=60)
            location = answer.headers.get("Location", "")
            assert not location or location.startswith("/hub/api/oauth2/authorize?"), (path, location)
            assert "X" not in answer.headers
