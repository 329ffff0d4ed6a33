"""Two texts line by line, and within a line word by word (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

__all__ = ["MOST_LINES", "Line", "Row", "lines_of", "rows"]

#: Longer texts are not compared line by line.
MOST_LINES = 5_000
#: Lines of more words than this have no marks within.
_MOST_WORDS = 300
#: Two lines that have less in common are no change of one line.
_ALIKE = 0.35

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
#: Where a line differs from its partner: from, to, in characters.
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one side: its number from 1, its text, and what of it differs."""

    number: int
    text: str
    marks: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Lines beside each other. ``kind`` "changed" has one or two of them."""

    kind: Literal["same", "changed"]
    base: Line | None
    other: Line | None


def lines_of(text: str) -> list[str]:
    """The lines of a text; none for an empty one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.split("\n") if plain else []


def rows(base: Sequence[str], other: Sequence[str]) -> Iterator[Row]:
    """The lines of both sides, equal ones beside each other."""
    for operation, a, a_end, b, b_end in SequenceMatcher(None, base, other).get_opcodes():
        if operation == "equal":
            for offset in range(a_end - a):
                text = base[a + offset]
                yield Row("same", Line(a + offset + 1, text), Line(b + offset + 1, text))
        else:
            yield from _changed(base, range(a, a_end), other, range(b, b_end))


def _changed(base: Sequence[str], left: range, other: Sequence[str], right: range) -> Iterator[Row]:
    for a, b in zip_longest(left, right):
        if a is None:
            yield Row("changed", None, Line(b + 1, other[b]))
        elif b is None:
            yield Row("changed", Line(a + 1, base[a]), None)
        else:
            marks = _marks(base[a], other[b])
            yield Row("changed", Line(a + 1, base[a], marks[0]), Line(b + 1, other[b], marks[1]))


def _marks(base: str, other: str) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """What differs on either side; nothing where the lines have little in common."""
    left, right = _WORD.findall(base), _WORD.findall(other)
    if max(len(left), len(right)) > _MOST_WORDS:
        return (), ()
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return (), ()
    edits = [edit for edit in matcher.get_opcodes() if edit[0] != "equal"]
    starts = [_starts(left), _starts(right)]
    return (
        tuple((starts[0][a], starts[0][a_end]) for _, a, a_end, _, _ in edits if a < a_end),
        tuple((starts[1][b], starts[1][b_end]) for _, _, _, b, b_end in edits if b < b_end),
    )


def _starts(words: Sequence[str]) -> list[int]:
    """Where each word begins, and the end of the last."""
    found = [0]
    for word in words:
        found.append(found[-1] + len(word))
    return found
