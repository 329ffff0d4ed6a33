"""Two people try everything against each other by HTTP: no success, whatever they hold (design 6).

bob shares no space of openBIS with alice. He tries with what a person can have: the cookies of his browser, a
token of his own, the token of his server, and those that OAuth gave to the service and to his server.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from .actors import Person, SecuredHub, environments
from .hostile_notebooks import PLAIN
from .path_tricks import tree

PLACE = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
#: Stands in a file of alice's, and in the name of her launch: whoever reads it has read hers.
MARK = "only-for-alice-4f1d"


class Credentials:
    """One way to say who one is: cookies, or a token."""

    def __init__(self, person: Person, token: str = "") -> None:
        self._person, self._token = person, token

    def ask(self, method: str, address: str, body: object = None) -> requests.Response:
        if not self._token:
            path = urlsplit(address).path
            headers = {"X-CSRF-Token": self._csrf(), "Sec-Fetch-Site": "same-origin"}
            if address.startswith(self._person.hub.url):
                return self._person.ask(
                    method, address.removeprefix(self._person.hub.url), json=body, headers=headers
                )
            headers["X-XSRFToken"] = self._person.xsrf(path)
            return self._person.browser.session.request(
                method, address, json=body, headers=headers, allow_redirects=False, timeout=30
            )
        headers = {"Authorization": f"token {self._token}"}
        return requests.request(
            method, address, json=body, headers=headers, allow_redirects=False, timeout=30
        )

    def _csrf(self) -> str:
        return self._person.csrf()


def oauth_token(person: Person, client: str, secret: str, redirect: str) -> str:
    """What the hub gives to *client* for the person's browser, asked for as the client itself does."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": client,
        "redirect_uri": redirect,
        "response_type": "code",
        "state": "x",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = person.browser.go(f"/hub/api/oauth2/authorize?{urlencode(query)}", site="same-origin")
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    form = {
        "client_id": client,
        "client_secret": secret,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": verifier,
    }
    given = requests.post(f"{person.hub.url}/hub/api/oauth2/token", data=form, timeout=60)
    return str(given.json()["access_token"])


WAYS = ("cookies", "own token", "server's token", "service's OAuth", "server's OAuth")


def credentials(person: Person, way: str) -> Credentials:
    """They are good: the hub says whose they are."""
    found = _credentials(person, way)
    assert found.ask("GET", f"{person.hub.url}/hub/api/user").json()["name"] == person.name
    return found


def _credentials(person: Person, way: str) -> Credentials:
    hub, base = person.hub, person.base
    if way == "cookies":
        return Credentials(person)
    if way == "own token":
        return Credentials(person, person.browser.api_token())
    if way == "server's token":
        return Credentials(person, person.server_token)
    if way == "server's OAuth":
        client, secret = f"jupyterhub-user-{person.name}", person.server_token
        return Credentials(person, oauth_token(person, client, secret, f"{base}oauth_callback"))
    (secret,) = {
        found["JUPYTERHUB_API_TOKEN"]
        for found in environments(hub)
        if found.get("JUPYTERHUB_SERVICE_NAME") == "openbis"
    }
    return Credentials(
        person, oauth_token(person, "service-openbis", secret, "/services/openbis/oauth_callback")
    )


class Belongings:
    """What alice has: a file, a kernel, launches by both ways."""

    def __init__(self, alice: Person) -> None:
        self.alice = alice
        (alice.home / "private.txt").write_text(MARK, encoding="utf-8")
        self.server = alice.environment["JUPYTERHUB_SERVICE_URL"].rstrip("/")
        self.kernel = alice.ask("POST", f"{alice.base}api/kernels", json={"name": "python3"}).json()["id"]
        own = Credentials(alice, alice.browser.api_token())
        body = {"place": PLACE, "kind": "experiment", "inputs": [], "name": MARK, "directory": "private"}
        service = f"{alice.hub.url}/services/openbis"
        self.launch = own.ask("POST", f"{service}/api/v1/launches", body).json()["id"]
        session = alice.hub.sandbox.token("alice")
        query = f"token={session}&folder=private&filename={MARK}.ipynb&test=False"
        assert requests.post(f"{service}/eln?{query}", data=PLAIN, timeout=60).status_code == 200
        found = own.ask("GET", f"{service}/api/v1/launches").json()["launches"]
        self.launches = [one["id"] for one in found if one["directory"] == "private"]
        assert len(self.launches) >= 2

    def close(self) -> None:
        self.alice.ask("DELETE", f"{self.alice.base}api/kernels/{self.kernel}")


