"""The catalogue over a real sandbox; pybis changes things outside of our code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from openbis_nb.service.library.query import Query
from openbis_nb.service.service import Service

from .conftest import GROWTH, Guest

Person = Callable[[str], Awaitable[Guest]]


async def test_a_table_of_all_notebooks(service: Service, person: Person) -> None:
    """N-01, N-02."""
    alice = await person("alice")
    notebook, first = await alice.save(GROWTH, "Growth", notes="<p>As it <b>was</b></p>")
    _, second = await alice.save(GROWTH, "Growth curves", notebook, notes="Better")
    page = await service.catalogue.page(alice, Query())
    [row] = page.rows
    assert (row.notebook_id, row.name, row.description) == (notebook, "Growth curves", "Better")
    assert (row.author, row.first_perm_id, row.newest.perm_id, row.versions) == ("alice", first, second, 2)
    assert row.owner is not None
    assert row.owner.identifier == GROWTH
    assert (row.space, row.project and row.project.identifier) == ("BIOLAB", "/BIOLAB/GROWTH")
    assert (page.matching, page.total, page.complete, page.cursor) == (1, 1, True, None)
