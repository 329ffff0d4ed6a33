"""The texts of the extension for JupyterLab, as its sources and its settings schema hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["CATALOGUES", "ROOT", "Text", "texts"]

ROOT = Path(__file__).parents[3]
CATALOGUES = ROOT / "openbis_nb" / "locale"

_STRING = r"(?:'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\")"
_CALL = re.compile(rf"\b(?:trans|bundle)\.(__|_n|gettext|ngettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")
#: A call whose text cannot be read from the source, so that no catalogue could have it.
_UNREADABLE = re.compile(r"\b(?:trans|bundle)\.(?:__|_n|gettext|ngettext)\(\s*(?!['\"])(\S.{0,40})")
#: Members of a settings schema that people read (as JupyterLab's own translation of schemas does).
_SHOWN = ("title", "description", "label", "caption", "jupyter.lab.setting-icon-label")

#: A text, or its singular and plural.
Text = tuple[str, ...]


def texts() -> dict[Text, str]:
    """Each text with the file that shows it."""
    found: dict[Text, str] = {}
    for path in sorted((ROOT / "labextension" / "src").rglob("*.ts*")):
        for text in _of_source(path.read_text(encoding="utf-8")):
            found.setdefault(text, path.name)
    for path in sorted((ROOT / "labextension" / "schema").glob("*.json")):
        for shown in _of_schema(json.loads(path.read_text(encoding="utf-8"))):
            found.setdefault((shown,), path.name)
    return found


def _of_source(source: str) -> Iterator[Text]:
    for match in _UNREADABLE.finditer(source):
        raise AssertionError(f"The text of this call is no literal: {match.group(0)}")
    for match in _CALL.finditer(source):
        kind, *strings = match.groups()
        first, second = (_plain(strings[0] or strings[1]), _plain(strings[2] or strings[3]))
        yield (first, second) if kind in ("_n", "ngettext") else (first,)


def _plain(text: str | None) -> str:
    """The text that a literal of TypeScript stands for."""
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _escaped, text or "")


def _escaped(match: re.Match[str]) -> str:
    meant = match.group(1)
    if len(meant) == 5:
        return chr(int(meant[1:], 16))
    return {"n": "\n", "t": "\t"}.get(meant, meant)


def _of_schema(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _of_schema(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in _SHOWN and isinstance(value, str):
                yield value
            elif name != "default":
                yield from _of_schema(value)
