"""Work that nobody sees keeps a server, up to a limit."""

from __future__ import annotations

from openbis_nb.labext.activity import Activity


class Watched:
    def __init__(self, limit: float) -> None:
        self.now, self.marks = 0.0, []  # type: ignore[var-annotated]
        self.activity = Activity(lambda: self.marks.append(self.now), limit, lambda: self.now)

    def looks(self, *working: bool) -> list[float]:
        for one in working:
            self.activity.look(working=one)
            self.now += 60
        return self.marks


def test_a_server_without_work_is_left_to_the_culler() -> None:
    assert Watched(1000).looks(False, False, False) == []


def test_work_marks_it_at_each_look() -> None:
    assert Watched(1000).looks(True, True, False, True) == [0, 60, 180]


def test_a_cell_in_circles_does_not_keep_it_for_ever() -> None:
    assert Watched(120).looks(True, True, True, True, True) == [0, 60, 120]


def test_other_work_counts_anew() -> None:
    assert Watched(60).looks(True, True, True, False, True) == [0, 60, 240]
