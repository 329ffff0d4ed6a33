"""Links for the world: who has one reads a published page without a log-in (decision 0040).

A link opens the bytes that are stored for its page, and nothing else. Nobody's session takes part, so what
sessions showed lately counts: see ``link_model.standing``. A key that is wrong, ended, revoked, paused or
switched off is answered alike, after the same work.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from ...errors import Forbidden, InvalidInput, NotFound
from ...openbis.secrets import Secret
from ..database import Database
from ..settings import ServiceSettings
from . import audit, link_store
from .link_keys import new_key
from .link_model import LinkState, NewLink, PublicLink, Shown, standing
from .view_limits import ViewLimits

__all__ = ["PublicLinks"]

#: Seconds between two looks for views that are to be forgotten.
_SWEEP = 3600.0
_OFF = "Links for the world are off here."
_NOWHERE = "This link leads nowhere."
_ASK = (
    "The admin can allow them with OPENBIS_NB_SERVICE_PUBLIC_LINKS; within the lab, share the page's address."
)


class PublicLinks:
    """All links.

    Args:
        database: With the tables of ``tables`` and ``link_tables``.
        settings: The admin's switches.
        clock: Seconds since 1970.
    """

    def __init__(
        self, database: Database, settings: ServiceSettings, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self.limits = ViewLimits(settings.link_views, settings.link_misses)
        self._swept = 0.0

    @property
    def enabled(self) -> bool:
        """Whether the admin allows any."""
        return self._settings.public_links

    @property
    def longest(self) -> datetime:
        """When a link that is made now ends at the latest."""
        return self._now() + timedelta(seconds=self._settings.link_life)

    def standing(self, link: PublicLink) -> LinkState:
        """Whether a link opens now."""
        confirmed_for = timedelta(seconds=self._settings.link_confirmed_for)
        return standing(link, self._now(), enabled=self.enabled, confirmed_for=confirmed_for)

    def require_enabled(self) -> None:
        """Raises:
        Forbidden: the admin allows no links.
        """
        if not self.enabled:
            raise Forbidden(_OFF, next_step=_ASK)

    async def make(
        self, page_id: str, new: NewLink, *, made_by: str, link_id: str
    ) -> tuple[PublicLink, Secret]:
        """A link with its key, which is known this once. Who may make one, the caller has asked.

        Args:
            page_id: Of a page that is there.
            new: What its maker says.
            made_by: User id.
            link_id: The same for a repeat, which gets another key: nobody has read the first answer.

        Raises:
            Forbidden: the admin allows no links.
            InvalidInput: it would live too long, or has ended already.
        """
        self.require_enabled()
        self._check_end(new.ends_at)
        key = new_key()

        def keep(db: Connection) -> PublicLink | None:
            now = self._milliseconds()
            link_store.add(db, link_id, key, page_id, new, made_by=made_by, now=now)
            made = link_store.find(db, link_id)
            if made is not None:
                audit.write(db, now, made_by, "make-link", page_id, link=link_id, kind=new.kind)
            return made

        made = await self._database.run(keep)
        if made is None:
            raise NotFound("There is no such page.", next_step="Publish it again.")
        return made, key

    async def open(self, key: str, address: str) -> Shown:
        """What a key opens; counted, and written down as a view.

        Args:
            key: As somebody sent it.
            address: Network address of who sent it.

        Raises:
            NotFound: it opens nothing, whatever the reason.
            TooFast: this address has asked too often.
        """
        return await self._open(_by_key(key), address)

    async def look(self, key: str, address: str) -> Shown:
        """The same for what stands around the content: no view of its own. Raises what :meth:`open` does."""
        return await self._open(_by_key(key), address, counts=False)

    async def open_fid(self, fid: str, key: str, address: str) -> Shown:
        """The same for a notebook of the v2 API (P-02, P-35).

        Args:
            fid: Of the notebook.
            key: A key of just this notebook; empty: what is world readable by its ``fid`` alone, where the
                admin allows that.
            address: Network address of who asks.

        Raises:
            NotFound, TooFast: as :meth:`open`.
        """

        if not key and not self._settings.public_fids:
            raise NotFound(_NOWHERE, next_step="")  # nothing is looked for, so nothing is counted

        def find(db: Connection) -> PublicLink | None:
            if key:
                link = link_store.by_key(db, key)
                return link if link is not None and link.fid == fid else None
            known = link_store.by_fid(db, fid)
            return next((link for link in known if self.standing(link) == "live"), None)

        return await self._open(find, address)

    async def _open(
        self, find: Callable[[Connection], PublicLink | None], address: str, *, counts: bool = True
    ) -> Shown:
        self.limits.take(address)
        shown = await self._database.run(self._read, find, address, counts)
        if shown is None:
            self.limits.missed(address)
            raise NotFound(_NOWHERE, next_step="")
        return shown

    def _read(
        self, db: Connection, find: Callable[[Connection], PublicLink | None], address: str, counts: bool
    ) -> Shown | None:
        link = find(db)
        if link is None or self.standing(link) != "live":
            return None
        if counts:
            now, kept = self._milliseconds(), address if self._settings.link_addresses else None
            link_store.viewed(db, link.id, now)
            audit.write(db, now, "", "view-by-link", link.page_id, link=link.id, address=kept)
            self._forget_views(db)
        return link_store.shown(db, link)

    def _forget_views(self, db: Connection) -> None:
        now = self._clock()
        if now - self._swept >= _SWEEP:
            self._swept = now
            link_store.forget_views(db, round((now - self._settings.views_kept_for) * 1000))

    async def of_pages(self, page_ids: Collection[str]) -> list[PublicLink]:
        """All links of these pages, also those that are over."""
        return await self._database.run(link_store.of_pages, page_ids)

    async def switched_on(self, fids: Collection[str]) -> Mapping[str, Sequence[PublicLink]]:
        """``fid`` → the links that the v2 API made for it and that open something now."""
        found = await self._database.run(link_store.of_fids, fids)
        live = [link for link in found if self.standing(link) == "live"]
        return {fid: [link for link in live if link.fid == fid] for fid in fids}

    async def find(self, link_id: str) -> PublicLink:
        """One link.

        Raises:
            NotFound: there is none.
        """
        found = await self._database.run(link_store.find, link_id)
        if found is None:
            raise NotFound("There is no such link.", next_step="Look at the links of the page.")
        return found

    async def counts(self, page_ids: Sequence[str]) -> Mapping[str, int]:
        """Page → how many links open it now."""
        found = Counter(
            link.page_id for link in await self.of_pages(page_ids) if self.standing(link) == "live"
        )
        return {page_id: found[page_id] for page_id in page_ids}

    async def search(self, text: str, *, live: bool, limit: int, offset: int) -> Sequence[PublicLink]:
        """For admins: links by words of title, place, maker or note, the newest first; with *live* only those
        that are neither taken back nor ended."""
        open_at = self._milliseconds() if live else None
        return await self._database.run(link_store.search, text, open_at=open_at, limit=limit, offset=offset)

    async def revoke(self, link_ids: Sequence[str] | None, *, by: str) -> list[PublicLink]:
        """Take links back at once and for good.

        Args:
            link_ids: ``None``: all that there are.
            by: User id.
        """

        def take_back(db: Connection) -> list[PublicLink]:
            now = self._milliseconds()
            found = link_store.revoke(db, link_ids, by=by, now=now)
            for link in found:
                audit.write(db, now, by, "revoke-link", link.page_id, link=link.id)
            return found

        return await self._database.run(take_back)

    def _check_end(self, ends_at: datetime) -> None:
        if ends_at <= self._now():
            raise InvalidInput("The link would have ended already.", next_step="Name a later end.")
        if ends_at > self.longest + timedelta(minutes=5):  # since the dialog asked for the longest life
            days = self._settings.link_life / 86400
            raise InvalidInput(
                f"A link for the world lives for {days:.3g} days at the longest here.",
                next_step=f"Name an end before {self.longest:%Y-%m-%d %H:%M} UTC.",
                extra={"field": "ends_at"},
            )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def _milliseconds(self) -> int:
        return round(self._clock() * 1000)


def _by_key(key: str) -> Callable[[Connection], PublicLink | None]:
    return lambda db: link_store.by_key(db, key)
