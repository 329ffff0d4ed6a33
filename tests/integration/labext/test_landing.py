"""A launch becomes a file in the person's own folder, once, never over anything (design D3)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from openbis_nb.notebooks import identity as identity_block
from openbis_nb.sandbox import Sandbox
from openbis_nb.workflows.ledger import Ledger

from .launches import blank, content, new_id
from .servers import PersonsServer
from .stand_in import StandIn


def launched(hub: StandIn, sandbox: Sandbox, **options: object) -> str:
    launch = new_id()
    hub.launches[launch] = content(sandbox.url, **options)  # type: ignore[arg-type]
    return launch


def test_the_folder_is_made_and_the_browser_led_to_the_file(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """O-14, O-94: a notebook in its folder, opened under its real path; the service is told."""
    launch = launched(hub, openbis_sandbox, directory="Größe/A B", file_name="Über 100%.ipynb")
    answer = server.go(f"openbis/launch/{launch}")
    assert answer.status_code == 302, answer.text
    where = "/user/alice/lab/tree/Gr%C3%B6%C3%9Fe/A%20B/%C3%9Cber%20100%25.ipynb"
    assert answer.headers["Location"] == where
    assert server.files() == ["Größe", "Größe/A B", "Größe/A B/Über 100%.ipynb"]
    nbformat.validate(nbformat.read(server.root / "Größe/A B/Über 100%.ipynb", as_version=4))
    assert hub.outcomes[launch] == [{"state": "ready", "path": "Größe/A B/Über 100%.ipynb"}]


def test_two_requests_are_all_that_stands_before_the_redirect(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    launch = launched(hub, openbis_sandbox)
    server.go(f"openbis/launch/{launch}")
    assert len([request for request in hub.asked if request.method == "GET"]) <= 2


def test_a_taken_name_gets_a_number_and_the_notebook_says_so_itself(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """O-15, U-18: what is there stays as it is; name, identity and ledger are of the new file."""
    (server.root / "Growth.ipynb").write_text("precious")
    (server.root / "Growth 2.ipynb").symlink_to(server.root / "nowhere")
    launch = launched(hub, openbis_sandbox, directory="")
    answer = server.go(f"openbis/launch/{launch}")
    assert answer.headers["Location"] == "/user/alice/lab/tree/Growth%203.ipynb"
    assert (server.root / "Growth.ipynb").read_text() == "precious"
    assert not (server.root / "nowhere").exists()
    identity = identity_block.read(nbformat.read(server.root / "Growth 3.ipynb", as_version=4))
    assert identity is not None
    assert identity.name == "Growth 3"
    record = Ledger(server.state / "state.sqlite3").at(server.root / "Growth 3.ipynb", identity.notebook_id)
    assert record is not None
    assert (record.entry.name, record.entry.owner) == ("Growth 3", identity.owner_perm_id)


def test_the_elns_own_notebook_learns_its_file_name(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """Contract 8.5: the cell ``fileName`` names the file that there is."""
    (server.root / "eln.ipynb").write_text("precious")
    notebook = blank("fileName='eln.ipynb'", "open(fileName)")
    notebook.cells[0].metadata["code_cell_id"] = "fileName"
    launch = launched(
        hub, openbis_sandbox, directory="", file_name="eln.ipynb", notebook=notebook, remember=None
    )
    server.go(f"openbis/launch/{launch}")
    written = nbformat.read(server.root / "eln 2.ipynb", as_version=4)
    assert [cell.source for cell in written.cells] == ["fileName = 'eln 2.ipynb'", "open(fileName)"]


def test_a_page_loaded_again_leads_to_the_same_file(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    launch = launched(hub, openbis_sandbox)
    first = server.go(f"openbis/launch/{launch}")
    hub.failing = 503  # not even the service is needed
    assert server.go(f"openbis/launch/{launch}").headers["Location"] == first.headers["Location"]
    assert server.files() == ["growth", "growth/plates", "growth/plates/Growth.ipynb"]


def test_two_tabs_at_once_make_one_file(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    launch, browser = launched(hub, openbis_sandbox), server.browser()
    with ThreadPoolExecutor(8) as tabs:
        url = f"{server.url}openbis/launch/{launch}"
        answers = list(tabs.map(lambda _: browser.get(url, allow_redirects=False, timeout=60), range(8)))
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert server.files() == ["growth", "growth/plates", "growth/plates/Growth.ipynb"]
    assert len(hub.outcomes[launch]) == 1


def test_many_launches_of_one_name_make_as_many_files(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """O-15."""
    launches, browser = [launched(hub, openbis_sandbox) for _ in range(8)], server.browser()
    with ThreadPoolExecutor(8) as tabs:
        urls = [f"{server.url}openbis/launch/{launch}" for launch in launches]
        answers = list(tabs.map(lambda url: browser.get(url, allow_redirects=False, timeout=60), urls))
    assert len({answer.headers["Location"] for answer in answers}) == 8
    assert len(list((server.root / "growth/plates").iterdir())) == 8


def test_a_file_that_an_earlier_server_wrote_is_not_written_again(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    (server.root / "There.ipynb").write_text("{}")
    launch = launched(hub, openbis_sandbox, path="There.ipynb")
    assert server.go(f"openbis/launch/{launch}").headers["Location"] == "/user/alice/lab/tree/There.ipynb"
    assert server.files() == ["There.ipynb"]


def test_a_file_that_was_moved_since_is_said_to_be(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    launch = launched(hub, openbis_sandbox)
    server.go(f"openbis/launch/{launch}")
    (server.root / "growth/plates/Growth.ipynb").unlink()
    answer = server.go(f"openbis/launch/{launch}")
    assert answer.status_code == 404
    assert "moved or removed" in answer.text


def test_the_elns_classic_path_leads_to_its_newest_launch(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """O-94, U-18: the name was taken meanwhile; the new file opens, not the old one."""
    (server.root / "A B").mkdir()
    (server.root / "A B" / "Growth.ipynb").write_text("the old one")
    launch = launched(hub, openbis_sandbox, directory="A B")
    hub.by_path["A B/Growth.ipynb"] = [{"id": launch, "state": "waiting"}]
    answer = server.go("openbis/open/A%20B/Growth.ipynb")
    assert answer.headers["Location"] == "/user/alice/lab/tree/A%20B/Growth%202.ipynb"


def test_the_classic_path_of_an_old_file_without_a_launch_opens_the_file(
    server: PersonsServer, hub: StandIn
) -> None:
    (server.root / "old.ipynb").write_text("{}")
    assert server.go("openbis/open/old.ipynb").headers["Location"] == "/user/alice/lab/tree/old.ipynb"
    hub.failing = 502
    assert server.go("openbis/open/old.ipynb").status_code == 302


def test_the_classic_path_of_nothing_says_that_the_launch_is_over(
    server: PersonsServer, hub: StandIn
) -> None:
    answer = server.go("openbis/open/gone/away.ipynb")
    assert answer.status_code == 404
    assert "is over" in answer.text
    assert "Launch the notebook again" in answer.text
    hub.failing = 502
    assert server.go("openbis/open/gone/away.ipynb").status_code == 502


def test_the_session_is_there_before_the_first_cell(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox, own_environment: Path
) -> None:
    """U-02: in our file and in pybis', for this account alone."""
    server.go(f"openbis/launch/{launched(hub, openbis_sandbox)}")
    [ours] = (server.state / "tokens").iterdir()
    [of_pybis] = (server.home / ".pybis").iterdir()
    assert hub.session is not None
    for file in (ours, of_pybis):
        assert file.read_text() == hub.session["token"]
        assert file.stat().st_mode & 0o077 == 0
    assert of_pybis.name == "127.0.0.1.token"


def test_nobody_else_gets_anything_written(server: PersonsServer, hub: StandIn) -> None:
    """A launch of somebody else is unknown to the service, so a link to it does nothing here."""
    answer = server.go("openbis/launch/somebody-elses-launch")
    assert answer.status_code == 404
    assert server.files() == []
    assert hub.outcomes == {}
    refused = json.loads(
        server.browser()
        .get(
            f"{server.url}openbis/launch/somebody-elses-launch",
            headers={"Accept": "application/json"},
            timeout=60,
        )
        .text
    )
    assert refused["code"] == "not-found"
    assert refused["next_step"]
