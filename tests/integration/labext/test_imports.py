"""Notebooks and repositories from an address, by a person's own server: routes, and launches that land."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
import requests
from nbformat import v4

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.git_host import GitHost, running_git_host
from tests.waiting import until

from .launches import new_id
from .servers import PersonsServer
from .stand_in import StandIn

TOKEN = "glpat-n0t-to-be-seen"


@pytest.fixture(scope="module")
def _running_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHost]:
    with running_git_host(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture(scope="module")
def _importing_server(
    _running_stand_in: StandIn,
    _running_host: GitHost,
    _resettable_openbis_sandbox: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PersonsServer]:
    folder = tmp_path_factory.mktemp("importing")
    both = folder / "ca.pem"
    assert _resettable_openbis_sandbox.ca_bundle is not None
    both.write_bytes(_running_host.ca.read_bytes() + _resettable_openbis_sandbox.ca_bundle.read_bytes())
    env = {
        "OPENBIS_URL": _resettable_openbis_sandbox.url,
        "OPENBIS_NB_CA_BUNDLE": str(both),
        "OPENBIS_NB_IMPORT_HOSTS": _running_host.name,
    }
    server = PersonsServer(folder, _running_stand_in.env | env, base_url="/user/alice/")
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


@pytest.fixture
def host(_running_host: GitHost) -> GitHost:
    """The host, well behaved at first."""
    _running_host.behave()
    return _running_host


@pytest.fixture
def importing(_importing_server: PersonsServer, hub: StandIn) -> PersonsServer:
    """alice's server, which may fetch from the host, with an empty folder."""
    for path in _importing_server.root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return _importing_server


def call(server: PersonsServer, method: str, path: str, **options: Any) -> requests.Response:
    """A route of ours."""
    url = f"{server.url}openbis/api/v1/{path}"
    return server.script().request(method, url, timeout=90, **options)


