"""How a method is run: session, transaction, and what happens when it fails."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from openbis_nb.sandbox.failures import UserFailure
from openbis_nb.sandbox.rpc import Call, Registry
from openbis_nb.sandbox.state import SandboxState
from openbis_nb.sandbox.wire import Json, Object, Objects, Reply, parse_request


@pytest.fixture
def registry() -> Registry:
    methods = Registry("test server", context=True)

    @methods.method("rename", writes=True)
    def rename(call: Call, code: str, fail: bool) -> str:
        call.db.execute("UPDATE entities SET description = ? WHERE code = 'BIOLAB'", (code,))
        if fail:
            raise UserFailure("No.")
        return call.user

    @methods.method("shapes", session=False)
    def shapes(call: Call, ids: Objects, options: Object, text: Json) -> Json:
        return [ids, options, text]

    @methods.method("broken")
    def broken(call: Call) -> None:
        raise LookupError("secret details")

    @methods.method("write in a read")
    def write_in_a_read(call: Call) -> None:
        with call.state.store.write():
            pass

    return methods


def run(state: SandboxState, registry: Registry, method: str, *params: Any, **more: Any) -> Reply:
    body = {"method": method, "params": params, "id": "2", "jsonrpc": "2.0"} | more
    return registry.execute(state, parse_request(json.dumps(body).encode()))


def description(state: SandboxState) -> str:
    with state.store.read() as db:
        return str(db.execute("SELECT description FROM entities WHERE code = 'BIOLAB'").fetchone()[0])


def test_a_method_knows_its_caller(state: SandboxState, registry: Registry) -> None:
    token = state.sessions.open("alice").token
    reply = run(state, registry, "rename", token, "new", False)
    assert json.loads(reply.body)["result"] == "alice"
    assert description(state) == "new"


def test_what_fails_is_undone(state: SandboxState, registry: Registry) -> None:
    before = description(state)
    reply = run(state, registry, "rename", state.sessions.open("alice").token, "new", True)
    assert (reply.status, reply.failed) == (200, True)
    assert json.loads(reply.body)["error"]["message"] == "No. (Context: [])"
    assert description(state) == before


def test_a_call_without_an_id_is_executed(state: SandboxState, registry: Registry) -> None:
    body = {"method": "rename", "params": [state.sessions.open("alice").token, "new", False]}
    assert registry.execute(state, parse_request(json.dumps(body).encode())) == Reply(200, b"")
    assert description(state) == "new"


def test_without_a_session_nothing_is_done(state: SandboxState, registry: Registry) -> None:
    reply = run(state, registry, "rename", None, "new", False)
    assert "is invalid: user is not logged in." in json.loads(reply.body)["error"]["message"]


@pytest.mark.parametrize("method", ["broken", "write in a read"])
def test_a_fault_of_the_sandbox_is_logged_and_named(
    state: SandboxState, registry: Registry, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = state.sessions.open("alice").token
    with caplog.at_level(logging.ERROR):
        message = json.loads(run(state, registry, method, token).body)["error"]["message"]
    assert message.startswith(f"The sandbox failed in {method}: ")
    assert "secret details" not in message
    assert token not in caplog.text


def test_a_name_is_registered_once(registry: Registry) -> None:
    with pytest.raises(RuntimeError, match="method broken is registered twice"):
        registry.method("broken")(lambda call: None)


def test_a_call_without_a_session_has_no_user(state: SandboxState) -> None:
    methods = Registry("test server", context=False)
    methods.method("who", session=False)(lambda call: call.user)
    assert "RuntimeError" in json.loads(run(state, methods, "who").body)["error"]["message"]


@pytest.mark.parametrize(
    ("given", "received"),
    [
        ([[{"a": 1}], {"b": 2}, "x"], [[{"a": 1}], {"b": 2}, "x"]),
        ([{"a": 1}, None, None], [[{"a": 1}], None, None]),  # one object for a list of one
        ([None, None, 5], [[], None, 5]),
        ([[None, {"a": 1}], {}, []], [[{"a": 1}], {}, []]),
    ],
)
def test_parameters_arrive_in_their_shape(
    state: SandboxState, registry: Registry, given: list[Any], received: list[Any]
) -> None:
    assert json.loads(run(state, registry, "shapes", *given).body)["result"] == received


@pytest.mark.parametrize("given", [[5, {}, "x"], [[5], {}, "x"], [[[]], {}, "x"], [[], [], "x"], [[], {}]])
def test_other_shapes_are_a_fault_of_the_wire(
    state: SandboxState, registry: Registry, given: list[Any]
) -> None:
    reply = run(state, registry, "shapes", *given)
    assert (reply.status, json.loads(reply.body)["error"]["code"]) == (500, -32602)
