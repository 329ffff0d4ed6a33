"""An update by nbgitpuller's rules (U-15, table row 81), one by one; a rewritten history loses nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from openbis_nb.errors import Conflict, NotFound, NothingSuitable
from openbis_nb.workflows.importing.repositories import Repositories
from openbis_nb.workflows.importing.repository_book import Entry, Note
from openbis_nb.workflows.importing.repository_get import get
from openbis_nb.workflows.importing.repository_update import update
from tests.git_host import GitHost, Repository

from .test_get import everything, own_git, status

LINES = "".join(f"line {number}\n" for number in range(9))
STAMP = re.compile(r"__[0-9]{14}")


def notes(entry: Entry) -> set[tuple[str, str]]:
    """What the person was told, kind and path."""
    return {(note.kind, note.path) for note in entry.report.notes}


@pytest.fixture
def made(host: GitHost, request: pytest.FixtureRequest) -> Repository:
    """A repository of some files."""
    files = {"same": "same\n", "lines": LINES, "gone": "gone\n", "folder/deep": "deep\n", "data.bin": b"\0\1"}
    return host.repository(re.sub(r"\W+", "-", request.node.name, flags=re.ASCII), files)


async def test_what_only_they_changed_is_taken_up(here: Repositories, made: Repository) -> None:
    """U-15: changed, new and removed files of the repository, where the person did nothing."""
    entry = await get(here, made.url)
    commit = made.commit({"lines": "new\n", "gone": None, "folder/deep": None, "more/new": "new\n"})

    done = await update(here, entry.path)

    assert done.commit == commit
    assert everything(entry.path) == ["data.bin", "lines", "more/new", "same"]
    assert (entry.path / "lines").read_text() == "new\n"
    assert (done.report.added, done.report.updated, done.report.removed) == (1, 1, 2)
    assert done.report.notes == ()
    assert done.report.finished
    assert status(entry.path).splitlines() == ["## main...origin/main"]
    again = await update(here, entry.path)
    assert (again.report.added, again.report.updated, again.report.removed) == (0, 0, 0)


async def test_an_edit_stays(here: Repositories, made: Repository) -> None:
    """U-15: local edits always win, whatever they did to the file; other lines of theirs are taken up."""
    entry = await get(here, made.url)
    mine = LINES.replace("line 2", "my line")
    for name in ("lines", "same", "gone", "data.bin"):
        (entry.path / name).write_text(mine)
    made.commit(
        {"lines": LINES.replace("line 7", "their line"), "same": "other\n", "gone": None, "data.bin": b"\0\2"}
    )

    done = await update(here, entry.path)

    assert (entry.path / "lines").read_text() == mine.replace("line 7", "their line")
    assert [(entry.path / name).read_text() for name in ("same", "gone", "data.bin")] == [mine] * 3
    assert notes(done) == {("merged", "lines"), ("kept", "same"), ("kept", "gone"), ("kept", "data.bin")}
    assert notes(await update(here, entry.path)) == set()
    assert (entry.path / "same").read_text() == mine


async def test_of_the_same_lines_mine_stay(here: Repositories, made: Repository) -> None:
    """U-15: a clash within a file is decided for the person, and said."""
    entry = await get(here, made.url)
    (entry.path / "lines").write_text(LINES.replace("line 2", "my line"))
    made.commit({"lines": LINES.replace("line 2", "their line").replace("line 7", "more")})

    done = await update(here, entry.path)

    assert (entry.path / "lines").read_text() == LINES.replace("line 2", "my line").replace("line 7", "more")
    assert done.report.notes == (Note("merged", "lines", why="of the same lines, yours stayed"),)


async def test_a_deleted_file_comes_back(here: Repositories, made: Repository) -> None:
    """U-15: also where nothing is new at the host, and where its whole folder was deleted."""
    entry = await get(here, made.url)
    (entry.path / "same").unlink()
    (entry.path / "folder/deep").unlink()
    (entry.path / "folder").rmdir()

    done = await update(here, entry.path)

    assert (entry.path / "folder/deep").read_text() == "deep\n"
    assert notes(done) == {("restored", "same"), ("restored", "folder/deep")}


@pytest.mark.parametrize("name", ["new.txt", "Übung 1.txt", "folder/new", "-x", "no ending"])
async def test_a_clashing_file_is_renamed(here: Repositories, made: Repository, name: str) -> None:
    """U-15: an untracked file where they have a new one gets a time stamp, whatever it is called."""
    entry = await get(here, made.url)
    (entry.path / name).write_text("mine")
    made.commit({name: "theirs"})

    done = await update(here, entry.path)

    (note,) = done.report.notes
    assert (note.kind, note.path) == ("renamed", name)
    assert STAMP.sub("", note.now) == name
    assert Path(note.now).suffix == Path(name).suffix
    assert (entry.path / note.now).read_text() == "mine"
    assert (entry.path / name).read_text() == "theirs"


async def test_a_file_that_they_renamed_onto_mine(here: Repositories, made: Repository) -> None:
    """What nbgitpuller 1.3 fails at: git calls it a rename, and the person's file is in the way."""
    entry = await get(here, made.url)
    (entry.path / "moved").write_text("mine")
    made.git("mv", "lines", "moved")
    made.commit({})

    done = await update(here, entry.path)

    assert notes(done) == {("renamed", "moved")}
    assert (entry.path / "moved").read_text() == LINES
    assert not (entry.path / "lines").exists()


