"""Roles and what they allow (contract section 9)."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox.failures import AuthorizationFailure
from openbis_nb.sandbox.rights import MINIMUM_ROLE, Place, Rights, Role, roles_for

SPACE, PROJECT, OTHER = 1, 2, 9
HERE = Place(SPACE, PROJECT)


def rights(*roles: Role) -> Rights:
    return Rights("x", roles)


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        ("OBSERVER", ["read"], ["createUploadedDataSet", "search deletions"]),
        (
            "USER",
            ["read", "createUploadedDataSet", "update sample", "revert deletions", "unarchive"],
            # The trap of contract 9.2: who may create a data set may not change or delete it.
            ["update data set", "delete data set", "archive", "create project", "confirm deletions"],
        ),
        (
            "POWER_USER",
            ["update data set", "delete data set", "archive", "create project", "update project"],
            ["confirm deletions", "freeze", "lock", "space roles"],
        ),
        ("ADMIN", ["confirm deletions", "freeze", "lock", "space roles"], ["master data", "instance roles"]),
    ],
)
def test_a_role_on_a_space(role: str, allowed: list[str], refused: list[str]) -> None:
    someone = rights(Role(role, "SPACE", SPACE))
    assert [one for one in allowed if not someone.allows(one, HERE)] == []
    assert [one for one in refused if someone.allows(one, HERE)] == []
    assert not someone.allows(allowed[0], Place(OTHER, OTHER))


def test_a_role_on_a_project_stays_below_that_on_its_space() -> None:
    admin = rights(Role("ADMIN", "PROJECT", project_id=PROJECT))
    assert admin.allows("delete data set", HERE)
    assert admin.allows("delete project", HERE)
    assert not admin.allows("create project", HERE)
    assert not admin.allows("delete data set", Place(SPACE, OTHER))


def test_an_instance_admin_may_do_everything() -> None:
    admin = rights(Role("ADMIN", "INSTANCE"))
    assert all(admin.allows(operation, Place(OTHER)) for operation in MINIMUM_ROLE)


def test_an_instance_observer_reads_everything_and_does_nothing() -> None:
    observer = rights(Role("OBSERVER", "INSTANCE"))
    assert [one for one in MINIMUM_ROLE if observer.allows(one, HERE)] == ["read", "search types"]
    assert observer.sees_everything


def test_a_disabled_role_is_none() -> None:
    with pytest.raises(AuthorizationFailure, match=r"^No role assignments could be found for user 'x'\.$"):
        rights(Role("DISABLED", "INSTANCE")).require("read")


def test_the_text_when_no_role_would_do() -> None:
    with pytest.raises(AuthorizationFailure) as fault:
        rights(Role("OBSERVER", "SPACE", SPACE)).require("delete data set", HERE)
    assert fault.value.message == (
        "Authorization failure: ERROR: \"None of method roles '[PROJECT_POWER_USER, PROJECT_ADMIN,"
        " SPACE_POWER_USER, SPACE_ADMIN, INSTANCE_ADMIN]' could be found in roles of user 'x'.\"."
    )


def test_the_text_when_the_role_is_for_another_place() -> None:
    with pytest.raises(AuthorizationFailure) as fault:
        rights(Role("USER", "SPACE", OTHER)).require("createUploadedDataSet", HERE)
    expected = "Authorization failure: ERROR: \"User 'x' does not have enough privileges.\"."
    assert fault.value.message == expected


def test_every_operation_has_roles() -> None:
    assert all(roles_for(operation)[-1] == "INSTANCE_ADMIN" for operation in MINIMUM_ROLE)
