"""What dashboards and links tell the pages that are on them; each is another part, set by ``Service``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection

from ...models import Entity
from .shapes import DashboardRef

if TYPE_CHECKING:
    from ..people import Asker

__all__ = ["Boards", "Links"]


class Boards(Protocol):
    """Dashboards."""

    async def check(self, caller: Asker, dashboard_id: str) -> None:
        """Nothing, if the caller may put a page on it.

        Raises:
            NotFound: none that the caller sees.
            Forbidden: the caller may not change it.
        """

    def add_page(self, connection: Connection, dashboard_id: str, page_id: str, who: str, now: int) -> None:
        """One more tile below all others, in the transaction of *connection* (D-07).

        Raises:
            NotFound: the dashboard has gone meanwhile.
        """

    async def home_for(self, caller: Asker, owner: Entity) -> Entity:
        """Where a new dashboard for a notebook stored in *owner* belongs.

        Raises:
            Forbidden: the caller may store nothing there.
        """

    def create(
        self, connection: Connection, *, dashboard_id: str, place: Entity, title: str, who: str, now: int
    ) -> None:
        """A new dashboard without tiles, in the transaction of *connection*.

        Raises:
            Conflict: the place has too many.
        """

    async def editable(self, caller: Asker) -> Sequence[DashboardRef]:
        """Those on which the caller may put a page, last changed first."""

    async def holding(self, caller: Asker, page_ids: Sequence[str]) -> Mapping[str, Sequence[DashboardRef]]:
        """Page → dashboards with a tile of it, as far as the caller sees them."""


class Links(Protocol):
    """Links for people without log-in."""

    async def counts(self, page_ids: Sequence[str]) -> Mapping[str, int]:
        """Page → how many links lead to it now."""
