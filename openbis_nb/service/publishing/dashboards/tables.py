"""The tables of dashboards. Times are milliseconds since 1970 by our clock."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from ...launches.tables import metadata
from ..tables import KEPT

__all__ = ["dashboards", "pages_on"]

dashboards = Table(
    "nb_dashboard",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # without case: what a search looks at
    Column("home_kind", String(16), nullable=False),
    Column("home", Text, nullable=False),  # permId, of a space its code
    Column("tiles", Text, nullable=False),  # JSON
    Column("revision", Integer, nullable=False),
    Column("made_by", String(64), nullable=False),  # id of the request that made this revision
    Column("created_by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("nb_dashboard_home", "home_kind", "home", "name_key"),
    info=KEPT,
)

#: Which pages stand on which dashboard: a row for each pair.
pages_on = Table(
    "nb_dashboard_page",
    metadata,
    Column("dashboard_id", String(32), ForeignKey("nb_dashboard.id"), primary_key=True),
    Column("page_id", String(64), primary_key=True),
    Index("nb_dashboard_page_page", "page_id"),
    info=KEPT,
)
