"""Versions that the library writes: pybis reads them, and nothing of what was there is touched."""

from __future__ import annotations

from openbis_nb.workflows.library.writing import Attempt, rename, restore, upload
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, a_notebook, content, fresh


async def test_a_rename_is_a_new_version_with_the_same_content(lab: Lab, ursula: Workplace) -> None:
    """A plain user may do it, and it shows at once (9.2)."""
    before = await a_notebook(ursula)
    written = await rename(ursula, before, name="Curves", attempt=Attempt.new())
    after = await fresh(ursula, written)
    assert (after.name, len(after.counting), after.fid) == ("Curves", 2, before.fid)
    old, new = lab.saved()
    assert (old.props["$name"], new.props["$name"]) == ("Growth", "Curves")
    assert new.props["$history_id"] == old.props["$history_id"] == before.notebook_id
    assert lab.notebook(new.permId)["cells"] == lab.notebook(old.permId)["cells"]
    print(lab.provenance(new.permId), lab.stored(new.permId).keys())
