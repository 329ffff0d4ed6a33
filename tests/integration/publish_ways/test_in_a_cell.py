"""``nb.publish()``: saved first, published, and said by whom it is seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openbis_nb import notebook
from openbis_nb.errors import ConfigurationProblem
from openbis_nb.notebook_session import NotebookSession
from tests.integration.cli.conftest import Cli

from .conftest import NUMBER, Site, calculation, write


@pytest.fixture
def path(cli: Cli) -> Path:
    return calculation(cli)


@pytest.fixture
def nb(cli: Cli, site: Site, path: Path, monkeypatch: pytest.MonkeyPatch) -> NotebookSession:
    for name, value in (cli.settings() | site.env).items():
        monkeypatch.setenv(name, value)
    return notebook(path)


def test_saved_published_and_told(
    nb: NotebookSession, site: Site, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """D-06, D-07, D-10: what is seen, and by whom, is said before a page is made, and again with it; the
    same cell again makes no second page."""
    before = site.pages("olga")
    planned = nb.publish(title="Rates for all")
    assert (planned.state, planned.page_id, planned.link) == ("planned", "", "")
    said = capsys.readouterr().out
    for part in ("Saved to openBIS", "Not published yet", "Seen by: ", "without code", "confirm=True"):
        assert part in said
    assert site.pages("olga") == before
    page = nb.publish(title="Rates for all", confirm=True)
    assert (page.state, page.title) == ("published", "Rates for all")
    said = capsys.readouterr().out
    for part in ("Published: “Rates for all”", "Seen by: ", "without code", page.link):
        assert part in said
    assert page.link.startswith(site.service.origin)
    assert NUMBER.encode() not in site.bytes(page.page_id)
    again = nb.publish(title="Rates for all")
    assert (again.state, again.page_id, again.version) == ("there already", page.page_id, page.version)
    write(path, "40 + 2")
    later = nb.publish(title="Rates for all")
    assert (later.state, later.page_id) == ("there already", page.page_id)
    assert later.version != page.version
    assert b"42" in site.bytes(page.page_id)
    pinned = nb.publish(follow="pinned", code="shown", dashboard="Of cells", ends="2099-12-31", confirm=True)
    assert pinned.page_id != page.page_id
    assert NUMBER.encode() in site.bytes(pinned.page_id)


def test_what_openbis_does_not_have_yet_is_published_later(
    nb: NotebookSession, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """The version waits in the outbox, and the card names the command for later."""
    site.service.sandbox.faults.add("status", "uploadFilesWorkspaceDSS", count=0)
    site.service.sandbox.faults.add("status", "session_workspace_file_upload", count=0)
    try:
        page = nb.publish(code="shown", follow="pinned")
    finally:
        site.service.sandbox.faults.clear()
    assert page.state == "deferred"
    said = capsys.readouterr().out
    assert "Not published yet" in said
    assert re.search(r"openbis-nb publish [0-9a-f-]{32,36} --code shown --pinned", said), said


def test_without_a_hub_nothing_is_saved_and_the_way_is_named(
    nb: NotebookSession, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_URL")
    capsys.readouterr()
    with pytest.raises(ConfigurationProblem, match="JupyterHub") as refused:
        nb.publish()
    assert "openbis-nb publish" in refused.value.next_step
    assert "Saved" not in capsys.readouterr().out
