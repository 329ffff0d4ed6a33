"""What a launch goes through, as server-sent events; the person's server is started on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi.sse import ServerSentEvent

from ...errors import NotFound, OpenbisNbError
from ..service import Service
from ..visitors import Visitor
from .keeper import Launches
from .kinds import REPOSITORY
from .model import FINAL, Launch
from .starting import start_server

__all__ = ["follow"]

#: Seconds for which a stream waits for the person's server to fetch the launch.
_PATIENCE = 900.0
#: Seconds between two looks without news, in case that the launch expires meanwhile.
_LOOK = 10.0
_SAYS = {
    "checking": "Asking openBIS",
    "starting": "Starting your server",
    "waiting": "Opening the notebook in your server",
    "writing": "Writing the notebook",
    "ready": "The notebook is there",
}
_SAYS_OF_REPOSITORIES = {
    "waiting": "Going on in your server",
    "writing": "Your server gets the repository",
    "ready": "The repository is there",
}


async def follow(
    service: Service, launches: Launches, launch: Launch, visitor: Visitor
) -> AsyncGenerator[ServerSentEvent]:
    """The events of *launch* until it is ready or has failed, or the service stops.

    ``waiting`` means: it is prepared, the server is up, and whoever listens goes to ``url``.
    """

    def event(state: str, problem: dict[str, Any] | None = None, **more: Any) -> ServerSentEvent:
        told = {**launch.document(service.place, visitor.hub_name), "state": state}
        if problem is not None:
            told["problem"] = problem
        says = _SAYS | _SAYS_OF_REPOSITORIES if launch.kind == REPOSITORY else _SAYS
        message = str((told["problem"] or {}).get("detail") or "") if state == "failed" else says[state]
        return ServerSentEvent(event="state", data={**told, "message": message, **more})

    try:
        with launches.changes.watch(launch.id, visitor.hub_name) as news:
            if launch.state == "checking":
                yield event("checking")
                launch = await launches.prepared(launch, visitor)
            if launch.state != "failed":
                yield event("starting", progress=0)
                limit = service.settings.spawn_timeout
                async with aclosing(start_server(service.hub, visitor, launch.options, limit)) as steps:
                    async for step in steps:
                        yield event("starting", progress=step.percent, message=step.message)
            last = ""
            if launch.state == "writing":  # by a visit that may have come to nothing: go there once more
                last = "waiting"
                yield event(last)
            async with asyncio.timeout(_PATIENCE):
                while not service.stopping.is_set():
                    news.clear()
                    launch = await launches.get(launch.id, visitor)
                    if launch.state != last:
                        last = launch.state
                        yield event(launch.state)
                    if launch.state in FINAL:
                        return
                    await _wait(news, service.stopping)
    except TimeoutError:
        return
    except NotFound as error:
        yield event("failed", error.problem())
    except OpenbisNbError as error:
        service.metrics.failure(error.code)
        yield event("failed", error.problem())


async def _wait(*events: asyncio.Event) -> None:
    """Until one of them is set, or it is time to look anyway."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
