"""A seeded data folder in a few milliseconds: seed once in a process, then copy.

Test suites start many sandboxes; each gets its own copy of the same beginning.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from .clock import Clock
from .config import SandboxConfig
from .seed import plant
from .state import SandboxState

_DATABASE = "openbis.sqlite3"


@dataclass(frozen=True)
class _Template:
    folder: Path
    users: dict[str, str]


_templates: dict[tuple[object, ...], _Template] = {}
_lock = threading.Lock()


def seeded_copy(
    folder: Path, config: SandboxConfig, clock: Clock | None
) -> tuple[SandboxState, dict[str, str]]:
    """The state in an empty folder, seeded; and the passwords of its users."""
    if config.random_passwords:
        state = SandboxState.open(folder, config, clock)
        return state, plant(state)
    template = _template(config, clock)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template.folder / _DATABASE, folder / _DATABASE)
    shutil.copytree(template.folder / "store", folder / "store")
    return SandboxState.open(folder, config, clock), dict(template.users)


def _template(config: SandboxConfig, clock: Clock | None) -> _Template:
    key = (config.seed, config.internal_prefix, config.api_version, config.data_store)
    with _lock:
        found = _templates.get(key)
        if found is None:
            folder = Path(tempfile.mkdtemp(prefix="openbis-sandbox-seed-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            state = SandboxState.open(folder, replace(config, data=None), clock)
            found = _templates[key] = _Template(folder, plant(state))
            state.close()  # the last connection folds the write-ahead log into the database file
        return found
