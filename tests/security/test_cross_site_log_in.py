"""Other sites against the log-in: what a page, a mail or a proxy in between can make a browser send."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.hub.running import Browser, hidden, path_of

from .actors import Person, SecuredHub

EVIL = "http://evil.example"

#: What browsers send for requests that are no visible navigation: (Sec-Fetch-Mode, Sec-Fetch-Dest).
HIDDEN = [
    ("no-cors", "image"),
    ("no-cors", "script"),
    ("no-cors", "style"),
    ("no-cors", "video"),
    ("no-cors", "object"),
    ("no-cors", "embed"),
    ("no-cors", "empty"),
    ("cors", "empty"),
    ("cors", "font"),
    ("cors", "manifest"),
    ("same-origin", "empty"),
    ("navigate", "iframe"),
    ("navigate", "frame"),
    ("navigate", "embed"),
    ("navigate", "object"),
    ("navigate", "fencedframe"),
    ("websocket", "websocket"),
]


@pytest.fixture
def browser(secured: SecuredHub) -> Browser:
    return secured.browser()


@pytest.fixture(scope="module")
def attackers_session(security_sandbox: Sandbox) -> str:
    return security_sandbox.token("bob")


def ticket(hub: SecuredHub, session: str, next_url: str = "/user/alice/lab") -> str:
    """The landing of a ticket; anybody who has a session can mint one, with a forged ``Origin``."""
    form = {"token": session, "next": next_url}
    answer = hub.browser().post("/hub/openbis/handover", form, Origin=hub.sandbox.url)
    assert answer.status_code == 303, answer.text[:300]
    return path_of(answer)


def landing_of(hub: SecuredHub, way: str, session: str) -> str:
    """The address of a log-in by *session*; a ticket is minted for it anew."""
    return f"/hub/login?token={session}" if way == "token" else ticket(hub, session)


@pytest.mark.parametrize("way", ["token", "ticket"])
@pytest.mark.parametrize(("mode", "destination"), HIDDEN)
def test_only_what_a_person_sees_logs_in(
    secured: SecuredHub, attackers_session: str, way: str, mode: str, destination: str
) -> None:
    """Even when openBIS' own page is what asks."""
    landing = landing_of(secured, way, attackers_session)
    headers = {"Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": destination}
    browser = secured.browser()
    answer = browser.go(landing, site="cross-site", referer=secured.sandbox.url, **headers)
    assert answer.status_code == 403
    assert "jupyterhub-hub-login" not in browser.session.cookies
    assert browser.person is None
    if way == "ticket":  # what was refused has not used it up
        assert browser.go(landing).status_code == 302


