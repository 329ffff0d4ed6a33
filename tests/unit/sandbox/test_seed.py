"""What a fresh sandbox holds (contract section 7, issue of the demo laboratory)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openbis_nb.sandbox import SandboxConfig
from openbis_nb.sandbox.ids import next_number
from openbis_nb.sandbox.passwords import hash_password, password_matches
from openbis_nb.sandbox.seed import plant, scale_of
from openbis_nb.sandbox.state import SandboxState

Open = Callable[..., SandboxState]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    states: list[SandboxState] = []

    def open_state(**settings: object) -> SandboxState:
        states.append(SandboxState.open(tmp_path / "data", SandboxConfig(**settings)))  # type: ignore[arg-type]
        return states[-1]

    yield open_state
    for state in states:
        state.close()


def rows(state: SandboxState, query: str) -> list[tuple[object, ...]]:
    with state.store.read() as db:
        return [tuple(row) for row in db.execute(query)]


@pytest.mark.parametrize(("seed", "count"), [("demo", 0), ("empty", None), ("scale:12", 12)])
def test_seeds(seed: str, count: int | None) -> None:
    assert scale_of(seed) == count


@pytest.mark.parametrize(
    "seed", ["", "Demo", "scale", "scale:", "scale:0", "scale:-5", "scale:1e3", "scale:٣x"]
)
def test_wrong_seeds_are_explained(seed: str) -> None:
    with pytest.raises(ValueError, match="it may be 'demo', 'empty' or 'scale:N'"):
        scale_of(seed)


@pytest.mark.parametrize(
    ("settings", "text"),
    [({"api_version": "4.0"}, "imitates 3.5, 3.6, 3.7"), ({"internal_prefix": "#"}, "may be '\\$' or empty")],
)
def test_wrong_settings_are_explained(settings: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        SandboxConfig(**settings)  # type: ignore[arg-type]


def test_the_first_space_has_data_to_work_with(state: SandboxState) -> None:
    """At least three available physical RAW_DATA data sets in experiments that are not frozen."""
    spaces = rows(state, "SELECT code FROM entities WHERE kind = 'SPACE' ORDER BY id")
    assert [one[0] for one in spaces[:2]] == ["BIOLAB", "CHEMLAB"]
    found = rows(
        state,
        "SELECT d.perm_id FROM entities d JOIN entities e ON e.id = d.experiment_id"
        " JOIN physical_data ON data_set_id = d.id JOIN entities s ON s.id = d.space_id"
        " WHERE d.type = 'RAW_DATA' AND status = 'AVAILABLE' AND e.frozen = '' AND s.code = 'BIOLAB'",
    )
    assert len(found) >= 3


def test_there_are_frozen_and_archived_things(state: SandboxState) -> None:
    assert rows(state, "SELECT kind FROM entities WHERE frozen != '' ORDER BY id") == [
        ("EXPERIMENT",),
        ("SAMPLE",),
    ]
    assert rows(state, "SELECT status FROM physical_data WHERE status != 'AVAILABLE'") == [("ARCHIVED",)]


def test_an_empty_sandbox_has_an_admin_and_the_elns_types(opened: Open) -> None:
    state = opened(seed="empty")
    assert plant(state) == {"admin": "admin"}
    assert rows(state, "SELECT count(*) FROM entities WHERE kind != 'SPACE'") == [(0,)]
    assert ("ANALYSIS_NOTEBOOK",) in rows(state, "SELECT code FROM entity_types")


def test_a_filled_folder_is_left_alone(opened: Open) -> None:
    assert len(plant(opened())) == 6
    assert plant(opened()) == {}


def test_random_passwords_are_given_out_once_and_stored_as_hashes(opened: Open) -> None:
    state = opened(random_passwords=True)
    passwords = plant(state)
    assert len(set(passwords.values())) == 6
    assert "sso.user" not in passwords
    stored = dict(rows(state, "SELECT user_id, password FROM persons"))  # type: ignore[arg-type]
    for user, password in passwords.items():
        assert password not in str(stored[user])
        assert password_matches(password, str(stored[user]))
    assert stored["sso.user"] is None


def test_no_two_hashes_of_a_password_are_alike() -> None:
    one, two = hash_password("x"), hash_password("x")
    assert one != two
    assert password_matches("x", one)
    assert not password_matches("y", one)
    assert not password_matches("", None)


def test_internal_properties_can_be_spelt_without_the_dollar(opened: Open) -> None:
    state = opened(internal_prefix="")
    plant(state)
    assigned = rows(
        state,
        "SELECT property FROM property_assignments WHERE type = 'ANALYSIS_NOTEBOOK' ORDER BY ordinal",
    )
    assert [one[0] for one in assigned] == ["NAME", "NOTES", "XMLCOMMENTS", "HISTORY_ID"]
    assert rows(state, "SELECT 1 FROM properties WHERE code LIKE '$%'") == []
    assert rows(state, "SELECT internal FROM property_types WHERE code = 'NAME'") == [(1,)]


def test_scale_makes_many_versions_of_many_notebooks(opened: Open) -> None:
    state = opened(seed="scale:1500")
    plant(state)
    names = "SELECT value, count(*) FROM properties WHERE code = '$HISTORY_ID' GROUP BY value"
    counts = [count for _, count in rows(state, names)]
    assert (sum(counts), max(counts)) == (1500, 10)
    files = "SELECT count(*), count(DISTINCT content_id) FROM data_set_contents"
    of_notebooks = "JOIN entities ON perm_id = data_set WHERE type = 'ANALYSIS_NOTEBOOK'"
    assert rows(state, f"{files} {of_notebooks}") == [(1500, 1)]


def test_numbers_are_given_out_once_to_many_threads(state: SandboxState) -> None:
    def take(_: int) -> int:
        with state.store.write() as db:
            return next_number(db, count=2)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(64)))
    assert len(set(taken)) == 64
    assert max(taken) - min(taken) == 126


def test_a_write_that_fails_leaves_nothing(state: SandboxState) -> None:
    before = rows(state, "SELECT value FROM sequences WHERE name = 'entity'")

    def fail_halfway() -> None:
        with state.store.write() as db:
            next_number(db)
            db.execute("INSERT INTO sequences VALUES ('entity', 0)")

    with pytest.raises(sqlite3.IntegrityError):
        fail_halfway()
    assert rows(state, "SELECT value FROM sequences WHERE name = 'entity'") == before


def test_a_write_inside_a_read_is_a_mistake(state: SandboxState) -> None:
    with state.store.read(), pytest.raises(RuntimeError, match="inside a read"), state.store.write():
        pass
