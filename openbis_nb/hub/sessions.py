"""What the hub keeps of openBIS for a person, and how it comes by it (design D5).

An ELN session ends at log-out there, after 12 idle hours, and when a sixth one begins (contract 2.4). So at
log-in, the only time when a real session is in hand, the hub swaps it for a personal access token of its
own name. Where openBIS offers none, or does not recognise it (ids with a dash on the 20.10 line, contract
2.2), the session itself is kept and a note says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..models import Person
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret

__all__ = ["Confirmed", "HubSession", "carry_over", "end", "keep", "without"]

_log = logging.getLogger(__name__)

#: Key in JupyterHub's auth_state, which may hold other things of other people's hooks.
_STATE_KEY = "openbis"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A session that openBIS has just said to be *person*'s. Form data never holds one: it is all text."""

    session: Secret
    person: Person


@dataclass(frozen=True, slots=True)
class HubSession:
    """A person's session with openBIS, as the hub keeps it.

    Args:
        server: Address of openBIS.
        user_id: In openBIS' spelling.
        token: Personal access token or session token.
        opened_by_hub: Whether the hub itself began this session, by a password: only then may it end it.
        valid_until: When a personal access token ends; ``None`` where openBIS did not say.
        note: A sentence for the person about what is not as it should be; else empty.
        since: When the hub came by it.
        made_by_hub: Whether it is a personal access token that the hub made.
    """

    server: str
    user_id: str
    token: Secret
    opened_by_hub: bool = False
    valid_until: datetime | None = None
    note: str = ""
    since: datetime | None = None
    made_by_hub: bool = False

    def ends_soon(self, now: datetime, warn_before: timedelta) -> bool:
        """Whether the end is nearer than *warn_before* at the time *now*, as far as it is known."""
        return self.valid_until is not None and self.valid_until - now <= warn_before

    def advice(self, now: datetime, warn_before: timedelta) -> str:
        """What the person should know at the time *now*: that the end is near, else the note."""
        if self.valid_until is None or not self.ends_soon(now, warn_before):
            return self.note
        verb = "ends" if self.valid_until > now else "ended"
        return (
            f"Your openBIS session {verb} on {self.valid_until:%Y-%m-%d at %H:%M} UTC. Renew it on the "
            'hub\'s page "openBIS account"; running kernels go on.'
        )

    def to_auth_state(self) -> dict[str, Any]:
        """For JupyterHub's encrypted auth_state, the one place where the token is written down."""
        return {
            _STATE_KEY: {
                "server": self.server,
                "user_id": self.user_id,
                "token": self.token.reveal(),
                "opened_by_hub": self.opened_by_hub,
                "valid_until": self.valid_until.isoformat() if self.valid_until else None,
                "note": self.note,
                "since": self.since.isoformat() if self.since else None,
                "made_by_hub": self.made_by_hub,
            }
        }

    @classmethod
    def from_auth_state(cls, state: Mapping[str, Any] | None) -> HubSession | None:
        """What :meth:`to_auth_state` gave; ``None`` when there is no session in it."""
        kept = (state or {}).get(_STATE_KEY)
        if not kept:
            return None
        return cls(
            server=kept["server"],
            user_id=kept["user_id"],
            token=Secret(kept["token"]),
            opened_by_hub=kept["opened_by_hub"],
            valid_until=_instant(kept["valid_until"]),
            note=kept["note"],
            since=_instant(kept.get("since")),
            made_by_hub=kept.get("made_by_hub", False),
        )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def without(state: Mapping[str, Any]) -> dict[str, Any]:
    """What of an auth_state is other people's."""
    return {key: value for key, value in state.items() if key != _STATE_KEY}


