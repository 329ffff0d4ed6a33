"""One server, one home: what is stored, found and forgotten in each; and which connection is meant."""

from __future__ import annotations

import itertools
import stat
from pathlib import Path

import pytest

from openbis_nb import assemble, keyring_home
from openbis_nb.connections import ConnectionBook
from openbis_nb.credentials import known_servers, store_token, token_file
from openbis_nb.errors import ConfigurationProblem, Conflict, InvalidInput, NotFound, NotLoggedIn
from openbis_nb.openbis.secrets import Secret
from openbis_nb.session_homes import Home, SessionHomes
from openbis_nb.settings import Settings

ONE = "https://openbis.example.org:8443"
OTHER = "https://other.example.org"
OLD, NEW = (Secret(f"alice-261121093000{n}x0123456789ABCDEF0123456789ABCDEF") for n in (123, 456))
HOMES: tuple[Home, ...] = ("memory", "keyring", "file")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[str, Secret]:
    """The keyring's content, instead of a keyring."""
    content: dict[str, Secret] = {}
    monkeypatch.setattr(keyring_home, "load", content.get)
    monkeypatch.setattr(keyring_home, "store", content.__setitem__)
    monkeypatch.setattr(keyring_home, "forget", lambda address: content.pop(address, None))
    return content


@pytest.fixture
def homes(own_environment: Path, tmp_path: Path, keyring: dict[str, Secret]) -> SessionHomes:
    return SessionHomes(tmp_path / "state", tmp_path / "jupyter")


@pytest.mark.parametrize(("first", "second"), list(itertools.product(HOMES, HOMES)))
def test_a_log_in_moves_the_session(
    first: Home, second: Home, homes: SessionHomes, keyring: dict[str, Secret]
) -> None:
    homes.store(ONE, OLD, first)
    assert homes.store(ONE, NEW, second)
    found = list(homes.all(ONE))
    assert {kept.token for kept in found} == {NEW}
    assert found[0].home == second
    outside = SessionHomes(homes.state_dir)
    assert outside.load(ONE) == (None if second == "memory" else NEW)
    assert set(keyring.values()) == ({NEW} if second == "keyring" else set())
    assert known_servers(homes.state_dir) == ([ONE] if second == "file" else [])
    assert homes.known_servers() == [ONE]
    assert homes.forget(ONE) == [NEW]
    assert list(homes.all(ONE)) == []
    assert homes.known_servers() == []


@pytest.mark.parametrize("home", HOMES)
def test_a_log_in_without_a_wish_stays_where_it_was(home: Home, homes: SessionHomes) -> None:
    """`openbis-nb login` in a terminal writes no file for who wanted none."""
    homes.store(ONE, OLD, home)
    homes.store(ONE, NEW)
    found = homes.find(ONE)
    assert found is not None
    assert (found.token, found.home) == (NEW, home)


def test_without_a_jupyter_server_memory_is_the_file(own_environment: Path, tmp_path: Path) -> None:
    homes = SessionHomes(tmp_path)
    assert homes.store(ONE, NEW, "memory") == [str(token_file(ONE, tmp_path))]


def test_files_are_the_accounts_alone(homes: SessionHomes) -> None:
    [path] = map(Path, homes.store(ONE, NEW, "memory"))
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]


def test_kernels_have_a_copy_of_what_is_in_the_keyring(homes: SessionHomes) -> None:
    """They never open it themselves; one that openBIS has refused gives way to a newer one."""
    SessionHomes(homes.state_dir).store(ONE, OLD, "keyring")
    homes.hand_to_kernels(ONE)
    assert homes.jupyter_dir is not None
    copy = token_file(ONE, homes.jupyter_dir)
    assert copy.read_text() == OLD.reveal()
    SessionHomes(homes.state_dir).store(ONE, NEW)  # in a terminal outside
    assert [kept.token for kept in homes.all(ONE)] == [OLD, NEW]
    homes.drop_ended(ONE, OLD)
    assert homes.load(ONE) == NEW
    homes.drop_ended(ONE, OLD)
    assert homes.load(ONE) == NEW


def test_a_session_of_pybis_itself_is_a_home_of_its_own(homes: SessionHomes, own_environment: Path) -> None:
    (own_environment / ".pybis").mkdir()
    (own_environment / ".pybis" / "other.example.org.token").write_text(OLD.reveal())
    found = homes.find(OTHER)
    assert found is not None
    assert (found.token, found.home) == (OLD, "pybis")
    homes.store(OTHER, NEW, "memory")
    assert homes.forget(OTHER) == [NEW]
    assert homes.load(OTHER) == OLD
    assert homes.forget(OTHER) == [OLD]


