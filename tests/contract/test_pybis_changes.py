"""Writes by unmodified pybis: log-in, objects, properties, trash, tags, personal access tokens."""

from __future__ import annotations

from pathlib import Path

import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import connect


@pytest.fixture
def alice(openbis_sandbox: Sandbox) -> pybis.Openbis:
    return connect(openbis_sandbox, "alice")


@pytest.fixture
def admin(openbis_sandbox: Sandbox) -> pybis.Openbis:
    return connect(openbis_sandbox, "admin")


def first_data_set(openbis: pybis.Openbis) -> pybis.dataset.DataSet:
    return openbis.get_dataset(openbis.get_datasets(experiment=DEMO_EXPERIMENT).df["permId"][0])


def test_a_wrong_password(shared_openbis_sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="login to openBIS failed"):
        connect_with(shared_openbis_sandbox, "ursula", "wrong")


def connect_with(sandbox: Sandbox, user: str, password: str, **settings: object) -> pybis.Openbis:
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login(user, password, **settings)
    return openbis


def test_a_saved_token_is_found_again(openbis_sandbox: Sandbox, own_environment: Path) -> None:
    first = connect_with(openbis_sandbox, "Eve.O-Neill", "Eve.O-Neill", save_token=True)
    again = pybis.Openbis(openbis_sandbox.url, verify_certificates=str(openbis_sandbox.ca_bundle))
    assert again.token == first.token
    assert again.is_session_active()
    assert again.get_session_info().userName == "Eve.O-Neill"
    first.logout()
    assert not again.is_session_active()


def test_an_expired_token_is_refused(openbis_sandbox: Sandbox) -> None:
    openbis = connect(openbis_sandbox, "ursula")
    openbis_sandbox.state.sessions.expire("ursula")
    assert not openbis.is_token_valid()
    with pytest.raises(ValueError, match=r"Session no longer available\. Please login again\."):
        openbis.get_spaces()


def test_properties_of_a_data_set(alice: pybis.Openbis) -> None:
    data_set = first_data_set(alice)
    data_set.props.notes = "changed"
    data_set.props["$name"] = "renamed"
    data_set.save()
    found = alice.get_dataset(data_set.permId)
    assert (found.props.notes, found.props["$name"]) == ("changed", "renamed")
    assert found.modifier == "alice"


def test_a_user_may_not_change_a_data_set(openbis_sandbox: Sandbox) -> None:
    data_set = first_data_set(connect(openbis_sandbox, "ursula"))
    data_set.props.notes = "changed"
    with pytest.raises(ValueError, match="None of method roles"):
        data_set.save()


def test_an_object_from_creation_to_trash(alice: pybis.Openbis) -> None:
    step = alice.new_object(
        type="EXPERIMENTAL_STEP",
        experiment=DEMO_EXPERIMENT,
        props={"$name": "Repeat", "finished_flag": True},
        parents=["/BIOLAB/GROWTH/EXP2"],
    )
    step.save()
    found = alice.get_object(step.permId)
    assert found.identifier.startswith("/BIOLAB/GROWTH/EXP")
    assert (found.props["$name"], found.parents) == ("Repeat", ["/BIOLAB/GROWTH/EXP2"])
    found.props["$name"] = "Repeat 2"
    found.save()
    assert alice.get_object(step.permId).props["$name"] == "Repeat 2"
    found.delete("no longer needed")
    with pytest.raises(ValueError, match="no such sample found"):
        alice.get_object(step.permId)


def test_saving_an_unchanged_object_changes_nothing(alice: pybis.Openbis) -> None:
    before = alice.get_object("/BIOLAB/GROWTH/PLATE_1")
    before.save()
    after = alice.get_object(before.permId)
    assert after.identifier == before.identifier
    assert after.props.all() == before.props.all()
    assert after.experiment.identifier == DEMO_EXPERIMENT


def test_a_collection_in_a_new_project_of_a_new_space(admin: pybis.Openbis) -> None:
    admin.new_space(code="newlab", description="New").save()
    admin.new_project(space="NEWLAB", code="p1", description="First").save()
    made = admin.new_experiment(project="/NEWLAB/P1", code="e1", type="COLLECTION", props={"$name": "First"})
    made.save()
    found = admin.get_experiment("/NEWLAB/P1/E1")
    assert found.permId == made.permId
    found.props["$name"] = "Second"
    found.save()
    assert admin.get_experiment(made.permId).props["$name"] == "Second"


def test_trash_revert_and_confirm(admin: pybis.Openbis) -> None:
    data_set = first_data_set(admin)
    data_set.delete("test reason")
    deletions = admin.get_deletions()
    assert list(deletions["reason"]) == ["test reason"]
    with pytest.raises(ValueError, match="no such dataset found"):
        admin.get_dataset(data_set.permId)
    admin.revert_deletions([deletions["deletionId"][0]])
    assert admin.get_dataset(data_set.permId).permId == data_set.permId
    data_set.delete("for good", permanently=True)
    assert len(admin.get_deletions()) == 0
    with pytest.raises(ValueError, match="no such dataset found"):
        admin.get_dataset(data_set.permId)


def test_archived_data_sets_are_told(alice: pybis.Openbis) -> None:
    perm_id = alice.get_datasets(status="ARCHIVED").df["permId"][0]
    with pytest.raises(ValueError, match="its status is ARCHIVED"):
        alice.get_dataset(perm_id).delete("no")


def test_tags(alice: pybis.Openbis) -> None:
    tag = alice.new_tag(code="good", description="worth a look")
    tag.save()
    step = alice.get_object("/BIOLAB/GROWTH/EXP1")
    step.add_tags("GOOD")
    step.save()
    assert list(alice.get_tags().df["code"]) == ["GOOD"]
    assert list(alice.get_objects(tags="GOOD").df["identifier"]) == ["/BIOLAB/GROWTH/EXP1"]


def test_a_term_and_a_type(admin: pybis.Openbis) -> None:
    admin.new_vocabulary(code="moods", description="Moods", terms=[{"code": "good", "label": "Good"}]).save()
    named = {"code": "mood", "label": "Mood", "description": "Mood"}
    admin.new_property_type(**named, dataType="CONTROLLEDVOCABULARY", vocabulary="MOODS").save()
    report = admin.new_dataset_type(code="report", description="Report")
    report.save()
    report.assign_property(prop="mood", mandatory=True)
    assert list(admin.get_dataset_type("REPORT").get_property_assignments().df["code"]) == ["MOOD"]


def test_a_personal_access_token_stands_for_its_owner(openbis_sandbox: Sandbox) -> None:
    openbis = connect(openbis_sandbox, "alice")
    token = openbis.get_or_create_personal_access_token("my-app")
    assert openbis.get_or_create_personal_access_token("my-app").permId == token.permId
    other = pybis.Openbis(openbis_sandbox.url, verify_certificates=str(openbis_sandbox.ca_bundle))
    other.set_token(token.permId)
    assert other.get_session_info().userName == "alice"
    assert len(other.get_datasets(experiment=DEMO_EXPERIMENT)) == 3
    assert list(openbis.get_personal_access_tokens().df["sessionName"]) == ["my-app"]
    token.delete("done")
    assert not other.is_session_active()


def test_a_token_cannot_make_tokens(openbis_sandbox: Sandbox) -> None:
    openbis = connect(openbis_sandbox, "alice")
    token = openbis.get_or_create_personal_access_token("my-app")
    openbis.set_token(token.permId)
    with pytest.raises(NotImplementedError, match="does not support personal access tokens"):
        openbis.get_or_create_personal_access_token("another")
