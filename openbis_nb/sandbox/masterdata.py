"""Install the ELN's master data into an empty database."""

from __future__ import annotations

import json
import sqlite3

from . import master_tables as tables
from .config import SandboxConfig
from .master_tables import TypeRow

#: The user in whose name the server registers what was there from the start.
SYSTEM_USER = "system"


def spelled(code: str, config: SandboxConfig) -> str:
    """An internal code (``$NAME``) in the spelling that this sandbox uses."""
    return config.internal_prefix + code[1:] if code.startswith("$") else code


class _Installer:
    def __init__(self, db: sqlite3.Connection, config: SandboxConfig, now: int) -> None:
        self._db, self._config, self._now = db, config, now

    def _code(self, code: str) -> str:
        return spelled(code, self._config)

    def vocabularies(self) -> None:
        for code, terms in tables.VOCABULARIES.items():
            row = (self._code(code), "", code.startswith("$"), SYSTEM_USER, self._now)
            self._db.execute("INSERT INTO vocabularies VALUES (?, ?, ?, ?, ?)", row)
            for ordinal, term in enumerate(terms, start=1):
                label = term.replace("_", " ").capitalize()
                values = (row[0], term, label, None, ordinal, 1, SYSTEM_USER, self._now)
                self._db.execute("INSERT INTO vocabulary_terms VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def property_types(self) -> None:
        for row in tables.PROPERTY_TYPES:
            vocabulary = self._code(row.vocabulary) if row.vocabulary else None
            internal = row.code.startswith("$")
            values = (self._code(row.code), row.label, row.label, row.data_type, vocabulary)
            rest = (None, internal, 0, json.dumps(row.meta_data), SYSTEM_USER, self._now)
            self._db.execute(
                "INSERT INTO property_types VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values + rest
            )

    def entity_types(self, kind: str, rows: tuple[TypeRow, ...]) -> None:
        for row in rows:
            values = (kind, row.code, row.description, row.auto_code, row.code_prefix)
            self._db.execute(
                "INSERT INTO entity_types (kind, code, description, auto_code, code_prefix,"
                " validation_plugin, modified_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, row.validation_plugin, self._now),
            )
            self._assignments(kind, row)

    def _assignments(self, kind: str, row: TypeRow) -> None:
        entries = [(section, one) for section, codes in row.sections.items() for one in codes.split()]
        for ordinal, (section, entry) in enumerate(entries, start=1):
            code = self._code(entry.rstrip("!-"))
            shown, mandatory = not entry.endswith("-"), entry.endswith("!")
            self._db.execute(
                "INSERT INTO property_assignments VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                (kind, row.code, code, section, ordinal, mandatory, shown, SYSTEM_USER, self._now),
            )


def install(db: sqlite3.Connection, config: SandboxConfig, now: int) -> None:
    """Write vocabularies, property types and entity types; ``now`` in milliseconds."""
    installer = _Installer(db, config, now)
    installer.vocabularies()
    installer.property_types()
    installer.entity_types("EXPERIMENT", tables.EXPERIMENT_TYPES)
    installer.entity_types("SAMPLE", tables.SAMPLE_TYPES)
    installer.entity_types("DATA_SET", tables.DATA_SET_TYPES)
