"""openBIS silent or down, and a database that is gone, locked or damaged, under the library.

Each failure is said in time and in the form of the API that was asked, writes nothing by halves, and is over
when its cause is: the same request then works.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.waiting import until

from .api import OTHER_PLACE, ApiClient, Site, keyed, new_key, notebook, running_site

#: Seconds until a failure is said: much for a busy machine, and less than people and proxies wait.
PATIENCE = 60.0
#: What openBIS does → what is answered.
FAULTS: dict[str, tuple[dict[str, Any], set[int]]] = {
    "down": ({"kind": "status", "status": 503}, {502}),
    "something else in between": ({"kind": "html"}, {502}),
    "silent": ({"kind": "silence"}, {504}),
    "breaks off": ({"kind": "cut", "after_bytes": 20}, {502}),
}


@pytest.fixture(scope="module")
def frail(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service of its own: its database is broken here. It asks again at once."""
    folder = tmp_path_factory.mktemp("frail")
    settings = {"confirmed_for": "0.001", "lost_answer": "3", "database_timeout": "2"}
    with running_site(folder, api_openbis, api_hub, **settings) as site:
        yield site


@pytest.fixture(autouse=True)
def no_faults(api_openbis: Sandbox) -> Iterator[None]:
    yield
    api_openbis.faults.clear()


@pytest.fixture(scope="module")
def alice(frail: Site) -> ApiClient:
    return frail.who("alice")


@pytest.fixture(scope="module")
def hasty_alice(hasty: Site) -> ApiClient:
    """She gives up soon, so she asks again where something works."""
    return hasty.who("alice")


@pytest.fixture
def two(alice: ApiClient) -> tuple[str, str, str]:
    """A notebook with two versions: its id, and theirs."""
    made = alice.store(name="Two")
    notebook_id = made["notebook"]["id"]
    return notebook_id, made["versions"][0]["id"], alice.add(notebook_id, notebook("2"))["id"]


def reads(two: tuple[str, str, str]) -> list[str]:
    notebook_id, first, second = two
    return [
        "notebooks", f"notebooks/{notebook_id}", f"versions/{first}", f"versions?notebookId={notebook_id}",
        f"versions/{first}/content", f"versions/{first}/provenance", f"versions/{first}/html",
        f"compare?base={first}&with={second}", f"lineage?of={first}", f"impact?dataSet={first}", "storage",
        "superseded", "trash",
    ]  # fmt: skip