@pytest.fixture(scope="module")
def hers(alice: Person, bob: Person) -> Iterator[Belongings]:
    alice.opened_launcher()
    bob.opened_launcher()
    belongings = Belongings(alice)
    yield belongings
    belongings.close()


def at_the_hub() -> list[tuple[str, str, object]]:
    """Method, path and body; alice is named in each."""
    return [
        ("GET", "/hub/api/users/alice", None),
        ("GET", "/hub/api/users/alice?include_stopped_servers=1", None),
        ("GET", "/hub/api/users", None),
        ("PATCH", "/hub/api/users/alice", {"admin": True}),
        ("PATCH", "/hub/api/users/alice", {"auth_state": {}}),
        ("DELETE", "/hub/api/users/alice", None),
        ("GET", "/hub/api/users/alice/tokens", None),
        ("POST", "/hub/api/users/alice/tokens", {}),
        ("POST", "/hub/api/users/alice/activity", {"last_activity": "2026-01-01T00:00:00Z"}),
        ("POST", "/hub/api/users/alice/server", {}),
        ("DELETE", "/hub/api/users/alice/server", None),
        ("POST", "/hub/api/users/alice/servers/x", {}),
        ("GET", "/hub/api/users/alice/server/progress", None),
        ("GET", "/hub/api/users/alice/shared", None),
        ("GET", "/hub/api/shares/alice/", None),
        ("POST", "/hub/api/shares/alice/", {"user": "bob"}),
        ("POST", "/hub/api/share-codes/alice/", {}),
        ("GET", "/hub/spawn/alice", None),
        ("POST", "/hub/spawn/alice", None),
        ("GET", "/hub/spawn-pending/alice", None),
        ("GET", "/hub/user/alice/lab", None),
        ("GET", "/hub/admin", None),
        ("GET", "/hub/api/proxy", None),
        ("GET", "/hub/api/services", None),
        ("POST", "/hub/api/shutdown", {}),
        ("GET", "/hub/api/authorizations/token/x", None),
    ]


def at_her_server(hers: Belongings) -> list[tuple[str, str, object]]:
    launch, kernel = hers.launch, hers.kernel
    return [
        ("GET", "/api/contents", None),
        ("GET", "/api/contents/private.txt", None),
        ("GET", "/files/private.txt", None),
        ("GET", "/files/.local/share/jupyter/runtime", None),
        ("PUT", "/api/contents/bob.txt", {"type": "file", "format": "text", "content": "bob"}),
        ("DELETE", "/api/contents/private.txt", None),
        ("POST", "/api/contents", {"type": "notebook"}),
        ("GET", "/api/kernels", None),
        ("POST", "/api/kernels", {"name": "python3"}),
        ("GET", f"/api/kernels/{kernel}", None),
        ("GET", f"/api/kernels/{kernel}/channels", None),
        ("POST", f"/api/kernels/{kernel}/interrupt", {}),
        ("DELETE", f"/api/kernels/{kernel}", None),
        ("GET", "/api/sessions", None),
        (
            "POST",
            "/api/sessions",
            {"path": "x", "name": "x", "type": "notebook", "kernel": {"name": "python3"}},
        ),
        ("GET", "/api/terminals", None),
        ("POST", "/api/terminals", {}),
        ("GET", "/terminals/websocket/1", None),
        ("GET", "/api/me", None),
        ("GET", "/api/status", None),
        ("POST", "/api/shutdown", {}),
        ("GET", "/lab", None),
        ("GET", "/lab/tree/private.txt", None),
        ("GET", "/tree", None),
        ("GET", f"/openbis/launch/{launch}", None),
        ("GET", f"/openbis/open/private/{MARK}.ipynb", None),
        ("GET", "/openbis/api/v1/session", None),
        ("POST", "/openbis/api/v1/save", {"path": "private.txt"}),
        ("POST", "/openbis/api/v1/attach", {"inputs": []}),
        ("GET", "/openbis/api/v1/data-sets", None),
        ("GET", "/openbis/api/v1/outbox", None),
        ("GET", "/openbis/api/v1/state", None),
        ("POST", "/openbis/api/v1/save-answers/x", {}),
    ]


def at_the_service(launch: str) -> list[tuple[str, str, object]]:
    one = f"/api/v1/launches/{launch}"
    return [
        ("GET", one, None),
        ("GET", f"{one}/events", None),
        ("GET", f"{one}/content", None),
        ("POST", f"{one}/outcome", {"state": "ready", "path": "x.ipynb"}),
        ("POST", f"{one}/outcome", {"state": "failed", "problem": {"detail": "x"}}),
        ("POST", f"{one}/retry", {}),
        ("DELETE", one, None),
        ("GET", "/api/v1/entities/BIOLAB", None),
        ("GET", "/api/v1/entities/%2FBIOLAB%2FGROWTH%2FGROWTH_CURVES_1", None),
        ("GET", "/api/v1/entities/%2FBIOLAB%2FGROWTH%2FGROWTH_CURVES_1/data-sets", None),
        ("POST", "/api/v1/downloads", {"place": PLACE, "name": "x"}),
    ]


