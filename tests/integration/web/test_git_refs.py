"""Branches, tags and commits, asked of a real git host: never guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openbis_nb.errors import ForbiddenAddress, NothingSuitable, TooLarge
from openbis_nb.web.git_refs import refs
from openbis_nb.web.guarded.rules import GuardRules

from .upstream import NOTEBOOK, Repository, Upstream, running


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


async def test_the_default_branch_is_asked_for(host: Upstream, repository: Repository) -> None:
    """U-17, B-35: it is not called master; branches with slashes, tags of both kinds, a commit."""
    first = await repository.commit("a.ipynb", NOTEBOOK)
    await repository.git("tag", "v1")
    second = await repository.commit("b.ipynb", NOTEBOOK)
    await repository.git("tag", "-a", "v2", "-m", "The second")
    await repository.git("checkout", "--quiet", "-b", "feature/more/data")
    third = await repository.commit("c.ipynb", NOTEBOOK)
    await repository.git("checkout", "--quiet", "trunk")

    known = await refs(f"{host.url}lab/growth.git", GuardRules(allowed_hosts=(host.host,)))

    assert (known.default_branch, known.head) == ("trunk", second)
    assert known.branches == {"trunk": second, "feature/more/data": third}
    assert known.tags == {"v1": first, "v2": second}  # the commit, not the object of the annotated tag
    assert known.resolve(None) == known.resolve("HEAD") == known.resolve("trunk") == second
    assert known.resolve("refs/heads/trunk") == second
    assert known.resolve("refs/tags/v1") == first
    assert known.resolve(first) == first
    assert known.resolve("master") is None
    assert known.split("feature/more/data/notebooks/a.ipynb") == ("feature/more/data", "notebooks/a.ipynb")
    assert known.split(f"{first}/a.ipynb") == (first, "a.ipynb")
    assert known.split("v2") == ("v2", "")
    assert known.split("nothing/a.ipynb") is None


async def test_an_empty_repository_has_no_branch(host: Upstream, repository: Repository) -> None:
    known = await refs(f"{host.url}lab/growth.git", GuardRules(allowed_hosts=(host.host,)))
    assert (known.default_branch, known.head, known.branches) == ("", "", {})
    assert known.resolve(None) is None


async def test_a_name_without_end_is_not_taken_up(host: Upstream, repository: Repository) -> None:
    """What a host names is kept for each person: 500 names of 64 kB would be no list."""
    await repository.commit("a.ipynb", NOTEBOOK)
    await repository.git("branch", f"{'a' * 200}/{'b' * 200}")
    await repository.git("tag", f"{'a' * 200}/{'b' * 200}")
    known = await refs(f"{host.url}lab/growth.git", GuardRules(allowed_hosts=(host.host,)))
    assert (list(known.branches), known.tags) == (["trunk"], {})


async def test_what_is_no_repository_is_said(host: Upstream, repository: Repository) -> None:
    rules = GuardRules(allowed_hosts=(host.host,))
    for path in ("lab/other.git", "a.ipynb", "status/404", "status/401"):
        with pytest.raises(NothingSuitable, match="no repository that everybody may read"):
            await refs(f"{host.url}{path}", rules)
    with pytest.raises(ForbiddenAddress):
        await refs(f"{host.url}lab/growth.git", GuardRules())
    await repository.commit("a.ipynb", NOTEBOOK)
    with pytest.raises(TooLarge):
        await refs(f"{host.url}lab/growth.git", GuardRules(allowed_hosts=(host.host,), max_bytes=100))
