"""What a link opens, for whom, until when; and that it cannot be told why one does not open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.service.publishing.transfer import export_pages, import_pages
from tests.hub.running import until
from tests.integration.service.running import PREFIX
from tests.integration.service_library.api import notebook

from .site import DAY, LinkSite, link_site

SECRET = "secret_recipe()"


def shown(site: LinkSite, link: dict[str, Any]) -> int:
    """The status of page and embed, which are the same."""
    page, embed = site.visit(link["url"]), site.visit(link["embed_url"])
    assert page.status_code == embed.status_code
    return page.status_code


def test_a_visitor_reads_the_stored_page_and_nothing_else(linked: LinkSite) -> None:
    """D-01, D-02, P-02, P-21: no log-in, no cookie, nobody's name, nothing that is kept anywhere."""
    page = linked.publish()
    link = linked.link(page)
    around, inside = linked.visit(link["url"]), linked.visit(link["embed_url"])
    for answer in (around, inside):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"].startswith("noindex")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for inner in ("alice", page["id"], page["notebook"]["id"], page["version"]["perm_id"], "BIOLAB"):
            assert inner not in answer.text, inner
    assert "Growth curves" in around.text
    assert "The Growth Lab" in around.text
    assert "Read-only copy of" in around.text
    assert f"{PREFIX}public/" in around.text
    assert "<script" not in around.text + inside.text
    assert SECRET in inside.text
    assert "frame-ancestors 'none'" in around.headers["Content-Security-Policy"]


def test_who_the_author_is_the_maker_decides_and_code_that_is_left_out_is_not_there(linked: LinkSite) -> None:
    """D-10."""
    page = linked.publish(code="hidden")
    link = linked.link(page, names_author=True)
    assert "by alice" in linked.visit(link["url"]).text
    assert SECRET not in linked.visit(link["embed_url"]).text


@pytest.mark.parametrize(
    ("sites", "policy"),
    [
        ([], "frame-ancestors 'self'"),
        (["https://www.example.org"], "frame-ancestors 'self' https://www.example.org"),
        (["*"], "frame-ancestors *"),
    ],
)
def test_only_the_sites_that_the_maker_named_may_embed_it(
    linked: LinkSite, sites: list[str], policy: str
) -> None:
    link = linked.link(linked.publish(), sites=sites)
    answer = linked.visit(link["embed_url"])
    said = answer.headers["Content-Security-Policy"]
    assert said.endswith(policy)
    assert said.startswith("sandbox; default-src 'none'")
    assert "X-Frame-Options" not in answer.headers  # it would say less, and some browsers would believe it
    assert 'sandbox=""' in link["embed_code"]
    assert link["embed_url"] in link["embed_code"]


