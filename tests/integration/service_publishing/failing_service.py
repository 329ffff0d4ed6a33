"""The service, with one thing that goes wrong at a named point: ``python -m … `` with ``FAILS_AT`` a file.

The file holds the name of the point; it is gone before the thing happens, so that the service that is started
next, or the next request, is an ordinary one. Points that kill do it as ``kill -9`` does.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openbis_nb.service import request_store
from openbis_nb.service.__main__ import main
from openbis_nb.service.publishing import audit, blobs

_FILE = Path(os.environ["FAILS_AT"])


def _is_due(point: str) -> bool:
    if not _FILE.exists() or _FILE.read_text() != point:
        return False
    _FILE.unlink()
    return True


def _killing(point: str, do: Callable[..., Any]) -> Callable[..., Any]:
    def instead(*args: Any, **more: Any) -> Any:
        if _is_due(point):
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*args, **more)

    return instead


def _full(do: Callable[..., Any]) -> Callable[..., Any]:
    def instead(*args: Any, **more: Any) -> Any:
        if _is_due("the disk is full"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return do(*args, **more)

    return instead


class _Os:
    """``os`` as ``blobs`` sees it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


if __name__ == "__main__":
    seen: Any = _Os()
    seen.fsync = _killing("a file is half there", _full(os.fsync))
    blobs.os = seen
    audit.write = _killing("the page is in the transaction", audit.write)
    request_store.set_done = _killing("the page is there", request_store.set_done)
    sys.exit(main())
