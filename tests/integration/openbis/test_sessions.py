"""Log-in, log-out, who am I, personal access tokens (contract 2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.errors import CertificateProblem, Forbidden, NotLoggedIn, OpenBISUnreachable, UnexpectedAnswer
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import Sandbox

from .conftest import Login


@pytest.mark.parametrize("user", ["alice", "Eve.O-Neill", "admin"])
async def test_a_log_in_is_one_call_and_says_who_one_is(login: Login, user: str) -> None:
    client = await login(user)
    assert client.transport.stats.round_trips == 1
    assert (await client.whoami()).user_id == user
    assert await client.is_session_active()


async def test_a_wrong_password_is_not_logged_in(server: Server) -> None:
    async with OpenBIS(server) as client:
        with pytest.raises(NotLoggedIn, match="password"):
            await client.login("alice", "wrong")
        with pytest.raises(NotLoggedIn):
            await client.login("alice", "")


async def test_without_a_session_nothing_is_sent(server: Server) -> None:
    async with OpenBIS(server) as client:
        assert not await client.is_session_active()
        with pytest.raises(NotLoggedIn, match="no openBIS session"):
            await client.whoami()
        assert client.transport.stats.round_trips == 0


async def test_an_ended_session_is_said_so(alice: OpenBIS) -> None:
    """U-01, O-80."""
    other = OpenBIS(alice.server, alice.token)
    await alice.logout()
    assert not await other.is_session_active()
    with pytest.raises(NotLoggedIn, match="over"):
        await other.whoami()
    await other.logout()
    await other.close()


async def test_a_personal_access_token_is_made_used_listed_and_revoked(alice: OpenBIS, login: Login) -> None:
    """O-86; contract 2.6."""
    made = await alice.create_personal_access_token("openbis-nb")
    assert made.valid_until is not None
    assert timedelta(days=29) < made.valid_until - datetime.now(UTC) <= timedelta(days=30)
    async with OpenBIS(alice.server, made.token) as by_token:
        assert (await by_token.whoami()).user_id == "alice"
        with pytest.raises(Forbidden):
            await by_token.create_personal_access_token("another")
    assert [token.session_name for token in await alice.personal_access_tokens()] == ["openbis-nb"]
    await alice.revoke_personal_access_token(made.token)
    assert await alice.personal_access_tokens() == []
    async with OpenBIS(alice.server, made.token) as by_token:
        with pytest.raises(NotLoggedIn):
            await by_token.whoami()


async def test_the_server_is_asked_about_itself_once(alice: OpenBIS) -> None:
    first = await alice.server_information()
    alice.transport.stats.round_trips = 0
    assert await alice.server_information() == first
    assert (first.api_version, first.personal_access_tokens) == ("3.6", True)
    assert alice.transport.stats.round_trips == 0


async def test_a_certificate_that_is_not_trusted_stops_everything(openbis_sandbox: Sandbox) -> None:
    async with OpenBIS(Server(openbis_sandbox.url)) as client:
        with pytest.raises(
            CertificateProblem, match="could not be verified: unable to get local issuer"
        ) as caught:
            await client.login("alice", "alice")
    assert "OPENBIS_NB_CA_BUNDLE" in caught.value.next_step


async def test_nobody_at_home_is_unreachable(unused_tcp_port: int) -> None:
    async with OpenBIS(Server(f"http://127.0.0.1:{unused_tcp_port}")) as client:
        with pytest.raises(OpenBISUnreachable, match="No connection"):
            await client.login("alice", "alice")


async def test_a_portal_page_instead_of_openbis_is_told(openbis_sandbox: Sandbox, server: Server) -> None:
    openbis_sandbox.faults.add("html", "login")
    async with OpenBIS(server) as client:
        with pytest.raises(UnexpectedAnswer, match="not openBIS' JSON"):
            await client.login("alice", "alice")


async def test_a_certificate_file_that_is_none_is_named(openbis_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("this is no certificate")
    async with OpenBIS(Server(openbis_sandbox.url, ca_bundle=tmp_path / "ca.pem")) as client:
        with pytest.raises(Exception, match="cannot be read as PEM"):
            await client.login("alice", "alice")
