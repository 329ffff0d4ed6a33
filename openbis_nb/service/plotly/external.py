"""A notebook from anywhere on the web as a page (P-14), by the guarded fetch that imports have, too."""

from __future__ import annotations

import re

from ... import assemble
from ...errors import InvalidInput
from ...notebooks.export import export_html
from ...workflows.importing.notebook import ForeignNotebook, look_at
from ..launches.model import of_openbis_user
from .asking import Asking

__all__ = ["external_html"]

_SCHEME = re.compile(r"https?://", re.IGNORECASE)


async def external_html(here: Asking, source: str) -> str:
    """The rendering of the notebook at *source*, sanitised as every other one (design D9).

    It takes a place of those for imports, so that nobody fetches more at once than there.

    Raises:
        InvalidInput: *source* is missing, or has no scheme.
        Forbidden: the admin switched fetching off.
        InvalidNotebook, TooLarge: what is there is no notebook, or cannot be shown.
        OpenbisNbError: as ``look_at``.
    """
    if not _SCHEME.match(source):
        raise InvalidInput(
            "source must be a whole address, with its scheme." if source else "source is missing.",
            next_step="Give ?source=https://… with the address of a notebook, percent-encoded.",
        )
    rules = assemble.guard_rules(here.service.core)
    async with here.service.imports.room.place(of_openbis_user(await here.person.openbis_user())):
        foreign = await look_at(source, rules)
    return await here.service.renderings.in_child(
        export_html, foreign.notebook, title=foreign.name, facts=_facts(foreign)
    )


def _facts(foreign: ForeignNotebook) -> list[tuple[str, str]]:
    told = [("From", foreign.url), ("Commit", foreign.commit or ""), ("SHA-256", foreign.sha256)]
    return [(label, text) for label, text in told if text]
