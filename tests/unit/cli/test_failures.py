"""Every failure as message, problem JSON and exit code."""

from __future__ import annotations

import json

import click
import pytest

from openbis_nb import errors
from openbis_nb.cli.failures import EXIT_CODES, describe

TOKEN = "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF"
CLASSES = [cls for name in errors.__all__ if isinstance(cls := getattr(errors, name), type)]
PROBLEM_MEMBERS = {"type", "title", "status", "detail", "code", "next_step"}


def example(cls: type[errors.OpenbisNbError]) -> errors.OpenbisNbError:
    return cls("x", "y") if cls is errors.MissingExtra else cls("What happened.")


@pytest.mark.parametrize("cls", CLASSES)
def test_each_class_has_a_documented_exit_code(cls: type[errors.OpenbisNbError]) -> None:
    assert describe(example(cls)).exit_code in EXIT_CODES


@pytest.mark.parametrize(
    "error",
    [example(errors.NotFound), click.UsageError("no such thing"), click.Abort(), ZeroDivisionError("x")],
    ids=lambda error: type(error).__name__,
)
def test_all_failures_share_one_json_shape(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    describe(error).show(as_json=True)
    assert set(json.loads(capsys.readouterr().err)) == PROBLEM_MEMBERS


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.InvalidInput("x"), 2),
        (errors.NotLoggedIn("x"), 3),
        (errors.Forbidden("x"), 4),
        (errors.NotFound("x"), 5),
        (errors.NeedsConfirmation("x"), 6),
        (errors.NoSpace("x"), 7),
        (errors.OpenBISTimeout("x"), 8),
        (errors.RunFailed("x"), 9),
        (click.UsageError("x"), 2),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (RuntimeError("x"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_exit_codes(error: BaseException, exit_code: int) -> None:
    assert describe(error).exit_code == exit_code


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("cls", [errors.NotLoggedIn, RuntimeError])
def test_a_token_in_a_message_is_not_shown(
    cls: type[Exception], as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(cls(f"Session token '{TOKEN}' is invalid")).show(as_json=as_json)
    assert TOKEN not in capsys.readouterr().err


def test_people_get_the_message_and_then_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    describe(errors.NotFound("No such object.", next_step="Look again.")).show(as_json=False)
    assert click.unstyle(capsys.readouterr().err) == "Error: No such object.\n→ Look again.\n"
