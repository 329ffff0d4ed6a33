"""A walk over every route of ours: none answers without a log-in, but for a list with a reason for each."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from .actors import Person, SecuredHub
from .routes import METHODS, extension_routes, hub_routes, service_routes

#: Method and path below the hub → why it answers.
HUB_OPEN = {
    ("GET", "/login"): "the log-in page; it asks for the session in the same request",
}
#: Method and path below the service → why it answers.
SERVICE_OPEN = {
    ("GET", "health/live"): "whatever watches the service has no log-in; says ok",
    ("GET", "health/ready"): "whatever watches the service has no log-in; names no person",
    ("GET", "metrics"): "Prometheus has no log-in; counts, names no person",
    ("GET", "badge.svg"): "stands in READMEs that anybody reads; one picture, the same for everybody",
}
#: Answers by a refusal that is made from the request alone.
REFUSES = (400, 401, 403, 404, 405, 411, 415, 422)

#: How somebody comes who is not logged in.
STRANGERS: dict[str, dict[str, str]] = {
    "nothing": {},
    "a browser": {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    "an invented token": {"Authorization": "token 0123456789abcdef0123456789abcdef"},
    "an empty token": {"Authorization": "token "},
    "no token": {"Authorization": "Basic YWRtaW46YWRtaW4="},
    "invented cookies": {
        "Cookie": "openbis-nb-session=x; jupyterhub-session-id=x; jupyterhub-hub-login=x; _xsrf=x; "
        "jupyterhub-user-alice=x; openbis-confirmation=x",
        "X-XSRFToken": "x",
        "X-CSRF-Token": "x",
        "Sec-Fetch-Site": "same-origin",
    },
    "a proxy's word": {"X-Forwarded-User": "alice", "Remote-User": "alice", "X-Forwarded-For": "127.0.0.1"},
}


def ask(method: str, address: str, headers: dict[str, str]) -> requests.Response:
    return requests.request(
        method,
        address,
        headers=headers,
        data=b"{}" if method != "GET" else None,
        allow_redirects=False,
        timeout=60,
    )


def is_refused(answer: requests.Response) -> bool:
    """Refused, or sent to the log-in of the hub; what a preflight answers is empty and allows nothing."""
    if answer.request.method == "OPTIONS" and answer.ok:
        return not answer.content and "Access-Control-Allow-Origin" not in answer.headers
    if answer.status_code in (302, 303):
        target = urlsplit(answer.headers["Location"])
        return target.path in ("/hub/login", "/hub/api/oauth2/authorize")
    return answer.status_code in REFUSES


def check(base: str, routes: list[str], reasons: dict[tuple[str, str], str], headers: dict[str, str]) -> None:
    """Ask with every method; what answers is just what is on the list."""
    answered = {
        (method, path): answer.status_code
        for path in routes
        for method in METHODS
        if not is_refused(answer := ask(method, base + path, headers))
    }
    assert {key: status for key, status in answered.items() if key not in reasons} == {}


@pytest.mark.parametrize("who", STRANGERS)
def test_no_route_of_the_hub_answers(secured: SecuredHub, who: str) -> None:
    routes = hub_routes()
    assert "/login" in routes
    check(f"{secured.url}/hub", routes, HUB_OPEN, STRANGERS[who])


@pytest.mark.parametrize("who", STRANGERS)
def test_no_route_of_the_service_answers(secured: SecuredHub, who: str) -> None:
    prefix = "/services/openbis/"
    routes = sorted({path.removeprefix(prefix) for _, path in service_routes()})
    check(secured.url + prefix, routes, SERVICE_OPEN, STRANGERS[who])


def test_the_list_is_no_longer_than_needed(secured: SecuredHub) -> None:
    for base, reasons in (
        (f"{secured.url}/hub", HUB_OPEN),
        (f"{secured.url}/services/openbis/", SERVICE_OPEN),
    ):
        for (method, path), reason in reasons.items():
            assert reason
            assert ask(method, base + path, {}).status_code == 200, path


@pytest.mark.parametrize("who", STRANGERS)
def test_no_route_of_a_persons_server_answers(
    alice: Person, tmp_path_factory: pytest.TempPathFactory, who: str
) -> None:
    for method, path in _extension(tmp_path_factory):
        answer = ask(method, alice.hub.url + alice.base.rstrip("/") + path, STRANGERS[who])
        assert is_refused(answer), (method, path, answer.status_code, answer.text[:300])


def test_no_page_shows_who_uses_the_hub(secured: SecuredHub, alice: Person, bob: Person) -> None:
    """What answers without a log-in names nobody, no token and no path of the machine."""
    alice.opened_launcher()
    pages = [f"{secured.url}/hub{path}" for _, path in HUB_OPEN]
    pages += [f"{secured.url}/services/openbis/{path}" for _, path in SERVICE_OPEN]
    for page in pages:
        text = requests.get(page, timeout=60).text
        found = [word for word in ("alice", "bob", "$pat-", str(secured.folder)) if word in text]
        assert found == [], page


_known: list[tuple[str, str]] = []


def _extension(factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    if not _known:
        home: Path = factory.mktemp("home")
        _known.extend(extension_routes(home))
    return _known
