"""Who may see, publish, edit and stop: the table of rights, as openBIS' roles give them (D-03 to D-06, D-12).

Everybody is a real person of a real sandbox. ``group``: whether they are in the admin's group of publishers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openbis_nb.sandbox import Sandbox
from openbis_nb.workflows.publishing.rules import ACTIONS
from tests.hub.running import until
from tests.integration.service_library.api import ApiClient, Site
from tests.integration.service_library.conftest import set_roles

from .conftest import MEMBERS, set_members
from .shown import html, published, stored

#: Somebody of the sandbox who gets each role in turn.
WHO = "sso.user"
HERE, THERE = "BIOLAB", "CHEMLAB"


@dataclass(frozen=True)
class Role:
    """A role and membership, and what they give: see, write (edit, switch, stop), publish, all."""

    roles: tuple[tuple[str, str], ...]
    group: bool
    see: bool
    write: bool
    publish: bool
    everything: bool = False


PEOPLE = {
    "instance admin": Role((("ADMIN", "*"),), True, True, True, True, True),
    "instance admin outside the group": Role((("ADMIN", "*"),), False, True, True, False, True),
    "instance observer": Role((("OBSERVER", "*"),), True, True, False, False),
    "space admin": Role((("ADMIN", HERE),), True, True, True, True),
    "space admin outside the group": Role((("ADMIN", HERE),), False, True, True, False),
    "power user": Role((("POWER_USER", HERE),), True, True, True, True),
    "user": Role((("USER", HERE),), True, True, True, True),
    "user outside the group": Role((("USER", HERE),), False, True, True, False),
    "observer": Role((("OBSERVER", HERE),), True, True, False, False),
    "observer outside the group": Role((("OBSERVER", HERE),), False, True, False, False),
    "admin of another space": Role((("ADMIN", THERE),), True, False, False, False),
    "user of another space": Role((("USER", THERE),), True, False, False, False),
}


@pytest.fixture(params=PEOPLE)
def role(request: pytest.FixtureRequest, api_openbis: Sandbox) -> Iterator[Role]:
    found = PEOPLE[request.param]
    set_roles(api_openbis, WHO, *found.roles)
    set_members(api_openbis, *(one for one in MEMBERS if found.group or one != WHO))
    yield found
    set_roles(api_openbis, WHO, ("USER", "BIOLAB"))
    set_members(api_openbis, *MEMBERS)


def outcome(who: ApiClient, verb: str, path: str, **more: Any) -> bool | None:
    """Whether it was done; ``None``: there is nothing there for them. Nothing else may happen."""
    answer = who.ask(verb, path, **more)
    assert answer.status_code in (200, 201, 403, 404), answer.text
    return None if answer.status_code == 404 else answer.status_code < 300


def test_who_may_do_what(site: Site, alice: ApiClient, role: Role) -> None:
    """D-03, D-06: the first time takes the right to write and the group. D-04, D-09: to see takes nothing.
    D-12: so does a new snapshot. D-05, D-11: to switch and edit takes the right to write."""
    notebook_id, version = stored(alice, "1")
    page = published(alice, notebook_id, follow="pinned")
    other = alice.made("PATCH", f"pages/{page['id']}", 200, json={"code": "shown"})["snapshot_id"]
    person, path = site.who(WHO), f"pages/{page['id']}"
    seen = None if not role.see else True
    writes = role.write if role.see else None
    publishes = role.publish if role.see else None

    assert outcome(person, "GET", path) is seen
    assert outcome(person, "GET", f"{path}/html") is seen
    assert outcome(person, "GET", f"{path}/snapshots") is seen
    assert outcome(person, "POST", "publish-plan", json={"version": version}) is seen
    assert outcome(person, "POST", "pages", json={"version": version}) is publishes
    assert outcome(person, "POST", f"{path}/snapshots", json={}) is publishes
    assert outcome(person, "PATCH", path, json={"title": "Another"}) is writes
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert outcome(person, "PATCH", path, json={"ends_at": later}) is writes
    assert outcome(person, "PATCH", path, json={"snapshot_id": page["snapshot_id"]}) is writes
    assert outcome(person, "PATCH", path, json={"snapshot_id": other}) is writes
    assert outcome(person, "PATCH", path, json={"follow": "latest"}) is publishes
    assert outcome(person, "GET", f"{path}/audit") is writes
    assert outcome(person, "GET", "pages", params={"all": True}) is role.everything
    assert outcome(person, "DELETE", path) is writes
    if not role.write:
        alice.made("DELETE", path, 200)
    assert outcome(person, "PATCH", path, json={"state": "live"}) is publishes

    if role.see:
        alice.made("PATCH", path, 200, json={"state": "live"})
        says_the_same(person, page, version, role)


def says_the_same(person: ApiClient, page: dict[str, Any], version: str, role: Role) -> None:
    """Buttons and API are driven by one table; a refusal names the role, or the group."""
    may = person.get(f"pages/{page['id']}")["may"]
    assert set(may) == set(ACTIONS)
    for action in ("publish", "snapshot", "resume", "make-link"):
        assert may[action]["allowed"] is role.publish
    for action in ("edit", "switch-snapshot", "stop"):
        assert may[action]["allowed"] is role.write
    assert may["see"]["allowed"]
    assert may["tile"]["allowed"]
    if role.write and not role.publish:
        assert "NB_PUBLISHERS" in may["publish"]["reason"]
    if not role.write:
        assert may["publish"]["role"] == "USER"
        problem = person.refused("POST", "pages", 403, "forbidden", json={"version": version})
        assert "USER" in problem["detail"]


def test_what_the_world_reads_is_switched_only_by_who_may_publish_it(
    alice: ApiClient, eve: ApiClient
) -> None:
    """While a link for the world is open, the right to write is not enough: code could reach the world."""
    page = published(alice, stored(alice, "1")[0], follow="pinned")
    path, hidden = f"pages/{page['id']}", page["snapshot_id"]
    shown = alice.made("PATCH", path, 200, json={"code": "shown"})["snapshot_id"]
    eve.made("PATCH", path, 200, json={"snapshot_id": hidden})
    ends_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    link = alice.made("POST", f"{path}/links", 201, json={"ends_at": ends_at})
    for wish in ({"snapshot_id": shown}, {"code": "shown"}):
        refused = eve.refused("PATCH", path, 403, "forbidden", json=wish)
        assert "NB_PUBLISHERS" in refused["detail"]
    eve.made("PATCH", path, 200, json={"title": "Another"})
    alice.made("DELETE", f"{path}/links/{link['id']}", 200)
    eve.made("PATCH", path, 200, json={"snapshot_id": shown})


def test_who_published_it_may_always_take_it_back(site: Site, alice: ApiClient, api_openbis: Sandbox) -> None:
    """Also when they see it no more, they know that it is theirs, and stop it; its content stays hidden."""
    notebook_id, _ = stored(alice, "1")
    person = site.who(WHO)
    page = published(person, notebook_id)
    set_roles(api_openbis, WHO, ("USER", THERE))
    try:
        seen = person.get(f"pages/{page['id']}")
        assert (seen["frame"], seen["outputs"]) == ("", [])
        assert seen["title"] == page["title"]
        [listed] = [
            one for one in person.get("pages", mine=True, state="any")["entries"] if one["id"] == page["id"]
        ]
        for told in (seen, listed):  # others may have changed since what it shows
            assert (told["author"], told["version"]["name"], told["version"]["saved_by"]) == ("", "", "")
            assert (told["stored_in"]["identifier"], told["contains"]["size"]) == ("", 0)
            assert told["notebook"]["name"] == ""
        assert person.ask("GET", f"pages/{page['id']}/html").status_code == 404
        assert person.made("DELETE", f"pages/{page['id']}", 200)["state"] in ("stopped", "gone")
    finally:
        set_roles(api_openbis, WHO, ("USER", HERE))


def test_an_instance_admin_lists_and_stops_all(
    site: Site, admin: ApiClient, alice: ApiClient, olga: ApiClient, api_openbis: Sandbox
) -> None:
    """Issue 6: admins list and stop all; also a page whose version is in the trash."""
    notebook_id, _ = stored(alice, "1")
    page = published(alice, notebook_id)
    assert html(olga, page)
    alice.made("DELETE", f"notebooks/{notebook_id}", 200)
    listed = admin.get("pages", all=True, limit=100, state="any")
    assert listed["all"]
    assert page["id"] in [one["id"] for one in listed["entries"]]
    stopped = admin.made("DELETE", f"pages/{page['id']}", 200)
    assert stopped["state"] == "stopped"
    olga.refused("GET", "pages", 403, "forbidden", params={"all": True})


def test_an_admins_look_takes_pages_away_whose_publisher_lost_the_right(
    site: Site, admin: ApiClient, olga: ApiClient, alice: ApiClient, api_openbis: Sandbox
) -> None:
    """Who has left does not come back to be judged: an admin's list does it, by the roles openBIS tells."""
    kept = published(alice, stored(alice, "1")[0])
    person = site.who(WHO)
    page = published(person, stored(person, "1")[0])
    set_roles(api_openbis, WHO)
    try:

        def gone() -> bool:
            admin.get("pages", all=True)
            return any(line["action"] == "gone" for line in admin.get(f"pages/{page['id']}/audit"))

        until(gone, "the page is gone")
        assert olga.ask("GET", f"pages/{page['id']}/html").status_code == 404
        assert html(olga, kept)
    finally:
        set_roles(api_openbis, WHO, ("USER", HERE))


def test_the_table_is_told(olga: ApiClient) -> None:
    told = olga.get("publishing-rights")
    assert [one["action"] for one in told] == list(ACTIONS)
    by_action = {one["action"]: (one["role"], one["group"]) for one in told}
    assert by_action["see"] == ("", False)
    assert by_action["publish"] == by_action["snapshot"] == ("PROJECT_USER", True)
    assert by_action["stop"] == ("PROJECT_USER", False)
    assert by_action["stop-all"] == ("INSTANCE_ADMIN", False)
