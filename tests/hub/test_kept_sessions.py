"""What the hub keeps at a log-in: a token of its own, or the session with a note (design D5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from openbis_nb.hub import sessions
from openbis_nb.hub.sessions import HubSession
from openbis_nb.openbis.client import OpenBIS, Secret, Server
from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.faults import FaultKind

NAME, LIFE, DAY = "openbis-nb at JupyterHub", timedelta(days=7), timedelta(days=1)


@pytest.fixture
def server(openbis_sandbox: Sandbox) -> Server:
    return Server(
        openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle, request_timeout=2, retry_pause=0.02
    )


@pytest.fixture
async def client(server: Server) -> AsyncIterator[OpenBIS]:
    async with OpenBIS(server) as client:
        yield client


async def kept_after_log_in(client: OpenBIS, sandbox: Sandbox, user: str = "alice") -> HubSession:
    await client.login(user, sandbox.users[user])
    return await sessions.keep(client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=True)


async def is_alive(server: Server, session: HubSession) -> bool:
    async with OpenBIS(server, session.token) as by_token:
        return await by_token.is_session_active()


async def test_a_session_is_swapped_for_a_token_of_the_hubs_own(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server
) -> None:
    """U-01: it outlives the log-in session, which is ended, since openBIS allows five."""
    await client.login("alice", openbis_sandbox.users["alice"])
    begun = client.token
    kept = await sessions.keep(client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=True)
    assert kept.token.is_personal_access_token
    assert kept.valid_until is not None
    assert timedelta(days=6) < kept.valid_until - datetime.now(UTC) <= LIFE
    assert (kept.note, kept.opened_by_hub) == ("", False)
    assert await is_alive(server, kept)
    assert not openbis_sandbox.state.sessions.is_active(begun.reveal())


async def test_a_session_that_somebody_else_began_goes_on(client: OpenBIS, openbis_sandbox: Sandbox) -> None:
    """Design D5: the ELN's session is not the hub's to end."""
    eln = openbis_sandbox.token("alice")
    client.use(eln)
    kept = await sessions.keep(client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=False)
    assert kept.token.is_personal_access_token
    assert openbis_sandbox.state.sessions.is_active(eln)
    assert not await sessions.end(client, kept)


async def test_older_tokens_of_our_name_go_and_others_stay(client: OpenBIS, openbis_sandbox: Sandbox) -> None:
    first = await kept_after_log_in(client, openbis_sandbox)
    await client.login("alice", openbis_sandbox.users["alice"])
    foreign = await client.create_personal_access_token("my script")
    second = await kept_after_log_in(client, openbis_sandbox)
    is_active = openbis_sandbox.state.sessions.is_active
    alive = [is_active(token.reveal()) for token in (first.token, foreign.token, second.token)]
    assert alive == [False, True, True]


async def log_in_again(
    client: OpenBIS, sandbox: Sandbox, earlier: HubSession, life: timedelta = LIFE
) -> HubSession:
    """As the ELN's link does it: with a session of the ELN, and what was kept before."""
    client.use(sandbox.token("alice"))
    return await sessions.keep(
        client, await client.whoami(), name=NAME, life=life, opened_by_hub=False, earlier=earlier
    )


async def test_a_token_that_is_good_for_long_is_kept_at_the_next_log_in(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server
) -> None:
    """U-01: a transfer that a kernel is at goes on while its person opens another notebook in the ELN."""
    first = await kept_after_log_in(client, openbis_sandbox)
    assert await log_in_again(client, openbis_sandbox, first) == first
    assert await is_alive(server, first)
    await client.login("alice", openbis_sandbox.users["alice"])
    begun = client.token.reveal()
    again = await sessions.keep(
        client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=True, earlier=first
    )
    assert again == first
    assert not openbis_sandbox.state.sessions.is_active(begun)


async def test_a_token_with_less_than_half_its_life_is_renewed(
    client: OpenBIS, openbis_sandbox: Sandbox
) -> None:
    first = await kept_after_log_in(client, openbis_sandbox)
    second = await log_in_again(client, openbis_sandbox, first, life=LIFE * 2.1)
    assert second.token != first.token
    assert not openbis_sandbox.state.sessions.is_active(first.token.reveal())


async def test_a_token_that_was_revoked_is_not_kept(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server
) -> None:
    first = await kept_after_log_in(client, openbis_sandbox)
    client.use(openbis_sandbox.token("alice"))
    await client.revoke_personal_access_token(first.token)
    second = await log_in_again(client, openbis_sandbox, first)
    assert second.token != first.token
    assert await is_alive(server, second)


async def test_the_token_of_another_account_is_not_kept(client: OpenBIS, openbis_sandbox: Sandbox) -> None:
    """A hub user who links another openBIS account."""
    bobs = await kept_after_log_in(client, openbis_sandbox, "bob")
    mine = await log_in_again(client, openbis_sandbox, bobs)
    assert mine.user_id == "alice"
    assert mine.token != bobs.token


