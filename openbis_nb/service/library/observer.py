"""The observer: an account that sees all of openBIS and keeps the index complete, if an admin wants that.

It is off unless a setting names a file with a personal access token of an INSTANCE_OBSERVER. What it has
seen never leaves by itself: each viewer's own session still confirms (design D13). The risk is the token:
who reads the file reads all of openBIS. So the file must belong to this account alone, is read anew at each
use, and the token is kept nowhere else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ...errors import ConfigurationProblem
from ...openbis.client import OpenBIS
from ...openbis.secrets import Secret

__all__ = ["Observer"]

#: Longest token that is believed.
_MAX_TOKEN = 1024


class Observer:
    """A viewer with the session of the observer's file.

    Args:
        file: With the token.
        openbis: Makes a client for a token.

    Raises:
        ConfigurationProblem: the file cannot be used.
    """

    def __init__(self, file: Path, openbis: Callable[[Secret], OpenBIS]) -> None:
        self._file, self._openbis = file, openbis
        self._token()

    async def openbis_user(self) -> str:
        """The account's user id."""
        return (await self._openbis(self._token()).whoami()).user_id

    @asynccontextmanager
    async def openbis(self) -> AsyncIterator[OpenBIS]:
        """openBIS with the account's session.

        Raises:
            ConfigurationProblem: the file cannot be used any more.
        """
        yield self._openbis(self._token())

    def _token(self) -> Secret:
        step = "It must be a file of mode 0600 of the account that runs the service, with a token in it."
        try:
            with self._file.open("rb") as opened:
                state = os.fstat(opened.fileno())
                content = opened.read(_MAX_TOKEN + 1)
        except OSError as error:
            raise ConfigurationProblem(
                f"The observer's token {self._file} cannot be read: {error.strerror}.", next_step=step
            ) from None
        if not stat.S_ISREG(state.st_mode) or stat.S_IMODE(state.st_mode) & 0o077:
            raise ConfigurationProblem(f"Others can read the observer's token {self._file}.", next_step=step)
        token = content.decode("ascii", "replace").strip()
        if not token or len(content) > _MAX_TOKEN or not token.isprintable() or " " in token:
            raise ConfigurationProblem(f"There is no token in {self._file}.", next_step=step)
        return Secret(token)
