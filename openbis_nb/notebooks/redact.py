"""Removal of secrets from everything that is saved (O-81, U-12), with a report that holds none.

A saved notebook is read by everybody who may read its owner entity, for years. So sources, outputs
of every mime type, metadata and attachments are searched, and text files among the results.
"""

from __future__ import annotations

import base64
import binascii
import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from ..errors import InvalidInput
from .secret_finder import Finder
from .streams import joined_streams

__all__ = ["Redactor", "Removed", "Report"]

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])

_BLOCK = 1 << 16
#: Mime types whose strings are base64, not text.
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/", "video/")
_MARKUP = ("text/html", "image/svg+xml", "text/xml", "application/xml", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Removed:
    """So many secrets of one kind at one place, e.g. ``cell 3, output 1``; never the secret itself."""

    kind: str
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was removed."""

    removed: tuple[Removed, ...] = ()

    @property
    def count(self) -> int:
        """How many secrets in all."""
        return sum(item.count for item in self.removed)

    def __add__(self, other: Report) -> Report:
        return Report(self.removed + other.removed)

    def __bool__(self) -> bool:
        return bool(self.removed)

    def summary(self) -> str:
        """One sentence for a person; empty when nothing was removed."""
        if not self.removed:
            return ""
        places = ", ".join(dict.fromkeys(f"{item.kind} in {item.place}" for item in self.removed))
        secrets = "secret was" if self.count == 1 else "secrets were"
        return f"{self.count} {secrets} removed before saving: {places}."


class Redactor:
    """Removes secrets; make one for a save.

    Args:
        exact_secrets: Known secrets, e.g. the live session token; found also when URL-encoded,
            JSON- or HTML-escaped or in base64.
        patterns: The site's regular expressions (setting ``redact_patterns``).

    Raises:
        ConfigurationProblem: a pattern cannot be used.
    """

    def __init__(self, exact_secrets: Iterable[str] = (), patterns: Iterable[str] = ()) -> None:
        self._finder = Finder(exact_secrets, patterns)

    def redact_text(self, text: str, place: str = "text", *, markup: bool = False) -> tuple[str, Report]:
        """*text* with each secret replaced by a note of its kind."""
        found = _Found()
        return self._clean(text, place, found, markup=markup), found.report()

    def redact_value(self, value: Any, place: str) -> tuple[Any, Report]:
        """Any JSON value with its strings and keys redacted; the value itself is not changed."""
        found = _Found()
        return self._value(value, place, found), found.report()

    def redact_notebook(self, notebook: NotebookT) -> tuple[NotebookT, Report]:
        """A copy of *notebook* without secrets; the notebook itself is not changed."""
        found = _Found()
        made: Any = copy.deepcopy(notebook)
        for number, cell in enumerate(made.get("cells", ()), 1):
            place = f"cell {number}"
            cell["source"] = self._value(cell.get("source", ""), place, found)
            cell["metadata"] = self._value(cell.get("metadata", {}), f"{place}, metadata", found)
            if "attachments" in cell:
                attachments = cell["attachments"]
                for name in list(attachments):
                    attachments[name] = self._bundle(attachments[name], f"{place}, attachment", found)
                cell["attachments"] = self._keys(attachments, f"{place}, attachment", found)
            if "outputs" in cell:
                # A token may be cut where a buffer was emptied.
                cell["outputs"] = joined_streams(cell["outputs"])
                for index, output in enumerate(cell["outputs"], 1):
                    self._output(output, f"{place}, output {index}", found)
        made["metadata"] = self._value(made.get("metadata", {}), "notebook metadata", found)
        return made, found.report()

    def redact_file(self, source: Path, target: Path) -> Report:
        """Search a result file; where something is found, write the redacted copy to *target*.

        The file itself is never changed, and without a finding *target* is not made. A binary file
        (with a NUL byte in the first 64 kB) cannot be rewritten, so it is taken or refused as it is.
        Memory: one line.

        Raises:
            InvalidInput: a binary file, such as a pickle or UTF-16 text, holds an openBIS session.
        """
        found = _Found()
        with source.open("rb") as file:
            if b"\0" in file.read(_BLOCK):
                file.seek(0)
                self._refuse_secret(file, source.name)
                return Report()
            file.seek(0)
            for line in file:
                self._clean(_text(line), source.name, found)
            if found.report():
                file.seek(0)
                with target.open("xb") as copied:
                    for line in file:
                        copied.write(_bytes(self._clean(_text(line), source.name, _Found())))
        return found.report()

    def _refuse_secret(self, file: BinaryIO, name: str) -> None:
        if self._finder.is_in(file):
            raise InvalidInput(
                f"{name} holds an openBIS session, and a binary file cannot be cleaned; nothing was saved.",
                next_step="Write the file again without the session, or leave it out of the save.",
            )

    def _output(self, output: Any, place: str, found: _Found) -> None:
        for key, value in list(output.items()):
            if key == "data" and isinstance(value, Mapping):
                output[key] = self._bundle(value, place, found)
            elif key == "traceback" and isinstance(value, list):
                output[key] = self._lines(value, place, found)
            elif key not in ("output_type", "execution_count"):
                output[key] = self._value(value, place, found)

    def _lines(self, lines: Sequence[Any], place: str, found: _Found) -> list[Any]:
        return [self._value(line, place, found) for line in lines]

    def _bundle(self, bundle: Mapping[str, Any], place: str, found: _Found) -> dict[str, Any]:
        cleaned: dict[str, Any] = {}
        for mime, value in bundle.items():
            joined = "".join(value) if isinstance(value, list) and all(map(_is_text, value)) else value
            if isinstance(joined, str) and mime.startswith(_BINARY):
                cleaned[mime] = self._binary(joined, place, found)
            elif isinstance(joined, str):
                cleaned[mime] = self._clean(joined, place, found, markup=mime.startswith(_MARKUP))
            else:
                cleaned[mime] = self._value(joined, place, found)
        # A picture that held a secret is gone; its text stays, so that the output is still one.
        kept = {mime: value for mime, value in cleaned.items() if value is not None}
        return self._keys(kept or {"text/plain": "[picture removed: it held a secret]"}, place, found)

    def _binary(self, value: str, place: str, found: _Found) -> str | None:
        """The base64 text, or ``None`` where the bytes hold a secret (text chunks of a PNG, EXIF)."""
        try:
            content = base64.b64decode(value, validate=False).decode("latin-1")
        except (binascii.Error, ValueError):
            content = ""  # not base64 after all: the text below is all there is
        matches = self._finder.find(content, plain=True) + self._finder.find(value, plain=True)
        found.add(place, [match.kind for match in matches])
        return None if matches else value

    def _value(self, value: Any, place: str, found: _Found) -> Any:
        if isinstance(value, str):
            return self._clean(value, place, found)
        if isinstance(value, Mapping):
            cleaned = {key: self._value(item, place, found) for key, item in value.items()}
            return self._keys(cleaned, place, found)
        if isinstance(value, list):
            return [self._value(item, place, found) for item in value]
        return value

    def _keys(self, mapping: Mapping[str, Any], place: str, found: _Found) -> dict[str, Any]:
        return {self._clean(str(key), place, found): item for key, item in mapping.items()}

    def _clean(self, text: str, place: str, found: _Found, *, markup: bool = False) -> str:
        matches = self._finder.find(text, markup=markup)
        if not matches:
            return text
        found.add(place, [match.kind for match in matches])
        parts, position = [], 0
        for match in matches:
            parts += [text[position : match.start], f"[removed: {match.kind}]"]
            position = match.end
        return "".join([*parts, text[position:]])


class _Found:
    """Counts while a notebook is searched."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, place: str, kinds: Iterable[str]) -> None:
        self._counts.update((kind, place) for kind in kinds)

    def report(self) -> Report:
        return Report(tuple(Removed(kind, place, n) for (kind, place), n in self._counts.items()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# Any bytes survive this way there and back.
def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
