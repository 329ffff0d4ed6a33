"""The few pieces of Markdown that the pages share."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

MADE = "<!-- Made by scripts/docs from the code. Change the code, not this page. -->"


def head(title: str, intro: str) -> str:
    """Title, a note that the page is made, and an introduction (an indented text)."""
    return "\n\n".join([f"# {title}", MADE, inspect.cleandoc(intro)])


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line breaks inside cells cannot break it."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def code(text: str, language: str = "") -> str:
    """A fenced block."""
    return f"```{language}\n{text.rstrip()}\n```"


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: back-quotes instead of reST, no references to our notes."""
    text = inspect.cleandoc(docstring or "")
    text = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", text)
    text = re.sub(r"\s\((?:contract|design|[ONBDPUF]-[0-9]{2})\b[^()]*\)", "", text)
    return text.replace("``", "`")


def first_paragraph(docstring: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(prose(docstring).split("\n\n")[0].split())
