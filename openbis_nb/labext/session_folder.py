"""The folder in which a Jupyter server keeps sessions for its own kernels and terminals (decision 0031).

It lies beside what Jupyter itself keeps for kernels, is the account's alone, and goes when the server ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

__all__ = ["SessionFolder"]

_log = logging.getLogger(__name__)

_NAME = re.compile(r"openbis-nb-(?P<host>[A-Za-z0-9.-]*)-(?P<process>[0-9]{1,10})-[0-9a-f]{8}")


class SessionFolder:
    """Made with this object; :meth:`remove` takes it away.

    Args:
        runtime: Jupyter's folder for running servers and kernels.
    """

    def __init__(self, runtime: Path) -> None:
        _remove_what_is_left(runtime)
        name = f"openbis-nb-{_host()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.path = runtime / name

    def remove(self) -> None:
        """Take it away with everything in it; twice is as once."""
        shutil.rmtree(self.path, ignore_errors=True)


def _remove_what_is_left(runtime: Path) -> None:
    """A server that was killed has left its folder; a home may be shared with other computers."""
    for path, process in _of_this_computer(runtime):
        if not _runs(process):
            _log.info("Sessions of a Jupyter server that was killed are removed: %s", path.name)
            shutil.rmtree(path, ignore_errors=True)


def _of_this_computer(runtime: Path) -> Iterator[tuple[Path, int]]:
    with contextlib.suppress(OSError):
        for path in runtime.iterdir():
            found = _NAME.fullmatch(path.name)
            if found is not None and found["host"] == _host() and not path.is_symlink():
                yield path, int(found["process"])


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:60]
