"""Each text of the extension for JupyterLab is there in each language that we ship, and nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .texts import CATALOGUES, texts

LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())


def catalogue(language: str) -> dict[str, Any]:
    path: Path = CATALOGUES / language / "LC_MESSAGES" / "openbis_nb.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_german_is_shipped() -> None:
    assert "de_DE" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_nothing_is_left_over(language: str) -> None:
    known = catalogue(language)
    known.pop("")
    wanted = texts()
    missing = {text: file for text, file in wanted.items() if text[0] not in known}
    assert missing == {}
    assert sorted(set(known) - {text[0] for text in wanted}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_takes_what_the_text_takes(language: str) -> None:
    """``%1`` … stand in it as often as in the English text; a plural has both forms."""
    known = catalogue(language)
    for text in texts():
        translated = known[text[0]]
        assert len(translated) == len(text), text
        for english, other in zip(text, translated, strict=True):
            assert other.strip(), english
            if len(text) == 1:
                assert placeholders(other) == placeholders(english), english


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\d", text))


def test_plural_forms_are_said() -> None:
    for language in LANGUAGES:
        head = catalogue(language)[""]
        assert head["domain"] == "openbis_nb"
        assert head["language"] == language.replace("_", "-")  # else JupyterLab shows English
        assert "nplurals=2" in head["plural_forms"]
