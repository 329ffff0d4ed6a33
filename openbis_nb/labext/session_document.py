"""What front ends are told of a session: whose it is and how long it lasts, never the session itself."""

from __future__ import annotations

from typing import Any

from ..errors import NotLoggedIn, OpenBISFailure
from .keeper import SessionKeeper
from .live_connection import LiveConnection

__all__ = ["nothing_chosen", "session_document"]


async def session_document(live: LiveConnection, keeper: SessionKeeper) -> dict[str, Any]:
    """One connection: ``state`` is ``live``, ``over``, ``none`` (nobody has logged in) or ``unknown``.

    Raises:
        ConfigurationProblem: no address that openBIS can have, or a home of sessions does not open.
    """
    under_hub = live.hub is not None
    home = None if under_hub else await live.home()
    document = _empty(under_hub=under_hub) | {
        "name": live.connection.name,
        "server": live.connection.url,
        "home": "hub" if under_hub else home,
    }
    try:
        workplace = await live.workplace()
        person = await workplace.client.check_session()
    except NotLoggedIn as error:
        state = "over" if under_hub or home is not None else "none"
        return document | {"state": state} | _why(error) | error.extra
    except OpenBISFailure as error:
        return document | {"state": "unknown"} | _why(error)
    kept = keeper.session if keeper.over is None else None
    return document | {
        "state": "live",
        "user_id": person.user_id,
        "display_name": person.display_name,
        "valid_until": kept.valid_until if kept else None,
        "note": kept.note if kept else "",
    }


def nothing_chosen(error: Exception, *, under_hub: bool) -> dict[str, Any]:
    """Where there is no connection yet, or none of several is the default."""
    return _empty(under_hub=under_hub) | _why(error)


def _empty(*, under_hub: bool) -> dict[str, Any]:
    return {
        "state": "none",
        "name": "",
        "server": "",
        "under_hub": under_hub,
        "several": False,
        "home": None,
        "user_id": None,
        "display_name": None,
        "valid_until": None,
        "note": "",
    }


def _why(error: Any) -> dict[str, Any]:
    return {"message": error.message, "next_step": error.next_step}
