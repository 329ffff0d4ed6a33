"""Origins of web pages, as browsers name them (pure)."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["origin_of", "parse_origins"]


def origin_of(url: str) -> str:
    """``scheme://host[:port]`` of an address, lower-case and without a default port; empty if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def parse_origins(text: str) -> tuple[str, ...]:
    """Origins, separated by commas or blanks.

    Raises:
        ValueError: one is no origin. ``*`` is none: any page could then try sessions out.
    """
    found = tuple(origin_of(part) for part in text.replace(",", " ").split())
    if not all(found):
        raise ValueError("is not a list of origins such as https://openbis.example.org")
    return found
