"""Where a log-in may lead, on a running hub: never to another host, person, service, or deed (O-65, O-94)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from openbis_nb.hub.next_target import Own, next_target
from openbis_nb.sandbox import Sandbox

from .actors import SecuredHub
from .next_targets import HARMLESS, REFUSED, fill, places

#: Nobody starts her server in these tests, so that all ways lead by the spawn page.
WHO = "ursula"
#: What a page of any other origin puts into a link, a form of openBIS, and a bookmark of the form.
WAYS = ("link", "ticket", "form")
_SEEN = re.compile(r"[\x00-\x08\x0e-\x1f]")


@pytest.fixture(scope="module")
def session(security_sandbox: Sandbox) -> str:
    return security_sandbox.token(WHO)


def arrive(hub: SecuredHub, way: str, next_url: str, session: str) -> requests.Response:
    """Log in by one of the ways; the answer that leads on."""
    browser, after = hub.browser(), quote(next_url, safe="")
    if way == "link":
        return browser.go(f"/hub/login?token={session}&next={after}")
    if way == "form":
        return browser.log_in(WHO, next_url=after)
    form = {"token": session, "next": next_url}
    landing = browser.post("/hub/openbis/handover", form, Origin=hub.sandbox.url)
    return browser.go(landing.headers["Location"], site="cross-site", referer=f"{hub.sandbox.url}/")


def target(answer: requests.Response) -> str:
    """Where the answer leads in the end: behind the spawn page, if by that."""
    assert answer.status_code == 302, answer.text[:300]
    parts = urlsplit(answer.headers["Location"])
    if parts.path == f"/hub/spawn/{WHO}":
        assert (parts.scheme, parts.netloc) == ("", "")
        return parse_qs(parts.query)["next"][0]
    return str(answer.headers["Location"])


def test_the_table_is_long() -> None:
    assert len({*REFUSED, *HARMLESS}) == len(REFUSED) + len(HARMLESS) >= 100


@pytest.mark.parametrize("next_url", REFUSED)
def test_the_function_refuses(next_url: str) -> None:
    """Also for a person whose name at the hub is another than in openBIS."""
    for own in (Own(WHO, WHO), Own("-45ve-2e-4f-2d-4eeill", "Eve.O-Neill")):
        assert next_target(fill(next_url, own.user_id, own.hub_name), own) is None


@pytest.mark.parametrize("way", ["link", "ticket"])
@pytest.mark.parametrize("next_url", REFUSED)
def test_what_is_refused_leads_to_ones_own_server(
    secured: SecuredHub, session: str, way: str, next_url: str
) -> None:
    asked = fill(next_url, WHO, WHO)
    answer = arrive(secured, way, asked, session)
    # Tornado gives blanks for some control characters; what is left of the text may then be one's own.
    assert target(answer) == (next_target(_SEEN.sub(" ", asked).strip(), Own(WHO, WHO)) or f"/user/{WHO}/")
    assert "x" not in answer.cookies
    found = places(target(answer), secured.url)
    assert [place for place in found if not place.startswith(f"{secured.url}/user/{WHO}/")] == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("next_url", HARMLESS)
def test_what_is_odd_stays_in_ones_own_place(
    secured: SecuredHub, session: str, way: str, next_url: str
) -> None:
    """However a browser, a proxy or a server reads the answer."""
    found = places(target(arrive(secured, way, fill(next_url, WHO, WHO), session)), secured.url)
    own = (f"{secured.url}/user/{WHO}/", f"{secured.url}/services/openbis/")
    assert [place for place in found if not place.startswith(own)] == []


@pytest.mark.parametrize("next_url", REFUSED)
def test_the_form_never_leads_to_another_host(secured: SecuredHub, session: str, next_url: str) -> None:
    """Where no target of ours is recognised, JupyterHub's own check decides."""
    answer = arrive(secured, "form", fill(next_url, WHO, WHO), session)
    found = places(target(answer), secured.url)
    assert [place for place in found if urlsplit(place).netloc != urlsplit(secured.url).netloc] == []
    assert "x" not in answer.cookies


@pytest.mark.parametrize(
    "query",
    [
        f"next=/user/{WHO}/lab&next=/user/bob/lab",
        f"next=/user/{WHO}/lab&next=//evil.example/",
        f"next=/user/{WHO}/../bob/lab",
        f"next=/user/{WHO}/%2e%2e/bob",
        "next=//evil.example",
        "next=/%09/evil.example",
        "next[]=//evil.example",
        "next=%ff%fe",
    ],
)
def test_odd_queries(secured: SecuredHub, session: str, query: str) -> None:
    """As they stand in the address: not encoded, or twice."""
    answer = secured.browser().go(f"/hub/login?token={session}&{query}")
    if answer.status_code == 302:
        found = places(target(answer), secured.url)
        assert [place for place in found if not place.startswith(f"{secured.url}/user/{WHO}/")] == []
    else:
        assert answer.status_code == 400
