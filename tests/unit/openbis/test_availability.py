"""Why the bytes of a data set can or cannot be read (contract 3.3, 5.9; U-29, U-30)."""

from __future__ import annotations

import pytest

from openbis_nb.models import DataFile, DataSet, DataSetKind
from openbis_nb.openbis.availability import Availability, of_data_set

ONE = [DataFile("1-1", "original/a", 1)]


@pytest.mark.parametrize(
    ("kind", "status", "files", "state"),
    [
        ("PHYSICAL", "AVAILABLE", ONE, Availability.AVAILABLE),
        ("PHYSICAL", "AVAILABLE", None, Availability.AVAILABLE),
        ("PHYSICAL", "AVAILABLE", [], Availability.EMPTY),
        ("PHYSICAL", "LOCKED", ONE, Availability.AVAILABLE),
        ("PHYSICAL", "ARCHIVE_PENDING", ONE, Availability.AVAILABLE),
        ("PHYSICAL", "BACKUP_PENDING", ONE, Availability.AVAILABLE),
        ("PHYSICAL", "ARCHIVED", ONE, Availability.ARCHIVED),
        ("PHYSICAL", "UNARCHIVE_PENDING", ONE, Availability.COMING_BACK),
        ("CONTAINER", "AVAILABLE", [], Availability.CONTAINER),
        ("LINK", "AVAILABLE", [], Availability.LINKED),
    ],
)
def test_kind_and_status_decide(
    kind: DataSetKind, status: str, files: list[DataFile] | None, state: Availability
) -> None:
    assert of_data_set(DataSet("1-1", "RAW_DATA", kind=kind, status=status), files) is state


@pytest.mark.parametrize("state", list(Availability))
def test_each_state_explains_itself(state: Availability) -> None:
    assert state.explanation.endswith(".")


def test_the_archive_gives_whole_bundles_back() -> None:
    """U-30: said before somebody asks for it."""
    assert "bundle" in Availability.ARCHIVED.explanation