async def test_ids_with_a_dash_keep_their_session_where_their_tokens_are_not_recognised(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server
) -> None:
    """U-19; contract 2.2."""
    kept = await kept_after_log_in(client, openbis_sandbox, "Eve.O-Neill")
    assert not kept.token.is_personal_access_token
    assert kept.opened_by_hub
    assert "does not recognise" in kept.note
    assert await is_alive(server, kept)
    client.use(kept.token)
    assert await client.personal_access_tokens() == []
    assert await sessions.end(client, kept)
    assert not await is_alive(server, kept)


async def test_a_personal_access_token_is_kept_as_it_is(client: OpenBIS, openbis_sandbox: Sandbox) -> None:
    client.use(openbis_sandbox.token("alice"))
    own = await client.create_personal_access_token("my own")
    client.use(own.token)
    kept = await sessions.keep(client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=False)
    assert kept.token == own.token
    assert "personal access token of your own" in kept.note
    assert kept.valid_until == own.valid_until
    assert not kept.made_by_hub


async def test_where_a_token_may_list_none_its_end_is_not_known(
    client: OpenBIS, openbis_sandbox: Sandbox
) -> None:
    """Contract 2.6 does not say whether it may."""
    client.use(openbis_sandbox.token("alice"))
    client.use((await client.create_personal_access_token("my own")).token)
    openbis_sandbox.faults.add(FaultKind.ERROR, "searchPersonalAccessTokens", count=0)
    kept = await sessions.keep(client, await client.whoami(), name=NAME, life=LIFE, opened_by_hub=False)
    assert kept.valid_until is None
    assert "not known here" in kept.note


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.STATUS, FaultKind.SILENCE])
async def test_a_log_in_does_not_fail_because_no_token_can_be_had(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server, kind: FaultKind
) -> None:
    openbis_sandbox.faults.add(kind, "createPersonalAccessTokens", count=0)
    kept = await kept_after_log_in(client, openbis_sandbox)
    assert not kept.token.is_personal_access_token
    assert "ends when you log out of openBIS" in kept.note
    assert await is_alive(server, kept)


async def test_rubbish_that_cannot_be_removed_does_not_spoil_a_log_in(
    client: OpenBIS, openbis_sandbox: Sandbox, server: Server
) -> None:
    openbis_sandbox.faults.add(FaultKind.ERROR, "searchPersonalAccessTokens", count=0)
    kept = await kept_after_log_in(client, openbis_sandbox)
    assert kept.token.is_personal_access_token
    assert await is_alive(server, kept)


@pytest.mark.parametrize("until", [None, datetime(2026, 12, 1, tzinfo=UTC)])
def test_what_is_kept_survives_the_hubs_database(until: datetime | None) -> None:
    session = HubSession(
        "https://openbis.example.org", "alice", Secret("$pat-alice-1x2"), True, until, "a note"
    )
    state = session.to_auth_state()
    assert HubSession.from_auth_state(state) == session
    assert HubSession.from_auth_state(None) is None
    assert HubSession.from_auth_state({"other": 1}) is None
    assert "$pat" not in repr(session)


@pytest.mark.parametrize(
    ("left", "warn_before", "advice"),
    [
        (None, DAY, "a note"),
        (timedelta(days=2), DAY, "a note"),
        (timedelta(hours=23), DAY, "ends on 2026-12-01 at 12:00 UTC"),
        (timedelta(hours=23), timedelta(hours=1), "a note"),
        (timedelta(hours=-1), DAY, "ended on 2026-12-01 at 12:00 UTC"),
    ],
)
def test_the_end_is_told_in_time(left: timedelta | None, warn_before: timedelta, advice: str) -> None:
    """U-01: a day before, or as the setting says."""
    end = datetime(2026, 12, 1, 12, tzinfo=UTC)
    until = end if left is not None else None
    session = HubSession("https://openbis.example.org", "alice", Secret("x"), False, until, "a note")
    assert advice in session.advice(end - (left or timedelta()), warn_before)


def test_the_session_of_an_older_hub_is_still_read() -> None:
    """An upgrade does not log people out."""
    state = HubSession("https://openbis.example.org", "alice", Secret("x")).to_auth_state()
    del state["openbis"]["since"], state["openbis"]["made_by_hub"]
    read = HubSession.from_auth_state(state)
    assert read is not None
    assert (read.since, read.made_by_hub) == (None, False)


@pytest.mark.parametrize(
    ("fresh", "earlier", "kept"),
    [
        (
            {"refresh": "new"},
            {"refresh": "old", "openbis": {"n": 1}},
            {"refresh": "new", "openbis": {"n": 1}},
        ),
        (None, {"openbis": {"n": 1}}, {"openbis": {"n": 1}}),
        ({"refresh": "new"}, None, {"refresh": "new"}),
        ({"openbis": {"n": 0}, "a": 1}, {"openbis": {"n": 1}}, {"openbis": {"n": 1}, "a": 1}),
        ({"openbis": {"n": 0}, "a": 1}, {"a": 0}, {"a": 1}),  # unlinked while it was being refreshed
        (None, None, None),
        (None, {"a": 1}, None),
    ],
)
def test_what_another_authenticator_keeps_and_the_link_do_not_disturb_each_other(
    fresh: dict[str, object] | None, earlier: dict[str, object] | None, kept: dict[str, object] | None
) -> None:
    assert sessions.carry_over(fresh, earlier) == kept
