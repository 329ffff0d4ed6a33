"""The one table. It begins with ``nb_``: the hub may keep its own tables in the same database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, LargeBinary, MetaData, String, Table, Text

__all__ = ["launches", "metadata"]

metadata = MetaData()

launches = Table(
    "nb_launch",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("directory", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("path", Text, nullable=False, default=""),
    Column("problem", Text),  # JSON
    Column("options", Text, nullable=False),  # JSON
    Column("size", BigInteger, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("body", LargeBinary),  # gone when the notebook is there
    Column("content", LargeBinary),
    Index("nb_launch_owner", "owner", "created_at"),
    Index("nb_launch_expires_at", "expires_at"),
)
