"""Publishing while everything fails: the service killed, the disk full, openBIS in trouble, no database.

Nothing half-made stays: no page without its bytes, no bytes without a page after the next start. A repeat
with the same key then publishes once.
"""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.hub.running import until
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService
from tests.integration.service_library.api import ApiClient, Site, keyed, new_key, notebook

from .shown import html, published, stored

ROOT = Path(__file__).parents[3]
#: The ways by which files come.
DOWNLOADS = ("direct-get", "file-transfer")


class FailingService(RunningService):
    """One that fails where its file says; see ``failing_service``."""

    module = "tests.integration.service_publishing.failing_service"

    @property
    def fails_at(self) -> Path:
        return self.folder / "fails-at"


@pytest.fixture(scope="module")
def frail(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("frail")
    limits = {"reads_per_minute": "100000", "writes_per_minute": "100000", "max_body": "3M"}
    hasty = {"confirmed_for": "0.001", "database_timeout": "2", "openbis_timeout": "10", "hub_timeout": "3"}
    service = FailingService(folder, api_hub, api_openbis, publishing_swept_every="0.5", **limits, **hasty)
    service.environment |= {"FAILS_AT": str(service.fails_at), "PYTHONPATH": str(ROOT)}
    service.start()
    yield Site(service, api_openbis)
    service.stop()


@pytest.fixture(autouse=True)
def no_faults(api_openbis: Sandbox) -> Iterator[None]:
    yield
    api_openbis.faults.clear()


@pytest.fixture
def alice(frail: Site) -> ApiClient:
    return frail.who("alice")


def files(site: Site) -> set[str]:
    """What lies in the folder of bytes."""
    return {path.name for path in site.service.folder.rglob("published/*/*")}


def named(site: Site) -> set[str]:
    """What the database names."""
    with contextlib.closing(sqlite3.connect(site.service.folder / "service.sqlite", timeout=30)) as database:
        rows = database.execute("SELECT digest, outputs FROM nb_snapshot").fetchall()
        pages = database.execute("SELECT count(*) FROM nb_page LEFT JOIN nb_snapshot s ON s.id = snapshot_id "
                                 "WHERE s.id IS NULL").fetchone()  # fmt: skip
        assert pages == (0,)
    return {digest for row in rows for digest in row}


def is_whole(site: Site) -> bool:
    """Just the bytes that something names are there."""
    return files(site) == named(site)


def killed(site: Site, ask: Any) -> None:
    """Send *ask*, during which the service dies; and start it again."""
    with ThreadPoolExecutor(1) as threads, pytest.raises(requests.ConnectionError):
        threads.submit(ask).result()
    assert site.service.process is not None
    assert site.service.process.wait(30) == -signal.SIGKILL
    site.service.start()


@pytest.mark.parametrize(
    ("point", "is_published"),
    [
        ("a file is half there", False),
        ("the page is in the transaction", False),
        ("the page is there", True),
    ],
)
def test_a_service_that_is_killed_leaves_nothing_half_made(
    frail: Site, alice: ApiClient, point: str, is_published: bool
) -> None:
    """Issue 6, section 3: whatever was on the disk is a page, or is gone after the next start."""
    notebook_id, _ = stored(alice, f"'{point}'")
    wish, headers = {"notebook": notebook_id, "code": "shown"}, keyed(new_key())
    assert isinstance(frail.service, FailingService)
    frail.service.fails_at.write_text(point)
    before = files(frail)
    killed(frail, lambda: alice.ask("POST", "pages", json=wish, headers=headers))
    until(lambda: is_whole(frail), "what nobody names is swept")
    found = alice.get("pages", notebook=notebook_id)["entries"]
    assert len(found) == (1 if is_published else 0)
    assert (files(frail) > before) is is_published
    page = alice.made("POST", "pages", json=wish, headers=headers)
    assert alice.made("POST", "pages", json=wish, headers=headers)["id"] == page["id"]
    assert len(alice.get("pages", notebook=notebook_id)["entries"]) == 1
    assert "out 0" in html(alice, page)
    assert is_whole(frail)


def test_a_service_that_is_killed_while_openbis_is_asked(frail: Site, alice: ApiClient) -> None:
    """Before there is anything to store."""
    notebook_id, _ = stored(alice, "'asked'")
    headers = keyed(new_key())
    for target in DOWNLOADS:
        frail.openbis.faults.add("silence", target)

    def publish() -> requests.Response:
        return alice.ask("POST", "pages", json={"notebook": notebook_id}, headers=headers)

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(publish)
        until(lambda: bool(frail.openbis.faults.struck()), "the file was asked for")
        frail.service.stop(signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            asked.result()
    frail.openbis.faults.clear()
    frail.service.start()
    assert alice.get("pages", notebook=notebook_id)["entries"] == []
    assert publish().status_code == 201
    assert is_whole(frail)


def test_a_full_disk_is_said(frail: Site, alice: ApiClient) -> None:
    """507, with what to do; nothing is published, and the same request works when there is room."""
    notebook_id, _ = stored(alice, "'full'")
    wish, headers = {"notebook": notebook_id, "code": "shown"}, keyed(new_key())
    assert isinstance(frail.service, FailingService)
    frail.service.fails_at.write_text("the disk is full")
    before = files(frail)
    problem = alice.refused("POST", "pages", 507, "no-space", json=wish, headers=headers)
    assert "Nothing was published" in problem["next_step"]
    assert str(frail.service.folder) not in str(problem)
    assert files(frail) == before
    assert alice.get("pages", notebook=notebook_id)["entries"] == []
    assert alice.made("POST", "pages", json=wish, headers=headers)["state"] == "live"
    assert is_whole(frail)


#: What openBIS does → how, and where.
FAULTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "down": ({"kind": "status", "status": 503}, ("*",)),
    "no file": ({"kind": "status", "status": 500}, DOWNLOADS),
    "cut off": ({"kind": "cut", "after_bytes": 20}, DOWNLOADS),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_openbis_in_trouble(frail: Site, alice: ApiClient, fault: str) -> None:
    """Nothing is published on a guess, nothing stays, and the same request works when openBIS is back."""
    notebook_id, _ = stored(alice, f"'{fault}'")
    page = published(alice, notebook_id)
    second = alice.add(notebook_id, notebook("1", fault))["id"]
    until(lambda: alice.get(f"pages/{page['id']}")["version"]["perm_id"] == second, "it follows")
    other, _ = stored(alice, f"'other {fault}'")
    wish, headers = {"notebook": other, "code": "shown"}, keyed(new_key())
    before = files(frail)
    settings, targets = FAULTS[fault]
    for target in targets:
        frail.openbis.faults.add(target=target, count=0, **settings)
    answer = alice.ask("POST", "pages", json=wish, headers=headers)
    assert answer.status_code == 502, answer.text
    assert answer.json()["next_step"]
    if targets == ("*",):  # nobody is shown a page whose version openBIS has not just confirmed
        assert alice.ask("GET", f"pages/{page['id']}/html").status_code == 502
    frail.openbis.faults.clear()
    assert files(frail) == before

    def repeated() -> dict[str, Any] | None:
        done = alice.ask("POST", "pages", json=wish, headers=headers)
        return dict(done.json()) if done.status_code == 201 else None

    assert html(alice, until(repeated, "openBIS is back"))
    assert len(alice.get("pages", notebook=other)["entries"]) == 1
    assert alice.get(f"pages/{page['id']}")["state"] == "live"


def test_a_database_that_is_away(frail: Site, alice: ApiClient) -> None:
    """503 for all of it; bytes that were stored for nothing are swept when it is back."""
    notebook_id, _ = stored(alice, "'locked'")
    page = published(alice, stored(alice, "'shown'")[0])
    database = sqlite3.connect(frail.service.folder / "service.sqlite", isolation_level=None)
    with contextlib.closing(database):
        database.execute("BEGIN EXCLUSIVE")
        for verb, path, body in (
            ("POST", "pages", {"notebook": notebook_id}),
            ("GET", f"pages/{page['id']}/html", None),
            ("DELETE", f"pages/{page['id']}", None),
        ):
            alice.refused(verb, path, 503, "store-failure", json=body)
        database.execute("ROLLBACK")
    until(lambda: alice.ask("GET", f"pages/{page['id']}/html").status_code == 200, "the database is back")
    assert published(alice, notebook_id)["state"] == "live"
    until(lambda: is_whole(frail), "what nobody names is swept")


def test_bytes_that_were_lost_or_changed_are_not_shown(frail: Site, alice: ApiClient) -> None:
    """The digest is looked at each time; another snapshot of the same version mends it."""
    notebook_id, _ = stored(alice, "'damaged'")
    page = published(alice, notebook_id)
    with contextlib.closing(sqlite3.connect(frail.service.folder / "service.sqlite", timeout=30)) as database:
        query = "SELECT digest FROM nb_snapshot WHERE id = ?"
        [digest] = database.execute(query, (page["snapshot_id"],)).fetchone()
    [path] = frail.service.folder.rglob(f"published/*/{digest}")
    for damage in (path.unlink, lambda: path.write_bytes(b"<script>alert(1)</script>")):
        damage()
        alice.refused("GET", f"pages/{page['id']}/html", 503, "store-failure")
        alice.made("POST", f"pages/{page['id']}/snapshots", json={"show": True})
        assert "out 0" in html(alice, page)
