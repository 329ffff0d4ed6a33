"""Who asks the library's API: everybody whom openBIS knows, also without an account at the hub.

``Depends(person)`` takes what ``visitors.visitor`` takes (a hub token; a browser's session with its CSRF
token), and HTTP basic with the person's user name and a session or personal access token of openBIS (P-31),
in ``Authorization`` or, where a proxy needs that one for itself, in ``plotly-authorization`` (P-33). openBIS
says whose token it is; the user name must be that one, in openBIS' spelling.

A 401 carries no ``WWW-Authenticate``: a browser would ask for a password, and send it with every request from
then on, whoever makes it ask.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from fastapi import Request

from ..errors import Forbidden, NotLoggedIn
from ..models import Person
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from ..workflows.workplace import Workplace
from .service import Service, service_of
from .visitors import visitor

__all__ = ["PROXY_HEADER", "Asker", "KeyHolder", "person"]

#: Where the user's credentials stand when a proxy takes ``Authorization`` for itself (P-33).
PROXY_HEADER = "plotly-authorization"
_BASIC = re.compile(r"basic\s+(\S+)\s*", re.IGNORECASE)
_STEP = "Send your openBIS user name, and as the password an openBIS session or personal access token."


class Asker(Protocol):
    """A person with an openBIS session: a ``Visitor``, or a :class:`KeyHolder`."""

    @property
    def hub_name(self) -> str:
        """Their name at the hub; empty where they have shown no account there."""

    @property
    def by_token(self) -> bool:
        """Whether they sent a token themselves, not a cookie."""

    async def openbis_user(self) -> str:
        """Their user id in openBIS' spelling."""

    def openbis(self) -> AbstractAsyncContextManager[OpenBIS]:
        """openBIS with their session."""

    def workplace(self) -> AbstractAsyncContextManager[Workplace]:
        """What the workflows take, with their session."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Somebody who came with an openBIS token of their own."""

    user_id: str
    _token: Secret = field(repr=False)
    _service: Service = field(repr=False)

    @property
    def hub_name(self) -> str:
        """Empty: nothing says who they are at the hub."""
        return ""

    @property
    def by_token(self) -> bool:
        """Always."""
        return True

    async def openbis_user(self) -> str:
        """Their user id in openBIS' spelling."""
        return self.user_id

    @asynccontextmanager
    async def openbis(self) -> AsyncIterator[OpenBIS]:
        """openBIS with their token, on the connections that the whole service shares.

        Raises:
            NotLoggedIn: openBIS says inside the block that the token is over.
        """
        client = self._service.openbis(None)
        client.use(self._token, Person(self.user_id))
        try:
            yield client
        except NotLoggedIn as error:
            self._service.keys.forget(self._token)
            raise _refused() from error

    @asynccontextmanager
    async def workplace(self) -> AsyncIterator[Workplace]:
        """What the workflows take. Raises what :meth:`openbis` does."""
        async with self.openbis() as client:
            yield self._service.workplace(client)


async def person(request: Request) -> Asker:
    """The caller of the library's API.

    Raises:
        NotLoggedIn: no session or token, or it is over, or the user name is not the token's.
        Forbidden: not allowed here, or not from a page of ours.
        HubFailure, OpenBISFailure: the hub or openBIS cannot be asked.
    """
    sent = _basic(request.headers)
    if sent is None:
        return await visitor(request)
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        # An address with somebody's name and token in it, clicked by somebody else.
        raise Forbidden("A user name and a token are for scripts.", next_step="Browsers log in at the hub.")
    return await _by_key(service_of(request), *sent)


async def _by_key(service: Service, user_id: str, token: Secret) -> KeyHolder:
    try:
        known = await service.keys.user_of(service.openbis(token), token)
    except NotLoggedIn as error:
        raise _refused() from error
    if not hmac.compare_digest(known.encode(), user_id.encode()):
        raise _refused()
    return KeyHolder(known, token, service)


def _refused() -> NotLoggedIn:
    """The same words for a wrong name and a wrong token: neither is confirmed."""
    return NotLoggedIn("openBIS does not know this user name with this token.", next_step=_STEP)


def _basic(headers: Mapping[str, str]) -> tuple[str, Secret] | None:
    """User name and token; ``None`` where there is no HTTP basic.

    Raises:
        NotLoggedIn: it cannot be read.
    """
    found = _BASIC.fullmatch(headers.get(PROXY_HEADER) or headers.get("Authorization") or "")
    if found is None:
        if PROXY_HEADER in headers:
            raise NotLoggedIn(f"The header {PROXY_HEADER} is not understood.", next_step=_STEP)
        return None
    try:
        user_id, colon, token = base64.b64decode(found[1], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = user_id = token = ""
    if not (colon and user_id and token):
        raise NotLoggedIn("The user name and token cannot be read.", next_step=_STEP)
    return user_id, Secret(token)
