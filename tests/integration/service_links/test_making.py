"""Who may make, see and take back links, and stop everything; what a link must not be."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service_library.conftest import set_roles

from .site import DAY, LinkSite, link_site


@pytest.fixture(scope="module")
def page(linked: LinkSite) -> dict[str, Any]:
    """Alice's, which bob does not see and olga, an observer, does."""
    return linked.publish()


@pytest.fixture(scope="module")
def olga(linked: LinkSite) -> str:
    set_roles(linked.openbis, "olga", ("OBSERVER", "BIOLAB"))
    return "olga"


def body(site: LinkSite, **changes: Any) -> dict[str, Any]:
    return {"ends_at": site.clock.later(DAY)} | changes


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"ends_at": None}, 400, "ends_at"),  # it must be given
        ({"ends_at": "2026-12-01T00:00:00"}, 400, "timezone"),
        ({"ends_at": -1.0}, 400, "ended already"),
        ({"ends_at": 91 * DAY}, 400, "90 days"),
        ({"sites": ["https://example.org/path"]}, 400, "origin"),
        ({"sites": ["*", "https://example.org"]}, 400, "origin"),
        ({"note": "n" * 201}, 400, "note"),
        ({"unknown": 1}, 400, "unknown"),
    ],
)
def test_what_a_link_must_not_be(
    linked: LinkSite, page: dict[str, Any], changes: dict[str, Any], status: int, said: str
) -> None:
    ends = changes.get("ends_at")
    if isinstance(ends, float):
        changes = {"ends_at": linked.clock.later(ends)}
    wish = {name: value for name, value in body(linked, **changes).items() if value is not None}
    before = linked.links.of_pages
    answer = linked.who("alice").ask("POST", f"pages/{page['id']}/links", json=wish)
    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert linked.loop.run(before([page["id"]])) == []


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("olga", 403), ("nobody", 401)])
def test_only_who_may_publish_a_page_makes_links_to_it(
    linked: LinkSite, page: dict[str, Any], olga: str, who: str, status: int
) -> None:
    """The rule make-link; what somebody does not see is not there."""
    path = f"pages/{page['id']}/links"
    if who == "nobody":
        asked = [
            requests.request(v, f"{linked.url}api/v1/{path}", json=body(linked)) for v in ("GET", "POST")
        ]
        assert [answer.status_code for answer in asked] == [status, status]
        return
    assert linked.who(who).ask("POST", path, json=body(linked)).status_code == status
    if status == 404:
        assert linked.who(who).ask("GET", path).status_code == 404
    else:
        known = linked.who(who).get(path)
        assert (known["entries"], known["may"]["allowed"]) == ([], False)
        assert "USER" in known["may"]["reason"]


def test_one_is_taken_back_by_who_made_it_or_may_stop_the_page(linked: LinkSite, olga: str) -> None:
    """Once more changes nothing; a link of another page is not there."""
    page, other = linked.publish(), linked.publish()
    link = linked.link(page)
    path = f"pages/{page['id']}/links/{link['id']}"
    for who, status in (("bob", 404), ("olga", 403)):
        assert linked.who(who).ask("DELETE", path).status_code == status
    assert linked.who("alice").ask("DELETE", f"pages/{other['id']}/links/{link['id']}").status_code == 404
    assert linked.visit(link["url"]).status_code == 200
    first = linked.who("ursula").made("DELETE", path, status=200)  # may write there
    assert linked.visit(link["url"]).status_code == 404
    again = linked.who("alice").made("DELETE", path, status=200)
    assert (again["state"], again["revoked_by"], again["revoked_at"]) == (
        "revoked", "ursula", first["revoked_at"],
    )  # fmt: skip


def test_a_page_says_how_many_links_open_it(linked: LinkSite) -> None:
    page = linked.publish()
    first, _ = linked.link(page), linked.link(page)
    assert linked.who("alice").get(f"pages/{page['id']}")["links"] == 2
    linked.who("alice").made("DELETE", f"pages/{page['id']}/links/{first['id']}", status=200)
    assert linked.who("alice").get(f"pages/{page['id']}")["links"] == 1


