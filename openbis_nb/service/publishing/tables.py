"""The tables of published pages. openBIS knows nothing of them: see ``transfer`` for taking them along.

Tables that belong to what is published carry :data:`KEPT`; ``transfer`` exports and imports whichever do, in
the order of their foreign keys. Times are milliseconds since 1970 by our clock.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from ..launches.tables import metadata

__all__ = ["BYTES", "KEPT", "audit", "byte_columns", "kept_tables", "pages", "snapshots"]

#: ``info`` of a table that is a part of what is published, and of a column that names bytes in the folder.
KEPT: dict[str, Any] = {"published": True}
BYTES: dict[str, Any] = {"bytes": True}

#: The bytes of one version, as they were taken once; several for a notebook (D-05).
snapshots = Table(
    "nb_snapshot",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("notebook_id", Text, nullable=False),
    Column("key", String(32), nullable=False),  # stands for the notebook id, as in the library's index
    Column("version", Text, nullable=False),  # permId
    Column("version_name", Text, nullable=False),
    Column("saved_at", BigInteger),
    Column("saved_by", Text, nullable=False),
    Column("author", Text, nullable=False),  # of the notebook
    Column("code", String(16), nullable=False),  # shown, hidden
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False, info=BYTES),  # of the page
    Column("size", BigInteger, nullable=False),
    Column("outputs", String(64), nullable=False, info=BYTES),  # what single outputs are made of
    Column("facts", Text, nullable=False),  # JSON: see ``model.Contents``
    Index("nb_snapshot_key", "key", "made_at"),
    Index("nb_snapshot_version", "version"),
    info=KEPT,
)

#: A published page: which snapshot it shows, and whether it still does.
pages = Table(
    "nb_page",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("notebook_id", Text, nullable=False),
    Column("key", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),  # what a search for text looks at, without case
    Column("follow", String(16), nullable=False),  # pinned, latest
    Column("code", String(16), nullable=False),  # shown, hidden
    Column("snapshot_id", String(64), ForeignKey("nb_snapshot.id"), nullable=False),
    Column("version", Text, nullable=False),  # that the snapshot is of: what viewers must see
    Column("owner_kind", Text, nullable=False),  # where the notebook was stored when it was judged last
    Column("owner_perm_id", Text, nullable=False),
    Column("owner_identifier", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("state", String(16), nullable=False),  # live, stopped, gone
    Column("reason", String(32), nullable=False),  # why it is not live: see ``model.Reason``
    Column("confirmed_at", BigInteger, nullable=False),  # when somebody's right to publish it was seen last
    Column("confirmed_by", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # grows with each change
    Index("nb_page_key", "key", "state"),
    Index("nb_page_changed", "changed_at", "id"),
    Index("nb_page_published_by", "published_by", "changed_at"),
    Index("nb_page_version", "version"),
    Index("nb_page_state", "state", "ends_at"),
    info=KEPT,
)

#: Who published, stopped, changed or saw by link what, and when; lines are only ever added.
audit = Table(
    "nb_audit",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),  # user id; empty for somebody without log-in, or the service itself
    Column("action", String(32), nullable=False),
    Column("page_id", String(64), nullable=False),  # no foreign key: the line outlives the page
    Column("details", Text, nullable=False),  # JSON
    Index("nb_audit_page", "page_id", "at"),
    Index("nb_audit_at", "at"),
    info=KEPT,
)


def kept_tables() -> list[Table]:
    """All tables of what is published, dashboards and links too; none before one that it refers to."""
    return [table for table in metadata.sorted_tables if table.info.get("published")]


def byte_columns(table: Table) -> list[Column[Any]]:
    """Those that name bytes in the folder."""
    return [column for column in table.columns if column.info.get("bytes")]
