"""The command group: loads commands lazily and turns every failure into one message and exit code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click

from .failures import Failure, describe

__all__ = ["CommandGroup", "Lazy"]

_PACKAGE = __name__.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives (``module:attribute`` below this package) and its one-line help."""

    target: str
    summary: str

    def load(self) -> click.Command:
        """Import the module and return its command."""
        module, _, attribute = self.target.partition(":")
        command: click.Command = getattr(importlib.import_module(f"{_PACKAGE}.{module}"), attribute)
        return command


class CommandGroup(click.Group):
    """A group whose help needs no command's module, and whose failures are never stack traces."""

    def __init__(self, *, lazy: Mapping[str, Lazy], **settings: Any) -> None:
        super().__init__(**settings)
        self.lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of the loop (log in, make, attach, save …), not of the alphabet."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        lazy = self.lazy.get(cmd_name)
        return lazy.load() if lazy else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command, from the table: nothing is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.summary) for name, lazy in self.lazy.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line; every way out is an exit code (see :mod:`.failures`)."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            result = super().main(words, prog_name, complete_var, standalone_mode=False, **extra)
        except Exception as error:  # the edge: translated once, here; -v logs the cause
            if not standalone_mode:
                raise
            _leave(error, as_json="--json" in words)
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _leave(error: Exception, *, as_json: bool) -> NoReturn:
    failure: Failure = describe(error)
    failure.show(as_json=as_json)
    sys.exit(failure.exit_code)
