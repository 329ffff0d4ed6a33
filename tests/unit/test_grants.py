"""PKCE and the short code of ``openbis-nb login --web``."""

from __future__ import annotations

import pytest

from openbis_nb.web.grants import (
    Grant,
    challenge_of,
    is_challenge,
    is_state,
    new_verifier,
    short_code,
)


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_grant_fits_its_own_verifier_only() -> None:
    verifier = new_verifier()
    grant = Grant("alice", challenge_of(verifier))
    assert grant.fits(verifier)
    assert not grant.fits(new_verifier())
    assert not grant.fits("")
    assert not grant.fits(grant.challenge)


def test_the_short_code_is_read_by_eye() -> None:
    code = short_code("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert code == short_code("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    assert len(code) == 9
    assert code[4] == "-"
    assert not set(code) & set("01IO")
    assert short_code(challenge_of(new_verifier())) != code


@pytest.mark.parametrize(
    ("text", "challenge", "state"),
    [
        (challenge_of("x"), True, True),
        ("", False, False),
        ("a" * 15, False, False),
        ("a" * 16, False, True),
        ("a" * 42 + "=", False, False),
        ("a" * 43 + "\n", False, False),
        ("<script>alert(1)</script>aaaaaaaaaaaaaaaaaa", False, False),
        ("a" * 129, False, False),
    ],
)
def test_forms(text: str, challenge: bool, state: bool) -> None:
    assert (is_challenge(text), is_state(text)) == (challenge, state)
