"""Addresses of the library's pages, frames and files, made in one place, and read back (N-11, N-12).

A notebook's page is ``library/n/<name>-<notebook id>``: the name is for people, the id decides. A notebook id
is whatever somebody wrote into openBIS, so an odd one is written in a form of its own: see
:func:`notebook_of`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from ...models import Entity, EntityKind
from ...notebooks.context import eln_link, eln_link_to_data_set

__all__ = ["Links", "notebook_of", "slug_of"]

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
#: Ids that we and the ELN make: a UUID with or without its dashes.
_ORDINARY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ORDINARY_AT_END = re.compile(rf"(?:.*-)?({_ORDINARY.pattern})", re.IGNORECASE | re.DOTALL)
_MOST_SLUG = 60


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute paths on the hub's origin, and addresses of the ELN.

    Args:
        prefix: Of the service, with a slash at both ends.
        eln: Address of openBIS in people's browsers.
    """

    prefix: str
    eln: str = ""

    def library(self) -> str:
        """The table of all notebooks."""
        return f"{self.prefix}library"

    def notebook_page(self, notebook_id: str, name: str, perm_id: str | None = None) -> str:
        """A notebook; with *perm_id* one version of it."""
        page = f"{self.prefix}library/n/{_last_part(notebook_id, name)}"
        return f"{page}/{quote(perm_id, safe='')}" if perm_id else page

    def compare_page(self, base: str, others: Sequence[str]) -> str:
        """Versions side by side with a *base*; all of them permIds."""
        return (
            f"{self.prefix}library/compare?{urlencode([('base', base), *(('with', one) for one in others)])}"
        )

    def data_set_page(self, perm_id: str) -> str:
        """Which notebooks used a data set."""
        return f"{self.prefix}library/data-set/{quote(perm_id, safe='')}"

    def place_page(self, kind: EntityKind, perm_id: str) -> str:
        """The table of an entity's own notebooks; a space's permId is its code."""
        return f"{self.prefix}library?{urlencode([(kind, perm_id)])}"

    def file(self, perm_id: str) -> str:
        """The ``.ipynb`` of a version, as a download for browsers."""
        return f"{self.prefix}library/file/{quote(perm_id, safe='')}"

    def frame_version(self, perm_id: str, *, with_code: bool = True) -> str:
        """What the frame of a version shows."""
        frame = f"{self.prefix}library/frame/version/{quote(perm_id, safe='')}"
        return frame if with_code else f"{frame}?code=hidden"

    def frame_compare(self, base: str, other: str) -> str:
        """What the frame of a comparison shows."""
        return f"{self.prefix}library/frame/compare?{urlencode({'base': base, 'with': other})}"

    def api(self, *parts: str) -> str:
        """An address of our own API: ``api("notebooks", notebook_id)``."""
        return f"{self.prefix}api/v1/" + "/".join(quote(part, safe="") for part in parts)

    def eln_entity(self, entity: Entity) -> str:
        """An entity's page in the ELN; empty where the ELN's address is not known."""
        return eln_link(self.eln, entity) if self.eln else ""

    def eln_data_set(self, perm_id: str) -> str:
        """A data set's page in the ELN; empty where the ELN's address is not known."""
        return eln_link_to_data_set(self.eln, perm_id) if self.eln else ""


def slug_of(name: str) -> str:
    """A name as a part of an address: ASCII letters, digits and single dashes; never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_SLUG.sub("-", plain)[:_MOST_SLUG].strip("-") or "notebook"


def notebook_of(last_part: str) -> str:
    """The notebook id of an address that :meth:`Links.notebook_page` made, whatever name stands in it.

    ``<slug>-<id>`` for ids that are UUIDs, ``<slug>--<id, quoted once more>`` for all others: a slug has no
    two dashes in a row.

    Args:
        last_part: As the web framework gives it, unquoted once.
    """
    _, two_dashes, odd = last_part.partition("--")
    if two_dashes:
        return unquote(odd)
    found = _ORDINARY_AT_END.fullmatch(last_part)
    return found[1] if found else unquote(last_part)


def _last_part(notebook_id: str, name: str) -> str:
    if _ORDINARY.fullmatch(notebook_id):
        return f"{slug_of(name)}-{notebook_id}"
    # Twice: the first layer is taken off before the framework looks for slashes.
    return quote(f"{slug_of(name)}--{quote(notebook_id, safe='')}", safe="")
