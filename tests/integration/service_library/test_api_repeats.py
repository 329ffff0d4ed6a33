"""Repeated requests: done once for each key, also when the service is killed in the middle (section 6).

The service is a real process that is killed by SIGKILL and started again at the same database.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.waiting import until

from .api import OTHER_PLACE, ApiClient, Site, keyed, new_key, notebook, running_site


@pytest.fixture(scope="module")
def killable(
    api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("killable"), api_openbis, api_hub) as site:
        yield site


@pytest.fixture(autouse=True)
def no_faults(api_openbis: Sandbox) -> Iterator[None]:
    yield
    api_openbis.faults.clear()


def kill_during(site: Site, call: str, ask: Any, kind: str = "latency", **fault: Any) -> None:
    """Send *ask*, and kill the service when openBIS has got the call of that name, but not answered it."""
    site.openbis.faults.add(kind, call, **fault)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask)
        until(lambda: bool(site.openbis.faults.struck()), f"{call} was called")
        site.service.stop(signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            asked.result()
    site.openbis.faults.clear()
    site.service.start()


def test_a_restore_that_was_killed_while_it_was_registered(killable: Site) -> None:
    """Exactly one version, whoever asks how often; and the repeat is told of that one."""
    ursula, key = killable.who("ursula"), new_key()
    detail = ursula.store()
    notebook_id, perm_id = detail["notebook"]["id"], detail["versions"][0]["id"]
    headers = keyed(key) | {"If-Match": detail["etag"]}

    def restore() -> requests.Response:
        return ursula.ask("POST", f"versions/{perm_id}/restore", headers=headers)

    kill_during(killable, "createUploadedDataSet", restore, seconds=1.0)

    def done() -> requests.Response | None:
        answer = restore()
        if answer.status_code == 502:
            assert answer.json()["code"] == "save-undecided"
            return None
        return answer

    answer = until(done, "openBIS is done with the first try")
    assert answer.status_code == 201, answer.text
    assert killable.versions_of(notebook_id) == sorted([perm_id, answer.json()["id"]])
    again = restore()
    assert (again.status_code, again.json()["id"]) == (201, answer.json()["id"])
    assert len(killable.versions_of(notebook_id)) == 2


def test_a_restore_that_was_killed_before_it_was_registered(killable: Site) -> None:
    """The repeat makes it, at once."""
    ursula, key = killable.who("ursula"), new_key()
    detail = ursula.store()
    notebook_id, perm_id = detail["notebook"]["id"], detail["versions"][0]["id"]

    def restore() -> requests.Response:
        return ursula.ask("POST", f"versions/{perm_id}/restore", headers=keyed(key))

    kill_during(killable, "session_workspace_file_upload", restore, kind="silence")
    assert killable.versions_of(notebook_id) == [perm_id]
    assert restore().status_code == 201
    assert restore().status_code == 201
    assert len(killable.versions_of(notebook_id)) == 2


def test_trash_that_was_killed_in_the_middle(killable: Site) -> None:
    """One deletion, that holds its own data sets; the repeat says that it is in the trash."""
    alice = killable.who("alice")
    notebook_id = alice.store()["notebook"]["id"]
    alice.add(notebook_id, notebook("2"))
    versions, key = killable.versions_of(notebook_id), new_key()

    def trash() -> requests.Response:
        return alice.ask("DELETE", f"notebooks/{notebook_id}", headers=keyed(key))

    kill_during(killable, "deleteDataSets", trash, seconds=1.0)
    answer = trash()
    assert answer.status_code == 200, answer.text
    assert sorted(answer.json()["versions"]) == versions
    assert trash().json() == answer.json()
    holding = [one for one in alice.get("trash") if set(versions) & set(one["versions"])]
    assert [sorted(one["versions"]) for one in holding] == [versions]
    alice.made("POST", f"notebooks/{notebook_id}/revert", 200)
    assert killable.versions_of(notebook_id) == versions


def test_many_at_once_with_one_key(site: Site, ursula: ApiClient) -> None:
    """One is done; the others are told to wait, or get the same answer."""
    key = new_key()

    def store() -> requests.Response:
        params = {"storedIn": OTHER_PLACE, "name": "Once"}
        return ursula.ask("POST", "notebooks", params=params, data=notebook("once"), headers=keyed(key))

    with ThreadPoolExecutor(8) as threads:
        answers = [future.result() for future in [threads.submit(store) for _ in range(8)]]
    busy = [answer for answer in answers if answer.status_code == 409]
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(busy) + len(made) == 8
    assert made
    assert all(answer.headers["Retry-After"] == "1" for answer in busy)
    assert {answer.json()["notebook"]["id"] for answer in [*made, store()]} == {
        made[0].json()["notebook"]["id"]
    }
    assert ursula.get("notebooks", text="Once")["matchingItemCount"] in (1, None)
    assert len(site.versions_of(made[0].json()["notebook"]["id"])) == 1


def test_a_key_is_for_one_request_of_one_person(ursula: ApiClient, alice: ApiClient) -> None:
    key = new_key()
    mine = ursula.store(key=key, name="Mine")["notebook"]["id"]
    assert ursula.store(key=key, name="Mine")["notebook"]["id"] == mine
    headers = keyed(key)
    ursula.refused("PATCH", f"notebooks/{mine}", 422, "key-used-already", json={"name": "x"}, headers=headers)
    params = {"storedIn": OTHER_PLACE, "name": "Other"}
    ursula.refused(
        "POST", "notebooks", 422, "key-used-already", params=params, data=notebook(), headers=headers
    )
    assert alice.store(key=key, name="Mine")["notebook"]["id"] != mine
    for bad in ("", "a b", "ü".encode(), "k" * 256):
        sent = {"Idempotency-Key": bad}
        ursula.refused("PATCH", f"notebooks/{mine}", 400, "invalid-input", json={"name": "x"}, headers=sent)


def test_a_request_that_was_refused_may_be_mended(ursula: ApiClient) -> None:
    """Nothing was made, so the key is free for the right request."""
    key = new_key()
    ursula.refused(
        "POST", "notebooks", 404, "not-found", params={"storedIn": "/NO/SUCH/PLACE"}, data=notebook(),
        headers=keyed(key),
    )  # fmt: skip
    assert ursula.store(key=key)["notebook"]["id"]


def test_without_a_key_each_request_is_its_own(ursula: ApiClient) -> None:
    assert ursula.store(name="Twice")["notebook"]["id"] != ursula.store(name="Twice")["notebook"]["id"]


def test_the_database_is_deleted_and_rebuilt(killable: Site) -> None:
    """Nothing of the library is lost with it: all of that is in openBIS."""
    ursula = killable.who("ursula")
    notebook_id = ursula.store(name="Stays", description="all of it")["notebook"]["id"]
    ursula.add(notebook_id, notebook("2"))
    before = ursula.get(f"notebooks/{notebook_id}"), ursula.get("notebooks", id=notebook_id)["entries"]
    killable.service.stop()
    for file in killable.service.folder.glob("service.sqlite*"):
        file.unlink()
    killable.service.start()
    listed = until(lambda: ursula.get("notebooks", id=notebook_id)["entries"], "the index is there again")
    assert (ursula.get(f"notebooks/{notebook_id}"), listed) == before
