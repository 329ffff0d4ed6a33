"""What the running hub has granted, asked of its database and its API: nobody of ours reaches other people's
servers or sessions, and the shipped configuration makes nobody an admin (design D3, D4, section 6)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from .actors import Person, SecuredHub, environments
from .conftest import OPERATOR

#: What reaches another person's server or auth_state, by itself or by what it can grant.
GOD = (
    "access:servers",
    "admin:auth_state",
    "admin:servers",
    "admin:services",
    "admin:users",
    "inherit",
    "groups:shares",
    "proxy",
    "read:tokens",
    "servers",
    "shares",
    "tokens",
    "users",
    "users:shares",
)
#: The one role of JupyterHub that holds such scopes; nobody has it.
ADMIN = "admin"


def unlimited(scopes: list[str]) -> list[str]:
    """Those among *scopes* that reach people other than the token's own."""
    return [scope for scope in scopes if scope.partition("!")[0] in GOD and "!" not in scope]


@pytest.fixture
def database(secured: SecuredHub, alice: Person, bob: Person) -> Iterator[sqlite3.Connection]:
    """Of the hub, after people and their servers came."""
    alice.opened_launcher()
    bob.opened_launcher()
    path: Path = secured.folder / "data" / "jupyterhub.sqlite"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_only_jupyterhubs_admin_role_reaches_everybody_and_nobody_has_it(
    database: sqlite3.Connection,
) -> None:
    roles = {name: json.loads(scopes) for name, scopes in database.execute("SELECT name, scopes FROM roles")}
    assert {"user", "server", "token", ADMIN} <= roles.keys()
    # "token" is what a token may ask for of its own person: never more than that person has.
    assert [name for name in roles if name not in (ADMIN, "token") and unlimited(roles[name])] == []
    held = database.execute(
        "SELECT users.name FROM users"
        " JOIN user_role_map ON users.id = user_id JOIN roles ON roles.id = role_id"
        " WHERE roles.name = ? UNION SELECT services.name FROM services"
        " JOIN service_role_map ON services.id = service_id JOIN roles ON roles.id = role_id"
        " WHERE roles.name = ? UNION SELECT name FROM users WHERE admin"
        " UNION SELECT name FROM services WHERE admin",
        (ADMIN, ADMIN),
    ).fetchall()
    assert held == []


def test_the_services_roles_hold_no_access_to_servers_and_no_auth_state(
    database: sqlite3.Connection,
) -> None:
    services = {name for (name,) in database.execute("SELECT name FROM services")}
    assert "openbis" in services
    held = database.execute(
        "SELECT services.name, roles.scopes FROM services"
        " JOIN service_role_map ON services.id = service_id JOIN roles ON roles.id = role_id"
    ).fetchall()
    assert [(name, bad) for name, scopes in held if (bad := unlimited(json.loads(scopes)))] == []


def test_no_token_reaches_more_than_its_own_person(database: sqlite3.Connection) -> None:
    """Those of servers, of browsers at servers and at the service, and of the service itself."""
    rows = database.execute(
        "SELECT api_tokens.scopes, users.name, api_tokens.client_id FROM api_tokens"
        " LEFT JOIN users ON users.id = user_id"
    ).fetchall()
    assert {client for _, _, client in rows} >= {"service-openbis", "jupyterhub-user-alice"}
    for scopes, user, client in rows:
        for scope in json.loads(scopes):
            name, _, limit = scope.partition("!")
            assert not name.startswith("admin"), (client, scope)
            if name == "inherit":  # what its owner holds: a person their own, a service nothing (see below)
                assert client == "jupyterhub"
            elif name == "access:servers":
                assert limit in ("server", "user", f"user={user}", f"server={user}/"), (client, scope)
                assert client != "service-openbis", scope
            else:
                assert name not in GOD or limit in ("user", f"user={user}"), (client, scope)


def test_what_the_service_may_ask_of_a_persons_browser(database: sqlite3.Connection) -> None:
    """Named scopes of that person only; not their servers' contents, and not to make tokens."""
    rows = database.execute("SELECT identifier, allowed_scopes FROM oauth_clients").fetchall()
    allowed = json.loads(dict(rows)["service-openbis"])
    assert allowed
    assert {scope.partition("!")[0] for scope in allowed} & {
        "access:servers",
        "tokens",
        "inherit",
        "self",
    } == set()
    assert unlimited(allowed) == []


