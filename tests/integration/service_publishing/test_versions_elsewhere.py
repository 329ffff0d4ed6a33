"""Versions under one notebook id that somebody else wrote, or stored elsewhere: each by its own right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox
from tests.integration.service_library.api import ApiClient, Site
from tests.integration.service_library.conftest import set_roles

from .shown import forge, html, page_of, published, stored

#: Of another space.
ELSEWHERE = "/CHEMLAB/SYNTHESIS/TITRATION_1"


@pytest.fixture
def in_both(api_openbis: Sandbox) -> Iterator[None]:
    """ursula may write in both spaces; sso.user writes in one and looks at the other; alice sees one."""
    set_roles(api_openbis, "ursula", ("USER", "BIOLAB"), ("USER", "CHEMLAB"))
    set_roles(api_openbis, "sso.user", ("USER", "BIOLAB"), ("OBSERVER", "CHEMLAB"))
    yield
    for user in ("ursula", "sso.user"):
        set_roles(api_openbis, user, ("USER", "BIOLAB"))


def test_a_fork_is_not_published_under_the_author_s_name(
    site: Site, alice: ApiClient, olga: ApiClient, tmp_path: Path
) -> None:
    """Anybody may write a history id (design section 2): a page never says that the author wrote that."""
    notebook_id, version = stored(alice, "1")
    page = published(alice, notebook_id)
    forged = forge(site, "ursula", notebook_id, tmp_path)
    wish = {"version": forged, "show": True}
    alice.refused("POST", f"pages/{page['id']}/snapshots", 409, "conflict", json=wish)
    assert [one["version"]["perm_id"] for one in alice.get(f"pages/{page['id']}/snapshots")["entries"]] == [
        version
    ]
    assert "forged" not in html(olga, page)


@pytest.mark.usefixtures("in_both")
def test_each_version_takes_the_right_where_it_is_stored(
    site: Site, ursula: ApiClient, alice: ApiClient, tmp_path: Path
) -> None:
    """D-03, D-12: who may only look at the place of a version neither takes a snapshot of it nor shows one;
    and who does not see it learns of none, not by a number."""
    person = site.who("sso.user")
    notebook_id, hidden = stored(ursula, "1", place=ELSEWHERE)
    version = forge(site, "ursula", notebook_id, tmp_path)  # all that alice sees, so it is the first for her
    page = published(alice, notebook_id, follow="pinned")
    path = f"pages/{page['id']}"
    assert page["version"]["perm_id"] == version
    person.refused("POST", f"{path}/snapshots", 403, "forbidden", json={"show": True})

    ursula.made("POST", f"{path}/snapshots", 201, json={})
    newer = ursula.get(f"{path}/snapshots")["entries"][0]
    assert newer["version"]["perm_id"] == hidden
    person.refused("PATCH", path, 403, "forbidden", json={"snapshot_id": newer["id"]})

    other = published(ursula, notebook_id)
    assert other["version"]["perm_id"] == hidden
    assert page_of(ursula, page)["snapshots_count"] == 2
    assert page_of(alice, page)["snapshots_count"] == 1
    [told] = alice.get("pages", notebook=notebook_id)["entries"]
    assert (told["id"], told["snapshots_count"]) == (page["id"], 1)
    assert alice.made("POST", "publish-plan", 200, json={"version": version})["pages"] == [page["id"]]
