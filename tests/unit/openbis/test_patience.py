"""How long a save looks for a data set whose answer was lost."""

from __future__ import annotations

import pytest

from openbis_nb.openbis.creation import Patience


@pytest.mark.parametrize(
    ("seconds", "looks"),
    [
        (30.0, (0.5, 1.0, 2.0, 4.0, 8.0, 14.5)),
        (100.0, (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)),
        (1.5, (0.5, 1.0)),
        (0.2, (0.2,)),
    ],
)
def test_the_last_look_is_over_in_time(seconds: float, looks: tuple[float, ...]) -> None:
    assert Patience().within(seconds).looks == looks
    assert Patience().within(seconds).over_after == Patience().over_after
