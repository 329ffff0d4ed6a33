"""Finding a secret in bytes, however it is written: as it is, in an address, in JSON, in base64, in hex."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

__all__ = ["Found", "search_bytes", "search_tree", "writings"]

#: (where, name of the secret, way of writing)
Found = tuple[str, str, str]

_HEX = re.compile(r"[0-9A-F]{32}$")


def writings(secret: str) -> dict[str, bytes]:
    """How *secret* may stand in a file: way → bytes."""
    raw = secret.encode()
    found = {
        "as it is": raw,
        "reversed": raw[::-1],
        "in an address": quote(secret, safe="").encode(),
        "twice in an address": quote(quote(secret, safe=""), safe="").encode(),
        "in JSON": json.dumps(secret)[1:-1].encode(),
        "in JSON, escaped": "".join(f"\\u{ord(c):04x}" for c in secret).encode(),
        "in HTML": html.escape(secret).encode(),
        "in HTML, as numbers": "".join(f"&#{ord(c)};" for c in secret).encode(),
        "in hex": raw.hex().encode(),
        "in HEX": raw.hex().upper().encode(),
        "in UTF-16": secret.encode("utf-16-le"),
    }
    for shift in range(3):  # what stands before it in the same base64 moves its border
        text = base64.b64encode(b"\0" * shift + raw + b"\0" * (-(shift + len(raw)) % 3))
        inner = text[4 if shift else 0 : -4]
        found[f"in base64, {shift}"] = inner
        found[f"in base64 for addresses, {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    if _HEX.search(secret):  # what was cut off or changed before the random part is found, too
        found["its random part"] = secret[-32:].encode()
        found["its random part in lower case"] = secret[-32:].lower().encode()
    return found


def search_bytes(where: str, content: bytes, secrets: Mapping[str, str]) -> set[Found]:
    """Which of *secrets* (name → text) stand in *content*, or in what it holds compressed."""
    return {
        (place, name, way)
        for place, part in _with_parts(where, content)
        for name, secret in secrets.items()
        for way, text in writings(secret).items()
        if text in part
    }


def search_tree(folder: Path, secrets: Mapping[str, str], skip: frozenset[Path] = frozenset()) -> set[Found]:
    """Names and contents of all files below *folder*, whatever they are; databases with what was deleted."""
    found: set[Found] = set()
    for path in sorted(folder.rglob("*")):
        found |= search_bytes(f"name of {path}", str(path).encode(), secrets)
        if path.is_file() and not path.is_symlink() and path not in skip:
            found |= search_bytes(str(path), path.read_bytes(), secrets)
    return found


def _with_parts(where: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield where, content
    if content.startswith(b"PK\x03\x04") and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _with_parts(f"{where}!{name}", archive.read(name))
    elif content.startswith(b"\x1f\x8b"):
        try:
            yield from _with_parts(f"{where}!gz", gzip.decompress(content))
        except (OSError, EOFError, zlib.error):
            return
