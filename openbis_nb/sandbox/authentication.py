"""Who may open a session (contract 2.1, 2.3)."""

from __future__ import annotations

import sqlite3

from .failures import LoginRefused
from .passwords import password_matches
from .rights import Rights


def password_user(db: sqlite3.Connection, user: str, password: str) -> str | None:
    """The user whose password this is, or None. Raises LoginRefused for one who may not log in."""
    if not password:
        raise LoginRefused("No 'password' specified.")
    row = db.execute("SELECT user_id, password FROM persons WHERE user_id = ?", (user,)).fetchone()
    if row is None or not password_matches(password, row["password"]):
        return None
    require_login_allowed(db, user)
    return str(row["user_id"])


def require_login_allowed(db: sqlite3.Connection, user: str) -> None:
    """Raise LoginRefused for somebody who is deactivated or has no role."""
    row = db.execute("SELECT active FROM persons WHERE user_id = ?", (user,)).fetchone()
    if row is not None and not row["active"]:
        raise LoginRefused(f"User '{user}' has been deactivated and thus is not permitted to login.")
    if row is None or not Rights.of(db, user).roles:
        raise LoginRefused(f"User '{user}' has no role assignments and thus is not permitted to login.")