ADMIN_ONLY = [
    ("GET", "api/v1/published/pages", None),
    ("GET", "api/v1/published/links", None),
    ("GET", "api/v1/published/audit", None),
    ("POST", "api/v1/published/pages/stop", {"all": True}),
    ("POST", "api/v1/published/links/revoke", {"all": True}),
]


@pytest.mark.parametrize(("method", "path", "sent"), ADMIN_ONLY)
@pytest.mark.parametrize("who", ["alice", "bob", "ursula"])
def test_only_an_admin_of_openbis_sees_and_stops_everything(
    linked: LinkSite, method: str, path: str, sent: Any, who: str
) -> None:
    """The rules list-all and stop-all; alice is an admin of her space only."""
    answer = requests.request(method, linked.url + path, auth=linked.who(who).auth, json=sent, timeout=60)
    assert (answer.status_code, answer.json().get("role")) == (403, "INSTANCE_ADMIN")


def test_an_admin_finds_and_stops_one(linked: LinkSite) -> None:
    admin = linked.who("admin")
    page, other = linked.publish(title="Growth of the plate 17"), linked.publish()
    link, kept = linked.link(page, note="reviewers of 17", sites=["*"]), linked.link(other)
    [found] = admin.get("published/pages", q="plate 17 alice")["entries"]
    assert (found["id"], found["links"], found["stored_in"]) == (
        page["id"],
        1,
        page["stored_in"]["identifier"],
    )
    [listed] = admin.get("published/links", q="REVIEWERS 17")["entries"]
    assert (listed["id"], listed["title"], listed["sites"]) == (link["id"], "Growth of the plate 17", ["*"])
    assert admin.get("published/pages", q="%")["entries"] == []
    linked.clock.now += 1
    assert admin.made("POST", "published/pages/stop", status=200, json={"pages": [page["id"]]}) == {
        "count": 1
    }
    assert admin.made("POST", "published/pages/stop", status=200, json={"pages": [page["id"]]}) == {
        "count": 0
    }
    assert (linked.visit(link["url"]).status_code, linked.visit(kept["url"]).status_code) == (404, 200)
    assert admin.get("published/pages", q="plate 17")["entries"] == []
    [stopped] = admin.get("published/pages", q="plate 17", live=False)["entries"]
    assert (stopped["state"], stopped["reason"]) == ("stopped", "stopped")
    assert linked.audit(page)[-1][:2] == ("admin", "stop")
    for wrong in ({}, {"all": True, "pages": [page["id"]]}, {"pages": ["no id"]}):
        assert admin.ask("POST", "published/pages/stop", json=wrong).status_code == 400


def test_an_admin_closes_everything_at_once(api_openbis: Sandbox, tmp_path: Any) -> None:
    with link_site(tmp_path, api_openbis, public_links="on") as site:
        links = [site.link(site.publish()) for _ in range(3)]
        admin = site.who("admin")
        assert admin.made("POST", "published/links/revoke", status=200, json={"all": True}) == {"count": 3}
        assert [site.visit(link["url"]).status_code for link in links] == [404] * 3
        assert admin.made("POST", "published/pages/stop", status=200, json={"all": True}) == {"count": 3}
        assert admin.get("published/pages")["entries"] == []
        assert len(admin.get("published/pages", live=False)["entries"]) == 3


@pytest.fixture(scope="module")
def shut(api_openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkSite]:
    """As shipped."""
    with link_site(tmp_path_factory.mktemp("shut"), api_openbis) as site:
        yield site


def test_as_shipped_there_are_no_links_and_the_refusal_says_who_can_change_that(shut: LinkSite) -> None:
    page = shut.publish()
    answer = shut.who("alice").ask("POST", f"pages/{page['id']}/links", json=body(shut))
    assert answer.status_code == 403
    assert "OPENBIS_NB_SERVICE_PUBLIC_LINKS" in answer.json()["next_step"]
    assert not shut.who("alice").get(f"pages/{page['id']}/links")["may"]["allowed"]
    assert shut.visit(f"{shut.url}public/nbp_{'A' * 43}").status_code == 404