@pytest.mark.parametrize("way", ["token", "ticket"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_no_other_method_logs_in(secured: SecuredHub, attackers_session: str, way: str, method: str) -> None:
    landing = landing_of(secured, way, attackers_session)
    browser = secured.browser()
    answer = browser.session.request(
        method, secured.url + landing, headers={"Origin": EVIL}, allow_redirects=False, timeout=30
    )
    assert answer.status_code in (200, 204, 403, 405), answer.text[:300]
    assert browser.person is None
    assert attackers_session not in answer.text


@pytest.mark.parametrize("origin", [EVIL, "null"])
@pytest.mark.parametrize("form", [{"username": "bob", "password": "bob"}, {"token": "session"}])
def test_a_form_of_another_site_logs_nobody_in(
    secured: SecuredHub, attackers_session: str, form: dict[str, str], origin: str
) -> None:
    """It can't read our XSRF token; one of the attacker's own does not fit the cookie."""
    theirs = hidden(secured.browser().go("/hub/login", User_Agent="another browser"), "_xsrf")
    form = {name: attackers_session if value == "session" else value for name, value in form.items()}
    for more in ({}, {"_xsrf": theirs}, {"_xsrf": ""}):
        victim = secured.browser()
        victim.go("/hub/login")
        answer = victim.post("/hub/login", form | more, Origin=origin, Sec_Fetch_Site="cross-site")
        assert answer.status_code == 403
        assert victim.person is None


@pytest.mark.parametrize(
    "origin",
    [
        EVIL,
        "null",
        "",
        "file://",
        "chrome-extension://abc",
        "{openbis}.evil.example",
        "{openbis}@evil.example",
        "{openbis}1",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://localhost:{port}",
        "{openbis} http://evil.example",
        "http://evil.example {openbis}",
        "{openbis},http://evil.example",
        "{hub}",
    ],
)
def test_only_openbis_hands_over(secured: SecuredHub, attackers_session: str, origin: str) -> None:
    """The hub's own origin is not on the list either: people's servers share it."""
    port = str(urlsplit(secured.sandbox.url).port)
    origin = (
        origin.replace("{openbis}", secured.sandbox.url).replace("{port}", port).replace("{hub}", secured.url)
    )
    answer = secured.browser().post(
        "/hub/openbis/handover",
        {"token": attackers_session, "next": "/"},
        **({"Origin": origin} if origin else {}),
        Referer=f"{secured.sandbox.url}/",
    )
    assert answer.status_code == 403
    assert "ticket" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("site", "referer"),
    [
        ("cross-site", f"{EVIL}/"),
        ("cross-site", ""),
        ("same-site", f"{EVIL}/"),
        ("cross-site", "{openbis}.evil.example/"),
        ("cross-site", "http://evil.example/{openbis}/"),
        ("cross-site", "http://{host}@evil.example/"),
    ],
)
@pytest.mark.parametrize("way", ["token", "ticket"])
def test_a_foreign_log_in_is_asked_about(
    secured: SecuredHub, attackers_session: str, way: str, site: str, referer: str
) -> None:
    """A ticket or session of the attacker's, in a link on their page: the victim would work as them."""
    openbis = secured.sandbox.url
    referer = referer.replace("{openbis}", openbis).replace("{host}", openbis.partition("//")[2])
    for victim in (secured.browser(), Person(secured, "ursula").browser):
        before = victim.person
        answer = victim.go(landing_of(secured, way, attackers_session), site=site, referer=referer)
        assert path_of(answer) == "/hub/openbis/confirm"
        assert victim.person == before
        # The page asks; it can't be answered from outside, nor be framed.
        page = victim.follow(answer)
        assert unframeable(page)
        number = {"number": hidden(page, "number")}
        assert victim.post("/hub/openbis/confirm", number, Origin=EVIL).status_code == 403
        assert victim.person == before


@pytest.mark.parametrize("way", ["token", "ticket"])
def test_a_change_of_person_is_asked_about_even_from_openbis(
    secured: SecuredHub, attackers_session: str, way: str
) -> None:
    victim = Person(secured, "ursula").browser
    for site, referer in (("cross-site", secured.sandbox.url), ("same-origin", ""), ("none", "")):
        landing = landing_of(secured, way, attackers_session)
        assert path_of(victim.go(landing, site=site, referer=referer)) == "/hub/openbis/confirm"
        assert victim.person == "ursula"


def test_a_ticket_is_good_once_for_whom_it_was_minted(secured: SecuredHub, security_sandbox: Sandbox) -> None:
    """Its target is that person's, whoever brings it."""
    landing = ticket(secured, security_sandbox.token("bob"), "/user/alice/lab")
    first, second = secured.browser(), secured.browser()
    assert "alice" not in path_of(first.go(landing))
    assert first.person == "bob"
    assert path_of(second.go(landing)).startswith("/hub/login?failed=session-over")
    assert second.person is None


@pytest.mark.parametrize("number", ["", "x", "a" * 43, "../../", "%00", "' OR 1=1 --", "A" * 10_000])
def test_an_invented_ticket_is_nothing(secured: SecuredHub, number: str) -> None:
    browser = secured.browser()
    answer = browser.go(f"/hub/login?ticket={number}")
    assert answer.status_code in (200, 302, 400, 431), answer.text[:200]
    assert browser.person is None


HOSTS = ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "path",
    [
        "/hub/login",
        "/hub/home",
        "/hub/logout",
        "/hub/openbis/confirm",
        "/services/openbis/",
        "/user/alice/",
        "/",
    ],
)
def test_a_forged_host_leads_nowhere(secured: SecuredHub, path: str, host: str) -> None:
    """No address of ours is made from what a request says of the host."""
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript", "X-Scheme": "javascript"}
    forged |= {"Forwarded": "host=evil.example;proto=https", "X-Forwarded-For": "127.0.0.1"}
    answer = requests.get(
        secured.url + path,
        headers={"Host": host, "Accept": "text/html", **forged},
        allow_redirects=False,
        timeout=60,
    )
    assert "evil" not in answer.headers.get("Location", "")
    assert "evil.example" not in answer.text
    for cookie in answer.cookies:
        assert not cookie.domain_specified


@pytest.mark.parametrize("way", ["token", "ticket"])
def test_a_forged_host_does_not_move_a_log_in(secured: SecuredHub, attackers_session: str, way: str) -> None:
    landing = landing_of(secured, way, attackers_session)
    answer = secured.browser().go(landing, Host="evil.example", X_Forwarded_Host="evil.example")
    assert "evil" not in answer.headers["Location"]


def unframeable(answer: requests.Response) -> bool:
    """Whether no browser shows the page inside another one."""
    policy = answer.headers.get("Content-Security-Policy", "")
    directive = re.search(r"frame-ancestors ([^;]*)", policy)
    return (directive is not None and directive[1].strip() in ("'none'", "'self'")) or answer.headers.get(
        "X-Frame-Options", ""
    ).upper() in ("DENY", "SAMEORIGIN")


def uncached(answer: requests.Response) -> bool:
    return "no-store" in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "path",
    ["/hub/login", "/hub/openbis/account", "/hub/openbis/command-line", "/hub/home", "/services/openbis/"],
)
def test_pages_are_not_framed(alice: Person, path: str) -> None:
    page = alice.browser.follow(alice.browser.go(path, site="same-origin"))
    assert unframeable(page), page.headers


@pytest.mark.parametrize(
    "path", ["/hub/login", "/hub/openbis/confirm", "/hub/openbis/account", "/services/openbis/"]
)
def test_pages_with_something_private_are_not_kept(alice: Person, path: str) -> None:
    answer = alice.browser.go(path, site="same-origin")
    answer = alice.browser.follow(answer) if "services" in path else answer
    assert uncached(answer), answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_session_is_not_kept_on_its_way(secured: SecuredHub, alice: Person) -> None:
    answer = secured.api(alice.server_token, "/openbis/session")
    assert uncached(answer)
    assert answer.headers.get("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("origin", [EVIL, "null", "https://openbis.example.org"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "path", ["/api/openbis/session", "/api/openbis/command-line", "/openbis/account", "/login"]
)
def test_no_other_origin_reads_the_hub(alice: Person, path: str, method: str, origin: str) -> None:
    answer = alice.browser.session.request(
        method, f"{alice.hub.url}/hub{path}", headers={"Origin": origin}, allow_redirects=False, timeout=30
    )
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "$pat-" not in answer.text
