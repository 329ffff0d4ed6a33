"""Texts of the environment, a TOML file or a form as values: each raises ``ValueError`` with a predicate
that continues the setting's name, as in "OPENBIS_URL is not an address"."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

__all__ = [
    "parse_bool",
    "parse_count",
    "parse_data_stores",
    "parse_hub_url",
    "parse_import_hosts",
    "parse_list",
    "parse_mounts",
    "parse_patterns",
    "parse_seconds",
    "parse_service_url",
    "parse_size",
    "parse_url",
    "parse_urls",
]

_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_UNITS = {"": 1, "B": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def parse_size(text: str | int) -> int:
    """Bytes from ``1048576``, ``"64M"``, ``"1.5 GiB"`` (binary units)."""
    match = (
        None
        if isinstance(text, bool)
        else re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:iB|B)?\s*", str(text), re.IGNORECASE)
    )
    if match is None:
        raise ValueError("is not a size such as 500M or 2G")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def parse_bool(text: str | bool) -> bool:
    """``true/false``, ``yes/no``, ``on/off``, ``1/0``."""
    if isinstance(text, bool):
        return text
    said = text.lower()
    if said not in (*_YES, *_NO):
        raise ValueError("is neither true nor false")
    return said in _YES


def parse_count(text: str | int) -> int:
    """A whole number from 1 on."""
    if isinstance(text, bool) or not re.fullmatch(r"0*[1-9][0-9]{0,8}", str(text).strip()):
        raise ValueError("is not a whole number from 1 on")
    return int(text)


def parse_seconds(text: str | float) -> float:
    """Seconds, more than 0, with or without a fraction."""
    if isinstance(text, bool) or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", str(text).strip()) or not float(text):
        raise ValueError("is not a number of seconds above 0")
    return float(text)


def parse_list(text: str | list[str]) -> tuple[str, ...]:
    """Items from a TOML list, or from text separated by ``os.pathsep``."""
    items = text if isinstance(text, list) else text.split(os.pathsep)
    return tuple(item for item in items if item)


def parse_patterns(text: str | list[str]) -> tuple[str, ...]:
    """Regular expressions from a TOML list, or one per line (``:`` is too common in them to separate)."""
    patterns = tuple(item for item in (text if isinstance(text, list) else text.splitlines()) if item)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"holds a regular expression that cannot be read: {error}") from error
    return patterns


def parse_mounts(text: str | Mapping[str, str]) -> Mapping[str, Path]:
    """Share id → folder, from a TOML table or ``"1=/mnt/share1,2=/mnt/share2"``."""
    pairs = (
        text.items() if isinstance(text, Mapping) else [p.partition("=")[::2] for p in text.split(",") if p]
    )
    mounts = {share.strip(): Path(folder.strip()) for share, folder in pairs}
    if not all(share and folder.is_absolute() for share, folder in mounts.items()):
        raise ValueError("is not of the form SHARE_ID=/absolute/folder,…")
    return mounts


_HOST = re.compile(r"[^\W_][\w.-]*|[0-9a-f:.]*:[0-9a-f:.]*")
_LONGEST_HOST = 200


def parse_url(text: str) -> str:
    """``scheme://host[:port]`` of openBIS; a path is dropped, as pybis does (contract 1.1)."""
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        usable = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # a port that is no number; the text may hold a password, so the cause stays out
        usable = False
    if not usable or "@" in parts.netloc:
        raise ValueError("is not an address such as https://openbis.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _is_host(name: str) -> bool:
    """A name (also an international one) or an IP address, short enough for the name of a file."""
    return bool(_HOST.fullmatch(name)) and len(name.encode()) <= _LONGEST_HOST


def parse_hub_url(text: str) -> str:
    """``scheme://host[:port][/base]`` of JupyterHub, without a slash or ``/hub`` at its end."""
    base = urlsplit(text if "//" in text else f"https://{text}").path.rstrip("/").removesuffix("/hub")
    return parse_url(text) + base


def parse_service_url(text: str) -> str:
    """``scheme://host[:port]/base/`` of our service, from the address of any of its pages."""
    base = urlsplit(text if "//" in text else f"https://{text}").path.split("/library")[0].split("/api/v1")[0]
    return parse_url(text) + base.rstrip("/") + "/"


def parse_import_hosts(text: str | list[str]) -> tuple[str, ...]:
    """``host``, ``host:port`` or ``http://host:port`` from a TOML list, or separated by commas.

    An http address keeps its scheme; all others are for https. A name has no pattern in it.
    """
    items = text if isinstance(text, list) else text.split(",")
    return tuple(parse_url(item.strip()).removeprefix("https://").lower() for item in items if item.strip())


def parse_urls(text: str | list[str]) -> tuple[str, ...]:
    """Addresses from a TOML list, or separated by commas."""
    items = text if isinstance(text, list) else text.split(",")
    return tuple(parse_url(item.strip()) for item in items if item.strip())


def parse_data_stores(text: str | Mapping[str, str]) -> Mapping[str, str]:
    """Announced address → address, from a TOML table or ``announced=address,…``.

    An address alone stands for all data stores that are not named; its key is ``""``.
    """
    pairs = (
        text.items()
        if isinstance(text, Mapping)
        else [("", p) if "=" not in p else p.split("=", 1) for p in text.split(",") if p.strip()]
    )
    return {announced and parse_url(announced.strip()): parse_url(url.strip()) for announced, url in pairs}
