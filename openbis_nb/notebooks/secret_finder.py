"""What a secret looks like in text: tokens of openBIS, a known secret in any spelling, a site's patterns.

Matching looks through what splits a token on a screen but not for a reader: ANSI colour codes, and in
HTML the tags.
"""

from __future__ import annotations

import base64
import html
import json
import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote, quote_plus

import regex

from ..errors import ConfigurationProblem, TooLarge

__all__ = ["Finder", "Match"]

#: Longest time that one pattern may take on one text, in seconds.
PATTERN_TIMEOUT = 5.0
#: A shorter "secret" would take half the notebook with it.
MIN_SECRET = 6

# Contract 2.2: <userId>-<15 digits>x<32 hex>; a personal access token has "$pat-" before it. The end
# is searched for, because it is fast to find in long texts; the user id before it is taken along.
_TOKEN_END = re.compile(r"(?:-|%2[dD])[0-9]{15}[xX][0-9A-Fa-f]{32}")
_USER_ID = frozenset(string.ascii_letters + string.digits + "_.@-%+")
_MAX_USER_ID = 200
_DOLLARS = ("$", "&#36;", "\\u0024")
_TOKEN_END_IN_BYTES = re.compile(_TOKEN_END.pattern.encode())
#: Bytes of one look into a binary file, and of its end that the next look begins with.
_BLOCK, _OVERLAP = 2**20, 2**10
_URL = re.compile(
    r"(?:sessionID|sessionToken|(?:[?&;]|%3[fF]|%26|\\u0026)token)(?:=|%3[dD])([^\s&;,\"'<>#\\(){}\[\]]{6,400})"
)
_ANSI = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|\x1b[@-Z\\-_]"
_INVISIBLE = re.compile(_ANSI + r"|[\u200b-\u200d\u2060\ufeff\u00ad]")
_INVISIBLE_IN_HTML = re.compile(_INVISIBLE.pattern + r"|<[^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Match:
    """Where something secret stands: ``text[start:end]``, and what kind it is."""

    start: int
    end: int
    kind: str


class Finder:
    """Finds secrets in texts.

    Args:
        exact: Secrets that are known, e.g. the live session token.
        patterns: Regular expressions of the site. Each has :data:`PATTERN_TIMEOUT` for a text; one
            that is slower stops the save with an error that names it, rather than hang.

    Raises:
        ConfigurationProblem: a pattern is no regular expression, or matches the empty text.
    """

    def __init__(self, exact: Iterable[str] = (), patterns: Iterable[str] = ()) -> None:
        self._patterns: list[tuple[str, regex.Pattern[str]]] = []
        exact = tuple(exact)
        self._exact = [secret.encode() for secret in exact if len(secret) >= MIN_SECRET]
        spelled = sorted({s for secret in exact for s in _spellings(secret)}, key=len, reverse=True)
        if spelled:
            known = regex.compile("|".join(map(regex.escape, spelled)))
            self._patterns.append(("known secret", known))
        self._patterns += [(f"pattern {n}", _compiled(n, text)) for n, text in enumerate(patterns, 1)]

    def __repr__(self) -> str:
        return f"<Finder of {len(self._patterns)} kinds>"  # never what it looks for

    def find(self, text: str, *, markup: bool = False, plain: bool = False) -> list[Match]:
        """All secrets in *text*, in order, never overlapping.

        Args:
            markup: The text is HTML or XML: look through its tags as well.
            plain: Nothing invisible can be in it, e.g. the bytes of a picture.

        Raises:
            ConfigurationProblem: a pattern of the site takes too long.
        """
        found = list(self._find(text))
        invisible = _INVISIBLE_IN_HTML if markup else _INVISIBLE
        if not plain and ("\x1b" in text or markup or not text.isascii()):
            visible, starts, shifts = _without(text, invisible)
            for match in self._find(visible) if len(visible) < len(text) else ():
                first = match.start + shifts[bisect_right(starts, match.start) - 1]
                last = match.end - 1 + shifts[bisect_right(starts, match.end - 1) - 1]
                found.append(Match(first, last + 1, match.kind))
        return _merged(found)

    def is_in(self, file: BinaryIO) -> bool:
        """Whether a binary file holds a token or a known secret, in 8, 16 or 32 bits a character.

        Not looked for: the patterns of the site, and what is compressed.
        """
        before = b""
        while block := file.read(_BLOCK):
            plain = before + block.translate(None, b"\0")
            if _TOKEN_END_IN_BYTES.search(plain) or any(secret in plain for secret in self._exact):
                return True
            before = plain[-_OVERLAP:]
        return False

    def _find(self, text: str) -> Iterator[Match]:
        yield from (_token(text, match.start(), match.end()) for match in _TOKEN_END.finditer(text))
        yield from (Match(*match.span(1), "session in a URL") for match in _URL.finditer(text))
        for kind, pattern in self._patterns:
            try:
                for match in pattern.finditer(text, timeout=PATTERN_TIMEOUT):
                    if match.end() > match.start():
                        yield Match(match.start(), match.end(), kind)
            except TimeoutError as error:
                raise _too_slow(kind) from error


def _token(text: str, start: int, end: int) -> Match:
    """A token from its end: the user id and, for a personal access token, ``$pat-`` belong to it."""
    first = max(0, start - _MAX_USER_ID)
    while start > first and text[start - 1] in _USER_ID:
        start -= 1
    dollar = next((d for d in _DOLLARS if text.endswith(d, 0, start)), "")
    if (dollar and text.startswith("pat-", start)) or text.startswith("%24pat", start):
        return Match(start - len(dollar), end, "personal access token")
    return Match(start, end, "openBIS session")


def _without(text: str, invisible: re.Pattern[str]) -> tuple[str, list[int], list[int]]:
    """*text* without the invisible parts; and from which place in it on to add which shift."""
    parts, starts, shifts = [], [0], [0]
    position = length = 0
    for match in invisible.finditer(text):
        parts.append(text[position : match.start()])
        length += match.start() - position
        position = match.end()
        starts.append(length)
        shifts.append(position - length)
    parts.append(text[position:])
    return "".join(parts), starts, shifts


def _merged(matches: list[Match]) -> list[Match]:
    merged: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if merged and match.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Match(last.start, max(last.end, match.end), last.kind)
        else:
            merged.append(match)
    return merged


def _spellings(secret: str) -> Iterator[str]:
    """The ways in which a secret gets into text."""
    if len(secret) < MIN_SECRET:
        return
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), html.escape(secret))
    yield from (json.dumps(secret, ensure_ascii=ascii)[1:-1] for ascii in (True, False))
    yield repr(secret)[1:-1]
    # In base64 a text has three faces, by its place; the first and last characters mix with what is
    # around them (for example "user:" in an Authorization header) and are left out.
    raw = secret.encode("utf-8", "surrogatepass")
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        stable = coded[(0, 2, 3)[offset] : len(coded) - (0 if (offset + len(raw)) % 3 == 0 else 1)]
        yield from (stable, stable.replace("+", "-").replace("/", "_"))


def _compiled(number: int, text: str) -> regex.Pattern[str]:
    try:
        pattern = regex.compile(text)
        empty = pattern.search("", timeout=PATTERN_TIMEOUT) is not None
    except (regex.error, TimeoutError) as error:
        raise ConfigurationProblem(
            f"Redaction pattern {number} is no regular expression: {error}."
        ) from error
    if empty:
        raise ConfigurationProblem(
            f"Redaction pattern {number} matches the empty text: it would match everywhere."
        )
    return pattern


def _too_slow(kind: str) -> ConfigurationProblem | TooLarge:
    if kind.startswith("pattern"):
        return ConfigurationProblem(
            f"Redaction {kind} takes longer than {PATTERN_TIMEOUT:g} s; nothing was saved.",
            next_step="Write OPENBIS_NB_REDACT_PATTERNS without nested repetitions.",
        )
    return TooLarge("The text is too large to be searched for secrets in time; nothing was saved.")
