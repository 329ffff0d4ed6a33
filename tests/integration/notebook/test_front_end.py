"""A notebook in a real Jupyter server: what is saved is what was on screen (design D12 a, U-06, U-07)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Desk
from .front_end import Answer, FrontEnd

CONNECT = "import openbis_nb\nnb = openbis_nb.notebook()"


async def saved_by(lab: FrontEnd, source: str = "nb.save()") -> Answer:
    """Write the saving cell, Ctrl+S, run it."""
    cell = lab.add(source)
    await lab.save()
    answer = await lab.run(cell)
    assert answer.status == "ok", answer.text
    return answer


def history(data_set: Any) -> str:
    return str(data_set.props.all().get("$history_id"))


async def test_the_card_shows_where_it_is_stored_and_what_is_attached(desk: Desk) -> None:
    """U-07."""
    async with desk.opened(desk.launched()) as lab:
        answer = await lab.run(CONNECT)
    assert answer.status == "ok", answer.text
    assert "/BIOLAB/GROWTH/GROWTH_CURVES_1" in answer.html
    assert all(perm_id in answer.html for perm_id in desk.inputs())


@pytest.mark.parametrize("more", ["", "\nnb"], ids=["last line", "named again"])
async def test_the_card_is_shown_once_in_a_cell(desk: Desk, more: str) -> None:
    source = "import openbis_nb\nnb = openbis_nb.notebook()" + more
    if not more:
        source = source.replace("nb = ", "")
    async with desk.opened(desk.launched()) as lab:
        answer = await lab.run(source)
        assert answer.html.count("Stored in") == 1
        await lab.run("nb = openbis_nb.notebook()")
        assert (await lab.run("nb")).html.count("Stored in") == 1, "and again when it is asked for"


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


async def test_an_error_is_a_sentence_and_what_to_do_without_a_stack_trace(desk: Desk) -> None:
    """U-11."""
    async with desk.opened(desk.blank()) as lab:
        await lab.run(CONNECT)
        answer = await saved_or_not(lab)
    assert answer.error == "InvalidInput"
    assert "does not say where it is stored" in answer.text
    assert "nb.save(owner=" in answer.text
    assert "Traceback" not in answer.text
    assert "line " not in answer.text


async def saved_or_not(lab: FrontEnd) -> Answer:
    cell = lab.add("nb.save()")
    await lab.save()
    return await lab.run(cell)


async def test_a_notebook_from_nowhere_is_saved_with_an_owner_and_stays_that_notebook(desk: Desk) -> None:
    """N-21, U-08: the open file on disk is not touched, and the next save is its second version."""
    path = desk.blank()
    async with desk.opened(path) as lab:
        await lab.run(CONNECT)
        await lab.run(f"[item] = nb.attach({desk.inputs()[0]!r})\nlen(nb.files('*.csv'))")
        first = await saved_by(lab, f"nb.save(owner={DEMO_EXPERIMENT!r})")
        before = path.read_bytes()
        assert "openbis" not in json.loads(before)["metadata"]
        assert DEMO_EXPERIMENT in (await lab.execute("print(nb.owner.identifier)")).text
        await lab.run("1 + 1")
        await saved_by(lab)
    one, two = desk.saved()
    assert first.html.count("Saved to openBIS") == 1
    assert history(one) == history(two)
    assert one.parents == two.parents == [desk.inputs()[0]]


async def test_the_file_is_not_written_under_an_open_document(desk: Desk) -> None:
    path = desk.launched()
    async with desk.opened(path) as lab:
        await lab.run(CONNECT)
        cell = lab.add("nb.save()")
        await lab.save()
        before = path.read_bytes()
        assert (await lab.run(cell)).status == "ok"
        assert path.read_bytes() == before


async def test_a_fork_keeps_being_the_fork(desk: Desk) -> None:
    """N-28, N-29: somebody else's notebook becomes one of your own, once."""
    path = desk.launched()
    async with desk.opened(path) as lab:
        await lab.run(CONNECT)
        await saved_by(lab)
    desk.login("ursula")
    async with desk.opened(path) as lab:
        await lab.run(CONNECT)
        assert "alice is the author" in (await saved_by(lab, "nb.save(confirm=True)")).text
        await lab.run("'more'")
        assert "alice is the author" not in (await saved_by(lab)).text
    hers, first, second = desk.saved()
    assert history(first) != history(hers)
    assert history(second) == history(first)


async def test_a_renamed_file_is_found_again(desk: Desk) -> None:
    """N-23, U-07: the kernel is not told of the new name."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        await lab.rename("renamed.ipynb")
        assert "renamed.ipynb" in (await saved_by(lab)).text
    [saved] = desk.saved()
    assert saved.props.all()["$name"] == "Growth"


async def test_another_file_under_the_old_name_is_not_saved_in_its_place(desk: Desk) -> None:
    """U-07: what is saved is what was on screen, or nothing."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run("secret_of_this_notebook = 1")
        await lab.run(CONNECT)
        await lab.rename("renamed.ipynb")
        desk.blank("'a stranger'", name="Growth.ipynb")
        await saved_by(lab)
    [saved] = desk.saved()
    assert b"secret_of_this_notebook" in desk.stored(saved.permId)["Growth.ipynb"]


async def test_a_saving_cell_that_the_file_does_not_hold_yet_is_refused(desk: Desk) -> None:
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        await lab.save()
        answer = await lab.run("nb.save(notes='in no file yet')")
    assert answer.error == "NotSavedYet"
    assert desk.saved() == []


async def test_run_all_after_a_restart_gives_the_same_counts_and_is_still_not_the_file(desk: Desk) -> None:
    async with desk.opened(desk.launched()) as lab:
        await lab.run_all()
        await lab.save()
        await lab.restart()
        await desk.at_home(lab)
        assert (await lab.run_all()).error == "NotSavedYet"
    assert desk.saved() == []


async def test_vs_code_names_the_file_and_no_cell_that_jupyter_knows(desk: Desk) -> None:
    """U-07."""
    path = desk.launched()
    async with desk.opened(path, session=False) as code:
        code.cell_address = "vscode-notebook-cell:/lab/Growth.ipynb#{}".format
        await code.quietly(f"__vsc_ipynb_file__ = {str(path)!r}")
        await code.run(CONNECT)
        assert (await code.run("nb.save()")).error == "NotSavedYet"
        await saved_by(code)
    [saved] = desk.saved()
    assert "Growth.ipynb" in desk.stored(saved.permId)


async def test_connecting_again_leaves_nothing_open(desk: Desk) -> None:
    """A cell that is run again says nothing of unclosed connections."""
    async with desk.opened(desk.launched()) as lab:
        for _ in range(2):
            await lab.run(CONNECT)
            await lab.run("nb.inputs")
        answer = await lab.execute(
            "import gc, warnings\nwarnings.simplefilter('always')\nprint(gc.collect() >= 0)"
        )
    assert answer.text.strip() == "True"


async def test_the_kernel_part_loads_neither_pandas_nor_numpy_nor_pybis(desk: Desk) -> None:
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        await lab.run("inputs = nb.attach()")
        await saved_by(lab)
        loaded = await lab.execute(
            "import sys\nprint({'pandas', 'numpy', 'pybis', 'nbconvert'} & set(sys.modules))"
        )
    assert loaded.text.strip() == "set()"
