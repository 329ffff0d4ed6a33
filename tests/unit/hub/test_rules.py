"""Who may come in: the tables, and the settings that are refused."""

from __future__ import annotations

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.hub.rules import Facts, RuleSettings, admin_rule, allow_rule, check

ALICE = Facts("alice", groups=frozenset({"IMAGING"}), visible=frozenset({"/BIOLAB", "/BIOLAB/GROWTH"}))
ADA = Facts("admin", instance_admin=True)


def rules(**settings: object) -> RuleSettings:
    lists = {name: frozenset(value) for name, value in settings.items() if isinstance(value, list)}
    return RuleSettings(**{**settings, **lists})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "facts", "admitted_by"),
    [
        ({"allow_all": True}, ALICE, "allow_all"),
        ({"allow_all": True, "blocked_openbis_users": ["alice"]}, ALICE, None),
        ({"allowed_openbis_users": ["alice"]}, ALICE, "allowed_openbis_users"),
        ({"allowed_openbis_users": ["Alice"]}, ALICE, None),
        (
            {"allowed_openbis_users": ["alice"], "blocked_openbis_users": ["bob"]},
            ALICE,
            "allowed_openbis_users",
        ),
        ({"allowed_groups": ["IMAGING"]}, ALICE, "allowed_groups"),
        ({"allowed_groups": ["imaging"]}, ALICE, None),
        ({"allowed_spaces": ["/BIOLAB", "/CHEMLAB"]}, ALICE, "allowed_spaces"),
        ({"allowed_spaces": ["/CHEMLAB"]}, ALICE, None),
        ({"allowed_projects": ["/BIOLAB/GROWTH"]}, ALICE, "allowed_projects"),
        ({"allowed_projects": ["/BIOLAB/OTHER"]}, ALICE, None),
        ({"allowed_spaces": ["/CHEMLAB"], "allowed_groups": ["IMAGING"]}, ALICE, "allowed_groups"),
        ({"instance_admins_are_admins": True, "allowed_openbis_users": ["alice"]}, ADA, None),
        ({}, ALICE, None),
    ],
)
def test_who_may_come_in(settings: dict[str, object], facts: Facts, admitted_by: str | None) -> None:
    assert allow_rule(rules(**settings), facts) == admitted_by


@pytest.mark.parametrize(
    ("settings", "facts", "by"),
    [
        ({"allow_all": True}, ADA, None),
        ({"instance_admins_are_admins": True}, ADA, "instance_admins_are_admins"),
        ({"instance_admins_are_admins": True}, ALICE, None),
        ({"admin_openbis_users": ["alice"]}, ALICE, "admin_openbis_users"),
        ({"admin_groups": ["IMAGING"]}, ALICE, "admin_groups"),
        ({"admin_groups": ["OTHER"]}, ALICE, None),
    ],
)
def test_who_is_an_admin_of_the_hub(settings: dict[str, object], facts: Facts, by: str | None) -> None:
    assert admin_rule(rules(**settings), facts) == by


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"allow_all": True, "allowed_spaces": ["/BIOLAB"]}, ["allow_all", "allowed_spaces"]),
        ({"allow_all": True, "allowed_groups": ["G"]}, ["allow_all", "allowed_groups"]),
        ({}, ["allow_all", "allowed_openbis_users", "allowed_projects"]),
        (
            {"allowed_openbis_users": ["bob", "eve"], "blocked_openbis_users": ["bob"]},
            ["bob", "allowed_openbis_users", "blocked_openbis_users"],
        ),
        (
            {"allow_all": True, "admin_openbis_users": ["bob"], "blocked_openbis_users": ["bob"]},
            ["admin_openbis_users", "blocked_openbis_users"],
        ),
    ],
)
def test_contradictory_settings_are_refused_by_name(settings: dict[str, object], named: list[str]) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        check(rules(**settings))
    assert [name for name in named if name not in raised.value.message] == []


def test_jupyterhubs_own_list_admits_too() -> None:
    check(rules(), hub_names={"guest"})
