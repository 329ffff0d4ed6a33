"""The sync face in real cells: threads, top-level await, the stop button, sessions that end, openBIS away."""

from __future__ import annotations

import asyncio

from .conftest import Desk
from .front_end import FrontEnd
from .test_front_end import CONNECT, saved_by


async def test_from_a_worker_thread_and_beside_a_top_level_await(desk: Desk) -> None:
    """D1."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        answer = await lab.run(
            "import asyncio\n"
            "there = await asyncio.to_thread(lambda: nb.attach())\n"
            "here = nb.attach()\n"
            "await asyncio.sleep(0)\n"
            "print([item.state for item in here] == [item.state for item in there] == ['here'] * 3)"
        )
        assert answer.text.strip().endswith("True"), answer.text
        await saved_by(lab, "result = await asyncio.to_thread(nb.save)")
    assert len(desk.saved()) == 1


async def stopped(desk: Desk, lab: FrontEnd, source: str, target: str) -> str:
    """Press stop while the call is at openBIS; gives the name of the error in the cell."""
    desk.sandbox.faults.add("silence", target)
    cell = lab.add(source)
    await lab.save()
    running = asyncio.create_task(lab.run(cell))
    async with asyncio.timeout(90):
        while not desk.sandbox.faults.struck():
            assert not running.done(), running.result().text
            await asyncio.sleep(0.05)
    await lab.interrupt()
    answer = await running
    desk.sandbox.faults.clear()
    return answer.error


async def test_stopped_in_the_middle_of_a_save_a_repeat_makes_the_one_data_set(desk: Desk) -> None:
    """U-10, D1: the stop button ends the work, and nothing is doubled."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        error = await stopped(desk, lab, "nb.save(notes='first')", "session_workspace_file_upload")
        assert error == "KeyboardInterrupt"
        answer = await lab.run(lab.notebook.cells[-1])
        assert "Saved to openBIS" in answer.text, answer.text
    assert len(desk.saved()) == 1
    assert desk.command("outbox", "list") == []


async def test_stopped_in_the_middle_of_an_attach_a_repeat_finishes(desk: Desk) -> None:
    """U-09, D1."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        assert await stopped(desk, lab, "inputs = nb.attach()", "direct-get") == "KeyboardInterrupt"
        answer = await lab.execute("print({item.state for item in nb.attach()})")
    assert answer.text.strip().endswith("{'here'}"), answer.text


async def test_a_new_log_in_reaches_the_running_kernel(desk: Desk) -> None:
    """U-01, design D5: nothing in the kernel is lost, and no cell is run again."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT + "\no = nb.openbis")
        desk.sandbox.state.sessions.expire("alice")
        over = await lab.execute("nb.attach()")
        assert over.error == "NotLoggedIn"
        assert "openbis-nb login" in over.text
        desk.login()
        again = await lab.execute("print({i.state for i in nb.attach()}, o.get_space('BIOLAB').code)")
        assert again.text.strip().endswith("{'here'} BIOLAB"), again.text
        await saved_by(lab)
    assert len(desk.saved()) == 1


async def test_what_is_saved_while_the_session_is_over_waits_and_is_sent_by_the_next_log_in(
    desk: Desk,
) -> None:
    """U-01."""
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        desk.sandbox.state.sessions.expire("alice")
        assert "kept in the outbox" in (await saved_by(lab)).text
        desk.login()
        assert "Saved to openBIS" in (await lab.run(CONNECT)).text
    assert len(desk.saved()) == 1


async def test_while_openbis_is_away_the_card_says_so_and_the_version_waits(desk: Desk) -> None:
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        desk.sandbox.faults.add("status", "*", count=0, status=503)
        card = await lab.run(CONNECT)
        assert "/BIOLAB/GROWTH/GROWTH_CURVES_1" in card.html, card.text
        assert "503" in card.text
        assert "kept in the outbox" in (await saved_by(lab)).text
        desk.sandbox.faults.clear()
        assert "Saved to openBIS" in (await lab.run(CONNECT)).text
    assert len(desk.saved()) == 1
