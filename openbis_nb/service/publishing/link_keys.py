"""The key of a link for the world: made once, shown once, kept as a hash only.

It has a form of its own, ``nbp_`` and 43 letters, so that it is found and taken out wherever a whole address
is logged (``openbis.secrets.scrub``).
"""

from __future__ import annotations

import hashlib
import re
import secrets

from ...openbis.secrets import Secret

__all__ = ["hash_of", "new_key"]

#: Of chance; 128 bits would do.
_BYTES = 32
_FORM = re.compile(r"nbp_[0-9A-Za-z_-]{43}", re.ASCII)


def new_key() -> Secret:
    """A key that nobody can guess: 256 bits."""
    return Secret(f"nbp_{secrets.token_urlsafe(_BYTES)}")


def hash_of(key: str) -> str:
    """What is kept, and looked up. Of what can be no key it is the hash of no key: the same work is done.

    A plain SHA-256 is enough: there is nothing to be guessed. Whoever asks does not choose the hash, so how
    long the database compares tells nothing of another key.

    Args:
        key: As somebody sent it.
    """
    known = key if _FORM.fullmatch(key) else ""
    return hashlib.sha256(known.encode()).hexdigest()
