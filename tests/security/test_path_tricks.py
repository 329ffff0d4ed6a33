"""A launch writes below the root of the person's own server, or not at all (O-53, design D3, section 6).

Each trick goes the whole way: by the ELN's calls, by our own, and at the addresses of the person's server.
Afterwards everything is compared: nothing outside, nothing half-made, no empty folder.
"""

from __future__ import annotations

from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests

from .actors import Person, SecuredHub
from .hostile_notebooks import PLAIN
from .path_tricks import REFUSED, TRAPS, Tree, set_traps, tree

PLACE = "/BIOLAB/GROWTH/GROWTH_CURVES_1"


class Attempt:
    """Launches of one person, and everything that they could reach."""

    def __init__(self, person: Person, bob: Person, outside: Path) -> None:
        self.person, self.hub, self._outside = person, person.hub, outside
        self._others = (bob.home, outside, Path("/etc/cron.d"), Path("/tmp/openbis-nb-escape"))
        self.session = self.hub.sandbox.token(person.user)
        self.token = person.browser.api_token()

    def by_the_eln(self, directory: str, name: str, test: str = "False") -> requests.Response:
        values = (
            ("token", self.session),
            ("folder", directory),
            ("filename", f"{name}.ipynb"),
            ("test", test),
        )
        query = "&".join(f"{key}={quote(value, safe='', errors='surrogatepass')}" for key, value in values)
        return requests.post(
            f"{self.hub.url}/services/openbis/eln?{query}",
            data=PLAIN,
            headers={"Origin": self.hub.sandbox.url},
            timeout=60,
        )

    def by_launch(self, directory: str, name: str, route: str = "launches") -> requests.Response:
        body = {"place": PLACE, "kind": "experiment", "inputs": [], "directory": directory, "name": name}
        return requests.post(
            f"{self.hub.url}/services/openbis/api/v1/{route}",
            json=body,
            headers={"Authorization": f"token {self.token}"},
            timeout=60,
        )

    def open(self, path: str) -> requests.Response:
        """Go to an address of the person's own server; where it leads, not further."""
        return self.person.browser.go(path, site="same-origin")

    def everything(self) -> Tree:
        return tree(self.person.home, *self._others)


@pytest.fixture(scope="module")
def attempt(alice: Person, bob: Person, tmp_path_factory: pytest.TempPathFactory) -> Attempt:
    outside = tmp_path_factory.mktemp("outside") / "folder"
    set_traps(alice.home, outside)
    alice.opened_launcher()
    return Attempt(alice, bob, outside)


def refused(answer: requests.Response) -> bool:
    """A clear refusal, not an accident."""
    return 400 <= answer.status_code < 500


def says_why(answer: requests.Response) -> str:
    body: dict[str, Any] = answer.json()
    return str(body.get("detail") or body.get("message"))


def test_the_table_is_long() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 60


@pytest.mark.parametrize(("directory", "name"), REFUSED)
def test_the_elns_call_is_refused(attempt: Attempt, directory: str, name: str) -> None:
    before = attempt.everything()
    for test in ("True", "False"):
        answer = attempt.by_the_eln(directory, name, test)
        assert refused(answer), answer.text
        assert says_why(answer)
    # An address as the ELN would make it all the same, typed in: it finds nothing and makes nothing.
    attempt.open(f"/user/alice/openbis/open/{quote(f'{directory}/{name}.ipynb', errors='surrogatepass')}")
    assert attempt.everything() == before


@pytest.mark.parametrize(("directory", "name"), REFUSED)
def test_our_call_is_refused(attempt: Attempt, directory: str, name: str) -> None:
    before = attempt.everything()
    for route in ("launches", "downloads"):
        answer = attempt.by_launch(directory, name, route)
        if answer.status_code == 200:  # a download writes nothing here; its name is not a path
            assert route == "downloads"
            assert directory
            assert "/" not in unquote(answer.headers["Content-Disposition"].partition("''")[2])
            continue
        assert refused(answer), answer.text
        assert says_why(answer)
    assert attempt.everything() == before


@pytest.mark.parametrize("way", ["eln", "launch"])
@pytest.mark.parametrize(("directory", "name"), TRAPS)
def test_nothing_is_written_through_a_trap(attempt: Attempt, directory: str, name: str, way: str) -> None:
    """The service can't know of it: the person's own server refuses, with a page that says why."""
    before = attempt.everything()
    if way == "eln":
        assert attempt.by_the_eln(directory, name).status_code == 200
        answer = attempt.open(f"/user/alice/openbis/open/{quote(directory)}/{name}.ipynb")
    else:
        answer = attempt.by_launch(directory, name)
        if answer.status_code == 201:
            answer = attempt.open(answer.json()["url"])
    assert refused(answer), answer.text
    assert attempt.everything() == before


