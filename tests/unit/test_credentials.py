"""Where the session lives between commands."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from openbis_nb.credentials import (
    forget_token,
    keep_token,
    known_servers,
    load_token,
    store_token,
    token_file,
)
from openbis_nb.errors import ConfigurationProblem
from openbis_nb.openbis.secrets import Secret

ALICE = Secret("alice-261121093000123x0123456789ABCDEF0123456789ABCDEF")
BOB = Secret("bob-261121093000123xFEDCBA9876543210FEDCBA9876543210")
PLAIN = "https://openbis.example.org"
OTHER_PORT = "https://openbis.example.org:8443"


@pytest.fixture
def home(own_environment: Path) -> Path:
    return own_environment


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_stored_session_is_read_again(state: Path) -> None:
    store_token(OTHER_PORT, state, ALICE)
    assert load_token(OTHER_PORT, state) == ALICE


def test_only_the_account_itself_can_read_file_and_folder(state: Path) -> None:
    [path] = store_token(OTHER_PORT, state, ALICE)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_the_state_folder_is_made_private_too(state: Path) -> None:
    store_token(OTHER_PORT, state / "of" / "alice", ALICE)
    assert mode(state / "of" / "alice") == 0o700


def test_a_folder_left_open_by_others_is_closed(state: Path) -> None:
    (state / "tokens").mkdir(parents=True, mode=0o755)
    store_token(OTHER_PORT, state, ALICE)
    assert mode(state / "tokens") == 0o700


def test_two_servers_on_one_host_do_not_collide(state: Path) -> None:
    store_token(OTHER_PORT, state, ALICE)
    store_token("https://openbis.example.org:9443", state, BOB)
    assert load_token(OTHER_PORT, state) == ALICE


def test_on_the_default_port_plain_pybis_finds_the_session(state: Path, home: Path) -> None:
    store_token(PLAIN, state, ALICE)
    file = home / ".pybis" / "openbis.example.org.token"
    assert (file.read_text(), mode(file)) == (ALICE.reveal(), 0o600)


@pytest.mark.parametrize("url", [OTHER_PORT, "http://openbis.example.org", "http://127.0.0.1:8080"])
def test_elsewhere_pybis_files_are_neither_written_nor_read(url: str, state: Path, home: Path) -> None:
    (home / ".pybis").mkdir()
    for host in ("openbis.example.org", "127.0.0.1"):
        (home / ".pybis" / f"{host}.token").write_text(BOB.reveal())
    assert load_token(url, state) is None
    store_token(url, state, ALICE)
    assert (home / ".pybis" / "openbis.example.org.token").read_text() == BOB.reveal()


def test_a_session_of_pybis_is_used_where_we_have_none(state: Path, home: Path) -> None:
    (home / ".pybis").mkdir()
    (home / ".pybis" / "openbis.example.org.token").write_text(BOB.reveal() + "\n")
    assert load_token(PLAIN, state) == BOB


def test_the_session_of_a_hub_is_for_plain_pybis_whatever_the_port(state: Path, home: Path) -> None:
    """D5: written where it is not so yet, and left alone where it is."""
    assert keep_token(OTHER_PORT, state, ALICE)
    of_pybis = home / ".pybis" / "openbis.example.org.token"
    assert of_pybis.read_text() == token_file(OTHER_PORT, state).read_text() == ALICE.reveal()
    assert not keep_token(OTHER_PORT, state, ALICE)
    assert keep_token(OTHER_PORT, state, BOB)
    assert of_pybis.read_text() == BOB.reveal()


def test_a_file_of_the_session_that_others_can_read_is_closed(state: Path, home: Path) -> None:
    keep_token(OTHER_PORT, state, ALICE)
    of_pybis = home / ".pybis" / "openbis.example.org.token"
    of_pybis.chmod(0o644)
    assert keep_token(OTHER_PORT, state, ALICE)
    assert mode(of_pybis) == 0o600


def test_a_link_in_place_of_the_session_is_replaced(state: Path, home: Path, tmp_path: Path) -> None:
    keep_token(OTHER_PORT, state, ALICE)
    of_pybis, elsewhere = home / ".pybis" / "openbis.example.org.token", tmp_path / "elsewhere"
    elsewhere.write_text(ALICE.reveal())
    of_pybis.unlink()
    of_pybis.symlink_to(elsewhere)
    assert keep_token(OTHER_PORT, state, ALICE)
    assert not of_pybis.is_symlink()


def test_forgetting_removes_both_files(state: Path, home: Path) -> None:
    paths = store_token(PLAIN, state, ALICE)
    assert forget_token(PLAIN, state) == ALICE
    assert [path for path in paths if path.exists()] == []


def test_forgetting_leaves_a_different_session_of_pybis(state: Path, home: Path) -> None:
    store_token(PLAIN, state, ALICE)
    of_pybis = home / ".pybis" / "openbis.example.org.token"
    of_pybis.write_text(BOB.reveal())
    forget_token(PLAIN, state)
    assert of_pybis.read_text() == BOB.reveal()


def test_forgetting_what_is_not_there_is_no_error(state: Path) -> None:
    assert forget_token(OTHER_PORT, state) is None


@pytest.mark.parametrize(
    "content", ["", "   \n", "two words", "line\nbreak", "x" * 5000, "bell\x07"], ids=repr
)
def test_a_file_without_a_token_counts_as_none(content: str, state: Path) -> None:
    [path] = store_token(OTHER_PORT, state, ALICE)
    path.write_text(content)
    assert load_token(OTHER_PORT, state) is None


def test_a_file_that_is_no_text_is_named(state: Path) -> None:
    [path] = store_token(OTHER_PORT, state, ALICE)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationProblem, match=path.name):
        load_token(OTHER_PORT, state)


def test_a_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationProblem) as caught:
        store_token(OTHER_PORT, tmp_path / "file", ALICE)
    assert ALICE.reveal() not in str(caught.value)


def test_a_symlink_at_the_file_is_replaced_not_followed(state: Path, tmp_path: Path) -> None:
    [path] = store_token(OTHER_PORT, state, BOB)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.unlink()
    path.symlink_to(victim)
    store_token(OTHER_PORT, state, ALICE)
    assert victim.read_text() == "precious"
    assert load_token(OTHER_PORT, state) == ALICE


def test_no_part_file_is_left(state: Path) -> None:
    [path] = store_token(OTHER_PORT, state, ALICE)
    store_token(OTHER_PORT, state, BOB)
    assert list(path.parent.iterdir()) == [path]


def test_known_servers_are_told_by_their_addresses(state: Path) -> None:
    addresses = ["http://127.0.0.1:8080", "https://[::1]:9000", PLAIN, OTHER_PORT]
    for url in addresses:
        store_token(url, state, ALICE)
    assert sorted(known_servers(state)) == sorted(addresses)


def test_no_server_is_known_before_the_first_log_in(state: Path) -> None:
    assert known_servers(state) == []


@pytest.mark.parametrize("url", ["openbis.example.org", "ftp://openbis.example.org", "https://"])
def test_what_is_no_address_is_refused(url: str, state: Path) -> None:
    with pytest.raises(ConfigurationProblem):
        store_token(url, state, ALICE)
