"""The error tree: every class can be acted on, and says the same on every way out."""

from __future__ import annotations

import errno
import pickle

import pytest

from openbis_nb import errors
from openbis_nb.errors import MissingExtra, NoSpace, OpenbisNbError, TooLarge, disk_problem

CLASSES: list[type[OpenbisNbError]] = [
    thing for name in errors.__all__ if isinstance(thing := getattr(errors, name), type)
]


def make(cls: type[OpenbisNbError]) -> OpenbisNbError:
    if cls is MissingExtra:
        return MissingExtra("The sandbox", "sandbox")
    return cls("What happened.", detail="for the log", extra={"file": "a.csv"})


def test_every_public_class_is_listed() -> None:
    defined = {
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, OpenbisNbError)
    }
    assert {cls.__name__ for cls in CLASSES} == defined


def test_codes_are_unique() -> None:
    assert len({cls.code for cls in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_each_error_says_what_to_do(cls: type[OpenbisNbError]) -> None:
    """U-11: an error has a code, a status, a next step and a line of documentation."""
    error = make(cls)
    assert 400 <= cls.status <= 599
    assert 1 <= cls.exit_code <= 125
    assert error.next_step.endswith((".", "…", "]'"))
    assert cls.__doc__
    assert str(error) == f"{error.message} {error.next_step}"


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_users_mistakes_are_4xx(cls: type[OpenbisNbError]) -> None:
    if issubclass(cls, errors.UserMistake):
        assert cls.status < 500 or cls is errors.NoSpace


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_survives_a_process_border(cls: type[OpenbisNbError]) -> None:
    error = make(cls)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls
    assert (again.problem(), again.detail) == (error.problem(), error.detail)


def test_problem_json_has_the_members_of_the_rfc() -> None:
    problem = TooLarge("600 MB is over 64 MB.", extra={"limit": 64}).problem()
    assert problem == {
        "type": "urn:openbis-nb:error:too-large",
        "title": "TooLarge",
        "status": 413,
        "detail": "600 MB is over 64 MB.",
        "code": "too-large",
        "next_step": TooLarge.default_next_step,
        "limit": 64,
    }


def test_details_for_the_log_stay_out_of_problem_json() -> None:
    assert "for the log" not in str(make(errors.NotFound).problem())


def test_extra_members_cannot_replace_the_standard_ones() -> None:
    assert TooLarge("Too much.", extra={"status": 200}).problem()["status"] == 413


def test_a_missing_extra_names_the_command_that_installs_it() -> None:
    error = MissingExtra("The sandbox", "sandbox")
    assert "pip install 'openbis-nb[sandbox]'" in str(error)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_or_quota_is_told_apart(number: int) -> None:
    error = disk_problem(OSError(number, "No room"), "The file cannot be written")
    assert isinstance(error, NoSpace)
    assert error.message == "The file cannot be written: No room."


def test_another_failed_write_is_not_called_a_full_disk() -> None:
    error = disk_problem(OSError(errno.EACCES, "Permission denied"), "The file cannot be written")
    assert not isinstance(error, NoSpace)
    assert "may be written to" in error.next_step
