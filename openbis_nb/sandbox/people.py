"""The people of the demo laboratory and their roles."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from .masterdata import SYSTEM_USER
from .passwords import hash_password


@dataclass(frozen=True)
class DemoPerson:
    """Somebody with one role; ``space`` is None for a role on the whole instance."""

    user_id: str
    first_name: str
    last_name: str
    role: str
    space: str | None = None
    has_password: bool = True


DEMO_PEOPLE = (
    DemoPerson("admin", "Ada", "Admin", "ADMIN"),
    DemoPerson("alice", "Alice", "Ernst", "POWER_USER", "BIOLAB"),
    DemoPerson("ursula", "Ursula", "Keller", "USER", "BIOLAB"),
    DemoPerson("olga", "Olga", "Brunner", "OBSERVER", "BIOLAB"),
    DemoPerson("Eve.O-Neill", "Eve", "O'Neill", "USER", "BIOLAB"),
    DemoPerson("bob", "Bob", "Meier", "USER", "CHEMLAB"),
    DemoPerson("sso.user", "Sven", "Olsson", "USER", "BIOLAB", has_password=False),
)
ADMIN_ONLY = DEMO_PEOPLE[:1]


def add_people(
    db: sqlite3.Connection, people: tuple[DemoPerson, ...], now: int, *, random_passwords: bool
) -> dict[str, str]:
    """Write persons and their roles; the spaces must exist. User id → password, known only now."""
    passwords: dict[str, str] = {}
    _insert_person(db, DemoPerson(SYSTEM_USER, "", "", "", has_password=False), None, now)
    for person in people:
        password = None
        if person.has_password:
            password = secrets.token_urlsafe(12) if random_passwords else person.user_id
            passwords[person.user_id] = password
        _insert_person(db, person, password, now)
        _insert_role(db, person, now)
    return passwords


def _insert_person(db: sqlite3.Connection, person: DemoPerson, password: str | None, now: int) -> None:
    email = f"{person.user_id.lower()}@sandbox.invalid"
    stored = hash_password(password) if password else None
    db.execute(
        "INSERT INTO persons (user_id, first_name, last_name, email, password, home_space, registrator,"
        " registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (person.user_id, person.first_name, person.last_name, email, stored, person.space, SYSTEM_USER, now),
    )


def _insert_role(db: sqlite3.Connection, person: DemoPerson, now: int) -> None:
    level = "SPACE" if person.space else "INSTANCE"
    db.execute(
        "INSERT INTO role_assignments (user_id, role, role_level, space_id, registrator, registered_at)"
        " VALUES (?, ?, ?, (SELECT id FROM entities WHERE kind = 'SPACE' AND code = ?), ?, ?)",
        (person.user_id, person.role, level, person.space, SYSTEM_USER, now),
    )
