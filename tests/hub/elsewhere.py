"""Another authenticator, as an institute has one: it keeps something of its own, and renews that."""

from __future__ import annotations

from typing import Any

from jupyterhub.auth import DummyAuthenticator

#: What the configuration of a hub says to have it beside openBIS.
LINKED = """
import functools, sys
sys.path.insert(0, {root!r})
from openbis_nb.hub import configure as module
from tests.hub.elsewhere import Elsewhere
module.configure = functools.partial(module.configure, link_to=Elsewhere)
"""


class Elsewhere(DummyAuthenticator):
    """Any name and password; counts in auth_state how often it was renewed."""

    async def authenticate(self, handler: Any, data: Any) -> dict[str, Any]:
        name = await super().authenticate(handler, data)
        return {"name": name, "auth_state": {"renewed": 0, "theirs": f"of {name}"}}

    async def refresh_user(self, user: Any, handler: Any = None) -> dict[str, Any]:
        state = await user.get_auth_state() or {}
        return {"name": user.name, "auth_state": {**state, "renewed": state.get("renewed", 0) + 1}}
