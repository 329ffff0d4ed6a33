"""The service's database: SQLite by default, PostgreSQL by address (design D8).

SQLAlchemy's calls block, so they run in threads of their own: one for SQLite, which has one writer anyway,
so that no request waits for a lock by sleeping; a few for PostgreSQL. Every transaction of SQLite begins
with ``BEGIN IMMEDIATE``: one that reads first and writes then would fail beside another one.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from ..errors import ConfigurationProblem, StoreFailure

__all__ = ["Database"]

_POSTGRES_THREADS = 4
#: Longest wait for a connection or a lock, in seconds.
PATIENCE = 10.0
_log = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


class Database:
    """One database with the tables of *metadata*, which are made if need be.

    Args:
        url: SQLAlchemy URL.
        metadata: The tables.
        patience: Longest wait for a connection or a lock, in seconds.

    Raises:
        ConfigurationProblem: not the address of SQLite or PostgreSQL (not shown: it may hold a password).
    """

    def __init__(self, url: str, metadata: MetaData, patience: float = PATIENCE) -> None:
        self._engine, self._metadata, self._is_made = _engine(url, patience), metadata, False
        self._file, self._inode = _file_of(self._engine), 0
        threads = 1 if self.is_sqlite else _POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(threads, "database")
        self._making = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of our own."""
        return self._engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of SQLite; ``None`` where it is none."""
        return Path(self._file) if self._file else None

    async def run(
        self,
        do: Callable[Concatenate[Connection, Arguments], Found],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Found:
        """Run *do* with a connection, in one transaction.

        Raises:
            StoreFailure: the database cannot be used now; nothing was changed.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._run(do, *args, **kwargs))

    async def check(self) -> None:
        """Raises:
        StoreFailure: the database cannot be used now.
        """
        await self.run(lambda connection: connection.execute(text("SELECT 1")).scalar())

    async def close(self) -> None:
        """Wait for what is running, and close all connections."""
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        self._engine.dispose()

    def _make_tables(self) -> None:
        """Once; one at a time, also where another process does the same in the same PostgreSQL."""
        with self._making:
            if self._is_made:
                return
            if self._file:
                self._inode = _private_file(self._file)
            with self._engine.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('nb_tables', 0))"))
                self._metadata.create_all(connection)
            self._is_made = True

    def _look_for_the_file(self) -> None:
        """A file that was deleted, or replaced, while it was open would go on being written, seen by nobody,
        until the service is started again."""
        if self._file and self._is_made and _inode_of(self._file) != self._inode:
            _log.warning("The database file was deleted or replaced; it is opened anew.")
            self._engine.dispose()
            self._is_made = False

    def _run(self, do: Callable[..., Found], *args: Any, **kwargs: Any) -> Found:
        try:
            self._look_for_the_file()
            self._make_tables()
            with self._engine.begin() as connection:
                return do(connection, *args, **kwargs)
        except SQLAlchemyError as error:
            # Its text may show the statement's values; the driver's own sentence says enough.
            _log.error("The database failed: %s", getattr(error, "orig", None) or type(error).__name__)
            raise StoreFailure("The database of the service cannot be used at the moment.") from None
        except ConfigurationProblem as error:  # there was a file when the service was started
            _log.error("%s", error.message)
            raise StoreFailure("The database of the service cannot be used at the moment.") from None


def _engine(url: str, patience: float) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigurationProblem(
            "OPENBIS_NB_SERVICE_DATABASE_URL is not the address of an SQLite or PostgreSQL database.",
            next_step="Write sqlite:////folder/service.sqlite or postgresql+psycopg://user@host/database.",
        )
    if parsed.get_backend_name() == "postgresql":
        try:
            return create_engine(
                parsed,
                pool_size=_POSTGRES_THREADS,
                pool_pre_ping=True,
                pool_timeout=patience,
                hide_parameters=True,
                connect_args={
                    "connect_timeout": math.ceil(patience),
                    "options": f"-c statement_timeout={math.ceil(patience * 1000)}",
                },
            )
        except (NoSuchModuleError, ImportError) as error:
            raise ConfigurationProblem(
                "The driver of that database is not installed.",
                next_step="Run: pip install 'openbis-nb[postgres]', and write postgresql+psycopg://…",
            ) from error
    if parsed.database and parsed.database != ":memory:":
        _private_file(parsed.database)
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": patience})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _file_of(engine: Engine) -> str:
    """Of SQLite; empty where there is none."""
    path = engine.url.database or ""
    return path if engine.dialect.name == "sqlite" and path != ":memory:" else ""


def _inode_of(path: str) -> int:
    """Which file it is; 0: there is none."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0


def _private_file(path: str) -> int:
    """Make it if need be, for nobody else to read; which file it is."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            return os.fstat(handle).st_ino
        finally:
            os.close(handle)
    except OSError as error:
        raise ConfigurationProblem(
            f"The database {path} cannot be used: {error.strerror}.",
            next_step="Set OPENBIS_NB_SERVICE_DATABASE_URL to a file that the service can write.",
        ) from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_immediate` does
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = FAST"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
