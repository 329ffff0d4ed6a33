"""What a command shows: lines for a person, or one JSON document for a script."""

from __future__ import annotations

import json
import signal
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

import click

from ..errors import UserMistake

__all__ = ["Terminal", "table", "to_json", "visible"]


@dataclass(frozen=True, slots=True)
class Terminal:
    """Results go to stdout, everything else to stderr."""

    as_json: bool = False

    def result(self, document: Any, lines: Iterable[str]) -> None:
        """The outcome of a command: *document* with ``--json``, else *lines*. Call it once."""
        if self.as_json:
            click.echo(json.dumps(to_json(document), ensure_ascii=False, indent=2))
            return
        for line in lines:
            click.echo(visible(line))

    def note(self, text: str) -> None:
        """A sentence beside the result; with ``--json`` stderr is for problem JSON only."""
        if not self.as_json:
            click.echo(visible(text), err=True)

    def confirm(self, question: str, *, otherwise: str) -> bool:
        """Ask yes or no (no is the default).

        Args:
            question: One sentence.
            otherwise: The option that answers it where nobody can be asked, e.g. ``--yes``.

        Raises:
            UserMistake: there is no terminal to ask on.
        """
        if not sys.stdin.isatty():
            raise UserMistake(f"{question} There is no terminal to ask on.", next_step=f"Give {otherwise}.")
        with _interruptible():
            return click.confirm(question, default=False, err=True)

    def ask_at_terminal(self, question: str, *, otherwise: str) -> str:
        """Ask for a word that confirms; *otherwise* and errors as in :meth:`confirm`."""
        if not sys.stdin.isatty():
            raise UserMistake(f"{question}: there is no terminal to ask on.", next_step=f"Give {otherwise}.")
        return str(self.ask(question))

    def ask(self, question: str, *, hide: bool = False, kind: click.ParamType[Any] | None = None) -> Any:
        """Ask for a value until it is one of *kind* (default: text); *hide* shows no echo."""
        with _interruptible():
            return click.prompt(question, hide_input=hide, type=kind, err=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a question at once: asyncio's own handler only cancels the command, which waits for
    an answer and does not notice."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


#: What shows the text after it in another order, so that a name can look like another one.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    """*text* with control characters shown as ``�``: names in openBIS are other people's input.

    Those that turn the direction of writing count as such; line breaks and tabs stay.
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if _controls(c) else c for c in text)


def _controls(c: str) -> bool:
    return c in _TURNS or (unicodedata.category(c) == "Cc" and c not in "\n\t")


def to_json(value: Any) -> Any:
    """*value* as JSON values: dataclasses as objects, times in ISO 8601, paths as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {spec.name: to_json(getattr(value, spec.name)) for spec in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(to_json(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Rows in aligned columns under *headings*; ``None`` is empty."""
    cells = [list(headings)]
    cells += [["" if cell is None else " ".join(str(cell).split()) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
