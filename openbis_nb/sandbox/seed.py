"""Fill an empty database: ``demo``, ``empty`` or ``scale:N`` (N notebook versions on top of the demo)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import demo, masterdata, scale
from .clock import milliseconds
from .history import Author
from .people import ADMIN_ONLY, DEMO_PEOPLE, add_people

if TYPE_CHECKING:
    from .state import SandboxState


def scale_of(seed: str) -> int | None:
    """N of ``scale:N``, 0 for ``demo``, None for ``empty``. Raises ValueError for anything else."""
    name, _, number = seed.partition(":")
    if name == "scale" and number.isdecimal() and int(number) > 0:
        return int(number)
    if seed in ("demo", "empty"):
        return 0 if seed == "demo" else None
    raise ValueError(f"seed is {seed!r}; it may be 'demo', 'empty' or 'scale:N' with N of 1 and above")


def plant(state: SandboxState) -> dict[str, str]:
    """Fill the database unless it is filled already; user id → password of the people made now.

    Passwords are known at this moment only: afterwards the database holds hashes.
    """
    versions, now = scale_of(state.config.seed), milliseconds(state.clock)
    with state.store.write() as db:
        if db.execute("SELECT 1 FROM persons").fetchone() is not None:
            return {}
        masterdata.install(db, state.config, now)
        system = Author(masterdata.SYSTEM_USER, now)
        if versions is not None:
            demo.add_laboratory_spaces(db, system)
        demo.add_eln_spaces(db, system)
        people = ADMIN_ONLY if versions is None else DEMO_PEOPLE
        passwords = add_people(db, people, now, random_passwords=state.config.random_passwords)
        if versions is not None:
            demo.add_laboratory(db, state, now)
            demo.add_eln_collections(db, state, now)
        if versions:
            scale.add_versions(db, state, versions, now)
    return passwords
