"""The hub on PostgreSQL, set by one setting."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from openbis_nb.sandbox import Sandbox
from tests.postgres import Postgres, postgres

from .running import Hub

__all__ = ["postgres"]  # the fixture


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres.url("hub")


def test_people_and_sessions_outlive_the_hub_in_postgresql(
    database: str, hub_sandbox: Sandbox, tmp_path: Path
) -> None:
    first = Hub(tmp_path, hub_sandbox, environment={"OPENBIS_NB_HUB_DATABASE": database})
    try:
        browser = first.wait_until_ready().browser()
        browser.log_in("alice")
        assert browser.person == "alice"
    finally:
        first.stop()
    assert list((tmp_path / "data").glob("*.sqlite")) == []
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        stored = connection.execute("SELECT name, encrypted_auth_state FROM users").fetchall()
    assert [name for name, _ in stored] == ["alice"]
    assert hub_sandbox.users["alice"].encode() not in bytes(stored[0][1])
