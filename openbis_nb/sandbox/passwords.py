"""Passwords are kept as scrypt hashes."""

from __future__ import annotations

import hashlib
import secrets

# 8 MB and a few dozen milliseconds per log-in: enough for a sandbox, and its users are hashed quickly.
_N, _R, _P = 2**13, 8, 1


def hash_password(password: str) -> str:
    """``scrypt$<salt>$<hash>`` in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_derive(password, salt).hex()}"


def password_matches(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to the stored hash; never for users without one."""
    scheme, _, rest = (stored or "").partition("$")
    salt, _, digest = rest.partition("$")
    if scheme != "scrypt":
        return False
    return secrets.compare_digest(_derive(password, bytes.fromhex(salt)).hex(), digest)


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)
