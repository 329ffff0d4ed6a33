"""A notebook in a real Jupyter server: what is saved is what was on screen (design D12 a, U-06, U-07)."""

from __future__ import annotations

import json

from .conftest import Desk


async def test_the_card_shows_where_it_is_stored_and_what_is_attached(desk: Desk) -> None:
    async with desk.opened(desk.launched()) as lab:
        answer = await lab.run("import openbis_nb\nnb = openbis_nb.notebook()")
    assert answer.status == "ok", answer.text
    assert "/BIOLAB/GROWTH/GROWTH_CURVES_1" in answer.html
    assert all(perm_id in answer.html for perm_id in desk.inputs())


async def test_a_file_that_is_behind_is_refused_and_saved_after_ctrl_s(desk: Desk) -> None:
    """O-26, U-06."""
    async with desk.opened(desk.launched()) as lab:
        behind = await lab.run_all()
        assert (behind.error, desk.saved()) == ("NotSavedYet", [])
        assert "Ctrl+S" in behind.text
        await lab.save()
        answer = await lab.run(lab.notebook.cells[-1])
    assert answer.status == "ok", answer.text
    [saved] = desk.saved()
    assert sorted(saved.parents) == sorted(desk.inputs())
    stored = json.loads(desk.stored(saved.permId)["Growth.ipynb"])
    assert any(cell.get("outputs") for cell in stored["cells"])
