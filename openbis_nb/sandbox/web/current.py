"""Which state the routes serve. A reset swaps it in one step; calls under way finish on the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from ..state import SandboxState


class Current:
    """A place for the state that can be swapped."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state


CURRENT: web.AppKey[Current] = web.AppKey("current", Current)


def state_of(request: web.Request) -> SandboxState:
    """The state that this request is answered from."""
    return request.app[CURRENT].state
