"""WCAG 2.2 AA: 4.5 for text, 3 for the borders of controls and for the focus, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openbis_nb.service import pages

CSS = (Path(pages.__file__).parent / "static" / "base.css").read_text(encoding="utf-8")
GROUNDS = ("ground", "surface", "raised", "hover", "tint")
TEXT = [(text, ground) for text in ("text", "muted", "accent") for ground in GROUNDS] + [
    ("accent-strong", "hover"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("bad", "surface"),
    ("warn", "surface"),
    ("text", "bad-tint"),
    ("accent", "bad-tint"),
    ("warn", "warn-tint"),
    ("good", "good-tint"),
]
SHAPES = [(shape, ground) for shape in ("control", "focus", "brand") for ground in GROUNDS[:3]]


def colours(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    assert len(blocks) == 2
    found: dict[str, str] = {}
    for block in blocks[: 2 if dark else 1]:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_controls_stand_out(dark: bool) -> None:
    known = colours(dark)
    poor = [
        f"{one} on {other}: {contrast(known[one], known[other]):.2f}"
        for pairs, least in ((TEXT, 4.5), (SHAPES, 3.0))
        for one, other in pairs
        if contrast(known[one], known[other]) < least
    ]
    assert poor == []
