"""Which notebooks there are, without an index: the last saved ones first, page by page (N-32, N-46).

Whoever wants to fetch a version knows roughly where it is: in a project, under a name, or saved lately. One
search for the last versions there, and one for all versions of the notebooks among them, is all that this
takes, however many versions the lab has.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...models import Entity
from ...openbis.client import OpenBIS
from ...openbis.many_notebooks import versions_of_many
from ...openbis.notebook_search import FoundVersion
from .model import Notebook

__all__ = ["FoundNotebooks", "find_notebooks"]

_DEFAULT_TYPE = "ANALYSIS_NOTEBOOK"
#: Versions that are looked at for one page, and notebooks of one page.
_VERSIONS, _NOTEBOOKS = 500, 50


@dataclass(frozen=True, slots=True)
class FoundNotebooks:
    """One page of notebooks.

    Args:
        notebooks: The one that was saved last comes first.
        next_offset: From where the next page is asked for; ``None``: there is none. That page may name
            notebooks of this one again, by earlier versions of them.
    """

    notebooks: tuple[Notebook, ...]
    next_offset: int | None


async def find_notebooks(
    client: OpenBIS, *, of: Entity | None = None, words: str = "", offset: int = 0
) -> FoundNotebooks:
    """Notebooks that the person may read; two round trips, more where several people wrote one of them.

    Args:
        client: With a session.
        of: Only what is stored in this entity, at any depth.
        words: Only notebooks of which a version has them in its name.
        offset: Versions to leave out, as the page before said.
    """
    history = await client.history_code(_DEFAULT_TYPE)
    found, total = await client.latest_notebook_versions(
        history, of=of, words=words, offset=offset, limit=_VERSIONS
    )
    wanted, looked_at = _first_notebooks(found)
    versions = await versions_of_many(client, wanted)
    notebooks = [Notebook(one, tuple(versions[one])) for one in wanted if one in versions]
    more = offset + looked_at
    return FoundNotebooks(tuple(notebooks), more if more < total and looked_at else None)


def _first_notebooks(found: list[FoundVersion]) -> tuple[list[str], int]:
    """The ids of a page, and how many versions were looked at for it."""
    wanted: dict[str, None] = {}
    for number, version in enumerate(found):
        if version.notebook_id not in wanted and len(wanted) == _NOTEBOOKS:
            return list(wanted), number
        wanted[version.notebook_id] = None
    return list(wanted), len(found)
