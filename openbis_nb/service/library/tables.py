"""The tables of the index. All that stands in them can be read from openBIS again (design section 2).

``key`` stands for a notebook id, which may be as long as somebody likes; ``place`` is the permId of a
project, or ``/SPACE`` (``openbis.notebook_search``). Times are milliseconds since 1970 by openBIS' clock.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from ..launches.tables import metadata

__all__ = ["notebooks", "versions"]

#: One row for each data set that is a version of a notebook.
versions = Table(
    "nb_version",
    metadata,
    Column("perm_id", Text, primary_key=True),
    Column("key", String(32), nullable=False),
    Column("notebook_id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),  # the notes as plain text
    Column("registrator", Text, nullable=False),
    Column("registered", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),  # decides between equal times, as in the permId
    Column("modified", BigInteger, nullable=False),
    Column("owner_kind", Text, nullable=False),
    Column("owner_perm_id", Text, nullable=False),
    Column("owner_identifier", Text, nullable=False),
    Column("owner_code", Text, nullable=False),
    Column("experiment", Text),
    Column("object", Text),
    Column("size", BigInteger),
    Column("counts", Boolean, nullable=False),
    Column("wanted", Integer, nullable=False),  # how much its facts are missed: 0 is not at all
    Column("facts", Text),  # JSON; null: not read yet
    Column("read_at", Float(53), nullable=False),  # seconds since 1970 by our clock
    Index("nb_version_key", "key"),
    Index("nb_version_place", "place", "perm_id"),
    Index("nb_version_wanted", "place", "wanted"),
)

#: One row for each notebook id and place: what all versions there say together, judged.
notebooks = Table(
    "nb_notebook",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("notebook_id", Text, nullable=False),
    Column("in_space", Boolean, nullable=False),  # whether the place is a space itself
    Column("shared", Boolean, nullable=False),  # whether another place has versions of the same id
    Column("all_versions", Integer, nullable=False),
    Column("versions", Integer, nullable=False),  # that count
    Column("author", Text, nullable=False),
    Column("author_key", Text, nullable=False),
    Column("first_perm_id", Text, nullable=False),
    Column("first_modified", BigInteger, nullable=False),
    Column("first_number", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("newest_perm_id", Text, nullable=False),
    Column("newest_modified", BigInteger, nullable=False),
    Column("newest_by", Text, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("words", Text, nullable=False),  # what a search for text looks at, without case
    Column("owner_kind", Text, nullable=False),
    Column("owner_perm_id", Text, nullable=False),
    Column("owner_identifier", Text, nullable=False),
    Column("owner_code", Text, nullable=False),
    Column("experiment", Text),
    Column("object", Text),
    Column("size", BigInteger, nullable=False),
    Column("total_size", BigInteger, nullable=False),
    Column("template", Text),  # null: none, or not known yet
    # All begin with the place: what it costs to look must not tell of places that are not looked at.
    # With the columns that are counted and sorted by, so that the rows themselves are read for one page only.
    Index("nb_notebook_updated", "place", "updated", "key", "shared"),
    Index("nb_notebook_name", "place", "name_key", "key", "shared"),
    Index("nb_notebook_numbers", "place", "shared", "all_versions"),
    Index("nb_notebook_author", "place", "author"),
    Index("nb_notebook_template", "place", "template"),
    Index("nb_notebook_in_space", "in_space", "place", "updated"),
)
