"""What a cell and a command ask for when they publish, and what they say before it is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from openbis_nb.errors import Forbidden, InvalidInput
from openbis_nb.web.publishing import Wish, check_allowed, chosen_board, end_of, plan_lines

BOARDS = [("b1", "Meeting"), ("b2", "Twice"), ("b3", "twice")]
PLAN: dict[str, Any] = {
    "title": "Growth",
    "version": {"perm_id": "20261121093000123-60", "saved_at": "2026-11-21T09:30:00Z", "saved_by": "alice"},
    "visible_to": {"text": "Everybody who may read /BIOLAB/GROWTH."},
    "contains": {"cells": 3, "outputs": 1, "images": 0, "code": False, "size": 1500},
    "redactions": [{"kind": "session token", "place": "cell 3, output 1", "count": 1}],
    "warnings": ["It holds a large table."],
    "dashboards": [{"id": id, "title": name} for id, name in BOARDS],
    "pages": [],
    "may": {"publish": {"allowed": True, "reason": ""}},
}


def test_code_is_hidden_and_the_author_followed_unless_said_otherwise() -> None:
    """D-10, rows 58 and 59."""
    assert Wish().body("1-1") == {"version": "1-1", "follow": "latest", "code": "hidden"}


@pytest.mark.parametrize("wrong", [{"follow": "newest"}, {"code": "folded"}])
def test_what_cannot_be_is_refused_before_anything_is_asked(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Wish(**wrong)


def test_a_day_counts_to_its_end() -> None:
    end = end_of("2026-12-31")
    assert end == end_of(date(2026, 12, 31))
    assert end is not None
    assert end.astimezone().replace(tzinfo=None) == datetime(2027, 1, 1)
    moment = datetime(2026, 12, 31, 18, tzinfo=UTC)
    assert (end_of(moment), end_of("2026-12-31T18:00:00+00:00"), end_of("")) == (moment, moment, None)
    assert end_of(datetime(2026, 12, 31, 18)) - timedelta(hours=18) == datetime(2026, 12, 31).astimezone()  # type: ignore[operator]
    with pytest.raises(InvalidInput, match="no date"):
        end_of("tomorrow")


def test_a_dashboard_is_found_by_id_or_title_else_it_is_a_new_one() -> None:
    """D-07."""
    assert chosen_board("", PLAN) == {}
    assert chosen_board("b2", PLAN) == chosen_board("b2", PLAN) == {"dashboard": "b2"}
    assert chosen_board("MEETING", PLAN) == {"dashboard": "b1"}
    assert chosen_board("Another", PLAN) == {"new_dashboard": "Another"}
    with pytest.raises(InvalidInput, match="2 dashboards are called 'Twice'"):
        chosen_board("Twice", PLAN)


def test_what_is_seen_and_by_whom_is_said() -> None:
    """D-07."""
    said = "\n".join(plan_lines(PLAN, Wish(dashboard="Meeting", ends_at=end_of("2026-12-31"))))
    for part in (
        "“Growth”",
        "by alice",
        "3 cells, 1 output, without code: it is not in the page, 1.5 kB",
        "Everybody who may read /BIOLAB/GROWTH.",
        "Follows the newest version",
        "01 January 2027, 00:00",
        "the dashboard “Meeting”",
        "session token in cell 3, output 1",
        "It holds a large table.",
    ):
        assert part in said
    assert "a new dashboard “Other”" in "\n".join(plan_lines(PLAN, Wish(dashboard="Other")))


def test_who_may_not_publish_is_told_why() -> None:
    """D-03."""
    check_allowed(PLAN)
    with pytest.raises(Forbidden, match="You are no publisher"):
        check_allowed(PLAN | {"may": {"publish": {"allowed": False, "reason": "You are no publisher."}}})
