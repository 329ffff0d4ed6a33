"""Log-in, log-out, who am I, and personal access tokens (contract 2)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

from ..errors import NotFound, NotLoggedIn, OpenBISRefused, UnexpectedAnswer
from ..models import Person, ServerInformation
from ._calls import Calls, person_of
from .protocol import administration, changes, criteria, fetching, ids
from .protocol.replies import Reply
from .records import PersonalAccessToken
from .secrets import Secret

__all__ = ["SessionCalls"]

#: What a server allows unless configured otherwise (contract 2.6).
_DEFAULT_TOKEN_VALIDITY = timedelta(days=30)


class SessionCalls(Calls):
    """The session: begin, end, check, and its longer-lived stand-in."""

    async def login(self, user_id: str, password: Secret | str) -> Secret:
        """Log in, and use the new session from now on.

        The oldest of a person's sessions ends when a sixth one begins (contract 2.4).

        Raises:
            NotLoggedIn: wrong user or password.
            Forbidden: the person has no role, or is deactivated.
        """
        if not password:
            raise NotLoggedIn("No password was given.", next_step="Give the password.")
        secret = Secret(password) if isinstance(password, str) else password
        # Not repeated when the answer is lost: each try would take one of the five sessions.
        token = await self.transport.application("login", user_id, secret, safe=False)
        if not token:
            raise NotLoggedIn(
                f"openBIS does not know this user and password ({user_id}).",
                next_step="Check the user name and the password, and log in again.",
            )
        if not isinstance(token, str):
            raise UnexpectedAnswer("The log-in was answered with something that is no session.")
        self.use(token)
        return self.token

    async def logout(self) -> None:
        """End the session at openBIS and forget its token. A personal access token stays valid (2.6)."""
        if self._token:
            with contextlib.suppress(NotLoggedIn):  # it is over already: that is what was wanted
                await self.transport.application("logout", self._token)  # this one, not a renewed one
        self.forget()

    def use(self, token: Secret | str, person: Person | None = None) -> None:
        """Use another session; no call is made.

        Args:
            token: Session token or personal access token.
            person: Whose it is, where openBIS has said so before; else :meth:`whoami` asks.
        """
        self.forget()
        self._token = Secret(token) if isinstance(token, str) else token
        self._person = person

    def forget(self) -> None:
        """Forget the token without ending the session."""
        self._token = self._person = None

    async def is_session_active(self) -> bool:
        """Whether openBIS takes the token; asking does not extend the session (2.1)."""
        if not self._token:
            return False
        return (await self._call("isSessionActive")).result is True

    async def whoami(self) -> Person:
        """The person of this session; asked once for each token.

        Raises:
            NotLoggedIn: the session is over.
        """
        return self._person or await self.check_session()

    async def check_session(self) -> Person:
        """Whose session it is, asked of openBIS now: the proof that it is alive, or was renewed.

        Raises:
            NotLoggedIn: it is over.
        """
        self._person = await self.with_session(lambda token: person_of(self.transport, token))
        return self._person

    @property
    def known_person(self) -> Person | None:
        """The person, if :meth:`whoami` has asked already."""
        return self._person

    async def server_information(self) -> ServerInformation:
        """Versions and features of the server; asked once."""
        if self._information is None:
            self._information = (await self._call("getServerInformation")).server_information()
        return self._information

    async def personal_access_tokens(self) -> list[PersonalAccessToken]:
        """The person's own tokens; an instance admin sees everybody's at openBIS, here only their own."""
        me = await self.whoami()
        found = [
            administration.personal_access_token(reply, entry)
            async for reply, entry in self._search_all(
                "searchPersonalAccessTokens",
                criteria.personal_access_tokens(),
                fetching.personal_access_token(),
            )
        ]
        return [token for token in found if token.owner == me.user_id]

    async def create_personal_access_token(
        self, session_name: str, valid_until: datetime | None = None
    ) -> PersonalAccessToken:
        """A new token, as openBIS made it: it shortens a longer validity than it allows (2.6).

        Args:
            session_name: Tokens of one name share one session at openBIS.
            valid_until: Aware time; default the longest the server says it allows, else 30 days.

        Raises:
            Forbidden: the session in use is itself a personal access token.
            OpenBISRefused: the server has them switched off.
        """
        information = await self.server_information()
        if not information.personal_access_tokens:
            raise OpenBISRefused(
                "This openBIS has personal access tokens switched off.",
                next_step="Log in with user name and password.",
            )
        now = datetime.now(UTC)
        longest = information.raw.get("personal-access-tokens-max-validity-period", "")
        default = timedelta(seconds=int(longest)) if longest.isdigit() else _DEFAULT_TOKEN_VALIDITY
        # A minute of leeway: "valid from" in the server's future is refused as not yet valid.
        start = now - timedelta(minutes=1)
        creation = changes.personal_access_token_creation(session_name, start, valid_until or now + default)
        reply = await self._call("createPersonalAccessTokens", [creation], safe=False)
        made = reply.objects(reply.result)
        if not made:
            raise UnexpectedAnswer("openBIS made no personal access token and gave no reason.")
        return await self._personal_access_token(str(made[0].get("permId") or ""))

    async def _personal_access_token(self, token: str) -> PersonalAccessToken:
        options = fetching.personal_access_token()
        reply: Reply = await self._call(
            "getPersonalAccessTokens", [ids.personal_access_token(token)], options
        )
        found = reply.mapping().get(token)
        if found is None:
            raise NotFound("openBIS does not show the personal access token that it just made.")
        return administration.personal_access_token(reply, found)

    async def revoke_personal_access_token(
        self, token: Secret, reason: str = "revoked by openbis-nb"
    ) -> None:
        """Revoke a token; whoever uses it is logged out."""
        perm_id = ids.personal_access_token(token.reveal())
        await self._call(
            "deletePersonalAccessTokens", [perm_id], changes.personal_access_token_deletion(reason)
        )
