"""The search itself finds what it looks for: else its silence would mean nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest

from .token_search import search_bytes, search_tree

SECRETS = {
    "session": "alice-230926143214123x0123456789ABCDEF0123456789ABCDEF",
    "token": "$pat-alice-230926143214123x0123456789ABCDEF0123456789ABCDE0",
    "password": 'p&w"ö-0123456',
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "write",
    [
        lambda secret: secret,
        lambda secret: urlencode({"token": secret}),
        lambda secret: urlencode({"next": "/login?" + urlencode({"token": secret})}),
        lambda secret: json.dumps({"token": secret}),
        lambda secret: base64.b64encode(f"token:{secret};".encode()).decode(),
        lambda secret: base64.b64encode(f"a:{secret};b".encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(f"ab:{secret}".encode()).decode(),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: secret.encode().hex(),
    ],
)
def test_every_writing_is_found(write: object, name: str) -> None:
    content = f"before {write(SECRETS[name])} after".encode()  # type: ignore[operator]
    assert name in {found for _, found, _ in search_bytes("here", content, SECRETS)}


def test_a_part_of_a_session_is_found() -> None:
    assert search_bytes("here", b"user=alice key=0123456789abcdef0123456789abcdef", SECRETS)


def test_what_is_compressed_is_found(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", gzip.compress(SECRETS["session"].encode()))
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    assert {name for _, name, _ in search_tree(tmp_path, SECRETS)} == {"session"}


def test_a_deleted_row_is_found_as_long_as_it_is_in_the_file(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.sqlite")
    database.executescript(
        f"PRAGMA secure_delete = OFF; CREATE TABLE t (x); INSERT INTO t VALUES ('{SECRETS['session']}');"
    )
    database.executescript("DELETE FROM t;")
    database.close()
    assert {name for _, name, _ in search_tree(tmp_path, SECRETS)} == {"session"}


def test_a_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / SECRETS["session"]).touch()
    assert {name for _, name, _ in search_tree(tmp_path, SECRETS)} == {"session"}


def test_what_holds_none_is_silent(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("alice-230926143214123x and $pat-alice", encoding="utf-8")
    assert search_tree(tmp_path, SECRETS) == set()
