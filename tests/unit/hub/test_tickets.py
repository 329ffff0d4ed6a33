"""Tickets: once, for half a minute, for one person and target."""

from __future__ import annotations

import pytest

from openbis_nb.hub import tickets as tickets_module
from openbis_nb.hub.tickets import Ticket, Tickets
from openbis_nb.openbis.secrets import Secret

TICKET = Ticket(Secret("alice-230926143214123x" + "0" * 32), "alice", "/user/alice/lab")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_ticket_is_good_once() -> None:
    tickets = Tickets()
    number = tickets.mint(TICKET)
    assert tickets.peek(number) == TICKET
    assert tickets.redeem(number) == TICKET
    assert tickets.peek(number) is tickets.redeem(number) is None


def test_a_ticket_is_good_for_half_a_minute() -> None:
    clock = Clock()
    tickets = Tickets(clock=clock)
    early, late = tickets.mint(TICKET), tickets.mint(TICKET)
    clock.now += 29.9
    assert tickets.redeem(early) == TICKET
    clock.now += 0.1
    assert tickets.redeem(late) is None


@pytest.mark.parametrize("number", ["", "x", "alice"])
def test_an_unknown_ticket_is_none(number: str) -> None:
    tickets = Tickets()
    tickets.mint(TICKET)
    assert tickets.redeem(number) is None


def test_a_flood_pushes_out_the_oldest_and_memory_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets_module, "_MAX_WAITING", 3)
    tickets = Tickets()
    numbers = [tickets.mint(TICKET) for _ in range(4)]
    assert [tickets.redeem(number) for number in numbers] == [None, TICKET, TICKET, TICKET]


def test_numbers_cannot_be_guessed_and_secrets_are_not_shown() -> None:
    tickets = Tickets()
    numbers = {tickets.mint(TICKET) for _ in range(100)}
    assert len(numbers) == 100
    assert min(map(len, numbers)) >= 43
    assert TICKET.session.reveal() not in repr(TICKET)