def test_the_service_itself_may_do_nothing(secured: SecuredHub, alice: Person) -> None:
    """Its own token, taken from its process: it is the secret of the OAuth client and no more."""
    (token,) = {
        found["JUPYTERHUB_API_TOKEN"]
        for found in environments(secured)
        if found.get("JUPYTERHUB_SERVICE_NAME") == "openbis"
    }
    model = secured.api(token, "/user").json()
    assert (model["kind"], model["admin"]) == ("service", False)
    assert [scope for scope in model["scopes"] if scope.partition("!")[0] in GOD] == []
    for path in ("/users", "/users/alice", "/users/alice/tokens", "/openbis/session", "/services", "/groups"):
        assert secured.api(token, path).status_code in (403, 404), path
    assert secured.api(token, "/users/alice/server", "POST").status_code in (403, 404)
    assert secured.api(token, "/users/alice/server", "DELETE").status_code in (403, 404)
    answer = secured.browser().session.get(
        f"{secured.url}/user/alice/api/contents", headers={"Authorization": f"token {token}"}, timeout=30
    )
    assert answer.status_code == 403


def test_the_service_is_not_told_the_hubs_settings(secured: SecuredHub) -> None:
    """They may hold the password of the hub's database: who writes there gives roles."""
    told = [env for env in environments(secured) if env.get("JUPYTERHUB_SERVICE_NAME") == "openbis"]
    assert told
    assert [name for env in told for name in env if name.startswith("OPENBIS_NB_HUB_")] == []


def test_an_admin_of_openbis_is_no_admin_of_the_hub(secured: SecuredHub, alice: Person) -> None:
    """Shipped like this: an admin of the hub can act as anybody in openBIS."""
    admin = Person(secured, "admin")
    model = admin.ask("GET", "/hub/api/user").json()
    assert model["admin"] is False
    assert unlimited(model["scopes"]) == []
    for path in ("/hub/api/users", "/hub/api/users/alice", "/hub/admin", "/user/alice/api/contents"):
        assert admin.ask("GET", path).status_code in (302, 403, 404), path
    assert admin.browser.follow(admin.browser.go("/user/alice/lab")).status_code in (403, 404)
    assert admin.ask("POST", "/hub/api/users/alice/server").status_code in (403, 404)


def test_an_operator_sees_and_stops_servers_and_reaches_none(secured: SecuredHub, alice: Person) -> None:
    """The role that the threat model shows; stopping is tried on a server that is not there."""
    operator = Person(secured, OPERATOR)
    seen = operator.ask("GET", "/hub/api/users?include_stopped_servers=1").json()
    assert [one["servers"] for one in seen if one["name"] == "alice" and one["servers"]]
    assert operator.ask("DELETE", "/hub/api/users/ursula/server").status_code in (202, 204, 400, 404)
    for path in ("/hub/api/users/alice", "/hub/api/users/alice/tokens", "/hub/api/openbis/session"):
        answer = operator.ask("GET", path)
        assert answer.status_code in (403, 404) or "auth_state" not in answer.json(), path
        assert "$pat-" not in answer.text
    answer = operator.browser.follow(operator.browser.go("/user/alice/api/contents"))
    assert answer.status_code in (403, 404)
    for body in ({}, {"scopes": ["access:servers"]}):
        assert operator.ask("POST", "/hub/api/users/alice/tokens", json=body).status_code in (403, 404)
    shared = operator.ask("POST", "/hub/api/shares/alice/", json={"user": operator.name})
    assert shared.status_code in (403, 404)


def test_nobody_can_share_a_server(alice: Person, bob: Person) -> None:
    """A server that is shared acts as its owner in openBIS: off, as shipped."""
    for kind in ("shares", "share-codes"):
        for body in ({"user": "bob"}, {}, {"user": "bob", "scopes": ["access:servers!server=alice/"]}):
            answer = alice.ask("POST", f"/hub/api/{kind}/alice/", json=body)
            assert answer.status_code == 403, answer.text
    assert bob.ask("GET", "/hub/api/users/bob/shared").json().get("items", []) == []


def test_no_token_for_oneself_reaches_further(secured: SecuredHub, alice: Person) -> None:
    """What a person may ask of the hub's token page, for more than is theirs."""
    for scope in (
        "access:servers",
        "access:servers!user=bob",
        "admin:auth_state",
        "admin:auth_state!user=alice",
        "tokens!user=bob",
        "shares!user=alice",
    ):
        answer = alice.ask("POST", "/hub/api/users/alice/tokens", json={"scopes": [scope]})
        assert answer.status_code in (400, 403), (scope, answer.text)


def test_a_scope_that_names_somebody_else_gives_ones_own_session(secured: SecuredHub, alice: Person) -> None:
    """A custom scope may be narrowed to anybody; the handler answers whose token it is."""
    body = {"scopes": ["custom:openbis-session!user=bob"]}
    token = alice.ask("POST", "/hub/api/users/alice/tokens", json=body).json()["token"]
    assert secured.api(token, "/openbis/session").json().get("user_id") in ("alice", None)