def writes(two: tuple[str, str, str]) -> list[tuple[str, str, Any]]:
    notebook_id, first, _ = two
    return [
        ("PATCH", f"notebooks/{notebook_id}", {"name": "Renamed"}),
        ("POST", f"versions/{first}/restore", {}),
        ("POST", f"notebooks/{notebook_id}/fork", {"name": "Forked"}),
        ("POST", f"notebooks/{notebook_id}/move", {"storedIn": OTHER_PLACE}),
        ("DELETE", f"notebooks/{notebook_id}", None),
        ("POST", f"notebooks/{notebook_id}/revert", None),
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_reads_say_that_openbis_fails(
    frail: Site, alice: ApiClient, hasty_alice: ApiClient, two: tuple[str, str, str], fault: str
) -> None:
    settings, statuses = FAULTS[fault]
    alice = hasty_alice if fault == "silent" else alice
    paths = reads(two) if fault == "down" else [path for path in reads(two) if path in reads(two)[:3]]
    frail.openbis.faults.add(target="*", count=0, **settings)
    for path, answer, seconds in _at_once(alice, paths):
        assert seconds < PATIENCE, path
        assert answer.status_code in statuses, (path, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["next_step"], path
    answer = requests.get(
        f"{alice.root.removesuffix('api/v1/')}v2/jupyter-notebooks", auth=alice.auth,
        headers={"Plotly-Client-Platform": "python"}, timeout=120,
    )  # fmt: skip
    assert answer.status_code in statuses
    assert answer.json()["errors"][0]["message"]
    frail.openbis.faults.clear()
    for path in paths:
        until(lambda path=path: alice.ask("GET", path).status_code == 200, path)


def _at_once(who: ApiClient, paths: list[str]) -> list[tuple[str, requests.Response, float]]:
    """The answers and how long they took; all are asked together, as none depends on another."""

    def ask(path: str) -> tuple[str, requests.Response, float]:
        begun = time.monotonic()
        return path, who.ask("GET", path), time.monotonic() - begun

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(ask, paths))


@pytest.mark.parametrize("fault", ["down", "silent"])
def test_writes_fail_whole_and_are_done_when_they_are_repeated(
    frail: Site, alice: ApiClient, hasty_alice: ApiClient, two: tuple[str, str, str], fault: str
) -> None:
    """With the same key: each once, whatever openBIS did before."""
    settings, statuses = FAULTS[fault]
    alice = hasty_alice if fault == "silent" else alice
    before = frail.versions_of(two[0])
    asked = writes(two) if fault == "down" else writes(two)[1:2]
    for method, path, body in asked:
        key = keyed(new_key())
        frail.openbis.faults.add(target="*", count=0, **settings)
        answer = alice.ask(method, path, json=body, headers=key)
        assert answer.status_code in statuses, (path, answer.text)
        frail.openbis.faults.clear()
        if method != "POST" or not path.endswith("/revert"):
            assert frail.versions_of(two[0]) == before, path

        def repeat(method: str = method, path: str = path, body: Any = body, key: Any = key) -> int | None:
            status = alice.ask(method, path, json=body, headers=key).status_code
            return status if status < 500 else None

        done = until(repeat, path)
        assert done in (200, 201), path
        assert until(repeat, path) == done, path
        if method == "DELETE":
            continue
        before = frail.versions_of(two[0])
    # Two, the rename, the restored one: the fork is a notebook of its own.
    assert len(before) == (4 if fault == "down" else 3)


#: What → the write, the call that fails in its middle after others have worked, and the versions in the end.
IN_THE_MIDDLE = {
    "restore": ("POST", "versions/{first}/restore", {}, "createUploadedDataSet", 3),
    "rename": ("PATCH", "notebooks/{id}", {"name": "Half"}, "session_workspace_file_upload", 3),
    "move": ("POST", "notebooks/{id}/move", {"storedIn": OTHER_PLACE}, "updateDataSets", 2),
    "trash": ("DELETE", "notebooks/{id}", None, "deleteDataSets", 2),
}


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        *((what, "answer-lost") for what in IN_THE_MIDDLE),
        *((what, "status") for what in IN_THE_MIDDLE if what != "restore"),
    ],
)
def test_a_failure_in_the_middle_is_nothing_or_all(
    frail: Site, alice: ApiClient, two: tuple[str, str, str], what: str, kind: str
) -> None:
    """Done once and answered, or not done and said; a repeat makes it done once in both cases."""
    method, path, body, call, versions = IN_THE_MIDDLE[what]
    path, key = path.format(id=two[0], first=two[1]), keyed(new_key())
    frail.openbis.faults.add(kind, call)
    first = alice.ask(method, path, json=body, headers=key)
    assert first.status_code in (200, 201, 502, 504), first.text
    assert frail.openbis.faults.struck(), "the call was not made"
    frail.openbis.faults.clear()

    def done() -> requests.Response | None:
        answer = alice.ask(method, path, json=body, headers=key)
        return answer if answer.status_code < 500 else None

    assert until(done, "the repeat works").status_code in (200, 201)
    if what == "trash":
        [lying] = [one for one in alice.get("trash") if one["id"] == two[0]]
        assert (len(lying["versions"]), lying["intact"]) == (versions, True)
    else:
        assert len(frail.versions_of(two[0])) == versions
        assert all(row["counts"] for row in alice.get("versions", notebookId=two[0])["entries"])


