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
from ..openbis.records import PersonalAccessToken
from ..openbis.secrets import Secret

__all__ = ["Confirmed", "HubSession", "end", "keep"]

_log = logging.getLogger(__name__)

#: Key in JupyterHub's auth_state, which may hold other things of other people's hooks.
_STATE_KEY = "openbis"
#: People are told of the end of their token this long before.
_WARNED_BEFORE = timedelta(days=1)


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
    """

    server: str
    user_id: str
    token: Secret
    opened_by_hub: bool = False
    valid_until: datetime | None = None
    note: str = ""

    def advice(self, now: datetime) -> str:
        """What the person should know at the time *now*: that the end is near, else the note."""
        if self.valid_until is None or self.valid_until - now > _WARNED_BEFORE:
            return self.note
        return (
            f"Your openBIS session ends on {self.valid_until:%Y-%m-%d at %H:%M} UTC. Log out of the hub and "
            "log in again to renew it; running kernels go on."
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
            }
        }

    @classmethod
    def from_auth_state(cls, state: Mapping[str, Any] | None) -> HubSession | None:
        """What :meth:`to_auth_state` gave; ``None`` when there is no session in it."""
        kept = (state or {}).get(_STATE_KEY)
        if not kept:
            return None
        until = kept["valid_until"]
        return cls(
            server=kept["server"],
            user_id=kept["user_id"],
            token=Secret(kept["token"]),
            opened_by_hub=kept["opened_by_hub"],
            valid_until=datetime.fromisoformat(until) if until else None,
            note=kept["note"],
        )


async def keep(
    client: OpenBIS, person: Person, *, name: str, life: timedelta, opened_by_hub: bool
) -> HubSession:
    """What to keep for *person*, whose live session *client* holds.

    With a token of our own made and checked, older ones of our *name* are revoked, and the session is ended
    if the hub began it: openBIS allows five at once.

    Args:
        client: With the session or personal access token that was brought.
        person: Whose it is, as openBIS said.
        name: Of our tokens at openBIS; one for each hub.
        life: How long a token shall be good; openBIS shortens what is longer than it allows.
        opened_by_hub: Whether *client*'s session was begun by the hub.

    Raises:
        NotLoggedIn: the session ended in the middle of it.
    """
    brought = HubSession(client.server.url, person.user_id, client.token, opened_by_hub)
    if client.token.is_personal_access_token:  # it cannot make another one (contract 2.6)
        return replace(brought, note="You logged in with a personal access token; its end is not known here.")
    try:
        made = await client.create_personal_access_token(name, datetime.now(UTC) + life)
        if not await _is_recognised(client, made.token, person):
            await client.revoke_personal_access_token(made.token, "not recognised by this openBIS")
            return replace(brought, note=_fallback_note("this openBIS does not recognise the token it made"))
    except NotLoggedIn:
        raise
    except OpenbisNbError as error:
        return replace(brought, note=_fallback_note(error.message))
    await _tidy(client, made, name, end_session=opened_by_hub)
    return HubSession(client.server.url, person.user_id, made.token, valid_until=made.valid_until)


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


async def _is_recognised(client: OpenBIS, token: Secret, person: Person) -> bool:
    async with OpenBIS(client.server, token) as by_token:
        try:
            return (await by_token.whoami()).user_id == person.user_id
        except NotLoggedIn:
            return False


async def _tidy(client: OpenBIS, made: PersonalAccessToken, name: str, *, end_session: bool) -> None:
    """Remove what the new token replaces. A failure leaves rubbish for the next log-in, and no harm."""
    try:
        for token in await client.personal_access_tokens():
            if token.session_name == name and token.token != made.token:
                await client.revoke_personal_access_token(token.token, "replaced at a new log-in")
        if end_session:
            await client.logout()
    except OpenbisNbError as error:
        _log.warning("Older sessions of %s could not be removed: %s", made.owner, error.message)


def _fallback_note(reason: str) -> str:
    return (
        "Your notebooks use your log-in session, which ends when you log out of openBIS or after hours "
        f"without use, because no personal access token could be had: {reason.rstrip('.')}."
    )
