"""A real PostgreSQL of Debian for tests: an ordinary account, a temporary folder, this machine only.

Use the fixture by ``from tests.postgres import postgres`` in a ``conftest.py``. initdb refuses root, so root
hands the folder to Debian's account ``postgres``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

__all__ = ["Postgres", "postgres"]

_PATIENCE = 60  # seconds for each step


class Postgres:
    """A running server; ``url(name)`` makes a database and gives its address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs = _programs()
        self._account = _account()
        os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self.port = _free_port()
        self._run("initdb", "-D", f"{folder}/data", "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses=127.0.0.1 -p {self.port} -c fsync=off"
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "-o", options, "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """A new, empty database, as SQLAlchemy wants it."""
        with psycopg.connect(self._plain("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._plain(name).replace("postgresql://", "postgresql+psycopg://")

    def _plain(self, database: str) -> str:
        return f"postgresql://tests@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            cwd=self.folder,
            user=self._account.pw_uid,
            group=self._account.pw_gid,
            extra_groups=[],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            timeout=_PATIENCE,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a session; each makes a database of its own."""
    # Not pytest's own folder: that is closed to other accounts.
    with tempfile.TemporaryDirectory(prefix="openbis-nb-postgres-") as folder:
        server = Postgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    """The newest of Debian's versions, which are not in people's PATH; else where initdb is."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    assert found, "These tests need PostgreSQL: run scripts/test, which installs it."
    return Path(found).parent


def _account() -> pwd.struct_passwd:
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