@pytest.mark.parametrize("mine", ["file", "link", "folder"])
async def test_a_folder_and_a_file_of_one_name(here: Repositories, made: Repository, mine: str) -> None:
    """Whatever stands where they need a folder, or a file, is renamed and not followed."""
    entry = await get(here, made.url)
    outside = here.root / "outside"
    outside.mkdir()
    if mine == "file":
        (entry.path / "place").write_text("mine")
    elif mine == "link":
        (entry.path / "place").symlink_to(outside)
    else:
        (entry.path / "place").mkdir()
        (entry.path / "place/x").write_text("mine")
    made.commit({"place": "theirs"} if mine == "folder" else {"place/new": "theirs"})

    done = await update(here, entry.path)

    (note,) = done.report.notes
    assert (note.kind, note.path) == ("renamed", "place")
    assert (entry.path / ("place" if mine == "folder" else "place/new")).read_text() == "theirs"
    kept = entry.path / note.now
    assert (mine == "link") == kept.is_symlink()
    assert (kept / "x" if mine == "folder" else kept).exists()
    assert list(outside.iterdir()) == []


async def test_they_exchange_a_file_and_a_folder(here: Repositories, made: Repository) -> None:
    """Where the person did nothing, nothing is renamed; where they did, it stays under another name."""
    entry = await get(here, made.url)
    (entry.path / "gone").write_text("mine")
    made.commit({"same": None, "gone": None, "folder/deep": None})
    made.commit({"same/now": "a folder", "gone/now": "a folder", "folder": "a file"})

    done = await update(here, entry.path)

    assert (entry.path / "same/now").read_text() == "a folder"
    assert (entry.path / "folder").read_text() == "a file"
    assert notes(done) == {("kept", "gone"), ("renamed", "gone")}
    now = next(note.now for note in done.report.notes if note.now)
    assert (entry.path / now).read_text() == "mine"


async def test_a_rewritten_history_loses_nothing(here: Repositories, made: Repository) -> None:
    """A force-pushed branch, which nbgitpuller 1.3 refuses to merge: the same rules hold."""
    entry = await get(here, made.url)
    (entry.path / "lines").write_text(LINES.replace("line 2", "my line"))
    (entry.path / "new").write_text("mine")
    made.commit({"same": "rewritten\n", "new": "theirs"}, amend=True)

    done = await update(here, entry.path)

    assert (entry.path / "same").read_text() == "rewritten\n"
    assert (entry.path / "lines").read_text() == LINES.replace("line 2", "my line")
    assert notes(done) == {("renamed", "new")}
    assert status(entry.path).splitlines()[:2] == ["## main...origin/main", " M lines"]


async def test_another_branch_loses_nothing(here: Repositories, made: Repository) -> None:
    """U-16: a branch, then a tag, from now on; edits go along."""
    entry = await get(here, made.url)
    (entry.path / "lines").write_text(LINES.replace("line 2", "my line"))
    made.git("switch", "-qc", "other")
    made.commit({"same": "other\n", "lines": LINES.replace("line 7", "other line")})
    made.git("tag", "v2")
    made.commit({"same": "later\n"})

    done = await update(here, entry.path, ref="other")
    assert (done.ref, (entry.path / "same").read_text()) == ("other", "later\n")
    assert notes(done) == {("merged", "lines")}
    tagged = await update(here, entry.path, ref="v2")
    assert (tagged.ref, tagged.ref_kind, (entry.path / "same").read_text()) == ("v2", "tag", "other\n")
    assert "my line" in (entry.path / "lines").read_text()
    made.git("switch", "-q", "main")
    made.git("push", "-q", "origin", ":other")
    with pytest.raises(NothingSuitable, match="other"):
        await update(here, entry.path, ref="other")


