"""Two tables, beside that of the launches: what was looked at, and what was imported."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, LargeBinary, String, Table, Text

from ..launches.tables import metadata

__all__ = ["imports", "previews"]

previews = Table(
    "nb_import_preview",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", Text, nullable=False),  # as of a launch
    Column("kind", String(16), nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary),  # of a notebook
    Column("created_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Index("nb_import_preview_owner", "owner", "created_at"),
    Index("nb_import_preview_expires_at", "expires_at"),
)

imports = Table(
    "nb_import",
    metadata,
    Column("id", String(64), primary_key=True),  # of its launch, which lives shorter
    Column("owner", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("directory", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),  # JSON
    Column("revision", String(64), nullable=False, default=""),
    Column("sha256", String(64), nullable=False, default=""),
    Column("created_at", Float(53), nullable=False),
    # What became of it, noted when its launch is removed; null while that is there.
    Column("state", String(16)),
    Column("path", Text, nullable=False, default=""),
    Column("problem", Text),  # JSON
    Index("nb_import_owner", "owner", "created_at"),
    Index("nb_import_created_at", "created_at"),
)
