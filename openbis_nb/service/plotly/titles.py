"""A notebook's title and preview, from its content (P-18, pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...notebooks.streams import join_text

__all__ = ["Seen", "seen_in", "title_of"]

#: The longest title; the example in Plotly's reference is cut there, inside of a word.
TITLE = 40
_PREVIEW = 200
#: Lines that are looked at, and characters of each.
_MOST_LINES, _LONGEST_LINE = 10_000, 2_000
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
#: Marks that end a heading; what stands right at a word belongs to it, as in C#.
_CLOSED = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
# Bounded, and without what begins the next one: a stranger writes lines that never end what they begin.
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,1000}\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_MARKS = re.compile(r"[*`~]+|(?<![^\W_])_+|_+(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in a notebook: the text of its first heading, and the beginning of its prose; empty where
    there is none."""

    heading: str = ""
    preview: str = ""


def seen_in(notebook: Mapping[str, Any]) -> Seen:
    """Look through the markdown cells. What is not of a notebook's form is passed over."""
    heading, prose = "", ""
    left = _MOST_LINES
    for lines in _markdown(notebook):
        some, left = lines[: max(left, 0)], left - len(lines)
        for is_heading, line in _lines([one[:_LONGEST_LINE] for one in some]):
            text = _plain(line)
            if is_heading:
                heading = heading or text
            elif len(prose) < _PREVIEW:
                prose = f"{prose} {text}".strip()
        if left <= 0 or (heading and len(prose) >= _PREVIEW):
            break
    return Seen(heading, prose[:_PREVIEW].rstrip())


def title_of(heading: str, name: str) -> str:
    """The first 40 characters of the first heading, else of the notebook's name."""
    return (heading or name)[:TITLE]


def _markdown(notebook: Mapping[str, Any]) -> Iterator[list[str]]:
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            source = cell.get("source")
            if isinstance(source, str | list):
                yield join_text(source).splitlines()


def _lines(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Each line outside of fenced code: whether it is a heading, and its text."""
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        elif fence or not line.strip() or (_UNDERLINE.fullmatch(line)):
            continue
        elif heading := _HEADING.match(line):
            yield True, _CLOSED.sub("", line[heading.end() :].strip(" \t"))
        else:
            below = lines[number + 1] if number + 1 < len(lines) else ""
            yield _UNDERLINE.fullmatch(below) is not None, line


def _plain(line: str) -> str:
    text = _MARKS.sub("", _TAG.sub("", _LINK.sub(r"\1", line)))
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
