"""``nb.save()`` with our front end there: it saves the document when asked, and gets the block (D12 a)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import nbformat
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Desk
from .test_front_end import CONNECT, history


async def test_the_first_run_all_saves_what_is_on_screen(desk: Desk) -> None:
    """U-06, O-26, N-51, N-52: nobody presses Ctrl+S; the block is written through the document."""
    path = desk.launched()
    async with desk.opened_in_lab(path) as lab:
        answer = await lab.run_all()
        assert answer.status == "ok", answer.text
        [saved] = desk.saved()
        assert f"Saved to openBIS in {DEMO_EXPERIMENT} as {saved.permId}" in answer.html
        assert sorted(saved.parents) == sorted(desk.inputs())
        [told] = lab.told
        assert (told["state"], told["perm_id"]) == ("saved", saved.permId)
        on_disk = json.loads(path.read_text())
        assert on_disk["metadata"]["openbis"]["checkpoint"]["id"] == saved.permId
        assert on_disk["cells"][0]["id"] == lab.notebook.cells[0].id
        stored = json.loads(desk.stored(saved.permId)["Growth.ipynb"])
        *ran, saving = [cell for cell in stored["cells"] if cell["cell_type"] == "code" and cell["source"]]
        assert all(cell["execution_count"] for cell in ran)
        assert (saving["source"], saving["outputs"]) == (["nb.save()"], [])  # not that it is waiting
        again = await lab.run(lab.notebook.cells[-1])
        assert "Nothing has changed" in again.html
        await lab.run("1 + 1")
        lab.notebook.cells.append(lab.notebook.cells.pop(-2))  # the saving cell last
        assert (await lab.run(lab.notebook.cells[-1])).status == "ok"
    first, second = desk.saved()
    assert (history(first), len(lab.asked)) == (history(second), 3)


async def test_a_notebook_from_nowhere_knows_what_it_is_at_once(desk: Desk) -> None:
    """N-21, N-42: its file says after the first save which notebook it is; also without a session."""
    path = desk.blank()
    async with desk.opened_in_lab(path, session=False) as lab:
        await lab.run(CONNECT)
        answer = await lab.run(f"result = nb.save(owner={DEMO_EXPERIMENT!r}, name='Mine')")
        assert answer.status == "ok", answer.text
        block = json.loads(path.read_text())["metadata"]["openbis"]
    [saved] = desk.saved()
    assert (block["name"], block["notebook_id"]) == ("Mine", history(saved))
    assert block["checkpoint"]["saved_by"] == "alice"


async def test_outputs_that_come_late_are_waited_for(desk: Desk) -> None:
    """The front end may be asked before it has heard how the cell before ended."""
    async with desk.opened_in_lab(desk.blank()) as lab:
        await lab.run(CONNECT)
        late = lab.add("1 + 1")
        await lab.run(late)
        count = late.execution_count

        async def behind_at_first(nonce: str) -> None:
            late.execution_count = None if len(lab.asked) == 1 else count
            await lab.save_and_answer(nonce)

        lab.obey = behind_at_first
        answer = await lab.run(f"nb.save(owner={DEMO_EXPERIMENT!r})")
    assert answer.status == "ok", answer.text
    assert (len(lab.asked), len(desk.saved())) == (2, 1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"error": "The disk is full."}, "could not save the notebook: The disk is full."),
        ({"path": "own.ipynb", "sha256": "0" * 64}, "is not what was just saved"),
        ({"path": "../../own.ipynb", "sha256": "0" * 64}, "outside"),
    ],
)
async def test_what_the_front_end_could_not_save_is_not_saved(
    desk: Desk, said: dict[str, str], expected: str
) -> None:
    """Design section 6: never something else than what was on screen."""
    path = desk.blank()
    async with desk.opened_in_lab(path) as lab:
        await lab.run(CONNECT)

        async def refuse(nonce: str) -> None:
            await lab.save()
            given = {key: value.replace("own.ipynb", lab._api_path) for key, value in said.items()}
            await lab.answer(nonce, **given)

        lab.obey = refuse
        answer = await lab.run(f"nb.save(owner={DEMO_EXPERIMENT!r})")
        assert (answer.error, desk.saved()) == ("NotSavedYet", [])
        assert expected in answer.text
        assert "Traceback" not in answer.text
        assert lab.told[-1]["state"] == "failed"


async def test_no_answer_in_time(desk: Desk) -> None:
    """The cell ends with a sentence; with the file saved by hand it does without an answer."""
    path = desk.blank()
    async with desk.opened_in_lab(path) as lab:
        await lab.quietly("import os; os.environ['OPENBIS_NB_FRONT_END_TIMEOUT'] = '1'")
        await lab.run(CONNECT)

        async def stay_silent(nonce: str) -> None:
            pass

        lab.obey = stay_silent
        cell = lab.add(f"nb.save(owner={DEMO_EXPERIMENT!r})")
        answer = await lab.run(cell)
        assert (answer.error, desk.saved()) == ("NotSavedYet", [])
        assert "Ctrl+S" in answer.text
        await lab.save()
        assert (await lab.run(cell)).status == "ok"
        assert len(desk.saved()) == 1


async def test_ctrl_c_ends_the_waiting(desk: Desk) -> None:
    """Nothing is sent, the front end hears of it, and the next save works."""
    path = desk.blank()
    async with desk.opened_in_lab(path) as lab:
        await lab.run(CONNECT)
        stopping: list[asyncio.Task[None]] = []

        async def stop_it(nonce: str) -> None:
            stopping.append(asyncio.create_task(lab.interrupt()))

        lab.obey = stop_it
        cell = lab.add(f"nb.save(owner={DEMO_EXPERIMENT!r})")
        async with asyncio.timeout(90):
            answer = await lab.run(cell)
        assert (answer.error, desk.saved(), lab.told[-1]["state"]) == ("KeyboardInterrupt", [], "failed")
        lab.obey = lab.save_and_answer
        assert (await lab.run(cell)).status == "ok"
        assert len(desk.saved()) == 1


async def test_the_key_of_kernels_opens_two_routes_and_no_more(desk: Desk) -> None:
    """Design section 6: it lies in a private file; Jupyter's token is not handed to kernels."""
    async with desk.opened_in_lab(desk.blank()) as lab:
        said = await lab.quietly(
            "import os, json; f = os.environ['OPENBIS_NB_SERVER_FILE']; "
            "print(json.dumps([f, os.stat(f).st_mode & 0o777, open(f).read()]))"
        )
        file, mode, content = json.loads(said.text)
        environment = (await lab.quietly("import os; print(sorted(os.environ.values()))")).text
    known = json.loads(content)
    assert (mode, Path(file).parent.name) == (0o600, "jupyter_runtime_dir")
    assert known["key"] not in environment
    assert desk.server.token not in content
    headers = {"Authorization": f"openbis-nb-kernel {known['key']}"}
    api = f"{known['url']}openbis/api/v1/"
    async with aiohttp.ClientSession() as http:
        answers = {}
        for where in (
            "state",
            "save-answers/" + "n" * 32 + "?wait=0.1",
            "session",
            "outbox",
            "data-sets?path=a",
        ):
            async with http.get(api + where, headers=headers) as answer:
                answers[where.split("?")[0].split("/")[0]] = answer.status
        async with http.post(f"{api}save", headers=headers, json={"path": "own.ipynb"}) as answer:
            answers["save"] = answer.status
        async with http.post(f"{api}state", headers=headers, json={"kernel": "k"}) as answer:
            answers["announce"] = answer.status
        async with http.get(f"{known['url']}api/contents", headers=headers) as answer:
            answers["contents"] = answer.status
        wrong = {"Authorization": "openbis-nb-kernel wrong"}
        async with http.get(f"{api}state", headers=wrong) as answer:
            answers["wrong"] = answer.status
    assert answers.pop("state") == 200
    assert answers.pop("save-answers") == 204
    assert set(answers.values()) == {403}


async def test_a_lab_without_our_part_is_as_before(desk: Desk) -> None:
    """O-26: nobody has announced itself for this kernel, so the file is compared."""
    path = desk.blank("1 + 1")
    async with desk.opened(path) as lab:
        await lab.run(CONNECT)
        answer = await lab.run(f"nb.save(owner={DEMO_EXPERIMENT!r})")
    assert (answer.error, desk.saved()) == ("NotSavedYet", [])
    assert nbformat.read(path, as_version=4).cells[0].source == "1 + 1"
