"""The person's own server, started by the hub in their name and with their token, and watched meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from ...errors import SpawnFailed, TooMany
from ...openbis.secrets import scrub
from ..hub_api import HubApi
from ..visitors import Visitor

__all__ = ["Progress", "start_server"]

#: Seconds until the hub is asked again for a start that it has not begun yet.
_PAUSE = 0.2
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the start is: ``percent`` from 0 to 100, and the spawner's own sentence."""

    percent: int
    message: str


async def start_server(
    hub: HubApi, visitor: Visitor, options: Mapping[str, Any], limit: float
) -> AsyncGenerator[Progress]:
    """Start the visitor's default server, unless it runs; ends when it is ready.

    Args:
        hub: Who starts it.
        visitor: Whose it is.
        options: ``user_options`` for the spawner.
        limit: Longest wait, in seconds.

    Raises:
        SpawnFailed: it did not start; the message is the spawner's reason.
        TooMany: the hub starts no more at the moment.
        Forbidden: the visitor's token may not start it.
        HubFailure: the hub cannot be asked.
    """
    token, name = visitor.hub_token, visitor.hub_name
    server = await hub.server(token, name)
    if server.get("ready"):
        return
    starting: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(limit):
            if not server.get("pending"):
                starting = asyncio.create_task(_ask_for_it(hub, visitor, options))
            while True:
                async with aclosing(hub.progress(token, name, limit)) as events:
                    async for event in events:
                        if event.get("failed"):
                            raise SpawnFailed(_text(event, "Your server did not start."))
                        if event.get("ready"):
                            return
                        yield Progress(_percent(event), _text(event, "Starting your server"))
                # The hub did not begin yet, or has just ended: which one, its own model says.
                if starting is None or starting.done():
                    if starting is not None:
                        await starting
                    server = await hub.server(token, name)
                    if server.get("ready"):
                        return
                    if not server.get("pending"):
                        raise SpawnFailed("Your server did not start, and the hub does not say why.")
                await asyncio.sleep(_PAUSE)
    except TimeoutError as error:
        raise SpawnFailed(f"Your server was not ready within {limit:g} seconds.") from error
    finally:
        if starting is not None:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)


async def _ask_for_it(hub: HubApi, visitor: Visitor, options: Mapping[str, Any]) -> None:
    """Raises:
    SpawnFailed, TooMany: the hub refuses.
    """
    status, reason = await hub.start_server(visitor.hub_token, visitor.hub_name, options)
    if status in (201, 202):
        return
    said = scrub(reason)[:_LONGEST_TEXT] or f"The hub answered with HTTP {status}."
    if status == 429:
        raise TooMany(said, next_step="Wait a minute, and open the launch again.")
    server = await hub.server(visitor.hub_token, visitor.hub_name)
    if not (server.get("ready") or server.get("pending")):  # else somebody else has just started it
        raise SpawnFailed(said)


def _percent(event: Mapping[str, Any]) -> int:
    percent = event.get("progress")
    return max(0, min(99, int(percent))) if isinstance(percent, int | float) else 0


def _text(event: Mapping[str, Any], default: str) -> str:
    return scrub(str(event.get("message") or default))[:_LONGEST_TEXT]
