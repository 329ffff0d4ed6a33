"""What every workflow is given: who and where, as plain values; built by an edge from the settings."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ..notebooks.identity import same_server
from ..notebooks.library import TemplateLibrary
from ..openbis.cache import Cache
from ..openbis.client import OpenBIS
from ..openbis.creation import Patience
from ..openbis.mounts import StoreMounts
from .evidence import EvidenceBook
from .ledger import Ledger
from .outbox import Outbox

__all__ = ["Limits", "Workplace"]


#: A UUID, as we and the ELN give them: other ids need the name beside them in the address.
_ORDINARY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

#: Told outcome, code of the error, and notebook id where a version was made.
CountSave = Callable[[str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes.

    ``eager``: attach fetches at once what is smaller in total. ``auto_inputs``: how much of an owner's
    data is taken up without being asked for. ``max_notebook``: largest notebook that is read.
    """

    eager: int = 100 * 2**20
    auto_inputs: int = 2 * 2**30
    max_notebook: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Workplace:
    """One person at one openBIS, on one machine.

    ``patience``: how long a save looks for a data set whose answer was lost. ``aliases``: former and other
    addresses of this openBIS, which blocks of notebooks may name. ``count_save``: told how each save ends,
    and the code of its error. ``pages``: the launcher and the library in people's browsers, with a slash at
    the end; empty where nobody says.
    """

    client: OpenBIS
    cache: Cache
    outbox: Outbox
    ledger: Ledger
    evidence: EvidenceBook
    templates: TemplateLibrary
    limits: Limits = Limits()
    patience: Patience = field(default_factory=Patience)
    mounts: StoreMounts = field(default_factory=lambda: StoreMounts({}))
    redact_patterns: tuple[str, ...] = ()
    data_set_type: str = "ANALYSIS_NOTEBOOK"
    link_url: str = ""
    aliases: tuple[str, ...] = ()
    count_save: CountSave | None = None
    pages: str = ""

    @property
    def server(self) -> str:
        """The address that goes into identity blocks."""
        return self.client.server.url

    @property
    def links(self) -> str:
        """The address for links that people click."""
        return self.link_url or self.server

    def library_page(self, notebook_id: str) -> str | None:
        """A notebook's page in the library; ``None`` where nobody knows, or the id is an odd one."""
        known = self.pages and _ORDINARY.fullmatch(notebook_id)
        return f"{self.pages}library/n/{notebook_id}" if known else None

    def is_own_server(self, address: str) -> bool:
        """Whether *address*, as a notebook names it, is this openBIS."""
        return any(same_server(address, own) for own in (self.server, *self.aliases))
