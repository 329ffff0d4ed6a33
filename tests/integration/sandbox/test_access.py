"""`getRights` per role (contract 9.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from . import v3
from .wire_client import RpcError, WireClient

NEW, DUMMY = "/BIOLAB/GROWTH/NEW", "/BIOLAB/GROWTH/__DUMMY_DATA_SET__"


@pytest.mark.parametrize(
    ("user", "experiment", "data_set", "new_sample", "new_data_set"),
    [
        ("olga", [], [], [], []),
        ("ursula", ["UPDATE"], [], ["CREATE"], ["CREATE"]),
        ("alice", ["UPDATE", "DELETE"], ["UPDATE", "DELETE"], ["CREATE"], ["CREATE"]),
        ("admin", ["UPDATE", "DELETE"], ["UPDATE", "DELETE"], ["CREATE"], ["CREATE"]),
    ],
)
def test_rights_by_role(
    person: Callable[[str], WireClient],
    user: str,
    experiment: list[str],
    data_set: list[str],
    new_sample: list[str],
    new_data_set: list[str],
) -> None:
    client = person(user)
    perm_id = client.data_sets_of(DEMO_EXPERIMENT)[0]
    ids = [v3.experiment(DEMO_EXPERIMENT), v3.data_set(perm_id), v3.sample(NEW), v3.data_set(DUMMY)]
    found = client.application("getRights", ids, None)
    given = [found[text]["rights"] for text in (DEMO_EXPERIMENT, perm_id, NEW, DUMMY)]
    assert given == [experiment, data_set, new_sample, new_data_set]


def test_a_stranger_may_do_nothing(person: Callable[[str], WireClient]) -> None:
    found = person("bob").application("getRights", [v3.experiment(DEMO_EXPERIMENT), v3.sample(NEW)], None)
    assert [one["rights"] for one in found.values()] == [[], []]


def test_an_unknown_perm_id_is_an_error(reader: WireClient) -> None:
    unknown = {"@type": "as.dto.sample.id.SamplePermId", "permId": "1-2"}
    with pytest.raises(RpcError, match=r"^Unknown sample with perm id 1-2\."):
        reader.application("getRights", [unknown], None)