async def test_commits_of_the_person_stay_in_a_branch(here: Repositories, made: Repository) -> None:
    """Nothing is committed in their name, and what they committed stays where git finds it."""
    entry = await get(here, made.url)
    (entry.path / "lines").write_text(LINES.replace("line 2", "my line"))
    own_git(entry.path, "commit", "-qam", "Mine")
    mine = own_git(entry.path, "rev-parse", "HEAD")
    made.commit({"lines": LINES.replace("line 7", "their line")})

    done = await update(here, entry.path)

    branch = next(note.now for note in done.report.notes if note.kind == "branch")
    assert own_git(entry.path, "rev-parse", branch) == mine
    assert own_git(entry.path, "rev-parse", "HEAD") == done.commit
    both = LINES.replace("line 2", "my line").replace("line 7", "their line")
    assert (entry.path / "lines").read_text() == both
    own_git(entry.path, "switch", "-qc", "work")
    own_git(entry.path, "commit", "-qam", "Mine again")
    again = await update(here, entry.path)
    assert [note.now for note in again.report.notes if note.kind == "branch"] == ["work"]
    assert len(own_git(entry.path, "branch", "--list", "kept-*").splitlines()) == 1


async def test_git_in_the_middle_of_something_is_left_alone(here: Repositories, made: Repository) -> None:
    """A merge that the person has not ended: the update says so, and touches nothing."""
    entry = await get(here, made.url)
    (entry.path / ".git/MERGE_HEAD").write_text(entry.commit)
    made.commit({"same": "new"})
    with pytest.raises(Conflict, match="middle"):
        await update(here, entry.path)
    assert (entry.path / "same").read_text() == "same\n"


async def test_a_merged_notebook_is_a_notebook(here: Repositories, host: GitHost) -> None:
    """Lines of two notebooks can make a file that none opens: then the person's stays as it is."""
    cells = [v4.new_code_cell(f"x = {number}", id=f"cell-{number}") for number in range(3)]
    notebook = v4.new_notebook(cells=cells)
    made = host.repository(
        "notebooks", {"a.ipynb": nbformat.writes(notebook), "b.ipynb": nbformat.writes(notebook)}
    )
    entry = await get(here, made.url)
    mine = nbformat.from_dict(json.loads(json.dumps(notebook)))
    mine.cells[0].source = "mine = 1"
    theirs = nbformat.from_dict(json.loads(json.dumps(notebook)))
    theirs.cells[2].source = "theirs = 1"
    (entry.path / "a.ipynb").write_text(nbformat.writes(mine))
    # The same new cell on both sides, at two places: merged by lines its id would be there twice.
    mine_b, theirs_b = v4.new_notebook(cells=cells[:]), v4.new_notebook(cells=cells[:])
    new = v4.new_code_cell("new", id="new")
    mine_b.cells.insert(0, new)
    theirs_b.cells.append(new)
    (entry.path / "b.ipynb").write_text(nbformat.writes(mine_b))
    made.commit({"a.ipynb": nbformat.writes(theirs), "b.ipynb": nbformat.writes(theirs_b)})

    done = await update(here, entry.path)

    merged = nbformat.read(entry.path / "a.ipynb", as_version=4)
    assert [cell.source for cell in merged.cells] == ["mine = 1", "x = 1", "theirs = 1"]
    assert (entry.path / "b.ipynb").read_text() == nbformat.writes(mine_b)
    assert notes(done) == {("merged", "a.ipynb"), ("kept", "b.ipynb")}


async def test_only_what_was_fetched_here_is_updated(here: Repositories, tmp_path: Path) -> None:
    """A folder that somebody put there is none of ours, whatever its settings of git say."""
    strange = here.root / "strange"
    strange.mkdir()
    own_git(strange, "init", "-q")
    with pytest.raises(NotFound):
        await update(here, strange)


async def test_a_folder_that_is_gone_or_exchanged(here: Repositories, made: Repository) -> None:
    """It is said, and the list can be told to forget it."""
    entry = await get(here, made.url)
    entry.path.rename(here.root / "elsewhere")
    with pytest.raises(Conflict, match="no folder with a repository"):
        await update(here, entry.path)
    entry.path.symlink_to(here.root / "elsewhere")
    with pytest.raises(Conflict, match="no folder with a repository"):
        await update(here, entry.path)
