"""A keyring for tests, as ``keyring`` finds one by ``PYTHON_KEYRING_BACKEND``: one file, no other program."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class InAFile(KeyringBackend):
    """The file is named by ``TEST_KEYRING``; a file ``locked`` beside it locks the keyring."""

    priority: Any = 5

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write(self._read() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        self._write({name: kept for name, kept in self._read().items() if name != f"{service} {username}"})

    @property
    def _file(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _read(self) -> dict[str, str]:
        if self._file.with_name("locked").exists():
            raise KeyringLocked("It is locked.")
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def _write(self, content: dict[str, str]) -> None:
        self._file.write_text(json.dumps(content))
