"""Everything that is published as one archive, into another service of one openBIS (design section 2)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService
from tests.integration.service_library.api import ApiClient, Site, running_site

from .conftest import GROUP
from .shown import html, published, stored


@pytest.fixture(scope="module")
def second(
    api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A service with nothing published."""
    folder = tmp_path_factory.mktemp("second")
    with running_site(folder, api_openbis, api_hub, confirmed_for="0.001", publishers=GROUP) as site:
        yield site


def run(service: RunningService, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as the service's account runs it beside the service."""
    command = [str(Path(sys.executable).with_name("openbis-nb")), "service", *words]
    return subprocess.run(
        command,
        env=service.environment,
        cwd=service.folder,
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def archive(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages, one of them stopped, and a dashboard with a tile."""
    alice = site.who("alice")
    place = {"name": "Board", "stored_in": "/BIOLAB/GROWTH"}
    board = alice.made("POST", "dashboards", json=place)["dashboard"]["id"]
    published(alice, stored(alice, "'kept'")[0], title="Kept", code="shown", dashboard=board)
    gone = published(alice, stored(alice, "'over'")[0], title="Over")
    alice.made("DELETE", f"pages/{gone['id']}", 200)
    file = tmp_path_factory.mktemp("archive") / "pages.zip"
    done = run(site.service, "export-pages", str(file))
    assert done.returncode == 0, done.stderr
    return file


def test_pages_come_along_with_bytes_and_dashboards(
    site: Site, second: Site, archive: Path, alice: ApiClient
) -> None:
    """And once only, however often; rights are asked at openBIS as ever."""
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    there, olga, bob = second.who("alice"), second.who("olga"), second.who("bob")
    assert there.get("pages", state="any")["entries"] == []
    for _ in range(2):
        done = run(second.service, "import-pages", str(archive), "--json")
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["nb_page"] == 0
    [kept] = there.get("pages", q="Kept")["entries"]
    assert "'kept'" in html(olga, kept).replace("&#39;", "'").replace("&#x27;", "'")
    assert bob.get("pages", state="any")["entries"] == []
    assert [one["title"] for one in kept["dashboards"]] == ["Board"]
    over = [one for one in there.get("pages", mine=True, state="over")["entries"] if one["title"] == "Over"]
    assert [one["reason"] for one in over] == ["stopped"]
    acts = [line["action"] for line in there.get(f"pages/{kept['id']}/audit")]
    assert acts == ["publish"]
    same = [alice.get(f"pages/{kept['id']}")[name] for name in ("title", "version", "snapshot_id", "code")]
    assert [kept[name] for name in ("title", "version", "snapshot_id", "code")] == same


def test_a_file_is_never_overwritten(site: Site, archive: Path) -> None:
    before = archive.read_bytes()
    done = run(site.service, "export-pages", str(archive))
    assert done.returncode != 0
    assert "is there already" in done.stderr
    assert archive.read_bytes() == before


Entries = dict[str, bytes]


def _manifest(**changes: object) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | changes).encode()

    return change


def _first_page(**changes: object) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        lines = entries["tables/nb_page.jsonl"].splitlines()
        lines[0] = json.dumps(json.loads(lines[0]) | changes).encode()
        entries["tables/nb_page.jsonl"] = b"\n".join(lines) + b"\n"

    return change


def _bytes(change: Callable[[bytes], bytes | None]) -> Callable[[Entries], None]:
    def changed(entries: Entries) -> None:
        name = next(name for name in entries if name.startswith("bytes/"))
        content = change(entries.pop(name))
        if content is not None:
            entries[name] = content

    return changed


#: What somebody may have done to an archive.
DAMAGE: dict[str, Callable[[Entries], None]] = {
    "another openBIS": _manifest(server="https://elsewhere.example.org"),
    "a later format": _manifest(format=2),
    "a table of a later release": _manifest(rows={"nb_later": 1}),
    "no manifest": lambda entries: entries.pop("manifest.json") and None,
    "a manifest that is none": lambda entries: entries.update({"manifest.json": b"[]"}),
    "bytes that are others": _bytes(lambda content: content + b"<script>alert(1)</script>"),
    "bytes that are missing": _bytes(lambda _: None),
    "a row that is none": lambda entries: entries.update({"tables/nb_page.jsonl": b"[]\n"}),
    "a row that is no JSON": lambda entries: entries.update({"tables/nb_page.jsonl": b"{\n"}),
    "a column that nobody knows": _first_page(owner="root"),
    "a number that is a text": _first_page(published_at="yesterday"),
    "a text that is too long": _first_page(id="a" * 100),
    "a NUL": _first_page(title="a\0b"),
    "a missing value": _first_page(title=None),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_damaged_archive_brings_nothing(
    archive: Path, tmp_path: Path, damage: str, api_openbis: Sandbox
) -> None:
    """Neither rows nor a word of what a stranger wrote into it."""
    from openbis_nb.errors import InvalidInput
    from openbis_nb.service.database import Database
    from openbis_nb.service.publishing import transfer
    from openbis_nb.service.publishing.blobs import Blobs
    from openbis_nb.service.publishing.store import find
    from openbis_nb.service.service import metadata

    with zipfile.ZipFile(archive) as whole:
        entries = {name: whole.read(name) for name in whole.namelist()}
    DAMAGE[damage](entries)
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as made:
        for name, content in entries.items():
            made.writestr(name, content)
    database = Database(f"sqlite:///{tmp_path / 'service.sqlite'}", metadata)
    try:
        with pytest.raises(InvalidInput):
            await transfer.import_pages(database, Blobs(tmp_path / "published"), api_openbis.url, bad)
        found = await database.run(
            find, notebook_id=None, by=None, text="", live=None, after=None, now=0, limit=10
        )
        assert found == []
    finally:
        await database.close()


async def test_what_lost_its_bytes_is_left_out(archive: Path, tmp_path: Path, api_openbis: Sandbox) -> None:
    """An export never holds a page without its bytes; and says how much is missing."""
    from openbis_nb.service.database import Database
    from openbis_nb.service.publishing import transfer
    from openbis_nb.service.publishing.blobs import Blobs
    from openbis_nb.service.service import metadata

    database, blobs = Database(f"sqlite:///{tmp_path / 'a.sqlite'}", metadata), Blobs(tmp_path / "published")
    try:
        brought = await transfer.import_pages(database, blobs, api_openbis.url, archive)
        with zipfile.ZipFile(archive) as whole:
            lines = whole.read("tables/nb_snapshot.jsonl").splitlines()
        lost = json.loads(lines[0])["digest"]
        (tmp_path / "published" / lost[:2] / lost).unlink()
        out = tmp_path / "again.zip"
        done = await transfer.export_pages(database, blobs, api_openbis.url, out)
        assert done.left_out >= 2
        assert done.rows["nb_page"] < brought.rows["nb_page"]
        with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as whole:
            for name in whole.namelist():
                if name.startswith("bytes/"):
                    assert hashlib.sha256(whole.read(name)).hexdigest() == os.path.basename(name)
    finally:
        await database.close()
