"""Grants: a command line may fetch the session of the person who allowed it in the browser (pure).

OAuth's code flow for programs (RFC 8252) with PKCE (RFC 7636): the program keeps a random *verifier* and
shows its hash, the *challenge*. The code that comes back through the browser is worth nothing without the
verifier, so it may stand in an address of this computer, or be copied by hand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

__all__ = ["GRANT_LIFE", "Grant", "challenge_of", "is_challenge", "is_state", "new_verifier", "short_code"]

#: Seconds between the consent in the browser and the program's call.
GRANT_LIFE = 60.0
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = re.compile(r"[A-Za-z0-9_-]{16,128}")
#: Without 0, 1, I, O: the code is compared by eye.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for: who allowed it (name at the hub), and the challenge it was asked with."""

    hub_name: str
    challenge: str

    def fits(self, verifier: str) -> bool:
        """Whether *verifier* is the one of the program that asked."""
        return hmac.compare_digest(challenge_of(verifier).encode(), self.challenge.encode())


def new_verifier() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def is_challenge(text: str) -> bool:
    """Whether *text* has the form of :func:`challenge_of`."""
    return _CHALLENGE.fullmatch(text) is not None


def is_state(text: str) -> bool:
    """Whether *text* can be the ``state`` that a program compares."""
    return _STATE.fullmatch(text) is not None


def short_code(challenge: str) -> str:
    """What terminal and browser both show, so that a person sees that they belong together: ``7KQM-X2AB``."""
    digest = hashlib.sha256(b"short code of " + challenge.encode()).digest()
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:8])
    return f"{letters[:4]}-{letters[4:]}"
