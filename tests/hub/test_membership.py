"""What openBIS says of a person, asked with the person's own session."""

from __future__ import annotations

import pytest

from openbis_nb.hub.membership import gather_facts
from openbis_nb.hub.rules import Facts, RuleSettings
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import Sandbox

ALL = RuleSettings(
    allowed_groups=frozenset({"IMAGING", "NOT_THERE"}),
    allowed_spaces=frozenset({"/BIOLAB", "/CHEMLAB", "/NOT_THERE"}),
    allowed_projects=frozenset({"/BIOLAB/GROWTH"}),
    instance_admins_are_admins=True,
)


async def make_group(client: OpenBIS, *members: str) -> None:
    people = [{"@type": "as.dto.person.id.PersonPermId", "permId": user} for user in members]
    creation = {
        "@type": "as.dto.authorizationgroup.create.AuthorizationGroupCreation",
        "code": "IMAGING",
        "userIds": people,
    }
    await client.transport.application("createAuthorizationGroups", client.token, [creation])


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        ("alice", Facts("alice", frozenset({"IMAGING"}), frozenset({"/BIOLAB", "/BIOLAB/GROWTH"}))),
        ("bob", Facts("bob", frozenset(), frozenset({"/CHEMLAB"}))),
        (
            "admin",
            Facts("admin", frozenset(), frozenset({"/BIOLAB", "/CHEMLAB", "/BIOLAB/GROWTH"}), True),
        ),
    ],
)
async def test_what_rules_want_to_know(openbis_sandbox: Sandbox, user: str, facts: Facts) -> None:
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    async with OpenBIS(server, openbis_sandbox.token("admin")) as admin:
        await make_group(admin, "alice", "ursula")
    async with OpenBIS(server, openbis_sandbox.token(user)) as client:
        assert await gather_facts(client, await client.whoami(), ALL) == facts


async def test_nothing_is_asked_that_no_rule_wants(openbis_sandbox: Sandbox) -> None:
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    async with OpenBIS(server, openbis_sandbox.token("alice")) as client:
        person = await client.whoami()
        before = client.transport.stats.round_trips
        assert await gather_facts(client, person, RuleSettings(allow_all=True)) == Facts("alice")
        assert client.transport.stats.round_trips == before