@pytest.mark.parametrize(("inside", "says"), [(False, "Run: openbis-nb login"), (True, "menu openBIS")])
def test_without_a_session_the_next_step_is_the_log_in(inside: bool, says: str, tmp_path: Path) -> None:
    homes = SessionHomes(tmp_path, tmp_path if inside else None)
    with pytest.raises(NotLoggedIn) as caught:
        homes.require(ONE)
    assert says in caught.value.next_step
    assert f"--url {ONE}" in caught.value.next_step
    with pytest.raises(ConfigurationProblem):
        homes.require("")


# Connections


@pytest.fixture
def book(homes: SessionHomes) -> ConnectionBook:
    return ConnectionBook(homes)


def test_the_first_connection_is_the_default_and_stays_it(book: ConnectionBook) -> None:
    """O-70."""
    assert (book.all(), book.default(), book.choose(ONE)) == ((), None, None)
    one = book.add("", ONE)
    assert one.name == "openbis.example.org:8443"
    other = book.add("Other", OTHER)
    assert (book.default(), book.choose(OTHER), book.choose(f"{OTHER}:443/"), book.choose("http://x")) == (
        (one, other, other, one)
    )
    book.use("Other")
    assert book.default() == other
    book.remove("Other")
    assert book.all() == (one,)
    assert book.default() == one
    assert stat.S_IMODE((book.homes.state_dir / "connections.json").stat().st_mode) == 0o600


def test_a_server_with_a_session_is_a_connection(book: ConnectionBook) -> None:
    for url in (ONE, OTHER):
        store_token(url, book.homes.state_dir, NEW)
    assert {one.url for one in book.all()} == {ONE, OTHER}
    assert book.default() is None  # nobody chose
    book.use("other.example.org")
    assert assemble.load_settings(named=ONE).url == ""  # another state folder: nothing is known there
    found = book.default()
    assert found is not None
    assert found.url == OTHER


def test_the_address_of_the_settings_is_the_default(homes: SessionHomes) -> None:
    book = ConnectionBook(homes, ONE, ("https://former.example.org",))
    book.add("Other", OTHER)
    assert [one.url for one in (book.default(), book.choose(OTHER)) if one] == [ONE, OTHER]
    assert book.choose("https://former.example.org") == book.default()
    with pytest.raises(Conflict, match="cannot be removed"):
        book.remove("openbis.example.org:8443")
    with pytest.raises(Conflict, match="is set as the default"):
        book.use("Other")


def test_what_belongs_to_one_openbis_is_not_said_of_another() -> None:
    """Former addresses, links and data stores of the settings are those of their own openBIS."""
    ours = Settings(
        url=ONE,
        public_url="https://public.example.org",
        server_aliases=("https://former.example.org",),
        data_store_urls={"": "https://stores.example.org", "https://dss.example.org": ONE},
    )
    assert assemble.settings_for(ours, ONE) is ours
    other = assemble.settings_for(ours, OTHER)
    assert (other.url, other.link_url, other.server_aliases) == (OTHER, OTHER, ())
    assert other.data_store_urls == {"https://dss.example.org": ONE}


@pytest.mark.parametrize("name", ["a\nb", "a/b", "x" * 61, "\u202e"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, book: ConnectionBook) -> None:
    with pytest.raises(InvalidInput):
        book.add(name, ONE)


def test_names_and_addresses_are_there_once(book: ConnectionBook) -> None:
    book.add("One", ONE)
    with pytest.raises(Conflict, match="already"):
        book.add("Two", f"{ONE}/")
    with pytest.raises(Conflict, match="already"):
        book.add("One", OTHER)
    with pytest.raises(NotFound):
        book.use("Three")


@pytest.mark.parametrize("content", ["", "[]", '{"connections": [{"name": "x"}]}', '{"connections": 1}'])
def test_a_list_that_cannot_be_read_is_said(content: str, book: ConnectionBook) -> None:
    book.homes.state_dir.mkdir(parents=True)
    (book.homes.state_dir / "connections.json").write_text(content)
    with pytest.raises(ConfigurationProblem, match=r"connections\.json cannot be read"):
        book.all()
