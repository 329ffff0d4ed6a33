"""Which inputs become parents, and which of them openBIS does not take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import EntityFrozen, EntityInTrash, InvalidInput
from openbis_nb.models import DataSet
from openbis_nb.workflows.parents import check_parents, sort_inputs

PERM_IDS = st.lists(st.sampled_from([f"20260101000000000-{n}" for n in range(6)]))


def test_four_declared_three_attached_one_unticked() -> None:
    """F-01: two parents, and the others are listed."""
    inputs = sort_inputs(["a", "b", "c", "d"], ["a", "b", "c"], ["b"])
    assert inputs.parents == ("a", "c")
    assert (inputs.unused, inputs.never_attached) == (("b",), ("d",))


def test_what_was_attached_is_a_parent_though_never_declared() -> None:
    """F-01, O-72."""
    assert sort_inputs(["a"], ["z"], []).parents == ("z",)


def test_unused_may_name_what_was_never_attached() -> None:
    inputs = sort_inputs(["a", "b"], ["a"], ["b"])
    assert (inputs.parents, inputs.unused, inputs.never_attached) == (("a",), (), ("b",))


def test_unused_names_no_stranger() -> None:
    """A misspelt permId must not leave a parent in by accident."""
    with pytest.raises(InvalidInput, match="unused names x") as wrong:
        sort_inputs(["a"], ["b"], ["x"])
    assert "b" in wrong.value.next_step


@given(declared=PERM_IDS, attached=PERM_IDS, data=st.data())
def test_no_input_is_dropped_and_none_invented(
    declared: list[str], attached: list[str], data: st.DataObject
) -> None:
    """F-01, U-08."""
    unused = data.draw(st.lists(st.sampled_from(attached)) if attached else st.just([]))
    inputs = sort_inputs(declared, attached, unused)
    assert set(inputs.parents) | set(inputs.unused) == set(attached)
    assert set(inputs.parents).isdisjoint(unused)
    assert set(inputs.never_attached) == set(declared) - set(attached)
    assert list(inputs.parents) == [p for p in dict.fromkeys(attached) if p not in unused]


def test_visible_parents_are_taken() -> None:
    check_parents(["a"], {"a": DataSet("a", "RAW_DATA")}, frozenset())


@pytest.mark.parametrize(
    ("visible", "trash", "error", "text"),
    [
        ({}, {"a"}, EntityInTrash, "a lies in the trash"),
        ({}, set(), EntityInTrash, "no longer visible"),
        ({"a": DataSet("a", "RAW_DATA", frozen_for_children=True)}, set(), EntityFrozen, "is frozen"),
    ],
)
def test_each_obstacle_has_its_sentence_and_a_way_on(
    visible: dict[str, DataSet], trash: set[str], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as refused:
        check_parents(["a"], visible, frozenset(trash))
    assert "unused=['a']" in str(refused.value)