def test_whoever_asks_is_not_looked_at(linked: LinkSite) -> None:
    """A session, a token and a cookie change nothing, good or bad."""
    page = linked.publish()
    link = linked.link(page)
    plain = linked.visit(link["url"])
    for headers in (
        {"Authorization": "token nonsense"},
        {"Cookie": "openbis-nb-session=x; jupyterhub-session-id=y"},
        {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe", "Sec_Fetch_Site": "cross-site"},
    ):
        answer = linked.visit(link["url"], **headers)
        assert (answer.status_code, answer.text) == (200, plain.text)
    logged_in = requests.get(link["url"], auth=linked.who("bob").auth, timeout=60)
    assert logged_in.text == plain.text


def ended(site: LinkSite) -> str:
    link = site.link(site.publish(), ends_at=site.clock.later(60))
    site.clock.now += 61
    return str(link["url"])


def revoked(site: LinkSite) -> str:
    page = site.publish()
    link = site.link(page)
    assert shown(site, link) == 200
    gone = site.who("alice").made("DELETE", f"pages/{page['id']}/links/{link['id']}", status=200)
    assert (gone["state"], gone["revoked_by"]) == ("revoked", "alice")
    return str(link["url"])


def paused(site: LinkSite) -> str:
    link = site.link(site.publish())
    site.settled()
    site.clock.now += 7 * DAY + 1
    return str(link["url"])


def stopped(site: LinkSite) -> str:
    page = site.publish()
    link = site.link(page)
    answer = site.who("alice").ask("DELETE", f"pages/{page['id']}")
    assert answer.ok, answer.text
    return str(link["url"])


def page_ended(site: LinkSite) -> str:
    link = site.link(site.publish(ends_at=site.clock.later(60)))
    site.clock.now += 61
    return str(link["url"])


def switched_off(site: LinkSite) -> str:
    link = site.link(site.publish())
    object.__setattr__(site.links, "_settings", site.service.settings.__class__(public_links=False))
    return str(link["url"])


def wrong(site: LinkSite) -> str:
    return f"{site.url}public/nbp_{'A' * 43}"


def no_key(site: LinkSite) -> str:
    return f"{site.url}public/whatever"


@pytest.mark.parametrize("why", [ended, revoked, paused, stopped, page_ended, switched_off, wrong, no_key])
def test_what_opens_nothing_does_not_say_why(linked: LinkSite, why: Callable[[LinkSite], str]) -> None:
    """P-35: no oracle. One page, one answer, whatever the reason."""
    before, settings = linked.clock.now, linked.service.settings
    try:
        address = why(linked)
        for path in ("", "/embed"):
            expected = linked.visit(f"{linked.url}public/nbp_{'B' * 43}{path}")
            answer = linked.visit(address + path)
            assert answer.status_code == expected.status_code == 404
            assert answer.content == expected.content
            assert told(answer) == told(expected)
            assert "leads nowhere" in answer.text
            assert "Set-Cookie" not in answer.headers
    finally:
        linked.clock.now = before
        object.__setattr__(linked.links, "_settings", settings)


def told(answer: requests.Response) -> dict[str, str]:
    """The headers, but for what is another one each time."""
    return {
        name: value for name, value in answer.headers.items() if name.lower() not in ("x-request-id", "date")
    }


def test_a_paused_link_opens_again_when_somebody_who_may_publish_looks(linked: LinkSite) -> None:
    """Section 4.1, rule 5: a look of somebody who only reads does not."""
    page = linked.publish()
    link = linked.link(page)
    linked.settled()
    before = linked.clock.now
    try:
        linked.clock.now += 8 * DAY
        assert shown(linked, link) == 404
        [listed] = linked.who("alice").get(f"pages/{page['id']}/links")["entries"]
        assert listed["state"] == "paused"

        until(lambda: shown(linked, link) == 200, "the look of the publisher has confirmed the page")
    finally:
        linked.clock.now = before


def test_a_following_page_shows_visitors_what_was_taken_last(linked: LinkSite) -> None:
    """D-05: the snapshot goes on with somebody's session; a visitor brings none."""
    page = linked.publish()
    link = linked.link(page)
    linked.who("alice").add(page["notebook"]["id"], notebook("second_version()"))
    assert "second_version" not in linked.visit(link["embed_url"]).text
    linked.who("alice").get(f"pages/{page['id']}")
    until(lambda: "second_version" in linked.visit(link["embed_url"]).text, "the page follows its notebook")


def test_views_are_counted_and_stand_in_the_audit(linked: LinkSite) -> None:
    """A view is what was read: the page around it counts nothing. Nobody is named, and no address."""
    page = linked.publish()
    linked.clock.now += 1
    link = linked.link(page, note="For the reviewers")
    linked.visit(link["url"])
    for _ in range(3):
        linked.clock.now += 1
        linked.visit(link["embed_url"], X_Forwarded_For="203.0.113.9")
    [listed] = linked.who("alice").get(f"pages/{page['id']}/links")["entries"]
    assert (listed["views"], listed["note"], listed["state"]) == (3, "For the reviewers", "live")
    assert listed["viewed_at"]
    linked.clock.now += 1
    linked.who("alice").made("DELETE", f"pages/{page['id']}/links/{link['id']}", status=200)
    lines = linked.audit(page)
    assert [(who, action) for who, action, _ in lines] == [
        ("alice", "publish"), ("alice", "make-link"), ("", "view-by-link"), ("", "view-by-link"),
        ("", "view-by-link"), ("alice", "revoke-link"),
    ]  # fmt: skip
    assert all(link["id"] in details for _, action, details in lines if "link" in action)
    assert b"203.0.113.9" not in linked.database


def test_links_come_along_with_their_pages(linked: LinkSite, tmp_path: Path) -> None:
    """Design, section 2: what only our database knows is exported and imported; a link opens there, too."""
    page = linked.publish()
    link, other = linked.link(page), linked.link(page)
    linked.who("alice").made("DELETE", f"pages/{page['id']}/links/{other['id']}", status=200)
    here, archive = linked.service, tmp_path / "pages.zip"
    linked.loop.run(export_pages(here.database, here.publications.blobs, linked.openbis.url, archive))
    (tmp_path / "there").mkdir()
    with link_site(tmp_path / "there", linked.openbis, public_links="on") as there:
        way = there.service
        there.loop.run(import_pages(way.database, way.publications.blobs, linked.openbis.url, archive))
        assert there.visit(link["url"].replace(linked.origin, there.origin)).status_code == 200
        assert there.visit(other["url"].replace(linked.origin, there.origin)).status_code == 404
