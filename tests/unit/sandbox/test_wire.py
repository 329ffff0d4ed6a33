"""JSON-RPC envelopes, object ids, references (contract 1.2 to 1.5)."""

from __future__ import annotations

import json

import pytest

from openbis_nb.sandbox import wire
from openbis_nb.sandbox.failures import InvalidSession, LoginRefused, ObjectNotFound, UserFailure


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{not json", 400, -32700),
        (b"\xff\xfe", 400, -32700),
        (b"[]", 400, -32600),
        (b'{"id":"2"}', 400, -32600),
        (b'{"method":"login","params":{"user":"x"}}', 400, -32600),
    ],
)
def test_a_broken_body_is_a_fault_of_the_wire(body: bytes, status: int, code: int) -> None:
    with pytest.raises(wire.WireFault) as fault:
        wire.parse_request(body)
    reply = fault.value.reply()
    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (status, code)


@pytest.mark.parametrize("request_id", ["2", 7, None])
def test_the_id_is_echoed_with_its_json_type(request_id: object) -> None:
    request = wire.parse_request(json.dumps({"method": "m", "params": [], "id": request_id}).encode())
    body = wire.success(request, "x").body
    assert body.endswith(b"\n")
    assert json.loads(body) == {"jsonrpc": "2.0", "id": request_id, "result": "x"}


def test_a_success_never_has_an_error_key() -> None:
    request = wire.parse_request(b'{"method":"m","id":"2"}')
    assert "error" not in json.loads(wire.success(request, None).body)


def test_a_call_without_an_id_gets_no_body() -> None:
    request = wire.parse_request(b'{"method":"m","params":[]}')
    assert wire.success(request, 1).body == b""
    assert wire.failure(request, UserFailure("no"), context=True).body == b""


@pytest.mark.parametrize(
    ("fault", "context", "message", "java"),
    [
        (UserFailure("No."), True, "No. (Context: [])", "UserFailureException"),
        (UserFailure("No."), False, "No.", "UserFailureException"),
        (InvalidSession("Gone."), True, "Gone.", "InvalidSessionException"),
        (LoginRefused("No roles."), True, "No roles.", "UserFailureException"),
        (
            ObjectNotFound({"@type": "as.dto.dataset.id.DataSetPermId", "permId": "1-2"}),
            False,
            "Object with DataSetPermId = [1-2] has not been found.",
            "ObjectNotFoundException",
        ),
    ],
)
def test_an_application_error_is_http_200_with_the_servers_text(
    fault: UserFailure, context: bool, message: str, java: str
) -> None:
    reply = wire.failure(wire.parse_request(b'{"method":"m","id":"2"}'), fault, context=context)
    error = json.loads(reply.body)["error"]
    assert reply.status == 200
    assert (error["code"], error["message"], error["data"]["message"]) == (0, message, message)
    assert error["data"]["exceptionTypeName"].endswith(java)


def test_every_object_has_its_own_id_from_one_and_plain_values_have_none() -> None:
    space = {"@type": "as.dto.space.Space", "code": "A"}
    result = wire.number_objects({"x": [space, space], "properties": {"$NAME": "n"}})
    assert [one["@id"] for one in result["x"]] == [1, 2]
    assert result["properties"] == {"$NAME": "n"}
    assert "@id" not in result


def test_the_javascript_clients_references_are_resolved() -> None:
    fetch = {"@id": 0, "@type": "as.dto.dataset.fetchoptions.DataSetFetchOptions", "parents": 0, "from": 0}
    criteria = {"@id": 0, "criteria": [{"@id": 1, "@type": "as.dto.x.search.XSearchCriteria"}, 1]}
    params = ["TOKEN", criteria, fetch]
    request = wire.parse_request(json.dumps({"method": "m", "params": params, "id": "1"}).encode())
    _, criteria, fetch = request.params
    assert criteria["criteria"][1] is criteria["criteria"][0]
    assert fetch["parents"] is fetch
    assert fetch["from"] == 0


@pytest.mark.parametrize(
    "parameter",
    [
        {"@id": 5, "@type": "as.dto.x.search.X", "fieldValue": {"@id": 6, "value": 5}},
        {"@id": 1, "@type": "as.dto.deletion.id.DeletionTechId", "techId": 1, "id": "1"},
        {"@id": 3, "validFromDate": 3, "@type": "as.dto.pat.create.PersonalAccessTokenCreation"},
        5,
    ],
)
def test_numbers_stay_numbers(parameter: object) -> None:
    before = json.loads(json.dumps(parameter))
    assert wire.resolve_references(parameter) == before


def test_pybis_ids_that_are_texts_are_left_alone() -> None:
    creation = {"@id": "1", "typeId": {"@id": "2", "permId": "X"}, "parentIds": []}
    assert wire.resolve_references(creation)["typeId"]["permId"] == "X"
