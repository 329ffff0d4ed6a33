"""Pages follow a notebook, and go when their version, their publisher's right or their end has gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox
from tests.hub.running import until
from tests.integration.service_library.api import ApiClient, Site, notebook
from tests.integration.service_library.conftest import set_roles

from .conftest import MEMBERS, set_members
from .shown import forge, html, page_of, published, stored, until_shown


@pytest.fixture
def roles(site: Site, api_openbis: Sandbox) -> Iterator[Sandbox]:
    """A test may change who is what."""
    yield api_openbis
    set_members(api_openbis, *MEMBERS)
    set_roles(api_openbis, "ursula", ("USER", "BIOLAB"))
    set_roles(api_openbis, "sso.user", ("USER", "BIOLAB"))


def test_a_page_follows_what_its_author_saves(alice: ApiClient, olga: ApiClient) -> None:
    """D-07: the latest version, as soon as it is stored; a pinned page stays, and says that there is more."""
    notebook_id, first = stored(alice, "1")
    following, pinned = published(alice, notebook_id), published(alice, notebook_id, follow="pinned")
    second = alice.add(notebook_id, notebook("1", "2"))["id"]
    shown = until_shown(olga, following, second)
    assert shown["newest_known"] is None
    assert "out 1" in html(olga, following)
    seen = page_of(olga, pinned)
    assert (seen["version"]["perm_id"], seen["newest_known"]["perm_id"]) == (first, second)
    assert "out 1" not in html(olga, pinned)
    acts = [line["action"] for line in alice.get(f"pages/{following['id']}/audit")]
    assert acts == ["refresh", "publish"]
    released = alice.made("PATCH", f"pages/{pinned['id']}", 200, json={"follow": "latest"})
    assert (released["version"]["perm_id"], released["follow"]) == (second, "latest")
    held = alice.made("PATCH", f"pages/{following['id']}", 200, json={"follow": "pinned"})
    assert (held["version"]["perm_id"], held["follow"]) == (second, "pinned")


def test_a_person_s_own_server_tells_of_a_save(
    site: Site, ursula: ApiClient, olga: ApiClient, tmp_path: Path
) -> None:
    """A save past the library, as from JupyterLab: the person's server tells, their session fetches it."""
    notebook_id, first = stored(ursula, "1")
    page = published(ursula, notebook_id)
    second = forge(site, "ursula", notebook_id, tmp_path)  # by the author herself: it counts
    seen = page_of(olga, page)
    assert (seen["version"]["perm_id"], seen["newest_known"]["perm_id"]) == (first, second)
    told = site.service.person("ursula").post("saves", {"outcome": "saved", "notebook": notebook_id})
    assert told.status_code == 204, told.text
    until_shown(olga, page, second)


def test_a_stranger_s_version_is_not_followed(
    site: Site, alice: ApiClient, ursula: ApiClient, olga: ApiClient, tmp_path: Path
) -> None:
    """Anybody may write a history id (design section 2): who looks at the page does not make it count."""
    notebook_id, first = stored(alice, "1")
    page = published(alice, notebook_id)
    forge(site, "ursula", notebook_id, tmp_path)
    for who in (ursula, alice, olga):
        seen = page_of(who, page)
        assert seen["newest_known"] is None
    second = alice.add(notebook_id, notebook("1", "2"))["id"]
    until_shown(olga, page, second)  # it does follow
    acts = [line["details"].get("version") for line in alice.get(f"pages/{page['id']}/audit")]
    assert acts == [second, first]


def test_who_may_not_publish_does_not_publish_by_saving(
    site: Site, alice: ApiClient, eve: ApiClient, roles: Sandbox, olga: ApiClient
) -> None:
    """D-12: a new snapshot takes the group of publishers, also where it would be taken by itself."""
    notebook_id, first = stored(eve, "1")
    page = published(alice, notebook_id)
    second = eve.add(notebook_id, notebook("1", "2"))["id"]
    seen = page_of(eve, page)
    assert not seen["may"]["snapshot"]["allowed"]
    assert (seen["version"]["perm_id"], seen["newest_known"]["perm_id"]) == (first, second)
    assert "out 1" not in html(olga, page)
    page_of(alice, page)  # a visit of somebody who may
    until_shown(olga, page, second)


