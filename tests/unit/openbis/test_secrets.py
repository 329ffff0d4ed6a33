"""Secrets never print (D16), and no text keeps a token (contract 2.2, 2.3)."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.openbis.secrets import REMOVED, Secret, scrub

TOKEN = "alice-261121030405678x0123456789ABCDEF0123456789ABCDEF"


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "{:>40}".format, lambda s: f"{s}"])
def test_a_secret_does_not_print(show) -> None:
    assert "hunter2" not in show(Secret("hunter2"))


def test_a_secret_reveals_itself_only_when_asked() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")


def test_a_personal_access_token_is_told_from_a_session() -> None:
    assert Secret(f"$pat-{TOKEN}").is_personal_access_token
    assert not Secret(TOKEN).is_personal_access_token


@pytest.mark.parametrize(
    "text",
    [
        f"Session token '{TOKEN}' is invalid: user is not logged in.",
        f"https://h/datastore_server/x/a.csv?sessionID={TOKEN}&mode=txt",
        f"https://h/x?sessionid={TOKEN.replace('-', '%2D')}",
        f"sessionID%3D{TOKEN}",
        f'{{"params":["{TOKEN}"]}}',
        f"$pat-{TOKEN}",
        f"%24pat-{TOKEN}",
        f"userSessionId={TOKEN}",
    ],
)
def test_tokens_are_removed_from_texts(text: str) -> None:
    """U-12: openBIS' own error text contains the token."""
    cleaned = scrub(text)
    assert "0123456789ABCDEF" not in cleaned
    assert REMOVED in cleaned


def test_what_is_no_token_stays() -> None:
    text = "Object with DataSetPermId = [20230926143214123-101] has not been found. Costs $5-10."
    assert scrub(text) == text


def test_known_secrets_are_removed_whatever_their_form() -> None:
    assert scrub("the word is swordfish", Secret("swordfish")) == f"the word is {REMOVED}"


user_ids = st.text(st.characters(codec="ascii", categories=["L", "N"]) | st.sampled_from("-_.@"), min_size=1)


@given(user=user_ids, before=st.text(max_size=20), after=st.text(max_size=20), pat=st.booleans())
def test_no_form_of_token_survives(user: str, before: str, after: str, pat: bool) -> None:
    secret = "F00DF00DF00DF00DF00DF00DF00DF00D"
    token = f"{'$pat-' if pat else ''}{user}-261121030405678x{secret}"
    assert secret not in scrub(f"{before} '{token}' {after}")
