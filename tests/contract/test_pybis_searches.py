"""Searches by unmodified pybis: each filter of contract 3.6."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import connect

PLATES = [f"Growth curves, plate {number}" for number in (1, 2, 3)]
PILOT = "Growth curves, plate 4 (pilot)"


@pytest.fixture(scope="module")
def openbis(shared_openbis_sandbox: Sandbox) -> pybis.Openbis:
    return connect(shared_openbis_sandbox, "ursula")


def names(openbis: pybis.Openbis, **filters: object) -> list[str]:
    found = openbis.get_datasets(props=["$name"], **filters)
    # pybis spells the column otherwise when there is no row
    return list(found.df["$NAME"]) if len(found) else []


def perm_ids(openbis: pybis.Openbis) -> list[str]:
    return list(openbis.get_datasets(experiment=DEMO_EXPERIMENT).df["permId"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"type": "PROCESSED_DATA"}, ["Dividing cells, single frames", "Growth curves behind figure 2"]),
        ({"experiment": DEMO_EXPERIMENT}, PLATES),
        ({"sample": "/BIOLAB/GROWTH/PLATE_4"}, [PILOT]),
        ({"project": "/BIOLAB/GROWTH"}, [*PLATES, PILOT]),
        ({"project": "GROWTH"}, [*PLATES, PILOT]),
        ({"space": "BIOLAB", "type": "ANALYZED_DATA"}, ["All growth curves"]),
        ({"where": {"$name": "Growth curves, plate 2"}}, [PLATES[1]]),
        ({"where": {"$name": "*plate ?"}}, PLATES),
        ({"where": {"$name": "no such name"}}, []),
        ({"_name": "growth CURVES, plate 3"}, [PLATES[2]]),
        ({"status": "ARCHIVED"}, ["Growth curves, pilot of 2019"]),
        ({"start_with": 1, "count": 2, "experiment": DEMO_EXPERIMENT}, PLATES[1:]),
        ({"experiment": DEMO_EXPERIMENT, "where": {"registrationDate": ">2020-01-01"}}, PLATES),
        ({"experiment": DEMO_EXPERIMENT, "where": {"registrationDate": "<2020-01-01"}}, []),
        ({"tags": "no_such_tag"}, []),
    ],
)
def test_data_sets(openbis: pybis.Openbis, filters: dict[str, object], expected: list[str]) -> None:
    assert names(openbis, **filters) == expected


def test_data_sets_by_perm_ids(openbis: pybis.Openbis) -> None:
    one, two, _ = perm_ids(openbis)
    experiment = openbis.get_experiment(DEMO_EXPERIMENT)
    assert names(openbis, code=[one, two]) == PLATES[:2]
    assert names(openbis, experiment=experiment.permId) == PLATES
    assert names(openbis, sample=openbis.get_object("/BIOLAB/GROWTH/PLATE_4").permId) == [PILOT]


def test_data_sets_by_relatives(openbis: pybis.Openbis) -> None:
    stack, frames = openbis.get_datasets(experiment="/BIOLAB/IMAGING/TIME_LAPSE_1").df["permId"]
    assert names(openbis, withParents=stack) == ["Dividing cells, single frames"]
    assert names(openbis, withChildren=frames) == ["Dividing cells, 12 frames"]
    assert names(openbis, withParents=frames) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"space": "BIOLAB", "type": "EXPERIMENTAL_STEP"}, ["EXP1", "EXP2", "EXP3", "EXP4"]),
        ({"experiment": DEMO_EXPERIMENT, "type": "ENTRY"}, ["PLATE_1", "PLATE_2", "PLATE_3"]),
        ({"project": "/BIOLAB/ARCHIVE"}, ["EXP4"]),
        ({"code": "EXP1"}, ["EXP1"]),
        ({"where": {"$name": "plate*"}}, ["PLATE_1", "PLATE_2", "PLATE_3", "PLATE_4"]),
        ({"withParents": "/BIOLAB/GROWTH/EXP1"}, ["EXP2"]),
        ({"withChildren": "/BIOLAB/GROWTH/EXP2"}, ["EXP1"]),
    ],
)
def test_objects(openbis: pybis.Openbis, filters: dict[str, object], expected: list[str]) -> None:
    found = openbis.get_objects(**filters).df["identifier"]
    assert [one.rsplit("/", 1)[-1] for one in found] == expected


def test_pages_come_with_the_total(openbis: pybis.Openbis) -> None:
    found = openbis.get_datasets(space="BIOLAB", start_with=3, count=4)
    assert (len(found), found.totalCount) == (4, 11)


def test_persons_by_user_id(openbis: pybis.Openbis) -> None:
    assert list(openbis.get_persons(userId="Eve.O-Neill").df["firstName"]) == ["Eve"]


def test_all_versions_of_a_notebook(openbis_sandbox: Sandbox, tmp_path: Path) -> None:
    """The history id ties versions together; ``$`` in front of a keyword is `_` (contract 3.6)."""
    openbis = connect(openbis_sandbox, "ursula")
    notebook = tmp_path / "nb.ipynb"
    notebook.write_text("{}")
    for number in (1, 2):
        props = {"$name": f"version {number}", "$history_id": "guid-1"}
        openbis.new_dataset(
            type="ANALYSIS_NOTEBOOK", experiment=DEMO_EXPERIMENT, files=[str(notebook)], props=props
        ).save()
    assert names(openbis, where={"$history_id": "guid-1"}) == ["version 1", "version 2"]
    assert names(openbis, _history_id="guid-1") == ["version 1", "version 2"]
    today = date.today().isoformat()
    assert len(names(openbis, where={"$history_id": "guid-1", "registrationDate": f">={today}"})) == 2


def test_numbers_are_compared_as_numbers(openbis_sandbox: Sandbox) -> None:
    openbis = connect(openbis_sandbox, "admin")

    def rows(value: str) -> list[str]:
        return list(openbis.get_objects(type="STORAGE", where={"$storage.row_num": value}).df["identifier"])

    bench, default = (f"/ELN_SETTINGS/STORAGES/{one}" for one in ("BENCH", "DEFAULT_STORAGE"))
    expected = {">1": [default], ">=1": [bench, default], "<4": [bench], "=4": [default], ">10": []}
    assert {value: rows(value) for value in expected} == expected


def test_what_somebody_may_not_see_is_not_counted(shared_openbis_sandbox: Sandbox) -> None:
    people = {user: connect(shared_openbis_sandbox, user) for user in ("olga", "bob", "admin")}
    counts = {user: openbis.get_datasets().totalCount for user, openbis in people.items()}
    assert counts == {"olga": 11, "bob": 1, "admin": 12}
