"""The frame of every command: common options, examples in the help, settings and terminal handed in."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

import click

from .. import assemble
from ..errors import InvalidInput
from .logs import log_to_stderr
from .terminal import Terminal

__all__ = ["assignments", "command", "examples_epilog", "output_folder"]


def command(
    *, examples: Iterable[str], group: click.Group | None = None, name: str | None = None
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a click command of ``function(terminal, settings, **own_options)``, plain or ``async``.

    Adds ``--url``, ``--json`` and ``-v`` and prints *examples* at the end of the help. An async
    function runs in a loop of its own; Ctrl-C cancels it and waits for its clean-up.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def invoke(url: str | None, as_json: bool, verbose: bool, **own: Any) -> None:
            if verbose:
                log_to_stderr()
            outcome = function(Terminal(as_json), assemble.load_settings(url), **own)
            if inspect.iscoroutine(outcome):
                _run(outcome)

        make = click.command if group is None else group.command
        made: click.Command = make(
            name or function.__name__.replace("_", "-"), epilog=examples_epilog(examples)
        )(invoke)
        made.params += _common_options()  # after the command's own in the help
        return made

    return decorate


def _run(outcome: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(outcome)
    except asyncio.CancelledError:
        # Only Ctrl-C cancels a command; a library that handles the signal itself (nbclient, while a
        # kernel starts) hides it from asyncio, which then has no KeyboardInterrupt to raise.
        raise KeyboardInterrupt from None


def _common_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--url"],
            metavar="URL",
            help="Address of openBIS; default: OPENBIS_URL, else the only known one.",
        ),
        click.Option(
            ["--json", "as_json"], is_flag=True, help="Print one JSON document; errors as problem JSON."
        ),
        click.Option(["-v", "--verbose"], is_flag=True, help="Log every step to stderr, without tokens."),
    ]


#: ``-o DIR``, handed in as ``folder``.
output_folder = click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path, exists=True, file_okay=False, writable=True),
    help="Folder for the file; default: this one.",
)


def examples_epilog(examples: Iterable[str]) -> str:
    """The examples as click prints them unwrapped."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in examples)


def assignments(words: Iterable[str], *, option: str) -> dict[str, str]:
    """``KEY=VALUE`` words as a dict; the first ``=`` divides.

    Raises:
        InvalidInput: a word without ``=`` or key, or a key given twice.
    """
    found: dict[str, str] = {}
    for word in words:
        key, separator, value = word.partition("=")
        if not separator or not key.strip():
            raise InvalidInput(f"{option} {word!r} is not of the form KEY=VALUE.")
        if key.strip() in found:
            raise InvalidInput(f"{option} gives {key.strip()!r} twice.")
        found[key.strip()] = value
    return found