def test_a_restore_that_openbis_may_still_be_doing_is_not_done_twice(
    frail: Site, alice: ApiClient, two: tuple[str, str, str]
) -> None:
    """A proxy says 502 to the one call that creates: openBIS may be at it. Until it is certainly over, a
    repeat looks, and says so, instead of making a second one."""
    frail.openbis.faults.add("status", "createUploadedDataSet")
    key = keyed(new_key())
    for _ in range(2):
        answer = alice.ask("POST", f"versions/{two[1]}/restore", json={}, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (502, "save-undecided"), answer.text
        assert "Repeat the very same request" in answer.json()["next_step"]
    assert len(frail.versions_of(two[0])) == 2


@pytest.mark.parametrize("call", ["getRights", "searchFiles", "searchDeletions", "searchProjects"])
def test_half_forbidden_hides_and_says_so(
    frail: Site, alice: ApiClient, two: tuple[str, str, str], call: str
) -> None:
    """Some calls are refused, others work: what depends on the first is an answer with a reason."""
    denied = "Authorization failure: ERROR: \"User 'alice' does not have enough privileges.\"."
    frail.openbis.faults.add("error", call, message=denied, count=0)
    for path in reads(two)[:9]:
        answer = alice.ask("GET", path)
        assert answer.status_code in (200, 403, 404), (call, path, answer.text)
        assert answer.status_code == 200 or answer.json()["next_step"], (call, path)
    frail.openbis.faults.clear()


def test_a_database_that_is_deleted_under_the_service(
    frail: Site, alice: ApiClient, two: tuple[str, str, str]
) -> None:
    """The library goes on, at the latest with the second request; a trashed notebook can be brought back."""
    alice.made("DELETE", f"notebooks/{two[0]}", 200)
    _delete(frail.service.folder)
    until(lambda: alice.ask("GET", "notebooks").status_code == 200, "the index is made anew")
    assert alice.made("POST", f"notebooks/{two[0]}/revert", 200)["notebook"]["id"] == two[0]
    assert sorted(two[1:]) == frail.versions_of(two[0])
    renamed = alice.ask("PATCH", f"notebooks/{two[0]}", json={"name": "Anew"}, headers=keyed(new_key()))
    assert renamed.status_code == 200, renamed.text
    assert (frail.service.folder / "service.sqlite").stat().st_size > 0
    listed = until(lambda: alice.get("notebooks", id=two[0])["entries"], "it is listed")
    assert listed[0]["name"] == "Anew"


def test_a_database_that_is_locked_is_said_and_waited_for(
    frail: Site, alice: ApiClient, two: tuple[str, str, str]
) -> None:
    """By a backup, say. What needs no index is answered all the same."""
    with contextlib.closing(sqlite3.connect(frail.service.folder / "service.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        problem = alice.refused("GET", "notebooks", 503, "store-failure")
        assert "database" in problem["detail"]
        assert alice.ask("GET", f"notebooks/{two[0]}").status_code == 200
        key = keyed(new_key())
        assert alice.ask("PATCH", f"notebooks/{two[0]}", json={"name": "L"}, headers=key).status_code == 503
        assert sorted(two[1:]) == frail.versions_of(two[0])
        other.rollback()
    assert alice.ask("PATCH", f"notebooks/{two[0]}", json={"name": "L"}, headers=key).status_code == 200
    assert len(frail.versions_of(two[0])) == 3


def test_a_database_that_is_damaged_is_said(frail: Site, alice: ApiClient, two: tuple[str, str, str]) -> None:
    """503 with what to do, and what openBIS knows is still read; deleting the file mends it."""
    _delete(frail.service.folder)
    (frail.service.folder / "service.sqlite").write_bytes(b"no database, " * 1000)
    until(lambda: alice.ask("GET", "notebooks").status_code == 503, "it is noticed")
    assert alice.ask("GET", "notebooks").json()["next_step"]
    assert alice.get(f"notebooks/{two[0]}")["notebook"]["name"] == "Two"
    assert alice.ask("GET", f"versions/{two[1]}/content").status_code == 200
    _delete(frail.service.folder)
    until(lambda: alice.ask("GET", "notebooks").status_code == 200, "it is made anew")


def _delete(folder: Path) -> None:
    for file in folder.glob("service.sqlite*"):
        file.unlink()
