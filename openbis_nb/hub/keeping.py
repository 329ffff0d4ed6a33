"""What must outlive a restart of the hub: a folder of its own, a key, a database."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ..errors import ConfigurationProblem

__all__ = ["database_url", "key", "private_folder"]


def private_folder(folder: Path) -> Path:
    """*folder*, made if need be, and nobody else's (mode 0700).

    Raises:
        ConfigurationProblem: it cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigurationProblem(
            f"data_dir {folder} cannot be used: {error.strerror}.",
            next_step="Name a folder that the hub's account can write to.",
        ) from error
    return folder


def key(path: Path) -> bytes:
    """The key in *path*, made at the first start; 32 bytes, written as hex."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def database_url(given: str) -> str:
    """The address of a PostgreSQL database as SQLAlchemy wants it, with the driver that we ship (psycopg 3).

    Raises:
        ConfigurationProblem: it is another database. The address may hold a password, so it is not shown.
    """
    matched = re.match(r"postgres(?:ql)?(?:\+psycopg)?://", given)
    if matched is None:
        raise ConfigurationProblem(
            "database_url is not the address of a PostgreSQL database.",
            next_step="Write postgresql://user@host/database, or leave it empty: then SQLite in data_dir.",
        )
    return f"postgresql+psycopg://{given[matched.end() :]}"