def carry_over(fresh: Mapping[str, Any] | None, earlier: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The auth_state that another authenticator has just made, with the session that was kept *earlier*."""
    kept = {_STATE_KEY: earlier[_STATE_KEY]} if earlier and _STATE_KEY in earlier else {}
    return without(fresh or {}) | kept or None


async def keep(
    client: OpenBIS,
    person: Person,
    *,
    name: str,
    life: timedelta,
    opened_by_hub: bool,
    earlier: HubSession | None = None,
) -> HubSession:
    """What to keep for *person*, whose live session *client* holds.

    With a token of our own made and checked, older ones of our *name* are revoked, and the session is ended
    if the hub began it: openBIS allows five at once. A token that was made *earlier* and has more than half
    of its life left is kept: a transfer that a kernel is at would fail when its token is revoked.

    Args:
        client: With the session or personal access token that was brought.
        person: Whose it is, as openBIS said.
        name: Of our tokens at openBIS; one for each hub.
        life: How long a token shall be good; openBIS shortens what is longer than it allows.
        opened_by_hub: Whether *client*'s session was begun by the hub.
        earlier: What was kept until now; ``None`` to have a new token in any case.

    Raises:
        NotLoggedIn: the session ended in the middle of it.
    """
    now = datetime.now(UTC)
    brought = HubSession(client.server.url, person.user_id, client.token, opened_by_hub, since=now)
    if client.token.is_personal_access_token:  # it cannot make another one (contract 2.6)
        return await _of_their_own(client, brought)
    if earlier is not None and await _will_do(client, earlier, person, now + life / 2):
        await _tidy(client, earlier.token, name, end_session=opened_by_hub)
        return earlier
    try:
        made = await client.create_personal_access_token(name, now + life)
        if not await _is_recognised(client, made.token, person):
            await client.revoke_personal_access_token(made.token, "not recognised by this openBIS")
            return replace(brought, note=_fallback_note("this openBIS does not recognise the token it made"))
    except NotLoggedIn:
        raise
    except OpenbisNbError as error:
        return replace(brought, note=_fallback_note(error.message))
    await _tidy(client, made.token, name, end_session=opened_by_hub)
    return HubSession(
        client.server.url,
        person.user_id,
        made.token,
        valid_until=made.valid_until,
        since=now,
        made_by_hub=True,
    )


async def _of_their_own(client: OpenBIS, brought: HubSession) -> HubSession:
    """A personal access token that the person made; its end, where openBIS lets it list tokens."""
    try:
        known = {token.token: token.valid_until for token in await client.personal_access_tokens()}
    except NotLoggedIn:
        raise
    except OpenbisNbError as error:
        _log.info("openBIS does not say when the token of %s ends: %s", brought.user_id, error.message)
        known = {}
    until = known.get(brought.token)
    end = "" if until else "; when it ends is not known here"
    note = f"You gave a personal access token of your own, which the hub cannot renew{end}."
    return replace(brought, valid_until=until, note=note)


async def end(client: OpenBIS, session: HubSession) -> bool:
    """End *session* at openBIS if the hub began it; whether it did.

    A personal access token is not revoked here: that needs a real session, so the next log-in does it.
    """
    if not session.opened_by_hub or session.token.is_personal_access_token:
        return False
    client.use(session.token)
    try:
        await client.logout()
    except OpenBISFailure as error:
        _log.warning("A session of %s could not be ended: %s", session.user_id, error.message)
        return False
    return True


async def _will_do(client: OpenBIS, earlier: HubSession, person: Person, until: datetime) -> bool:
    """Whether *earlier* is a live token that the hub made for this person, and good *until* then."""
    if not earlier.made_by_hub or (earlier.server, earlier.user_id) != (client.server.url, person.user_id):
        return False
    if earlier.valid_until is None or earlier.valid_until < until:
        return False
    try:
        return await _is_recognised(client, earlier.token, person)
    except OpenbisNbError as error:
        _log.warning("The token of %s could not be checked: %s", person.user_id, error.message)
        return False


async def _is_recognised(client: OpenBIS, token: Secret, person: Person) -> bool:
    async with OpenBIS(client.server, token) as by_token:
        try:
            return (await by_token.whoami()).user_id == person.user_id
        except NotLoggedIn:
            return False


async def _tidy(client: OpenBIS, kept: Secret, name: str, *, end_session: bool) -> None:
    """Remove what the *kept* token replaces. A failure leaves rubbish for the next log-in, and no harm."""
    try:
        for token in await client.personal_access_tokens():
            if token.session_name == name and token.token != kept:
                await client.revoke_personal_access_token(token.token, "replaced at a new log-in")
        if end_session:
            await client.logout()
    except OpenbisNbError as error:
        _log.warning("Older tokens named %s could not be removed: %s", name, error.message)


def _fallback_note(reason: str) -> str:
    return (
        "Your notebooks use your log-in session, which ends when you log out of openBIS or after hours "
        f"without use, because no personal access token could be had: {reason.rstrip('.')}."
    )
