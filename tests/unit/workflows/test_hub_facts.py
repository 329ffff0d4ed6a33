"""What the doctor makes of a hub's set-up (U-36): one table of faults, and a hub without any."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from openbis_nb.workflows.doctor.hub_facts import judge

BUNDLE = "/srv/certificates/ca-bundle.pem"
GOOD: dict[str, Any] = {
    "versions": {"openbis-nb": "0.1.0", "jupyterhub": "6.1.1", "python": "3.11.2"},
    "time": "2026-11-21T12:00:00+00:00",
    "is_root": False,
    "database": "postgresql",
    "bind_url": "http://127.0.0.1:8000/",
    "public_url": "https://jupyterhub.example.org/",
    "base_url": "/",
    "crypt_keys": 1,
    "auth_state": True,
    "spawner": {"class": "LocalProcessSpawner", "separates_users": True, "in_containers": False},
    "roles": {
        "user": ["self", "custom:openbis-session", "access:services!service=openbis"],
        "server": ["custom:openbis-session", "access:services!service=openbis"],
    },
    "services": [
        {"name": "openbis", "url": "http://127.0.0.1:1", "started_by_hub": True, "user": "", "scopes": []},
        {
            "name": "idle-culler",
            "url": "",
            "started_by_hub": True,
            "user": "",
            "scopes": ["delete:servers", "list:users", "read:servers", "read:users:activity"],
            "culler": {"timeout": "3600", "max_age": "86400"},
        },
    ],
    "people": {
        "OPENBIS_URL": "https://openbis.example.org",
        **dict.fromkeys(
            (
                "OPENBIS_NB_CA_BUNDLE",
                "REQUESTS_CA_BUNDLE",
                "SSL_CERT_FILE",
                "CURL_CA_BUNDLE",
                "GIT_SSL_CAINFO",
            ),
            BUNDLE,
        ),
    },
    "origins": ["https://openbis.example.org"],
    "openbis": {
        "url": "https://openbis.example.org",
        "public_url": "https://openbis.example.org",
        "ca_bundle": BUNDLE,
        "ca_bundle_is_there": True,
        "reason": "",
        "seconds_ahead": 1.0,
    },
}
CONTAINERS = {"class": "DockerSpawner", "separates_users": True, "in_containers": True}
ALONE = {"class": "SimpleLocalProcessSpawner", "separates_users": False, "in_containers": False}


def with_fault(path: str, value: Any) -> dict[str, Any]:
    """The good hub with one fact changed; numbers in the path are places in a list."""
    facts = copy.deepcopy(GOOD)
    inner: Any = facts
    *way, last = path.split("/")
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    return facts


def test_a_good_hub_has_no_fault() -> None:
    found = judge(GOOD)
    assert {check.status for check in found} == {"ok"}
    assert {check.topic for check in found} == {
        "auth_state", "spawner", "roles", "openBIS", "clock", "people's servers", "CA bundle", "culler",
        "public address",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "topic", "status", "said"),
    [
        ("auth_state", False, "auth_state", "problem", "off"),
        ("crypt_keys", 0, "auth_state", "problem", "no key"),
        ("spawner", ALONE, "spawner", "warning", "one account"),
        ("roles/user", ["self"], "roles", "problem", "custom:openbis-session"),
        ("roles/server", ["custom:openbis-session"], "roles", "problem", "access:services"),
        ("services/0/scopes", ["access:servers"], "roles", "problem", "access:servers"),
        ("services/0/scopes", ["admin:auth_state"], "roles", "problem", "admin:auth_state"),
        ("services/1/scopes", ["admin:users"], "roles", "warning", "idle-culler"),
        ("services/0/name", "another", "service", "problem", "No service"),
        ("is_root", True, "account", "warning", "root"),
        ("openbis/seconds_ahead", -120.0, "clock", "warning", "120 seconds"),
        ("openbis/ca_bundle_is_there", False, "CA bundle", "problem", BUNDLE),
        ("people/GIT_SSL_CAINFO", "", "CA bundle", "problem", "GIT_SSL_CAINFO"),
        ("people/OPENBIS_URL", "", "people's servers", "problem", "not told"),
        ("services/1", GOOD["services"][0], "culler", "warning", "for ever"),
        ("public_url", "http://jupyterhub.example.org/", "public address", "problem", "plain text"),
    ],
)
def test_a_fault_is_found_and_has_a_next_step(
    path: str, value: Any, topic: str, status: str, said: str
) -> None:
    faults = [check for check in judge(with_fault(path, value)) if check.status != "ok"]
    assert {(check.topic, check.status) for check in faults} == {(topic, status)}
    assert said in faults[0].message
    assert all(check.next_step for check in faults)


def test_openbis_that_the_hub_cannot_reach() -> None:
    facts = with_fault("openbis/reason", "No connection to openbis.example.org.")
    facts["openbis"]["next_step"] = "Ask for the firewall."
    [fault] = [check for check in judge(facts) if check.status != "ok"]
    assert (fault.topic, fault.next_step) == ("openBIS", "Ask for the firewall.")


def test_containers_cannot_use_this_machines_own_addresses() -> None:
    facts = with_fault("spawner", CONTAINERS)
    facts["people"]["OPENBIS_URL"] = "https://localhost:8443"
    assert {check.topic for check in judge(facts) if check.status == "problem"} == {
        "service",
        "people's servers",
    }


def test_one_account_for_all_is_no_way_for_other_machines() -> None:
    facts = with_fault("spawner", ALONE) | {"bind_url": "http://:8000"}
    assert [check.topic for check in judge(facts) if check.status == "problem"] == ["spawner"]


def test_a_hub_that_others_reach_has_a_public_address() -> None:
    facts = with_fault("public_url", "") | {"bind_url": "http://:8000"}
    assert [check.topic for check in judge(facts) if check.status == "problem"] == ["public address"]
