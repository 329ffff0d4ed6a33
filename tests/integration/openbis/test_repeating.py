"""Only what is safe is repeated, and nothing waits for ever."""

from __future__ import annotations

import pytest

from openbis_nb.errors import OpenBISRefused, OpenBISTimeout, OpenBISUnreachable, SaveUndecided
from openbis_nb.models import Entity
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import Sandbox


@pytest.mark.parametrize(
    ("kind", "status"), [("cut", 0), ("answer-lost", 0), ("status", 502), ("status", 503)]
)
async def test_a_question_is_asked_again(
    openbis_sandbox: Sandbox, alice: OpenBIS, kind: str, status: int
) -> None:
    openbis_sandbox.faults.add(kind, "searchSpaces", count=2, status=status)
    assert [space.code async for space in alice.children()] == ["BIOLAB"]  # type: ignore[union-attr]


async def test_a_question_is_not_asked_for_ever(openbis_sandbox: Sandbox, alice: OpenBIS) -> None:
    openbis_sandbox.faults.add("cut", "getServerInformation", count=0)
    with pytest.raises(OpenBISUnreachable):
        await alice.server_information()
    assert len(openbis_sandbox.faults.struck()) == 3


async def test_a_log_in_is_not_repeated(openbis_sandbox: Sandbox, server: Server) -> None:
    """Each try would open one of the five sessions that a person may have (contract 2.4)."""
    openbis_sandbox.faults.add("answer-lost", "login", count=0)
    async with OpenBIS(server) as client:
        with pytest.raises(OpenBISUnreachable):
            await client.login("alice", openbis_sandbox.users["alice"])
    assert len(openbis_sandbox.faults.struck()) == 1


async def test_a_registration_whose_answer_is_lost_is_not_repeated(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    openbis_sandbox.faults.add("answer-lost", "createUploadedDataSet", count=0)
    with pytest.raises(SaveUndecided):
        await create_data_set(alice, NewDataSet(type_code="RAW_DATA", owner=experiment, files={"a": b"x"}))
    assert len(openbis_sandbox.faults.struck()) == 1


async def test_a_refusal_is_not_repeated(openbis_sandbox: Sandbox, alice: OpenBIS) -> None:
    openbis_sandbox.faults.add("error", "getServerInformation", message="No way. (Context: [x])", count=0)
    with pytest.raises(OpenBISRefused, match=r"No way\.$|No way\. "):
        await alice.server_information()
    assert len(openbis_sandbox.faults.struck()) == 1


@pytest.mark.parametrize("fault", ["silence"])
async def test_silence_ends_with_the_time_out(openbis_sandbox: Sandbox, alice: OpenBIS, fault: str) -> None:
    """O-82, contract 10.4 trap 30: pybis waits for ever."""
    openbis_sandbox.faults.add(fault, "getServerInformation", count=0)
    with pytest.raises(OpenBISTimeout, match="2 seconds"):
        await alice.server_information()
    assert len(openbis_sandbox.faults.struck()) == 1
