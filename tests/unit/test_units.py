"""Sizes as people read them."""

from __future__ import annotations

import pytest

from openbis_nb.units import human_size


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (3_449_000, "3.45 MB"),
        (999_999, "1 MB"),
        (500 * 10**9, "500 GB"),
        (12 * 10**12, "12 TB"),
        (12 * 10**15, "12000 TB"),
    ],
)
def test_sizes_for_people(size: int | None, shown: str) -> None:
    assert human_size(size) == shown


def test_what_is_not_known_is_shown_as_asked() -> None:
    assert human_size(None, unknown="?") == "?"
