"""Personal access tokens at the wire (contract 2.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openbis_nb.sandbox import ManualClock, running_sandbox

from . import v3
from .wire_client import AS, RpcError, WireClient

DAY = 24 * 3600 * 1000
START = 1_795_224_536_000
LONG_AFTER = START + 100 * 365 * DAY


def creation(name: str = "my-app", start: Any = START, end: Any = LONG_AFTER) -> dict[str, Any]:
    kind = "as.dto.pat.create.PersonalAccessTokenCreation"
    return {"@type": kind, "sessionName": name, "validFromDate": start, "validToDate": end}


def make(client: WireClient, **values: Any) -> str:
    # pybis sends one dict, not a list
    return str(client.application("createPersonalAccessTokens", creation(**values))[0]["permId"])


def token_id(token: str) -> dict[str, str]:
    return {"@type": "as.dto.pat.id.PersonalAccessTokenPermId", "permId": token}


def test_a_token_works_in_place_of_a_session(ursula: WireClient) -> None:
    token = make(ursula)
    assert token.startswith("$pat-ursula-")
    information = ursula.call(AS, "getSessionInformation", token)
    assert (information["userName"], information["personalAccessTokenSessionName"]) == ("ursula", "my-app")
    assert information["personalAccessTokenSession"] is True
    ursula.call(AS, "logout", token)
    assert ursula.call(AS, "isSessionActive", token) is True


def test_what_a_token_says_of_itself(ursula: WireClient) -> None:
    token = make(ursula)
    fetch = {"owner": {}, "registrator": {}, "modifier": {}}
    found = ursula.application("getPersonalAccessTokens", [token_id(token)], fetch)[token]
    assert found["hash"] == found["permId"]["permId"] == token
    assert found["validFromDate"] == START
    assert found["validToDate"] == START + 30 * DAY  # longer ones are silently shortened
    assert found["owner"]["userId"] == "ursula"


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [("StringStartsWith", "my-a", ["my-app", "my-app-two"]), ("StringEqualTo", "my-app", ["my-app"])],
)
def test_search_by_name(ursula: WireClient, how: str, text: str, expected: list[str]) -> None:
    for name in ("my-app", "my-app-two", "other"):
        make(ursula, name=name)
    criterion = {
        "fieldName": "sessionName",
        "fieldType": "ATTRIBUTE",
        "fieldValue": v3.value(how, text),
        "@type": "as.dto.pat.search.PersonalAccessTokenSessionNameSearchCriteria",
    }
    found = ursula.application("searchPersonalAccessTokens", {"criteria": [criterion], "operator": "AND"}, {})
    assert sorted(one["sessionName"] for one in found["objects"]) == expected
    assert found["totalCount"] == len(expected)


def test_people_see_their_own_and_admins_all(person: Callable[[str], WireClient]) -> None:
    ursula, alice, admin = person("ursula"), person("alice"), person("admin")
    token = make(ursula)
    assert alice.application("searchPersonalAccessTokens", {}, {})["totalCount"] == 0
    assert alice.application("getPersonalAccessTokens", [token_id(token)], {}) == {}
    assert admin.application("searchPersonalAccessTokens", {}, {})["totalCount"] == 1
    alice.application("deletePersonalAccessTokens", [token_id(token)], {"reason": "x"})
    assert ursula.call(AS, "isSessionActive", token) is True


def test_a_revoked_token_is_unknown(ursula: WireClient) -> None:
    token = make(ursula)
    ursula.application("deletePersonalAccessTokens", [token_id(token)], {"reason": "done"})
    with pytest.raises(RpcError) as fault:
        ursula.call(AS, "getSessionInformation", token)
    assert str(fault.value) == "Personal access token session does not exist."


@pytest.mark.parametrize(
    "method", ["createPersonalAccessTokens", "deletePersonalAccessTokens", "createPersons"]
)
def test_a_token_manages_neither_tokens_nor_people(ursula: WireClient, method: str) -> None:
    token, more = make(ursula), [{"reason": "x"}] if method.startswith("delete") else []
    with pytest.raises(RpcError, match="Personal access tokens cannot be used to manage"):
        ursula.call(AS, method, token, [creation()], *more)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"name": " "}, "Session name cannot be empty."),
        ({"start": None}, "Valid from date cannot be null."),
        ({"end": None}, "Valid to date cannot be null."),
        ({"end": START - DAY}, "Valid to date cannot be in the past."),
        ({"start": LONG_AFTER}, "Valid to date has to be after valid from date."),
        ({"end": "tomorrow"}, "Valid from and valid to have to be milliseconds since 1970."),
    ],
)
def test_what_is_refused(reader: WireClient, values: dict[str, Any], text: str) -> None:
    with pytest.raises(RpcError) as fault:
        make(reader, **values)
    assert str(fault.value) == f"{text} (Context: [])"


def test_tokens_outlive_sessions_and_end_on_their_day() -> None:
    clock = ManualClock()
    with running_sandbox(http=True, clock=clock) as sandbox:
        client = WireClient(sandbox)
        token = make(client)
        clock.advance(29 * 24 * 3600)
        assert client.call(AS, "isSessionActive", client.token) is False
        assert client.call(AS, "isSessionActive", token) is True
        clock.advance(2 * 24 * 3600)
        with pytest.raises(RpcError, match=r"^Personal access token is no longer valid\.$"):
            client.call(AS, "getSessionInformation", token)
        client.close()


def test_a_server_can_have_none() -> None:
    with running_sandbox(http=True, pat_enabled=False) as sandbox:
        client = WireClient(sandbox)
        assert client.application("getServerInformation")["personal-access-tokens-enabled"] == "false"
        with pytest.raises(RpcError, match="Personal access tokens are disabled"):
            make(client)
        client.close()


@pytest.mark.parametrize(
    ("settings", "works"),
    [({"api_version": "3.6"}, False), ({"api_version": "3.7"}, True), ({"dashed_pats": True}, True)],
)
def test_a_dash_in_the_user_id(settings: dict[str, Any], works: bool) -> None:
    """The 20.10 line makes tokens for such people that it does not recognise afterwards (contract 2.2)."""
    with running_sandbox(http=True, **settings) as sandbox:
        client = WireClient(sandbox, "Eve.O-Neill")
        token = make(client)
        assert client.call(AS, "isSessionActive", token) is works
        client.close()