def test_a_group_of_publishers_makes_links_alone(api_openbis: Sandbox, tmp_path: Any) -> None:
    """D-03: openBIS' right to write, and a group that the admin names."""
    with link_site(tmp_path, api_openbis, public_links="on", publishers="NOBODY_IS_IN_IT") as site:
        stored = site.who("alice").store(name="Growth")
        wish = {"notebook": stored["notebook"]["id"]}
        assert site.who("alice").ask("POST", "pages", json=wish).status_code == 403


def test_strangers_are_counted_by_their_address(api_openbis: Sandbox, tmp_path: Any) -> None:
    """Wrong keys are slow, and a flood is, too; of one address only."""
    with link_site(tmp_path, api_openbis, public_links="on", link_views="30", link_misses="3") as site:
        good = site.link(site.publish())["url"]
        wrong = f"{site.url}public/nbp_{'A' * 43}"
        for _ in range(3):
            assert site.visit(wrong, X_Forwarded_For="203.0.113.1").status_code == 404
        refused = site.visit(good, X_Forwarded_For="203.0.113.1")
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert "too many requests" in refused.text
        # What a client says itself is not believed: only what the proxy has added, which is the last.
        assert site.visit(good, X_Forwarded_For="198.51.100.7, 203.0.113.1").status_code == 429
        for _ in range(30):
            assert site.visit(good, X_Forwarded_For="203.0.113.2").status_code == 200
        assert site.visit(good, X_Forwarded_For="203.0.113.2").status_code == 429
        assert site.visit(good + "/embed", X_Forwarded_For="203.0.113.2").status_code == 429
        assert site.visit(good, X_Forwarded_For="203.0.113.3").status_code == 200


def test_a_repeat_of_a_lost_answer_makes_no_second_link(linked: LinkSite, page: dict[str, Any]) -> None:
    """The key of the first answer is dead: nothing was kept to tell it again."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    wish = body(linked, note="once")
    made = [
        linked.who("alice").made("POST", f"pages/{page['id']}/links", json=wish, headers=key)
        for _ in range(2)
    ]
    assert made[0]["id"] == made[1]["id"]
    assert [linked.visit(link["url"]).status_code for link in made] == [404, 200]
    entries = linked.who("alice").get(f"pages/{page['id']}/links")["entries"]
    assert [entry["note"] for entry in entries].count("once") == 1


def test_old_views_are_forgotten_and_their_number_is_not(api_openbis: Sandbox, tmp_path: Any) -> None:
    with link_site(tmp_path, api_openbis, public_links="on", link_confirmed_for=str(400 * DAY)) as site:
        page = site.publish()
        link = site.link(page, ends_at=site.clock.later(89 * DAY))
        object.__setattr__(site.links._settings, "views_kept_for", 10 * DAY)
        site.visit(link["embed_url"])
        site.clock.now += 11 * DAY
        site.visit(link["embed_url"])
        assert [action for _, action, _ in site.audit(page)].count("view-by-link") == 1
        assert site.who("alice").get(f"pages/{page['id']}/links")["entries"][0]["views"] == 2


def test_a_page_that_is_stopped_gets_no_links(linked: LinkSite) -> None:
    """Nobody prepares what opens when somebody else publishes the page again."""
    stopped = linked.publish()
    alice, path = linked.who("alice"), f"pages/{stopped['id']}"
    alice.made("DELETE", path, 200)
    refused = alice.ask("POST", f"{path}/links", json=body(linked))
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict"), refused.text
    assert alice.get(f"{path}/links")["entries"] == []
    alice.made("PATCH", path, 200, json={"state": "live"})
    assert alice.ask("POST", f"{path}/links", json=body(linked)).status_code == 201
