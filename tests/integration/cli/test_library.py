"""openbis-nb library, on the real service: with an openBIS session, a hub token, or in a person's server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService, running

from .conftest import Cli


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        try:
            with running(tmp_path_factory.mktemp("service"), hub, sandbox) as service:
                yield service
        finally:
            hub.stop()


@dataclass(frozen=True)
class LibraryCli(Cli):
    """A command line that knows where the service is."""

    service_url: str = ""

    def settings(self) -> dict[str, str]:
        return super().settings() | {"OPENBIS_NB_SERVICE_URL": self.service_url}

    def library(self, *words: object, **env: str) -> Any:
        return self.json("library", *words, **env)

    def told(self, *words: object) -> str:
        result: Result = self("library", *words)
        assert result.exit_code == 0, result.stderr
        return result.stdout


@pytest.fixture
def person(service: RunningService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def log_in(user: str) -> LibraryCli:
        state, cache = tmp_path / f"state-{user}", tmp_path / "cache"
        cli = LibraryCli(service.sandbox, state, cache, work, service_url=service.url)
        cli.login(user)
        return cli

    return log_in


@pytest.fixture
def alice(person: Any) -> LibraryCli:
    cli: LibraryCli = person("alice")
    return cli


def saved(alice: Cli, name: str, *texts: str) -> tuple[str, list[str]]:
    """A notebook with the three data sets of the demo experiment; its id and its versions."""
    path = Path(alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", name)["path"])
    alice.json("attach", path)
    versions = []
    for text in ("", *texts):
        edit(path, text)
        versions.append(alice.json("save", path, "--notes", f"with {text or 'nothing'}"))
    return versions[0]["notebook_id"], [version["perm_id"] for version in versions]


def edit(path: Path, text: str) -> None:
    content = json.loads(path.read_text())
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    content["cells"].append(cell | {"id": f"c{len(content['cells'])}", "source": text})
    path.write_text(json.dumps(content))


def test_a_notebook_is_found_shown_and_compared(alice: LibraryCli) -> None:
    """N-01, N-02, N-06, N-07, N-10, N-13, N-60, N-62, N-64: by id, fid, version, and the link of its page."""
    notebook_id, (first, second) = saved(alice, "Growth", "1 + 1")
    found = alice.library("list", "--text", "Growth", "--project", "/BIOLAB/GROWTH", "--sort", "name")
    row = next(row for row in found["entries"] if row["id"] == notebook_id)
    assert (row["name"], row["owner"], row["lastCheckpointId"]) == ("Growth", "alice", second)
    link = alice.service_url.rstrip("/").removesuffix("/services/openbis") + row["page"]
    for name in (notebook_id, row["fid"], first, link):
        assert alice.library("show", name)["notebook"]["id"] == notebook_id
        assert [v["id"] for v in alice.library("versions", name)["entries"]] == [second, first]
    assert [v["id"] for v in alice.library("versions", notebook_id, "--search", "1 + 1")["entries"]] == [
        second
    ]
    shown = alice.told("show", notebook_id)
    assert f"Stored in:      {DEMO_EXPERIMENT}" in shown
    assert link in shown
    assert re.search(r"^You may not .*\brevert\b.*: .+\.$", shown, re.MULTILINE)

    compared = alice.library("compare", first, notebook_id)
    assert [one["version"]["id"] for one in compared] == [second]
    assert compared[0]["cells"]["added"] == 1
    told = alice.told("compare", first, second)
    assert "Cells:       1 added, 0 removed" in told
    assert f"compare?base={first}&with={second}" in told


def test_a_version_is_fetched_as_it_is_stored(alice: LibraryCli) -> None:
    """N-13, N-24, N-47: nothing is overwritten; and its page, too."""
    notebook_id, (first, _) = saved(alice, "Fetched", "2")
    newest = Path(alice.library("download", notebook_id)["path"])
    older = Path(alice.library("download", notebook_id, "--number", "1")["path"])
    assert (newest.name, older.name) == ("Fetched 2.ipynb", "Fetched 3.ipynb")
    assert json.loads(older.read_text())["metadata"]["openbis"]["notebook_id"] == notebook_id
    assert len(newest.read_bytes()) > len(older.read_bytes())
    page = Path(alice.library("download", first, "--html")["path"])
    assert page.suffix == ".html"
    assert page.read_bytes().lstrip().lower().startswith(b"<!doctype html")
    assert alice.problem("library", "download", notebook_id, "--number", "9")[1]["code"] == "not-found"


def test_a_notebook_is_renamed_and_restored(alice: LibraryCli) -> None:
    """N-61: each makes a further version; nothing is lost."""
    notebook_id, (first, second) = saved(alice, "Before", "3")
    assert alice.library("rename", notebook_id, "After")["notebook"]["name"] == "After"
    restored = alice.library("restore", notebook_id, "--number", "1")
    versions = alice.library("versions", notebook_id)["entries"]
    assert versions[0]["id"] == restored["id"]
    assert {first, second} < {v["id"] for v in versions}
    assert len(versions) == 4
    assert alice.library("compare", first, restored["id"])[0]["cells"]["changed"] == 0


def test_somebody_else_reads_and_forks(alice: LibraryCli, person: Any) -> None:
    """N-25, N-26, N-28, N-29: a colleague makes a copy; who may only look is told the role."""
    notebook_id, (first,) = saved(alice, "Ours")
    ursula, olga = person("ursula"), person("olga")
    code, problem = ursula.problem("library", "rename", notebook_id, "Mine")
    assert (code, problem["code"]) == (4, "forbidden")
    fork = ursula.library("fork", notebook_id, "--name", "Mine", "--owner", DEMO_EXPERIMENT)
    assert (fork["name"], fork["forkedFrom"], fork["owner"]) == ("Mine", first, "ursula")
    assert fork["notebookId"] != notebook_id
    assert olga.library("show", notebook_id)["notebook"]["name"] == "Ours"
    code, problem = olga.problem("library", "fork", notebook_id)
    assert (code, problem["code"]) == (4, "forbidden")
    assert "USER" in problem["detail"] + problem["next_step"]


def test_a_notebook_is_moved_and_taken_over(alice: LibraryCli, person: Any) -> None:
    """N-28, P-11: where it is stored changes for all versions; an admin of the space carries it on."""
    notebook_id, _ = saved(alice, "Hers")
    elsewhere = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
    moved = alice.library("move", notebook_id, elsewhere)
    assert moved["notebook"]["storedIn"]["identifier"] == elsewhere
    code, problem = person("ursula").problem("library", "take-over", notebook_id)
    assert (code, problem["code"]) == (4, "forbidden")
    made = person("admin").library("take-over", notebook_id)
    assert (made["owner"], made["counts"], made["current"]) == ("admin", True, True)
    assert alice.library("show", notebook_id)["notebook"]["owner"] == "alice"


def test_the_trash_and_back(alice: LibraryCli, person: Any) -> None:
    """N-61: trashing twice is no mistake; only what is in the trash can be deleted for ever."""
    notebook_id, _ = saved(alice, "Short-lived", "4")
    admin = person("admin")
    assert admin.problem("library", "delete", notebook_id, "--yes")[1]["code"] == "conflict"
    assert admin.library("trash", notebook_id)["state"] == "trashed"
    assert admin.library("trash", notebook_id)["state"] == "trashed"
    assert alice.problem("library", "show", notebook_id)[0] == 5
    row = next(row for row in admin.library("trashed") if row["id"] == notebook_id)
    assert len(row["versions"]) == 2
    assert notebook_id in admin.told("trashed")
    assert admin.library("revert", notebook_id)["notebook"]["name"] == "Short-lived"
    assert alice.library("show", notebook_id)["notebook"]["versions"] == 2
    admin.library("trash", notebook_id)
    code, problem = admin.problem("library", "delete", notebook_id)
    assert (code, "--yes" in problem["next_step"]) == (2, True)
    assert admin.library("delete", notebook_id, "--yes") == {"id": notebook_id, "state": "deleted"}
    assert all(row["id"] != notebook_id for row in admin.library("trashed"))


def test_where_data_went_and_what_it_takes(alice: LibraryCli) -> None:
    """F-07, F-16: lineage, impact, storage."""
    notebook_id, (version,) = saved(alice, "Traced")
    graph = alice.library("lineage", notebook_id)
    inputs = [edge["source"] for edge in graph["edges"] if edge["target"] == version]
    assert len(inputs) == 3
    assert version in alice.told("lineage", version)
    impact = alice.library("impact", inputs[0])
    assert notebook_id in [row["id"] for row in impact["notebooks"]]
    assert "Traced" in alice.told("impact", inputs[0])
    spaces = {row["space"]: row for row in alice.library("storage")["spaces"]}
    assert spaces["BIOLAB"]["versions"] >= 1
    assert "BIOLAB" in alice.told("storage", "--space", "BIOLAB")
    assert "entries" in alice.library("storage", "--space", "BIOLAB", "--superseded")


def test_a_notebook_opens_in_the_persons_own_server(
    alice: LibraryCli, service: RunningService, tmp_path: Path
) -> None:
    """N-24: with a hub token from a file, or in the server itself; a session names no account there."""
    notebook_id, _ = saved(alice, "Opened")
    server = {"ready": True, "pending": None}
    hub_token = service.hub.person(
        "alice-at-hub", service.sandbox.token("alice"), user_id="alice", server=server
    )
    file = tmp_path / "token"
    file.write_text(hub_token + "\n")
    by_file = {"OPENBIS_NB_SERVICE_TOKEN_FILE": str(file)}
    at_hub = {
        "OPENBIS_NB_SERVICE_URL": "",
        "JUPYTERHUB_API_URL": service.hub.api_url,
        "JUPYTERHUB_API_TOKEN": hub_token,
        "JUPYTERHUB_PUBLIC_HUB_URL": "https://hub.example.org/hub/",
        "OPENBIS_NB_SERVICE_API": service.url,
    }
    launch = alice.library("open", notebook_id, "--folder", "again", **by_file)
    assert (launch["directory"], launch["file_name"]) == ("again", "Opened.ipynb")
    told = alice("library", "open", notebook_id, "--as-template", "--name", "Fresh", **at_hub)
    assert told.stdout.startswith("https://hub.example.org/services/openbis/launch/")
    refused = alice.problem("library", "open", notebook_id)[1]
    assert refused["code"] == "not-logged-in"
    assert "OPENBIS_NB_SERVICE_TOKEN_FILE" in refused["next_step"]
    assert alice.library("open", notebook_id, "--page")["notebook"]["id"] == notebook_id
    assert alice("library", "open", notebook_id, "--owner", DEMO_EXPERIMENT).exit_code == 2
    assert hub_token not in service.log


@pytest.mark.parametrize(
    ("words", "env", "exit_code", "code"),
    [
        (["show", "no-such-notebook"], {}, 5, "not-found"),
        (["show", "20200101000000000-1"], {}, 5, "not-found"),
        (["impact", "20200101000000000-1"], {}, 5, "not-found"),
        (["list", "--project", "/NOPE/NOPE"], {}, 5, "not-found"),
        (["list"], {"OPENBIS_NB_SERVICE_URL": ""}, 2, "configuration-problem"),
        (["list"], {"OPENBIS_NB_SERVICE_URL": "http://hub.example.org/x"}, 2, "configuration-problem"),
        (["list"], {"OPENBIS_NB_SERVICE_URL": "{openbis}/services/openbis"}, 2, "configuration-problem"),
        (["list"], {"OPENBIS_NB_SERVICE_TOKEN_FILE": "/no/such/file"}, 2, "configuration-problem"),
        (["list"], {"OPENBIS_NB_SERVICE_TOKEN_FILE": "{wrong}"}, 3, "not-logged-in"),
        (["list"], {"OPENBIS_NB_STATE_DIR": "{empty}"}, 3, "not-logged-in"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value)[:60],
)
def test_what_cannot_be_done_says_why(
    alice: LibraryCli, tmp_path: Path, words: list[str], env: dict[str, str], exit_code: int, code: str
) -> None:
    """Each with the error of the service, or of the way to it, and a next step."""
    wrong, empty = tmp_path / "wrong", tmp_path / "empty"
    wrong.write_text("no-token-of-anybody")
    places = {"openbis": alice.sandbox.url, "wrong": wrong, "empty": empty}
    found, problem = alice.problem("library", *words, **{k: v.format(**places) for k, v in env.items()})
    assert (found, problem["code"]) == (exit_code, code)
    assert problem["next_step"]


def test_a_long_list_is_followed_to_its_end(alice: LibraryCli, service: RunningService) -> None:
    """N-60, N-65: page by page, and no further than asked."""
    made = {saved(alice, f"Listed {number}")[0] for number in range(3)}
    found = alice.library("list", "--author", "alice", "--text", "Listed", "--limit", "2")
    assert len(found["entries"]) == 2
    everything = alice.library("list", "--author", "alice", "--text", "Listed", "--limit", "1000")
    assert {row["id"] for row in everything["entries"]} == made
    assert alice.told("list", "--text", "nothing is called that").startswith("No notebook")


def test_the_session_reaches_no_log_and_no_output(alice: LibraryCli, service: RunningService) -> None:
    token = _stored_token(alice)
    result = alice.script("library", "list", "-v")
    assert result.returncode == 0, result.stderr
    assert token not in result.stdout + result.stderr + service.log


def _stored_token(cli: Cli) -> str:
    (file,) = (cli.state_dir / "tokens").glob("*.token")
    return file.read_text().strip()
