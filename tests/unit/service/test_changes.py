"""Who follows launches: each hears of its own, and nobody follows more than a setting of the code allows."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from openbis_nb.errors import TooMany
from openbis_nb.service.launches.changes import MOST, Changes


async def test_news_reach_those_who_follow_that_launch() -> None:
    changes = Changes()
    with (
        changes.watch("a", "alice") as first,
        changes.watch("a", "alice") as second,
        changes.watch("b", "alice") as other,
    ):
        changes.tell("a")
        assert (first.is_set(), second.is_set(), other.is_set()) == (True, True, False)
    changes.tell("a")  # nobody is left


async def test_one_person_follows_so_many_and_others_go_on() -> None:
    changes = Changes()
    with ExitStack() as streams:
        for number in range(MOST):
            streams.enter_context(changes.watch(f"launch-{number}", "alice"))
        with pytest.raises(TooMany), changes.watch("one more", "alice"):
            pass
        with changes.watch("launch-1", "bob"):
            pass
    with changes.watch("one more", "alice"):
        pass
