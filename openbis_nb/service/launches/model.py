"""A launch, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from ..place import Place

__all__ = ["FINAL", "Launch", "NewLaunch", "State", "of_hub_user", "of_openbis_user"]

State = Literal["checking", "waiting", "writing", "ready", "failed"]
#: Nothing more happens by itself.
FINAL: frozenset[State] = frozenset({"ready", "failed"})


@dataclass(frozen=True, slots=True)
class NewLaunch:
    """What is stored when a launch is accepted.

    Args:
        owner: Whose it is: :func:`of_hub_user` or :func:`of_openbis_user`.
        kind: Name in ``kinds``: how the body becomes a notebook.
        directory: Relative to the root of the person's server, checked; ``""`` is the root.
        file_name: Checked; the file that is written may get a number.
        body: What the notebook is made from.
        options: ``user_options`` of the spawner.
    """

    owner: str
    kind: str
    directory: str
    file_name: str
    body: bytes
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch without its body and its notebook.

    Args:
        path: Of the file that was written, relative to the root of the person's server; else empty.
        problem: Problem JSON when it failed.
        prepared: Whether the notebook is there.
        expires_at: In seconds since 1970, as ``created_at``.
    """

    id: str
    owner: str
    kind: str
    state: State
    directory: str
    file_name: str
    path: str
    problem: dict[str, Any] | None
    options: dict[str, Any]
    prepared: bool
    created_at: float
    expires_at: float

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed for a reason that may have passed: not the caller's mistake, but a log-in, or
        a full disk."""
        status = int((self.problem or {}).get("status") or 500)
        return self.state == "failed" and (self.prepared or status >= 500 or status in (401, 429))

    def document(self, place: Place, hub_name: str) -> dict[str, Any]:
        """What callers are told of it.

        Args:
            place: Where the service stands.
            hub_name: Of the person who asks, whose launch it is.
        """
        told = {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "directory": self.directory,
            "file_name": self.file_name,
            "url": f"{place.base_url}user/{quote(hub_name, safe='')}/openbis/launch/{self.id}",
            "page": f"{place.prefix}launch/{self.id}",
            "events": f"{place.prefix}api/v1/launches/{self.id}/events",
            "expires_at": datetime.fromtimestamp(self.expires_at, UTC).isoformat(timespec="seconds"),
            "problem": self.problem,
        }
        return {**told, "path": self.path} if self.path else told


def of_hub_user(hub_name: str) -> str:
    """The owner of a launch that somebody made who is logged in at the hub."""
    return f"hub:{hub_name}"


def of_openbis_user(user_id: str) -> str:
    """The owner of a launch that was made with an openBIS session alone, as the ELN does."""
    return f"openbis:{user_id}"
