"""Which call a fault means, and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from openbis_nb.sandbox import Fault, FaultKind, Faults

MATCHES = [
    ("*", "searchFiles", True),
    ("searchFiles", "searchFiles", True),
    ("search", "searchFiles", False),
    ("file-transfer", "file-transfer:download", True),
    ("file-transfer:download", "file-transfer:download", True),
    ("file-transfer:start", "file-transfer:download", False),
    ("file-transfer:download", "file-transfer", False),
]


@pytest.mark.parametrize(("asked", "call", "expected"), MATCHES)
def test_targets(asked: str, call: str, expected: bool) -> None:
    assert Fault(kind=FaultKind.CUT, target=asked).matches(call) is expected


def test_faults_of_one_target_strike_one_after_the_other() -> None:
    faults = Faults()
    faults.add("cut", "x")
    faults.add("status", "x", count=2)
    struck = [faults.strike("x") for _ in range(4)]
    assert [fault.kind if fault else None for fault in struck] == ["cut", "status", "status", None]


def test_each_fault_counts_the_calls_that_it_lets_pass() -> None:
    faults = Faults()
    faults.add("cut", "x", skip=2)
    faults.add("status", "*", skip=1)
    struck = [faults.strike("x") for _ in range(3)]
    assert [fault.kind if fault else None for fault in struck] == [None, "status", "cut"]


def test_a_fault_without_end_waits_until_it_is_cleared() -> None:
    faults = Faults()
    faults.add("cut", "x", count=0)
    assert all(faults.strike("x") for _ in range(10))
    faults.clear()
    assert faults.strike("x") is None
    assert faults.struck() == []


def test_calls_at_the_same_time_do_not_share_a_strike() -> None:
    faults = Faults()
    faults.add("cut", "x", count=50)
    with ThreadPoolExecutor(8) as threads:
        struck = list(threads.map(lambda _: faults.strike("x"), range(200)))
    assert sum(fault is not None for fault in struck) == 50
