"""Many objects, fast: rows are written in bulk into a sandbox that runs."""

from __future__ import annotations

from openbis_nb.sandbox import Sandbox
from openbis_nb.sandbox.history import Author
from openbis_nb.sandbox.objects import find
from openbis_nb.sandbox.properties import write_properties
from openbis_nb.sandbox.registration import insert_entity


def add_objects(sandbox: Sandbox, experiment: str, count: int) -> None:
    """``BULK_00001`` … in an experiment."""
    with sandbox.state.store.write() as db:
        home = find(db, "EXPERIMENT", {"identifier": experiment})
        assert home is not None
        project = experiment.rpartition("/")[0]
        for number in range(1, count + 1):
            code = f"BULK_{number:05}"
            insert_entity(
                db,
                Author("alice", 1_700_000_000_000 + number),
                "SAMPLE",
                code=code,
                identifier=f"{project}/{code}",
                type="ENTRY",
                space_id=home["space_id"],
                project_id=home["project_id"],
                experiment_id=home["id"],
            )


def set_properties(sandbox: Sandbox, kind: str, identifier: str, **values: str) -> None:
    """Change properties of an ``EXPERIMENT`` or ``SAMPLE``; ``__`` in a name stands for a dot, a leading
    ``_`` for ``$``."""
    with sandbox.state.store.write() as db:
        row = find(db, kind, {"identifier": identifier})
        assert row is not None
        codes = {code.replace("__", "."): value for code, value in values.items()}
        spelt = {f"${code[1:]}" if code[0] == "_" else code: value for code, value in codes.items()}
        write_properties(db, row["id"], spelt)
