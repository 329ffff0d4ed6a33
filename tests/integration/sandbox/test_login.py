"""Log-in, session and server information at the wire (contract 2.1 to 2.7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from openbis_nb.sandbox import ManualClock, Sandbox, running_sandbox

from . import v3
from .wire_client import AS, RpcError, WireClient

NO_ROLE = "User 'nobody' has no role assignments and thus is not permitted to login."


def test_a_password_gives_a_token(reader: WireClient) -> None:
    token = reader.call(AS, "login", "Eve.O-Neill", "Eve.O-Neill")
    assert token.startswith("Eve.O-Neill-")
    assert reader.call(AS, "isSessionActive", token) is True


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("ursula", "wrong"),
        ("nobody", "nobody"),
        ("sso.user", "sso.user"),
        ("system", "x"),
        ("URSULA", "ursula"),
    ],
)
def test_wrong_log_ins_give_null(reader: WireClient, user: str, password: str) -> None:
    assert reader.call(AS, "login", user, password) is None


def test_an_empty_password_is_an_error(reader: WireClient) -> None:
    with pytest.raises(RpcError, match=r"^No 'password' specified\.$"):
        reader.call(AS, "login", "ursula", "")


def test_log_in_needs_a_role(openbis_sandbox: Sandbox, person: Callable[[str], WireClient]) -> None:
    """The ELN searches in the text: no context suffix (contract 2.3)."""
    admin = person("admin")
    found = admin.application("searchRoleAssignments", {"criteria": []}, {"user": {}})
    bobs = [one["id"] for one in found["objects"] if one["user"] and one["user"]["userId"] == "bob"]
    admin.application("deleteRoleAssignments", bobs, {"reason": "left"})
    with pytest.raises(RpcError) as fault:
        admin.call(AS, "login", "bob", "bob")
    assert str(fault.value) == NO_ROLE.replace("nobody", "bob")


def test_a_deactivated_person_is_logged_out_and_kept_out(person: Callable[[str], WireClient]) -> None:
    admin, bob = person("admin"), person("bob")
    admin.application("updatePersons", [{"userId": v3.person("bob"), "active": False}])
    assert bob.call(AS, "isSessionActive", bob.token) is False
    with pytest.raises(RpcError, match="has been deactivated"):
        admin.call(AS, "login", "bob", "bob")


def test_an_admin_can_log_in_as_somebody(reader: WireClient) -> None:
    assert reader.call(AS, "loginAs", "ursula", "ursula", "alice") is None
    token = reader.call(AS, "loginAs", "admin", "admin", "alice")
    information = reader.call(AS, "getSessionInformation", token)
    assert information["person"]["userId"] == "alice"
    assert information["creatorPerson"]["userId"] == "admin"


def test_session_information(reader: WireClient) -> None:
    information = reader.application("getSessionInformation")
    assert information["@type"] == "as.dto.session.SessionInformation"
    assert information["sessionToken"] == reader.token
    assert (information["userName"], information["personalAccessTokenSession"]) == ("ursula", False)


def test_after_log_out_the_token_is_named_and_nothing_is_appended(ursula: WireClient) -> None:
    assert ursula.application("logout") is None
    with pytest.raises(RpcError) as fault:
        ursula.application("getSessionInformation")
    assert str(fault.value) == f"Session token '{ursula.token}' is invalid: user is not logged in."


def test_sessions_end_after_twelve_idle_hours() -> None:
    clock = ManualClock()
    with running_sandbox(http=True, clock=clock) as sandbox:
        client = WireClient(sandbox)
        clock.advance(12 * 3600 + 1)
        with pytest.raises(RpcError) as fault:
            client.application("getServerInformation")
        client.close()
    assert str(fault.value) == "Session no longer available. Please login again."


@pytest.mark.parametrize(("version", "openbis"), [("3.5", "20.10."), ("3.6", "20.10."), ("3.7", "7.")])
def test_the_server_says_which_openbis_it_is(version: str, openbis: str) -> None:
    with running_sandbox(http=True, api_version=version) as sandbox:
        client = WireClient(sandbox)
        information = client.application("getServerInformation")
        client.close()
    assert information["api-version"] == version
    assert information["openbis-version"].startswith(openbis)
    assert all(isinstance(one, str) for one in information.values())


def test_public_information_needs_no_session(reader: WireClient) -> None:
    assert "authentication-service" in reader.call(AS, "getServerPublicInformation")


@pytest.mark.parametrize("method", ["searchGlobally", "executeOperations", "createMaterials"])
def test_what_is_not_supported_is_refused_by_name(reader: WireClient, method: str) -> None:
    with pytest.raises(RpcError, match=f"^The method {method} is not supported by the sandbox"):
        reader.application(method, {})


def test_a_method_that_no_openbis_has_is_not_found(reader: WireClient) -> None:
    answer = reader.post(AS, data='{"method":"makeCoffee","params":[],"id":"2"}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, -32601)


def test_a_wrong_number_of_parameters(reader: WireClient) -> None:
    answer = reader.post(AS, data='{"method":"login","params":["ursula"],"id":"2"}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, -32602)
