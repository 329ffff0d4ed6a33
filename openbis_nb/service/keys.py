"""Whose an openBIS token is: asked of openBIS, kept under the token's hash, in memory, for a minute."""

from __future__ import annotations

import asyncio

from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from .callers import REMEMBERED, fingerprint
from .remembered import Remembered

__all__ = ["Keys"]

#: Tokens that openBIS is asked about at the same time: whoever makes some up takes no more connections.
_AT_ONCE = 8


class Keys:
    """openBIS tokens and the people behind them.

    Args:
        life: Seconds for which openBIS' answer is kept.
    """

    def __init__(self, life: float = REMEMBERED) -> None:
        self._people: Remembered[str, str] = Remembered(life)
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def user_of(self, client: OpenBIS, token: Secret) -> str:
        """The user id behind *token*, in openBIS' spelling.

        Args:
            client: With that token.
            token: Session token or personal access token.

        Raises:
            NotLoggedIn: openBIS does not take it.
            OpenBISFailure: openBIS cannot be asked.
        """

        async def ask() -> str:
            async with self._places:
                return (await client.check_session()).user_id

        return await self._people.get(fingerprint(token), ask)

    def forget(self, token: Secret) -> None:
        """Ask openBIS anew next time."""
        self._people.forget(fingerprint(token))
