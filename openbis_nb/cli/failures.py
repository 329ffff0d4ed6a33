"""One translation of every failure: what to print on stderr, and the exit code."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

import click

from ..errors import OpenbisNbError
from ..openbis.secrets import scrub

__all__ = ["EXIT_CODES", "STOPPED", "Failure", "describe", "exit_code_lines"]

logger = logging.getLogger(__name__)

#: Exit code of a command that was stopped with Ctrl-C, as shells have it (128 + SIGINT).
STOPPED = 130

#: What each exit code means. The codes themselves stand in :mod:`openbis_nb.errors`.
EXIT_CODES = {
    0: "done",
    1: "something unexpected, or `doctor` found a problem",
    2: "a mistake in the request, a file or a setting",
    3: "not logged in, or the session is over",
    4: "openBIS does not allow it to this person",
    5: "not found, or not visible to this person",
    6: "conflict: frozen, in the trash, not available, or needs a confirmation",
    7: "too large, or no space on the disk",
    8: "openBIS or the network failed; a save then waits in the outbox",
    9: "a cell of a headless run raised",
    STOPPED: "stopped with Ctrl-C",
}


def exit_code_lines() -> list[str]:
    """``code  meaning`` for help and documentation."""
    return [f"{code:>3}  {meaning}" for code, meaning in EXIT_CODES.items()]


@dataclass(frozen=True, slots=True)
class Failure:
    """What a person and a script get to see of an error."""

    exit_code: int
    problem: dict[str, Any]
    usage: str = ""
    help: str = ""

    def show(self, *, as_json: bool) -> None:
        """Write it to stderr: problem JSON (RFC 9457), or a message and the next step."""
        if as_json:
            click.echo(json.dumps(self.problem, ensure_ascii=False), err=True)
            return
        if self.help:
            click.echo(self.help, err=True)
            return
        message = click.style("Error:", fg="red", bold=True) + f" {self.problem['detail']}"
        next_step = self.problem.get("next_step")
        lines = [self.usage, message, f"→ {next_step}" if next_step else ""]
        click.echo("\n".join(line for line in lines if line), err=True)


def describe(error: BaseException) -> Failure:
    """The failure that stands for *error*; an unexpected one is logged with its cause."""
    match error:
        case OpenbisNbError():
            logger.debug("%s: %s", type(error).__name__, error.detail or error.message, exc_info=error)
            return Failure(error.exit_code, _scrubbed(error.problem()))
        case click.Abort() | KeyboardInterrupt():
            return _plain(STOPPED, 499, "stopped", "Stopped.", "Nothing is half-written; run it again.")
        case click.exceptions.NoArgsIsHelpError():
            failure = _plain(
                2, 400, "usage", "No command was given.", "Choose one of those that --help lists."
            )
            return Failure(failure.exit_code, failure.problem, help=error.format_message())
        case click.ClickException():
            return _usage(error)
        case _:
            logger.debug("unexpected", exc_info=error)
            return _plain(
                1,
                500,
                "unexpected",
                f"Something unexpected happened: {type(error).__name__}: {error}",
                "Run it again with -v for the details, and report them.",
            )


def _usage(error: click.ClickException) -> Failure:
    ctx = getattr(error, "ctx", None)
    usage = ctx.get_usage() if ctx else ""
    next_step = f"`{ctx.command_path} --help` shows how." if ctx else ""
    failure = _plain(error.exit_code, 400, "usage", error.format_message(), next_step)
    return Failure(failure.exit_code, failure.problem, usage)


def _plain(exit_code: int, status: int, code: str, message: str, next_step: str) -> Failure:
    problem = {
        "type": f"urn:openbis-nb:error:{code}",
        "title": message.partition(":")[0].rstrip("."),
        "status": status,
        "detail": message,
        "code": code,
        "next_step": next_step,
    }
    return Failure(exit_code, _scrubbed(problem))


def _scrubbed(problem: dict[str, Any]) -> dict[str, Any]:
    return {key: scrub(value) if isinstance(value, str) else value for key, value in problem.items()}
