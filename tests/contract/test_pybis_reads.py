"""Reads by unmodified pybis: everything that a scientist looks at (contract 3.5, 3.6)."""

from __future__ import annotations

import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import connect

PLATE = "/BIOLAB/GROWTH/PLATE_1"


@pytest.fixture(scope="module")
def openbis(shared_openbis_sandbox: Sandbox) -> pybis.Openbis:
    return connect(shared_openbis_sandbox, "ursula")


def codes(things: object, column: str = "code") -> list[str]:
    return list(things.df[column])  # type: ignore[attr-defined]


def test_spaces(openbis: pybis.Openbis) -> None:
    assert codes(openbis.get_spaces()) == ["BIOLAB"]
    assert openbis.get_space("BIOLAB").description.startswith("Microbiology")
    with pytest.raises(ValueError, match="No such space"):
        openbis.get_space("CHEMLAB")


def test_projects(openbis: pybis.Openbis) -> None:
    found = openbis.get_projects(space="BIOLAB")
    assert codes(found, "identifier") == [
        f"/BIOLAB/{one}" for one in ("GROWTH", "SCREENING", "IMAGING", "ARCHIVE")
    ]
    project = openbis.get_project("/BIOLAB/GROWTH")
    assert (project.code, project.space.code) == ("GROWTH", "BIOLAB")
    assert openbis.get_project("GROWTH").permId == project.permId


def test_an_experiment(openbis: pybis.Openbis) -> None:
    experiment = openbis.get_experiment(DEMO_EXPERIMENT)
    assert experiment.type.code == "DEFAULT_EXPERIMENT"
    assert experiment.p["$name"] == "Growth curves at three temperatures"
    assert experiment.project.identifier == "/BIOLAB/GROWTH"
    assert len(experiment.get_datasets()) == 3
    assert openbis.get_experiment(experiment.permId).identifier == DEMO_EXPERIMENT
    assert (experiment.registrator, experiment.frozen) == ("ursula", False)


def test_experiments_of_a_project_and_a_space(openbis: pybis.Openbis) -> None:
    of_project = openbis.get_experiments(project="/BIOLAB/GROWTH")
    assert codes(of_project, "identifier") == [DEMO_EXPERIMENT, "/BIOLAB/GROWTH/GROWTH_PILOT"]
    assert len(openbis.get_experiments(space="BIOLAB")) == 6
    assert len(openbis.get_experiments(space="CHEMLAB")) == 0


def test_an_object(openbis: pybis.Openbis) -> None:
    plate = openbis.get_object(PLATE)
    assert plate.type.code == "ENTRY"
    assert plate.p["$name"] == "Plate 1"
    assert plate.experiment.identifier == DEMO_EXPERIMENT
    assert sorted(plate.parents) == ["/BIOLAB/GROWTH/EXP2", "/BIOLAB/STRAINS"]
    assert plate.project.identifier == "/BIOLAB/GROWTH"
    assert openbis.get_object(plate.permId).identifier == PLATE
    # four parts, as the ELN shows them, and lower case
    assert openbis.get_object("/biolab/growth/growth_curves_1/plate_1").permId == plate.permId


def test_an_object_without_an_experiment(openbis: pybis.Openbis) -> None:
    strains = openbis.get_object("/BIOLAB/STRAINS")
    assert strains.experiment is None
    assert strains.children == [PLATE]


def test_objects_with_properties_and_parents(openbis: pybis.Openbis) -> None:
    found = openbis.get_objects(
        experiment=DEMO_EXPERIMENT, props=["$name"], attrs=["parents", "children", "space.code"]
    )
    assert codes(found, "$NAME") == ["Pre-culture", "Inoculation", "Plate 1", "Plate 2", "Plate 3"]
    assert codes(openbis.get_objects(space="BIOLAB", type="GENERAL_PROTOCOL"), "identifier") == [
        "/BIOLAB/STRAINS"
    ]


