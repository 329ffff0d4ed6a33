"""Sessions and their end (contract 2.1 to 2.4, 2.6); time is moved, not waited for."""

from __future__ import annotations

import re

import pytest

from openbis_nb.sandbox import ManualClock
from openbis_nb.sandbox.failures import InvalidSession, LoginRefused
from openbis_nb.sandbox.sessions import Session
from openbis_nb.sandbox.state import SandboxState

HOUR = 3600.0
EXPIRED = "Session no longer available. Please login again."


def add_token(state: SandboxState, user: str, name: str, start: float, end: float) -> str:
    token = f"$pat-{state.sessions.open(user).token}"
    with state.store.write() as db:
        values = (token, user, name, int(start * 1000), int(end * 1000), None, 0, 0)
        db.execute("INSERT INTO personal_access_tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return token


def refusal(state: SandboxState, token: str) -> str:
    with pytest.raises(InvalidSession) as fault:
        state.sessions.require(token)
    return fault.value.message


@pytest.mark.parametrize("user", ["alice", "Eve.O-Neill"])
def test_a_token_has_the_servers_form(state: SandboxState, user: str) -> None:
    token = state.sessions.open(user).token
    assert re.fullmatch(re.escape(user) + r"-\d{15}x[0-9A-F]{32}", token)
    assert state.sessions.require(token).user == user


def test_an_unknown_token_is_named_in_the_text(state: SandboxState) -> None:
    assert refusal(state, "nobody-1") == "Session token 'nobody-1' is invalid: user is not logged in."


def test_logging_out_twice_is_no_error(state: SandboxState) -> None:
    token = state.sessions.open("alice").token
    state.sessions.close(token)
    state.sessions.close(token)
    assert refusal(state, token).endswith("is invalid: user is not logged in.")


def test_calls_keep_a_session_alive(state: SandboxState, clock: ManualClock) -> None:
    token = state.sessions.open("alice").token
    for _ in range(3):
        clock.advance(11 * HOUR)
        state.sessions.require(token)
    clock.advance(12 * HOUR + 1)
    assert refusal(state, token) == EXPIRED


def test_asking_whether_it_is_active_does_not(state: SandboxState, clock: ManualClock) -> None:
    token = state.sessions.open("alice").token
    for _ in range(2):
        clock.advance(6 * HOUR)
        assert state.sessions.is_active(token)
    clock.advance(1)
    assert not state.sessions.is_active(token)


def test_a_sixth_session_closes_the_oldest(state: SandboxState) -> None:
    """Five per user (contract 2.4); other users are not touched."""
    other = state.sessions.open("bob").token
    tokens = [state.sessions.open("alice").token for _ in range(6)]
    assert [state.sessions.is_active(token) for token in tokens] == [False] + [True] * 5
    assert state.sessions.is_active(other)


def test_sessions_can_be_made_to_expire(state: SandboxState) -> None:
    alice, bob = state.sessions.open("alice").token, state.sessions.open("bob").token
    assert state.sessions.expire("alice") == 1
    assert refusal(state, alice) == EXPIRED
    assert state.sessions.is_active(bob)


def test_whoever_listens_hears_of_each_end(state: SandboxState, clock: ManualClock) -> None:
    ended: list[Session] = []
    state.sessions.on_end.append(ended.append)
    first, second = state.sessions.open("alice"), state.sessions.open("bob")
    state.sessions.close(first.token)
    clock.advance(13 * HOUR)
    assert not state.sessions.is_active(second.token)
    assert [session.user for session in ended] == ["alice", "bob"]


def test_tokens_of_one_name_share_a_session(state: SandboxState, clock: ManualClock) -> None:
    now = clock.now()
    one, two, other = (
        add_token(state, "alice", name, now - 1, now + HOUR) for name in ("nb", "nb", "elsewhere")
    )
    keys = [state.sessions.require(token).key for token in (one, two, other)]
    assert keys[0] == keys[1] != keys[2]
    state.sessions.close(one)
    assert state.sessions.is_active(one)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (HOUR, 2 * HOUR, "Personal access token is not yet valid."),
        (-2 * HOUR, -HOUR, "Personal access token is no longer valid."),
    ],
)
def test_a_token_has_its_time(
    state: SandboxState, clock: ManualClock, start: float, end: float, text: str
) -> None:
    token = add_token(state, "alice", "nb", clock.now() + start, clock.now() + end)
    assert refusal(state, token) == text
    assert not state.sessions.is_active(token)


def test_an_unknown_personal_access_token(state: SandboxState) -> None:
    assert refusal(state, "$pat-alice-1x2") == "Personal access token session does not exist."


def test_no_token_is_in_the_repr_of_a_session(state: SandboxState) -> None:
    session = state.sessions.open("alice")
    assert session.token not in repr(session)
    assert session.key not in repr(session)


def test_login_refused_is_not_a_session_error() -> None:
    assert not issubclass(LoginRefused, InvalidSession)
