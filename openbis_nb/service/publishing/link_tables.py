"""The table of links for the world. A link's key is not in it, only the key's hash.

Times are milliseconds since 1970 by our clock.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from ..launches.tables import metadata
from .tables import KEPT

__all__ = ["links"]

links = Table(
    "nb_public_link",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("page_id", String(64), ForeignKey("nb_page.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),  # link_model.Kind
    Column("fid", Text, nullable=False),  # of the notebook, where the v2 API made the link; else empty
    Column("note", Text, nullable=False),
    Column("sites", Text, nullable=False),  # JSON list: who may embed it
    Column("names_author", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_by", Text, nullable=False, default=""),
    Column("revoked_at", BigInteger),
    Column("views", BigInteger, nullable=False, default=0),
    Column("viewed_at", BigInteger),
    Index("nb_public_link_page", "page_id", "made_at"),
    Index("nb_public_link_fid", "fid"),
    info=KEPT,
)