def done(server: PersonsServer, path: str, body: dict[str, Any]) -> Any:
    """The result of a job."""
    answer = call(server, "POST", path, json=body, params={"wait": 50})
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_a_repository_from_look_to_update(importing: PersonsServer, host: GitHost) -> None:
    """B-30, B-32, B-33, U-15, U-16: look, fetch with a token, list, edit, update; the token is not seen."""
    made = host.repository("lab", {"a.txt": "1\n", "sub/b.txt": "1\n"})
    host.private["lab"] = ("git", TOKEN)

    refused = call(importing, "POST", "imports/look", json={"url": made.url})
    assert (refused.status_code, refused.json()["code"], refused.json()["host"]) == (
        422,
        "credentials-needed",
        host.name,
    )
    kept = call(importing, "POST", "credentials", json={"host": host.name, "token": TOKEN})
    assert (kept.status_code, kept.json()["host"]) == (201, host.name)
    assert TOKEN not in kept.text + call(importing, "GET", "credentials").text

    facts = call(importing, "POST", "imports/look", json={"url": made.url}).json()
    assert (facts["kind"], facts["ref"], facts["folder"], facts["taken"]) == (
        "repository",
        "main",
        "lab",
        None,
    )
    assert facts["room"] > 0
    first = done(importing, "repositories", {"url": made.url})
    second = done(importing, "repositories", {"url": made.url, "directory": "lab/sub", "folder": "x"})
    assert (first["path"], second["path"]) == ("lab", "lab/sub/x")

    (importing.root / "lab/a.txt").write_text("mine\n")
    made.commit({"a.txt": "theirs\n"})
    listed = call(importing, "GET", "repositories", params={"ask": 1}).json()["repositories"]
    assert [(one["path"], one["state"], one["upstream"]) for one in listed] == [
        ("lab", "changed", "behind"),
        ("lab/sub/x", "clean", "behind"),
    ]
    updated = done(importing, "repositories/update", {"path": "lab"})
    assert [(note["kind"], note["path"]) for note in updated["report"]["notes"]] == [("kept", "a.txt")]
    assert (importing.root / "lab/a.txt").read_text() == "mine\n"

    for path in ("lab", "lab/sub/x"):
        assert call(importing, "DELETE", "repositories", params={"path": path}).status_code == 200
    assert call(importing, "DELETE", "credentials", params={"host": host.name}).status_code == 200
    assert call(importing, "GET", "repositories").json() == {"repositories": []}
    assert (importing.root / "lab/a.txt").exists()
    assert TOKEN not in importing.log


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "repositories", {}, 400),
        ("POST", "repositories", {"url": 1}, 400),
        ("POST", "repositories", {"url": "https://example.org/x.git", "directory": "../.."}, 400),
        ("POST", "repositories", {"url": "https://example.org/x.git", "directory": "nowhere"}, 404),
        ("POST", "repositories", {"url": "https://127.0.0.1/x.git"}, 422),
        ("POST", "repositories", {"url": "https://127.0.0.1/x.git", "strange": 1}, 400),
        ("POST", "repositories/update", {"path": "../../etc"}, 400),
        ("POST", "repositories/update", {"path": "nowhere"}, 404),
        ("POST", "repositories/update", {}, 400),
        ("POST", "credentials", {"host": "a/b", "token": "x"}, 400),
        ("POST", "credentials", {"host": "example.org"}, 400),
        ("POST", "credentials", {"host": "example.org", "token": "x", "home": "cloud"}, 400),
        ("POST", "imports/look", {"url": ""}, 400),
        ("POST", "imports/look", {"url": "https://169.254.169.254/x.ipynb"}, 422),
        ("POST", "imports/look", {"url": "http://["}, 422),
        ("POST", "imports/look", {"url": "a.ipynb"}, 400),
        ("POST", "imports", {"url": "https://[::1]/x.ipynb"}, 422),
        ("POST", "imports", {}, 400),
    ],
)
def test_what_cannot_be_right(
    importing: PersonsServer, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    """Each with a next step; nothing is written."""
    answer = call(importing, method, path, json=body, params={"wait": 50})
    assert answer.status_code == status, answer.text
    assert answer.json()["next_step"]
    assert importing.files() == []


def test_a_notebook_is_shown_then_written(
    importing: PersonsServer, host: GitHost, openbis_sandbox: Sandbox
) -> None:
    """B-01, B-05, table row 80: what was shown is what is written; it remembers its origin."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x = 1"), v4.new_markdown_cell("<script>x</script>")])
    notebook.metadata["openbis"] = {"schema": 1, "server": "https://evil.example.org"}
    (host.folder / "raw").mkdir(exist_ok=True)
    (host.folder / "raw/Growth curves.ipynb").write_text(nbformat.writes(notebook))
    url = host.url("raw/Growth%20curves.ipynb")

    facts = call(importing, "POST", "imports/look", json={"url": url}).json()
    assert (facts["kind"], facts["name"], facts["cells"]) == ("notebook", "Growth curves", 2)
    assert facts["warnings"]
    assert "<script>x" not in facts["html"]
    made = done(importing, "imports", {"url": url, "sha256": facts["sha256"]})
    owned = done(importing, "imports", {"url": url, "owner": DEMO_EXPERIMENT, "name": "Mine"})

    assert (made["path"], owned["path"]) == ("Growth curves.ipynb", "Mine.ipynb")
    block = nbformat.read(importing.root / "Growth curves.ipynb", as_version=4).metadata["openbis"]
    assert (block["origin"]["url"], block["origin"]["sha256"]) == (url, facts["sha256"])
    assert "server" not in block
    block = nbformat.read(importing.root / "Mine.ipynb", as_version=4).metadata["openbis"]
    assert (block["owner"]["identifier"], block["origin"]["url"]) == (DEMO_EXPERIMENT, url)
    standing = call(importing, "GET", "standing", params={"path": "Mine.ipynb"}).json()
    assert standing["owner"]["identifier"] == DEMO_EXPERIMENT

    (host.folder / "raw/Growth curves.ipynb").write_text(nbformat.writes(v4.new_notebook()))
    changed = call(
        importing, "POST", "imports", json={"url": url, "sha256": facts["sha256"]}, params={"wait": 50}
    )
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict")


def launch_of(hub: StandIn, url: str, **more: str) -> str:
    """A launch of a repository, as the service tells it."""
    launch = new_id()
    asked = {"clone_url": url, "ref": None, "folder": None, "open": None, **more}
    hub.launches[launch] = {
        "id": launch,
        "directory": "",
        "path": None,
        "notebook": None,
        "repository": asked,
    }
    return launch


def test_a_launch_of_a_repository_lands(importing: PersonsServer, hub: StandIn, host: GitHost) -> None:
    """B-22, B-30: a page with the progress, then JupyterLab at the folder; two tabs fetch it once."""
    made = host.repository(
        "landing", {"sub/Über.ipynb": nbformat.writes(v4.new_notebook()), "x": os.urandom(2**18)}
    )
    launch = launch_of(hub, made.url, open="sub/Über.ipynb")
    host.misbehave = "slow"

    page = importing.go(f"openbis/launch/{launch}")
    again = importing.go(f"openbis/launch/{launch}")
    assert page.status_code == 200
    assert "Fetching the repository" in page.text
    assert "script-src 'sha256-" in page.headers["Content-Security-Policy"]
    assert page.text == again.text
    host.go_on.set()
    until(lambda: hub.outcomes.get(launch), "the service is told")

    assert hub.outcomes[launch] == [{"state": "ready", "path": "landing/sub/Über.ipynb"}]
    answer = importing.go(f"openbis/launch/{launch}")
    assert answer.headers["Location"] == "/user/alice/lab/tree/landing/sub/%C3%9Cber.ipynb"
    assert [path.name for path in importing.root.iterdir()] == ["landing"]
    host.behave()
    second = launch_of(hub, made.url, folder="mine", open="../../landing/x")
    importing.go(f"openbis/launch/{second}")
    until(lambda: hub.outcomes.get(second), "the service is told")
    assert importing.go(f"openbis/launch/{second}").headers["Location"] == "/user/alice/lab/tree/mine"


def test_a_launch_that_fails_says_why_and_can_be_tried_again(
    importing: PersonsServer, hub: StandIn, host: GitHost
) -> None:
    """B-37: the page has the reason and the next step, the service the problem; nothing half-made stays."""
    made = host.repository("failing")
    host.misbehave = "broken"
    launch = launch_of(hub, made.url)
    assert importing.go(f"openbis/launch/{launch}").status_code == 200
    until(lambda: hub.outcomes.get(launch), "the service is told")
    assert hub.outcomes[launch][0]["problem"]["code"] == "upstream-failure"
    page = importing.go(f"openbis/launch/{launch}")
    assert page.status_code == 502
    assert "did not give the repository" in page.text
    assert importing.files() == []

    host.behave()
    importing.go(f"openbis/launch/{launch}")
    until(lambda: len(hub.outcomes[launch]) > 1, "the service is told again")
    assert importing.go(f"openbis/launch/{launch}").headers["Location"] == "/user/alice/lab/tree/failing"
