"""What is posted as a notebook is refused, or written as it is; nothing of it acts, and nobody falls over."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from .actors import Person
from .hostile_notebooks import HOSTILE, NO_NOTEBOOKS
from .path_tricks import Tree, tree


@pytest.fixture(scope="module")
def session(alice: Person) -> str:
    return alice.hub.sandbox.token("alice")


def post(person: Person, session: str, name: str, body: bytes) -> requests.Response:
    query = f"token={session}&folder=hostile&filename={quote(name)}.ipynb&test=False"
    headers = {"Origin": person.hub.sandbox.url}
    address = f"{person.hub.url}/services/openbis/eln?{query}"
    return requests.post(address, data=body, headers=headers, timeout=60)


def files(person: Person) -> Tree:
    return tree(person.home)


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_notebook_is_refused(alice: Person, session: str, name: str) -> None:
    before = files(alice)
    answer = post(alice, session, name, NO_NOTEBOOKS[name])
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.json()["message"]
    assert session not in answer.text
    assert alice.browser.go(f"{alice.base}openbis/open/hostile/{quote(name)}.ipynb").status_code == 404
    assert files(alice) == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_is_a_file_and_no_more(alice: Person, session: str, name: str) -> None:
    """D4, D9: what can't be parsed passes as it is, and is one file in the folder that was asked for."""
    before, begun = files(alice), time.monotonic()
    answer = post(alice, session, name, HOSTILE[name])
    assert answer.status_code in (200, 400, 413, 422), answer.text
    if answer.status_code == 200:
        landed = alice.browser.go(f"{alice.base}openbis/open/hostile/{quote(name)}.ipynb", site="same-origin")
        assert landed.status_code in (302, 400, 404, 409, 413, 422), landed.text[:1000]
    assert time.monotonic() - begun < 60  # it does not hang
    made = files(alice).keys() - before.keys()
    written = {str(alice.home / "hostile"), str(alice.home / "hostile" / f"{name}.ipynb")}
    assert made <= written
    assert not list(alice.hub.folder.rglob("pwned"))
    if answer.status_code == 200 and landed.status_code == 302:
        _is_not_trusted(alice, f"hostile/{name}.ipynb")


def _is_not_trusted(person: Person, path: str) -> None:
    """JupyterLab runs the script of outputs that it trusts."""
    model = person.browser.session.get(f"{person.hub.url}{person.base}api/contents/{quote(path)}", timeout=60)
    # Jupyter's contents API itself cannot give a lone surrogate out.
    cells = model.json().get("content", {}).get("cells", [])
    assert [cell for cell in cells if cell.get("outputs") and cell["metadata"].get("trusted")] == []


def test_a_body_over_the_limit_is_not_read(alice: Person, session: str, tmp_path: Path) -> None:
    """64 MiB by default; said in the header, or only found while it comes."""
    before = files(alice)
    size = 65 * 2**20
    assert post(alice, session, "large", b" " * size).status_code == 413

    def without_length() -> object:
        for _ in range(size // 2**20):
            yield b" " * 2**20

    assert post(alice, session, "large", without_length()).status_code == 413  # type: ignore[arg-type]
    assert files(alice) == before
