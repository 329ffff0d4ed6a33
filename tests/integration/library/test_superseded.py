"""Which old versions a space admin may trash without harming what stays."""

from __future__ import annotations

from openbis_nb.models import Checkpoint
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.storage import check_superseded
from openbis_nb.workflows.library.writing import Attempt, name_co_authors, rename
from openbis_nb.workflows.save import SaveRequest, save
from openbis_nb.workflows.workplace import Workplace

from ..workflows.conftest import edit
from .conftest import Lab, a_notebook, fresh
from .data import data, trips, version


async def test_only_what_nothing_depends_on_may_go(alice: Workplace, lab: Lab) -> None:
    """A result was made from one, one is frozen, one is shown by a page; the rest may go, said in two round
    trips."""
    client = alice.client
    notebook_id, first = await version(client)
    perm_ids = [first, *[(await version(client, notebook_id))[1] for _ in range(5)]]
    await data(client, "fit", [perm_ids[1]])
    frozen = lab.pybis().get_dataset(perm_ids[2])
    frozen.freeze = True
    frozen.save()
    notebook = await fresh(alice, Checkpoint(first, notebook_id))
    before = trips(client)
    found = await check_superseded(client, [notebook], pinned=[perm_ids[3]])
    assert trips(client) - before == 2
    assert {one.version.perm_id: one.kept for one in found} == {
        perm_ids[1]: "A data set is derived from it.",
        perm_ids[2]: "It is frozen.",
        perm_ids[3]: "A published page shows it.",
        perm_ids[4]: "",
    }
    assert len(lab.saved()) == 6, "nothing is trashed by itself"


async def test_what_names_writers_or_holds_results_stays(alice: Workplace, lab: Lab) -> None:
    """Without the version that names a co-author, their versions would not count; a rename has no results of
    its own and leads to those of the version before it."""
    named = await name_co_authors(alice, await a_notebook(alice), ["ursula"], attempt=Attempt.new())
    await rename(alice, await fresh(alice, named), name="Ours", attempt=Attempt.new())
    found = await check_superseded(alice.client, [await fresh(alice, named)])
    assert [one.kept for one in found] == ["It says who may write the notebook."]

    path = await lab.launched(alice)
    for number in range(2):
        edit(path, f"fit({number})")
        (path.parent / "fit.csv").write_text(f"{number}\n")
        saved = await save(alice, SaveRequest(path=path, files=("fit.csv",)))
    notebook = await read_notebook(alice.client, str(saved.notebook_id))
    await rename(alice, notebook, name="Curves", attempt=Attempt.new())
    found = await check_superseded(alice.client, [await fresh(alice, notebook)])
    assert {one.version.perm_id: one.kept for one in found} == {
        saved.perm_id: "A later version shows its results."
    }
