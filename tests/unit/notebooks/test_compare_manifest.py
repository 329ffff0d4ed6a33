"""What changed beside the cells (F-13)."""

from __future__ import annotations

from typing import Any

import pytest

from openbis_nb.errors import InvalidInput
from openbis_nb.notebooks.environment import Environment
from openbis_nb.notebooks.manifest import Change, ManifestChanges, changes, packages_of
from openbis_nb.notebooks.provenance import Provenance


def made(**more: Any) -> Provenance:
    owner = {"kind": "experiment", "perm_id": "20261121000000000-1", "identifier": "/S/P/E"}
    return Provenance(
        save_id="s",
        notebook_id="n",
        name="x",
        saved_at="2026-11-21T09:00:00Z",
        saved_by="alice",
        owner=owner,
        **more,
    )


def test_inputs_that_came_and_went() -> None:
    """F-13: what was taken off before the save is no input, as it is no parent (D10)."""
    base = made(attached=("a", "b", "c"), unticked=("c",), declared=("z",))
    other = made(attached=("d", "b", "c"))
    found = changes(base, other)
    assert (found.inputs_added, found.inputs_removed) == (("d", "c"), ("a",))


def test_parameters_by_value() -> None:
    """F-13: absent and null are told apart from a value, numbers from truth."""
    base = made(parameters={"same": [1, 2], "n": 1, "gone": "x", "flag": 1})
    other = made(parameters={"same": [1, 2], "n": 2, "new": {"a": 1}, "flag": True})
    assert changes(base, other).parameters == (
        Change("flag", 1, True),
        Change("gone", "x", None),
        Change("n", 1, 2),
        Change("new", None, {"a": 1}),
    )


def test_environment_packages_and_template() -> None:
    """F-13: from what a save writes, whole."""
    before = Environment(
        python="3.11.2", implementation="cpython", platform="Linux x86_64", kernel="python3",
        packages={"numpy": "1.26.0", "old": "1"},
    )  # fmt: skip
    after = Environment(
        python="3.12.1", implementation="cpython", platform="Linux x86_64", kernel="python3",
        image="lab/image:2", packages={"numpy": "2.0.0", "new": "3", "pandas": "2"},
    )  # fmt: skip
    base = made(environment=before.summary(), template={"slug": "analysis", "version": "1"})
    other = made(environment=after.summary(), template={"slug": "analysis", "version": "2"})
    found = changes(base, other, packages_of(before.lock_json()), packages_of(after.lock_json()))
    assert found.environment == (Change("image", None, "lab/image:2"), Change("python", "3.11.2", "3.12.1"))
    assert found.packages_known
    assert found.packages == (
        Change("new", None, "3"),
        Change("numpy", "1.26.0", "2.0.0"),
        Change("old", "1", None),
        Change("pandas", None, "2"),
    )
    assert found.template == (Change("version", "1", "2"),)


def test_nothing_changed_and_nothing_known() -> None:
    """A side without provenance is not the same as a side without inputs."""
    one = made(attached=("a",), parameters={"x": 1})
    assert changes(one, one) == ManifestChanges(known=True)
    assert changes(one, None) == changes(None, one) == ManifestChanges(known=False)
    assert changes(one, one, {"numpy": "1"}, None).packages_known is False


@pytest.mark.parametrize(
    "lock", [b"", b"[]", b"{}", b'{"packages": 5}', b"[" * 100_000, b" " * (4 * 2**20 + 1)]
)
def test_a_damaged_list_of_packages_is_refused(lock: bytes) -> None:
    with pytest.raises(InvalidInput):
        packages_of(lock)
