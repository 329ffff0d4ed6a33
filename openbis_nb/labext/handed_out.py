"""What was attached to a notebook through this server (design D10): it becomes parents of what is saved."""

from __future__ import annotations

from pathlib import Path

from ..models import Identity
from ..workflows.evidence import Evidence, key_of
from ..workflows.workplace import Workplace

__all__ = ["HandedOut"]


class HandedOut:
    """The evidence sessions of this server, one for each notebook, as long as the server runs."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    def session(self, workplace: Workplace, identity: Identity | None, path: Path) -> str:
        """The session of a notebook, begun at first use."""
        for key in _keys(identity, path):
            if key in self._sessions:
                return self._sessions[key]
        session = workplace.evidence.begin(workplace.server, key_of(identity, path))
        self._sessions |= dict.fromkeys(_keys(identity, path), session)
        return session

    def evidence(self, workplace: Workplace, identity: Identity | None, path: Path) -> Evidence:
        """What a save through this server goes by: what was attached here, and what the newest kernel was
        given."""
        newest = workplace.evidence.latest(workplace.server, key_of(identity, path))
        session = next((self._sessions[key] for key in _keys(identity, path) if key in self._sessions), None)
        if session is None:
            return newest
        here = workplace.evidence.of(session)
        return Evidence(
            tuple(dict.fromkeys((*newest.handed_out, *here.handed_out))),
            tuple(dict.fromkeys((*newest.observed, *here.observed))),
        )


def _keys(identity: Identity | None, path: Path) -> tuple[str, ...]:
    """A notebook gets its id at its first save; until then its place says which one it is."""
    return tuple(dict.fromkeys((key_of(identity, path), key_of(None, path))))
