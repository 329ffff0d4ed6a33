"""From an address to a notebook of one's own, whose versions and copies know where it comes from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openbis_nb.errors import Forbidden, InvalidInput, InvalidNotebook, NoSpace, NotFound, NothingSuitable
from openbis_nb.models import WebOrigin
from openbis_nb.notebooks import document, web_origin
from openbis_nb.notebooks import identity as identity_block
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.web.guarded.rules import GuardRules
from openbis_nb.workflows.block_changes import change_place
from openbis_nb.workflows.importing.notebook import look_at
from openbis_nb.workflows.importing.taking import imported, unowned, write_imported
from openbis_nb.workflows.library.reopening import Reopening, reopen
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.workplace import Workplace
from tests.integration.web.upstream import NOTEBOOK, Repository, Upstream, running
from tests.unit.labext.test_placing import full_disk

from .conftest import Lab

ORIGIN = WebOrigin(
    "https://github.com/lab/growth/blob/main/a.ipynb", "0" * 64, "2026-11-21T09:00:00Z", "1" * 40
)


@pytest.fixture
async def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repositories" / "growth"
    folder.mkdir(parents=True)
    made = Repository(folder)
    await made.git("init", "--quiet", "-b", "trunk")
    return made


@pytest.fixture
async def host(repository: Repository) -> AsyncIterator[Upstream]:
    async with running(repositories=repository.folder.parent) as server:
        yield server


async def test_the_page_of_a_file_gives_the_file_of_a_commit(host: Upstream, repository: Repository) -> None:
    """B-01, B-03, U-17, table row 80: the branch's commit is asked first, and just its file is fetched; a
    branch may have slashes."""
    await repository.git("checkout", "--quiet", "-b", "feature/more")
    old = await repository.commit("deep/My notebook.ipynb", NOTEBOOK)
    await repository.git("tag", "v1")
    new = await repository.commit("deep/My notebook.ipynb", NOTEBOOK.replace(b"1 + 1", b"2 + 2"))
    rules = GuardRules(allowed_hosts=(host.host,))
    page = f"{host.url}lab/growth/-/blob/feature/more/deep/My%20notebook.ipynb?ref_type=heads"

    foreign = await look_at(page, rules)
    assert (foreign.commit, foreign.name, foreign.url) == (new, "My notebook", page)
    assert (foreign.source.ref, foreign.source.path) == ("feature/more", "deep/My notebook.ipynb")
    assert host.seen[-1].path == f"/lab/growth/-/raw/{new}/deep/My notebook.ipynb"
    assert b"2 + 2" in foreign.notebook
    assert (foreign.kernel, foreign.cells, foreign.outputs) == ("python3", 1, 0)

    await repository.git("checkout", "--quiet", "-b", "trunk")
    chosen = await look_at(f"{host.url}lab/growth/-/blob/trunk/deep/My%20notebook.ipynb", rules, ref="v1")
    assert (chosen.commit, chosen.source.ref) == (old, "v1")
    assert b"1 + 1" in chosen.notebook
    by_commit = await look_at(f"{host.url}lab/growth/-/blob/{old}/deep/My%20notebook.ipynb", rules)
    assert (by_commit.commit, by_commit.sha256) == (old, chosen.sha256)
    with pytest.raises(NothingSuitable, match="no branch, tag or commit nowhere"):
        await look_at(f"{host.url}lab/growth/-/blob/trunk/a.ipynb", rules, ref="nowhere")


async def test_a_plain_address_has_a_digest_and_no_commit(host: Upstream) -> None:
    foreign = await look_at(f"{host.url}a.ipynb?token=hidden&v=1", GuardRules(allowed_hosts=(host.host,)))
    assert (foreign.commit, foreign.name, foreign.http) == (None, "a", True)
    assert foreign.sha256 == hashlib.sha256(NOTEBOOK).hexdigest()
    assert foreign.origin.url == f"{host.url}a.ipynb?v=1"
    assert [warning.split(":")[0] for warning in foreign.warnings] == [
        "It came without encryption",
        "The address has parameters that may be secret; they are not kept with the notebook.",
    ]


async def test_every_address_can_be_kept(host: Upstream) -> None:
    """Blanks, letters of any script, tokens of openBIS: what is kept is an address, and is read again."""
    token = "alice-261121093000123x0123456789abcdef0123456789ABCDEF"
    rules = GuardRules(allowed_hosts=(host.host,))
    for path, kept in (
        ("\u00fcber blick/a.ipynb#cell", "%C3%BCber%20blick/a.ipynb"),
        (f"{token}/a.ipynb", "removed/a.ipynb"),
        (f"x/a.ipynb?note=\u00e4&sig={token}", "x/a.ipynb?note=%C3%A4"),
    ):
        foreign = await look_at(f"{host.url}any/{path}", rules)
        assert foreign.url == f"{host.url}any/{kept}"
        assert web_origin.read(unowned(foreign.notebook, foreign.origin).notebook) == foreign.origin
        assert foreign.name == "a"


async def test_what_is_no_notebook_is_said_after_the_fetch(host: Upstream) -> None:
    """B-09: text that a host gives as plain is judged by what it is."""
    with pytest.raises(InvalidNotebook, match="is empty"):
        await look_at(f"{host.url}empty", GuardRules(allowed_hosts=(host.host,)))
    with pytest.raises(InvalidInput, match="of a repository or folder"):
        await look_at(f"{host.url}lab/growth/-/tree/trunk/deep", GuardRules(allowed_hosts=(host.host,)))


async def test_versions_and_copies_know_the_address(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    """Table row 80: origin and owner stand in the block, in each version's notebook and provenance.json, and
    in what is made of them; the person who imported is asked nothing."""
    data = lab.inputs()[0]
    made = await imported(alice, NOTEBOOK, ORIGIN, name="Growth", owner=DEMO_EXPERIMENT, inputs=[data, data])
    assert made.identity is not None
    assert (made.identity.imported_from, made.identity.inputs) == (ORIGIN, (data,))
    path = write_imported(made, "Growth", tmp_path, alice.ledger)

    first = await save(alice, SaveRequest(path=path))
    edited = json.loads(path.read_bytes())
    edited["cells"][0]["source"] = "3 + 3"
    path.write_bytes(json.dumps(edited).encode())
    second = await save(alice, SaveRequest(path=path))

    for result in (first, second):
        assert result.perm_id is not None
        assert web_origin.read(lab.notebook(result.perm_id)) == ORIGIN
        assert lab.provenance(result.perm_id)["imported_from"] == {
            "url": ORIGIN.url,
            "sha256": ORIGIN.sha256,
            "fetched_at": ORIGIN.fetched_at,
            "commit": ORIGIN.commit,
        }
    assert web_origin.read(document.read(path)) == ORIGIN
    for mode in ("continue", "template"):
        again = await reopen(alice, Reopening(version=str(second.perm_id), mode=mode))
        assert web_origin.read(again.notebook) == ORIGIN
        assert identity_block.read(again.notebook) == again.identity


async def test_without_an_owner_it_is_chosen_at_the_first_save(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    made = unowned(NOTEBOOK, ORIGIN)
    assert identity_block.read(made.notebook) is None
    assert identity_block.problem(made.notebook) is None
    path = write_imported(made, "Growth", tmp_path)
    assert write_imported(made, "Growth", tmp_path).name == "Growth 2.ipynb"
    result = await save(alice, SaveRequest(path=path, owner=DEMO_EXPERIMENT))
    assert web_origin.read(lab.notebook(str(result.perm_id))) == ORIGIN
    assert lab.provenance(str(result.perm_id))["imported_from"]["commit"] == ORIGIN.commit
    assert web_origin.read(document.read(path)) == ORIGIN


async def test_a_place_that_is_chosen_before_keeps_the_origin(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    """As the side panel does it: the block that the front end writes says both."""
    path = write_imported(unowned(NOTEBOOK, ORIGIN), "Growth", tmp_path)
    placed = await change_place(alice, None, path, DEMO_EXPERIMENT)
    assert (placed.owner_identifier, placed.imported_from) == (DEMO_EXPERIMENT, ORIGIN)


def test_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    with full_disk(100), pytest.raises(NoSpace):
        write_imported(unowned(NOTEBOOK, ORIGIN), "Growth", tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_what_cannot_be_stored_is_said_at_once(lab: Lab, alice: Workplace) -> None:
    with pytest.raises(InvalidInput, match="data sets"):
        await imported(alice, NOTEBOOK, ORIGIN, name="x", inputs=lab.inputs()[:1])
    with pytest.raises(InvalidInput, match="is a project"):
        await imported(alice, NOTEBOOK, ORIGIN, name="x", owner="/BIOLAB/GROWTH")
    with pytest.raises(NotFound):
        await imported(
            alice, NOTEBOOK, ORIGIN, name="x", owner=DEMO_EXPERIMENT, inputs=["20200101000000000-9"]
        )
    olga = await lab.person("olga")
    with pytest.raises(Forbidden):
        await imported(olga, NOTEBOOK, ORIGIN, name="x", owner=DEMO_EXPERIMENT)