def test_a_data_set(openbis: pybis.Openbis) -> None:
    perm_id = codes(openbis.get_datasets(experiment=DEMO_EXPERIMENT), "permId")[0]
    found = openbis.get_dataset(perm_id)
    assert (found.type.code, found.kind, found.code) == ("RAW_DATA", "PHYSICAL", perm_id)
    assert found.experiment.identifier == DEMO_EXPERIMENT
    assert found.props["$name"] == "Growth curves, plate 1"
    assert found.status == "AVAILABLE"
    assert found.dataStore == "DSS1"
    assert found.registrator == "ursula"


def test_several_data_sets_in_one_call(openbis: pybis.Openbis) -> None:
    perm_ids = codes(openbis.get_datasets(experiment=DEMO_EXPERIMENT), "permId")
    found = openbis.get_dataset([*perm_ids, "20200101000000000-1"])
    assert [one.permId for one in found] == perm_ids


def test_missing_and_invisible_things(openbis: pybis.Openbis) -> None:
    with pytest.raises(ValueError, match="no such dataset found: 20200101000000000-1"):
        openbis.get_dataset("20200101000000000-1")
    with pytest.raises(ValueError, match="no such sample found"):
        openbis.get_object("/CHEMLAB/SYNTHESIS/EXP5")
    with pytest.raises(ValueError, match="No such"):
        openbis.get_experiment("/CHEMLAB/SYNTHESIS/TITRATION_1")


def test_containers_and_what_they_contain(openbis: pybis.Openbis) -> None:
    perm_id = codes(openbis.get_datasets(type="ANALYZED_DATA"), "permId")[0]
    container = openbis.get_dataset(perm_id)
    assert container.kind == "CONTAINER"
    plates = codes(openbis.get_datasets(experiment=DEMO_EXPERIMENT), "permId")
    assert sorted(container.components) == sorted(plates)
    assert openbis.get_dataset(plates[0]).containers == [perm_id]


def test_types_and_their_properties(openbis: pybis.Openbis) -> None:
    assert "ANALYSIS_NOTEBOOK" in codes(openbis.get_dataset_types())
    assignments = openbis.get_dataset_type("ANALYSIS_NOTEBOOK").get_property_assignments()
    assert codes(assignments) == ["$NAME", "NOTES", "$XMLCOMMENTS", "$HISTORY_ID"]
    assert codes(openbis.get_experiment_types()) == ["COLLECTION", "DEFAULT_EXPERIMENT"]
    assert openbis.get_object_type("EXPERIMENTAL_STEP").generatedCodePrefix == "EXP"
    assert openbis.get_property_type("$name").dataType == "VARCHAR"
    assert len(openbis.get_property_types()) > 80


def test_vocabularies_and_terms(openbis: pybis.Openbis) -> None:
    assert "$PRODUCT.CURRENCY" in codes(openbis.get_vocabularies())
    assert codes(openbis.get_vocabulary("$PRODUCT.CURRENCY").get_terms()) == ["CHF", "EUR", "USD"]
    assert codes(openbis.get_terms(vocabulary="$PRODUCT.CURRENCY")) == ["CHF", "EUR", "USD"]


def test_people_and_roles(openbis: pybis.Openbis) -> None:
    assert "alice" in codes(openbis.get_persons(), "userId")
    person = openbis.get_person("alice")
    assert (person.firstName, person.userId) == ("Alice", "alice")
    assert len(openbis.get_tags()) == 0
    assert list(openbis.get_datastores()["code"]) == ["DSS1"]


def test_role_assignments_are_for_admins(openbis: pybis.Openbis, shared_openbis_sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="None of method roles"):
        openbis.get_role_assignments()
    admin = connect(shared_openbis_sandbox, "admin")
    assert set(codes(admin.get_role_assignments(), "user")) >= {"admin", "alice", "bob"}


def test_server_information(openbis: pybis.Openbis) -> None:
    information = openbis.get_server_information()
    assert information.api_version == "3.6"
    assert information.is_openbis_1806() is True
    assert information.archiving_configured is True
