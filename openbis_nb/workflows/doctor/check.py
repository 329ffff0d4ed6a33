"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...errors import OpenbisNbError

__all__ = ["Check", "Status", "ok", "problem", "problem_of", "skipped", "warning"]

Status = Literal["ok", "warning", "problem", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    ``warning``: works, with a limit that the message names. ``problem``: something that a save or an
    attach needs is missing; ``next_step`` says who does what. ``skipped``: it was not looked at, and why.
    """

    topic: str
    status: Status
    message: str
    next_step: str = ""


def ok(topic: str, message: str) -> Check:
    """All is well."""
    return Check(topic, "ok", message)


def warning(topic: str, message: str, next_step: str) -> Check:
    """It works, with a limit."""
    return Check(topic, "warning", message, next_step)


def problem(topic: str, message: str, next_step: str) -> Check:
    """Something is missing."""
    return Check(topic, "problem", message, next_step)


def skipped(topic: str, message: str, next_step: str) -> Check:
    """It was not looked at; *next_step* says what that takes."""
    return Check(topic, "skipped", message, next_step)


def problem_of(topic: str, error: OpenbisNbError) -> Check:
    """What an error says of the thing that was looked at."""
    return Check(topic, "problem", error.message, error.next_step)