@pytest.mark.parametrize("way", ["eln", "launch"])
@pytest.mark.parametrize("name", ["over a link", "over nothing"])
def test_a_name_that_is_a_link_is_taken(attempt: Attempt, name: str, way: str) -> None:
    before = attempt.everything()
    if way == "eln":
        assert attempt.by_the_eln("", name).status_code == 200
        answer = attempt.open(f"/user/alice/openbis/open/{quote(name)}.ipynb")
    else:
        answer = attempt.open(attempt.by_launch("", name).json()["url"])
    assert answer.status_code == 302, answer.text
    after = attempt.everything()
    (made,) = after.keys() - before.keys()
    assert Path(made).parent == attempt.person.home
    assert not Path(made).is_symlink()
    assert {path: after[path] for path in before} == before


RAW = [
    "/user/alice/openbis/open/../../../etc/passwd",
    "/user/alice/openbis/open/%2e%2e/%2e%2e/bob/x.ipynb",
    "/user/alice/openbis/open/..%2f..%2fbob%2fx.ipynb",
    "/user/alice/openbis/open/%252e%252e/x.ipynb",
    "/user/alice/openbis/open//etc/passwd",
    "/user/alice/openbis/open/%00.ipynb",
    "/user/alice/openbis/open/out/precious.ipynb",
    "/user/alice/openbis/open/inside/out/precious.ipynb",
    "/user/alice/openbis/open/only%20a%20link.ipynb",
    "/user/alice/openbis/open/up/bob/x.ipynb",
    "/user/alice/openbis/open/%c0%ae%c0%ae/x.ipynb",
    "/user/alice/openbis/open/http://evil.example/x.ipynb",
    "/user/alice/openbis/open/%5cevil.example/x.ipynb",
    "/user/alice/openbis/launch/..",
    "/user/alice/openbis/launch/%2e%2e",
    "/user/alice/openbis/launch/..%2f..%2fapi",
    "/user/alice/openbis/launch/%00",
    "/user/alice/openbis/launch/" + "a" * 5000,
    "/user/alice/openbis/launch/a%3Fb",
    "/user/alice/openbis/launch/x%0d%0aSet-Cookie:%20x=y",
]


@pytest.mark.parametrize("path", RAW)
def test_odd_addresses_of_the_own_server(attempt: Attempt, path: str) -> None:
    """As they stand, with nothing put right by the client on the way."""
    before = attempt.everything()
    cookies = "; ".join(
        f"{cookie.name}={cookie.value}"
        for cookie in attempt.person.browser.session.cookies
        if "/user/alice/".startswith(cookie.path)
    )
    connection = HTTPConnection(urlsplit(attempt.hub.url).netloc, timeout=60)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.putheader("Cookie", cookies)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    assert "root:" not in text
    assert "not a notebook" not in text
    # Redirected at most to what is missing, of one's own: never to the content of a file outside. The proxy
    # itself answers 500 to what is no UTF-8.
    location = answer.headers.get("Location") or ""
    assert answer.status in (400, 403, 404, 409, 414, 431, 500) or location.startswith("/"), text
    assert answer.status != 500 or "%c0" in path
    assert not location.startswith(("//", "/\\", "/user/alice/lab"))
    assert attempt.everything() == before


@pytest.mark.parametrize(
    "path",
    [
        "../../../../etc/passwd",
        "/etc/passwd",
        "out/precious.ipynb",
        "//evil.example/x",
        "http://evil.example/x",
        "\\evil.example",
        "..",
        "",
        "a\nb",
    ],
)
def test_a_path_that_was_reported_leads_nowhere_else(attempt: Attempt, path: str) -> None:
    """A launch that says it was written somewhere: nobody is sent there unless it is a file of theirs."""
    launched = attempt.by_launch("", "reported").json()
    address = f"{attempt.hub.url}/services/openbis/api/v1/launches/{launched['id']}"
    headers = {"Authorization": f"token {attempt.token}"}
    assert requests.get(f"{address}/content", headers=headers, timeout=60).status_code == 200
    before = attempt.everything()
    outcome = {"state": "ready", "path": path}
    said = requests.post(f"{address}/outcome", json=outcome, headers=headers, timeout=60)
    if refused(said):
        return
    answer = attempt.open(launched["url"])
    assert refused(answer), (answer.status_code, answer.headers.get("Location"))
    assert attempt.everything() == before


def test_a_session_of_somebody_else_writes_nothing_here(attempt: Attempt, secured: SecuredHub) -> None:
    """The ELN's call with another person's session is a launch of that person's."""
    before = attempt.everything()
    values = f"token={quote(secured.sandbox.token('bob'))}&folder=theirs&filename=a.ipynb&test=False"
    answer = requests.post(f"{secured.url}/services/openbis/eln?{values}", data=PLAIN, timeout=60)
    assert answer.status_code == 200
    assert refused(attempt.open("/user/alice/openbis/open/theirs/a.ipynb"))
    assert attempt.everything() == before
