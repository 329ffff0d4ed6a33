"""A process killed in the middle of a restore, a trashing or a way back: repeated, there is just one of it.

Issue 4, section 4; design section 6. The killed one is a real process at a real sandbox.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import SaveUndecided
from openbis_nb.openbis.creation import Patience
from openbis_nb.workflows.library.model import Notebook
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.trashing import restore_from_trash, trash, trash_ref
from openbis_nb.workflows.library.writing import Attempt, restore
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, a_notebook, fresh, next_version

ROOT = Path(__file__).parents[3]
UPLOAD, CREATE = "session_workspace_file_upload", "createUploadedDataSet"


def killed(lab: Lab, person: Workplace, notebook: Notebook, do: str, **job: str) -> dict[str, Any]:
    """Start the process, and kill it when the sandbox has met its fault; the file as it left it."""
    path = lab.folder / "job.json"
    what = {"url": lab.sandbox.url, "ca_bundle": str(lab.sandbox.ca_bundle), "do": do, **job}
    what |= {"token": person.client.token.reveal(), "notebook": notebook.notebook_id}
    path.write_text(json.dumps(what))
    words = [sys.executable, "-m", "tests.integration.library.killed_child", str(path)]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE)
    lab.wait_for_fault()
    process.kill()
    process.communicate(timeout=60)
    left: dict[str, Any] = json.loads(path.read_text())
    return left


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def deletions(lab: Lab) -> int:
    with lab.sandbox.state.store.read() as db:
        return int(db.execute("SELECT count(*) FROM deletions").fetchone()[0])


@pytest.mark.parametrize(
    ("kind", "at", "arrives"),
    [("silence", UPLOAD, False), ("latency", CREATE, True), ("silence", CREATE, False)],
)
async def test_a_restore_that_was_killed_is_one_version(
    lab: Lab, alice: Workplace, kind: Any, at: str, arrives: bool
) -> None:
    """U-10: before openBIS was asked, while it was at work, and when it never worked."""
    notebook = await a_notebook(alice)
    notebook = await next_version(alice, notebook, "Two")
    wish = Attempt.new()
    lab.sandbox.faults.add(kind, at, **({"seconds": 0.5} if kind == "latency" else {}))
    first = notebook.first.perm_id
    job = {"version": first, "save_id": wish.save_id, "saved_at": wish.saved_at}
    left = killed(lab, alice, notebook, "restore", **job)
    assert ("last_try_at" in left) == (at == CREATE)
    if arrives:
        until(lambda: len(lab.saved()) == 3)
    lab.sandbox.faults.clear()
    tried = left.get("last_try_at")
    again = Attempt(wish.save_id, wish.saved_at, datetime.fromisoformat(tried) if tried else None)
    if tried and not arrives:  # nobody can know that at once: it is said, and nothing is written
        careful = replace(alice, patience=Patience(looks=(0.05,), over_after=900))
        with pytest.raises(SaveUndecided) as undecided:
            await restore(careful, notebook, first, attempt=again)
        assert "Repeat the very same request" in undecided.value.next_step
        assert len(lab.saved()) == 2
    for _ in range(2):
        written = await restore(alice, await fresh(alice, notebook), first, attempt=again)
        again = replace(again, last_try_at=again.last_try_at or datetime.fromisoformat(_began(wish)))
        assert len(lab.saved()) == 3
        assert lab.saved()[-1].permId == written.checkpoint.perm_id
    assert lab.provenance(lab.saved()[-1].permId)["based_on"] == first


def _began(wish: Attempt) -> str:
    return wish.saved_at.replace("Z", "+00:00")


@pytest.mark.parametrize("kind", ["latency", "silence"])
async def test_a_trashing_that_was_killed_is_one_deletion(lab: Lab, alice: Workplace, kind: Any) -> None:
    """P-12: and a way back that was killed brings it back once."""
    notebook = await a_notebook(alice)
    lab.sandbox.faults.add(kind, "deleteDataSets", **({"seconds": 0.5} if kind == "latency" else {}))
    killed(lab, alice, notebook, "trash")
    if kind == "latency":
        until(lambda: deletions(lab) == 1)
    lab.sandbox.faults.clear()
    for _ in range(2):
        await trash_ref(alice.client, notebook.notebook_id)
        assert deletions(lab) == 1
    await trash(alice.client, notebook)
    assert (deletions(lab), lab.saved()) == (1, [])
    lab.sandbox.faults.add(kind, "revertDeletions", **({"seconds": 0.5} if kind == "latency" else {}))
    killed(lab, alice, notebook, "revert")
    if kind == "latency":
        until(lambda: deletions(lab) == 0)
    lab.sandbox.faults.clear()
    if kind == "silence":
        await restore_from_trash(alice.client, notebook.fid)
    assert deletions(lab) == 0
    assert (await read_notebook(alice.client, notebook.notebook_id)).fid == notebook.fid
