"""A service at the wire that asks openBIS anew each time, a sandbox of its own, and people who publish.

Only members of the group ``PUBLISHERS`` may: ursula, alice and olga are some, and bob, who sees nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service_library.api import (
    ApiClient,
    Site,
    admin,
    alice,
    api_hub,
    api_openbis,
    bob,
    olga,
    running_site,
    ursula,
)
from tests.postgres import postgres

__all__ = ["admin", "alice", "api_hub", "api_openbis", "bob", "olga", "postgres", "ursula"]

GROUP = "NB_PUBLISHERS"
MEMBERS = ("alice", "ursula", "olga", "bob", "sso.user")


def set_members(sandbox: Sandbox, *users: str) -> None:
    """Just these are in the group of publishers."""
    with sandbox.state.store.write() as db:
        db.execute("INSERT OR IGNORE INTO user_groups VALUES (?, '', 'admin', 0, 0)", (GROUP,))
        db.execute("DELETE FROM user_group_members WHERE group_code = ?", (GROUP,))
        db.executemany("INSERT INTO user_group_members VALUES (?, ?)", [(GROUP, user) for user in users])


@pytest.fixture(scope="session")
def site(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    set_members(api_openbis, *MEMBERS)
    folder = tmp_path_factory.mktemp("publishing")
    settings = {"confirmed_for": "0.001", "publishers": GROUP, "public_links": "on"}
    with running_site(folder, api_openbis, api_hub, **settings) as site:
        yield site


@pytest.fixture
def eve(site: Site) -> ApiClient:
    """A user of the same space who is not in the group."""
    return site.who("Eve.O-Neill")
