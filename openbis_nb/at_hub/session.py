"""The openBIS session that the hub keeps for a person, asked for by that person's own server or kernel.

``GET <hub>/api/openbis/session`` with the server's own token (design D5): a fresh log-in at the hub reaches
a running kernel at its next call, without a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import HubFailure, NotLoggedIn
from ..openbis.secrets import Secret
from .calls import call, error_of
from .hub import Hub

__all__ = ["KeptSession", "ask", "over"]

_WHO = "The hub"


@dataclass(frozen=True, slots=True)
class KeptSession:
    """What the hub answers.

    Args:
        server: Address of the openBIS that the session is for.
        user_id: Whose it is, in openBIS' spelling.
        token: The session.
        valid_until: ISO 8601, or ``None`` where the end is not known.
        note: What the person should know; may be empty.
    """

    server: str
    user_id: str
    token: Secret
    valid_until: str | None
    note: str


async def ask(
    hub: Hub, *, patience: float, ca_bundle: Path | None = None, refused: bool = False
) -> KeptSession:
    """The current session.

    Args:
        hub: Which hub.
        patience: Longest wait, in seconds.
        ca_bundle: A further CA to trust.
        refused: openBIS has just refused the one that the hub gave before, so the hub asks openBIS anew.

    Raises:
        NotLoggedIn: it is over; the next step and ``extra["login_url"]`` hold the link.
        HubFailure: the hub did not answer, or does not know this server.
    """
    url = f"{hub.api_url}/openbis/session" + ("?refused=1" if refused else "")
    status, said = await call("GET", url, hub.token, who=_WHO, patience=patience, ca_bundle=ca_bundle)
    if status == 401:
        raise over(hub, str(said.get("login_url") or ""))
    if status in (403, 404):
        raise HubFailure(
            f"The hub gives this server no openBIS session (HTTP {status}).",
            next_step="Restart your server from the hub's home page; if it lasts, tell the hub's admin.",
        )
    try:
        return KeptSession(
            str(said["server"]),
            str(said["user_id"]),
            Secret(str(said["token"])),
            str(said["valid_until"]) if said.get("valid_until") else None,
            str(said.get("note") or ""),
        )
    except KeyError:
        raise error_of((status, said), who=_WHO) from None


def over(hub: Hub, login_url: str = "") -> NotLoggedIn:
    """The one sentence and the link for a session that is over; *login_url* as the hub named it."""
    link = hub.link(login_url) if login_url else hub.link()
    return NotLoggedIn(
        "The openBIS session is over.",
        next_step=f"Log in at the hub ({link}) and repeat; the kernel goes on, nothing is lost.",
        extra={"login_url": link},
    )