def is_nothing(answer: requests.Response) -> bool:
    """No success, and nothing of alice's in it."""
    if MARK in answer.text or "$pat-" in answer.text:
        return False
    if answer.is_redirect:
        target = urlsplit(answer.headers["Location"])
        return target.path in ("/hub/login", "/hub/api/oauth2/authorize") or target.path.startswith(
            "/hub/user/alice/"
        )
    return answer.status_code >= 400


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_hers_at_the_hub(hers: Belongings, bob: Person, way: str) -> None:
    before, his = tree(hers.alice.home), credentials(bob, way)
    for method, path, body in at_the_hub():
        answer = his.ask(method, bob.hub.url + path, body)
        assert is_nothing(answer), (method, path, answer.status_code, answer.text[:300])
    assert tree(hers.alice.home) == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", ["the proxy", "its own port"])
def test_nothing_of_hers_in_her_server(hers: Belongings, bob: Person, way: str, door: str) -> None:
    """Its own port is open to everybody on the machine."""
    server = f"{bob.hub.url}/user/alice" if door == "the proxy" else hers.server
    before, his = tree(hers.alice.home), credentials(bob, way)
    for method, path, body in at_her_server(hers):
        answer = his.ask(method, server + path, body)
        assert is_nothing(answer), (method, path, answer.status_code, answer.text[:300])
    assert tree(hers.alice.home) == before


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_hers_at_the_service(hers: Belongings, bob: Person, way: str) -> None:
    his = credentials(bob, way)
    for base in (f"{bob.hub.url}/services/openbis", f"{bob.hub.service_url}/services/openbis"):
        for launch in hers.launches:
            for method, path, body in at_the_service(launch):
                answer = his.ask(method, base + path, body)
                assert is_nothing(answer), (method, path, answer.status_code, answer.text[:300])
        for path in ("/api/v1/launches", f"/api/v1/launches?directory=private&file={MARK}.ipynb"):
            answer = his.ask("GET", base + path)
            assert MARK not in answer.text
            seen = {one["id"] for one in answer.json()["launches"]} if answer.ok else set()
            assert not seen & set(hers.launches)


def test_a_progress_page_tells_no_more_than_that_of_no_launch(hers: Belongings, bob: Person) -> None:
    pages = [
        bob.browser.follow(bob.browser.go(f"/services/openbis/launch/{launch}", site="same-origin"))
        for launch in (*hers.launches, "0" * 32)
    ]
    shown = {page.text.replace(page.url.rpartition("/")[2], "") for page in pages}
    assert len(shown) == 1
    assert MARK not in shown.pop()


def test_the_openbis_session_is_ones_own(hers: Belongings, bob: Person, secured: SecuredHub) -> None:
    """However somebody else is named in the request."""
    for way in WAYS:
        his = credentials(bob, way)
        for more in ("", "?user=alice", "?name=alice", "/alice", "?user_id=alice"):
            answer = his.ask("GET", f"{secured.url}/hub/api/openbis/session{more}")
            assert "alice" not in answer.text
            assert not answer.ok or answer.json()["user_id"] == "bob"


def test_she_has_it_all_and_it_is_still_there(hers: Belongings, alice: Person) -> None:
    """The same questions, asked by her: else the silence above would mean nothing."""
    own = credentials(alice, "own token")
    hub = alice.hub.url
    assert own.ask("GET", f"{hub}/hub/api/users/alice").json()["name"] == "alice"
    assert own.ask("GET", f"{hub}/hub/api/users/alice/tokens").ok
    assert own.ask("GET", f"{hub}/user/alice/api/contents/private.txt").json()["content"] == MARK
    assert own.ask("GET", f"{hub}/user/alice/api/kernels/{hers.kernel}").ok
    for launch in hers.launches:
        assert (
            own.ask("GET", f"{hub}/services/openbis/api/v1/launches/{launch}").json()["directory"]
            == "private"
        )
        content = own.ask("GET", f"{hub}/services/openbis/api/v1/launches/{launch}/content")
        assert content.ok, content.text
    assert json.dumps(MARK) in json.dumps(own.ask("GET", f"{hub}/user/alice/files/private.txt").text)
    assert own.ask("GET", f"{hub}/hub/api/openbis/session").json()["user_id"] == "alice"
