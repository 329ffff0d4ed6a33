"""The list of imports, and what becomes of one when something fails in the middle."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.foreign_host import ForeignHost
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import EXPERIMENT, PREFIX, Client, RunningService
from tests.waiting import until

from .importing import GROWTH, imported, looked, rows, started


def test_of_one_person_the_newest_ten_are_kept(alice: Client, host: ForeignHost) -> None:
    """Looking fills no disk: the oldest go."""
    url = host.put("/a.ipynb", GROWTH)
    seen = [looked(alice, url)["id"] for _ in range(11)]
    gone = alice.get(f"imports/preview/{seen[0]}")
    assert (gone.status_code, gone.json()["next_step"]) == (404, "Look at the address again; then import it.")
    assert alice.get(f"imports/preview/{seen[1]}").status_code == 200


def test_a_failed_import_says_so_in_the_list_and_can_be_tried_again(
    alice: Client, host: ForeignHost, openbis: Sandbox
) -> None:
    """B-37, U-11: with the reason and the next step; openBIS being away passes."""
    seen = looked(alice, host.put("/a.ipynb", GROWTH))
    openbis.faults.add("status", "*", count=0)
    launch = imported(alice, seen, owner=EXPERIMENT)
    alice.until_state(launch, "failed")
    [row] = rows(alice)
    assert row["state"] == "failed"
    assert row["problem"]["code"].startswith("openbis")
    assert row["next_step"]
    openbis.faults.clear()
    alice.post(f"launches/{launch['id']}/retry")
    alice.until_state(launch, "waiting")
    [row] = rows(alice)
    assert (row["state"], row["problem"], row["next_step"]) == ("waiting", None, "")


def test_without_resources_it_does_not_start_and_says_so(service: RunningService, host: ForeignHost) -> None:
    """B-07: the spawner's own words, on the way of the launch; the import waits, and is not lost."""
    full = (400, "Not enough memory: 64 GB asked for, 12 GB free.")
    carol = service.person("alice", server={}, start=full)
    launch = imported(carol, looked(carol, host.put("/a.ipynb", GROWTH)), profile={"memory": "64G"})
    last = carol.events(launch)[-1]
    assert (last["state"], last["problem"]["code"]) == ("failed", "spawn-failed")
    assert "Not enough memory" in last["message"]
    assert service.hub.people[carol.token].started_with == [{"memory": "64G"}]
    assert rows(carol)[0]["state"] == "waiting"


def test_the_same_request_twice_is_one_import(alice: Client, host: ForeignHost) -> None:
    """A lost answer is asked for again with the same key."""
    seen = looked(alice, host.put("/a.ipynb", GROWTH))
    body = {"preview": seen["id"], "name": "a"}
    answers = [alice.post("imports", body, headers={"Idempotency-Key": seen["id"]}) for _ in range(2)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(rows(alice)) == 1


def test_a_killed_service_leaves_nothing_half_made_and_goes_on(
    openbis: Sandbox, hub: FakeHub, host: ForeignHost, tmp_path: Path
) -> None:
    """In the middle of looking: nothing is kept. In the middle of preparing: taken up by the next visit."""
    service = started(tmp_path, hub, openbis, host)
    try:
        alice = service.person("alice")
        url = host.put("/a.ipynb", GROWTH)
        seen = looked(alice, url)
        host.go_on.clear()
        with pytest.raises(requests.Timeout):
            requests.post(
                f"{service.url}api/v1/imports/preview", json={"url": url}, headers=alice.headers, timeout=1
            )
        openbis.faults.add("silence", "*", count=0)
        launch = imported(alice, seen, owner=EXPERIMENT)
        service.stop(signal.SIGKILL)
        host.go_on.set()
        openbis.faults.clear()
        service.start()
        assert [row["state"] for row in rows(alice)] == ["checking"]
        assert alice.get(f"imports/preview/{seen['id']}").json() == seen
        content = alice.get(f"launches/{launch['id']}/content").json()
        assert content["notebook"]["cells"][0]["source"] == "# Growth"
        assert [row["id"] for row in rows(alice)] == [launch["id"]]
        assert "Traceback" not in service.log
    finally:
        service.stop()


def test_an_import_outlives_its_launch_in_the_list(
    openbis: Sandbox, hub: FakeHub, host: ForeignHost, tmp_path: Path
) -> None:
    """What became of it stays in the list when the launch is over; and so does the way to the file."""
    service = started(tmp_path, hub, openbis, host, {"OPENBIS_NB_SERVICE_LAUNCH_LIFE": "1"})
    try:
        alice = service.person("alice")
        seen = looked(alice, host.put("/a.ipynb", GROWTH))
        for name in ("opened", "never"):
            launch = imported(alice, seen, name=name)
            if name == "opened":
                alice.get(f"launches/{launch['id']}/content")
                done = {"state": "ready", "path": "imported/a b.ipynb"}
                alice.post(f"launches/{launch['id']}/outcome", done)

        def over() -> bool:
            return [row["state"] for row in rows(alice)] == ["expired", "ready"]

        until(over, "the launches are over")
        before = rows(alice)
        service.stop()
        service.start()  # which removes what is over
        until(lambda: b"nb_launch" in service.database, "it runs")
        assert rows(alice) == before
        never, opened = before
        assert (never["open"], opened["path"]) == (None, "imported/a b.ipynb")
        assert never["next_step"]
        assert "/lab/tree/imported" in requests.utils.unquote(opened["open"])  # type: ignore[attr-defined]
    finally:
        service.stop()


def test_an_admin_switches_it_off(openbis: Sandbox, hub: FakeHub, host: ForeignHost, tmp_path: Path) -> None:
    """The API refuses, the page says so, and the navigation does not offer it."""
    service = started(tmp_path, hub, openbis, host, {"OPENBIS_NB_IMPORTS": "off"})
    try:
        alice = service.person("alice")
        refused = alice.post("imports/preview", {"url": host.put("/a.ipynb", GROWTH)})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert host.asked == []
        page = service.browser().log_in(alice.token, f"{PREFIX}import")
        assert "switched off" in page.text
        assert f'href="{PREFIX}import"' not in page.text.partition("</header>")[0]
    finally:
        service.stop()
