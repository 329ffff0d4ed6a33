"""Styles, scripts and pictures of the pages: a flat folder, served under an address that names its content,
so that browsers keep it for good and never mix two releases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Assets"]

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Assets:
    """All files, in memory (some ten kilobytes).

    Args:
        files: File name → content and media type.
        digest: Of all files together.
    """

    files: Mapping[str, tuple[bytes, str]]
    digest: str

    @classmethod
    def read(cls) -> Assets:
        """Those that come with this release."""
        paths = [path for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES]
        files = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in paths}
        seen = hashlib.sha256()
        for name, (content, _) in files.items():
            seen.update(f"{name} {len(content)}\n".encode() + content)
        return cls(files, seen.hexdigest()[:16])

    def path(self, name: str) -> str:
        """Where a file is served, below the service's prefix.

        Raises:
            KeyError: there is no such file.
        """
        _ = self.files[name]
        return f"static/{self.digest}/{name}"