def test_a_page_goes_with_its_version(alice: ApiClient, olga: ApiClient) -> None:
    """Trashed is not shown to anybody, at once; and the publisher's next visit writes it down."""
    notebook_id, _ = stored(alice, "1")
    page = published(alice, notebook_id)
    assert html(olga, page)
    alice.made("DELETE", f"notebooks/{notebook_id}", 200)
    assert olga.ask("GET", f"pages/{page['id']}/html").status_code == 404
    assert alice.ask("GET", f"pages/{page['id']}/html").status_code == 404
    assert olga.get("pages", notebook=notebook_id)["entries"] == []

    def gone() -> bool:
        seen = alice.get("pages", mine=True, state="over")["entries"]
        return any(one["id"] == page["id"] and one["reason"] == "version-gone" for one in seen)

    until(gone, "the page is written down as gone")
    seen = page_of(alice, page)
    assert (seen["state"], seen["frame"]) == ("gone", "")
    assert not seen["may"]["resume"]["allowed"]
    alice.made("POST", f"notebooks/{notebook_id}/revert", 200)
    back = alice.made("PATCH", f"pages/{page['id']}", 200, json={"state": "live"})
    assert back["state"] == "live"
    assert html(olga, page)


@pytest.mark.parametrize("lost", ["role", "group"])
def test_a_page_goes_with_its_publishers_right(
    ursula: ApiClient, olga: ApiClient, alice: ApiClient, roles: Sandbox, lost: str
) -> None:
    """Looked at with the publisher's own session at their next visit; others with the right bring it back."""
    notebook_id, _ = stored(ursula, "1")
    page = published(ursula, notebook_id)
    if lost == "role":
        set_roles(roles, "ursula", ("OBSERVER", "BIOLAB"))
    else:
        set_members(roles, *(one for one in MEMBERS if one != "ursula"))

    def gone() -> bool:
        found = ursula.get("pages", mine=True, state="over")["entries"]
        return any(one["id"] == page["id"] and one["reason"] == "right-gone" for one in found)

    until(gone, "the page is gone")
    assert olga.ask("GET", f"pages/{page['id']}/html").status_code == 404
    ursula.refused("PATCH", f"pages/{page['id']}", 403, "forbidden", json={"state": "live"})
    back = alice.made("PATCH", f"pages/{page['id']}", 200, json={"state": "live"})
    assert (back["state"], back["published_by"]) == ("live", "alice")
    assert html(olga, page)


def test_a_page_ends(alice: ApiClient, olga: ApiClient) -> None:
    """At its end nobody sees it; later again only by who may publish."""
    notebook_id, _ = stored(alice, "1")
    page = published(alice, notebook_id)
    path = f"pages/{page['id']}"

    def ends_soon() -> bool:
        soon = datetime.now(UTC) + timedelta(seconds=1)
        return alice.ask("PATCH", path, json={"ends_at": soon.isoformat()}).status_code == 200

    until(ends_soon, "it has an end that is to come")
    until(lambda: olga.ask("GET", f"pages/{page['id']}/html").status_code == 404, "the page has ended")
    seen = page_of(alice, page)
    assert (seen["state"], seen["reason"]) == ("gone", "ended")
    assert "end date" in olga.refused("GET", f"pages/{page['id']}", 404, "not-found")["detail"]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    alice.refused("PATCH", path, 409, "conflict", json={"state": "live"})
    longer = alice.made("PATCH", path, 200, json={"ends_at": later})
    assert longer["state"] == "live"
    assert alice.made("PATCH", path, 200, json={"ends_at": None})["ends_at"] is None
    assert html(olga, page)
