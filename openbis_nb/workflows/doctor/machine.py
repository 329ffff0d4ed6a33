"""This computer as the doctor sees it: Python, kernels, folders, cache, outbox, mounts, templates."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from ...errors import OpenbisNbError
from ...notebooks.library import TemplateLibrary
from ...openbis.cache import entries
from ..outbox import Outbox
from .check import Check, ok, problem, problem_of, warning

__all__ = ["check_machine"]

#: Packages whose versions tell the most when something goes wrong.
_PACKAGES = (
    "openbis-nb",
    "pybis",
    "aiohttp",
    "nbclient",
    "nbformat",
    "ipykernel",
    "jupyterlab",
    "jupyterhub",
)
#: Free space below which it is said, in bytes.
_LITTLE_SPACE = 2**30


def check_machine(
    *,
    cache_dir: Path,
    cache_size: int,
    state_dir: Path,
    outbox: Outbox,
    templates: TemplateLibrary,
    mounts: Mapping[str, Path],
) -> list[Check]:
    """Everything that can be seen without openBIS. Sizes in bytes."""
    return [
        _packages(),
        *_kernels(templates),
        _state(state_dir),
        _cache(cache_dir, cache_size),
        _outbox(outbox),
        *(_mount(share, folder) for share, folder in mounts.items()),
    ]


def _packages() -> Check:
    python = ".".join(map(str, sys.version_info[:3]))
    found = [f"Python {python}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ok("packages", ", ".join(found) + ".")


def _kernels(templates: TemplateLibrary) -> Iterable[Check]:
    from jupyter_client.kernelspec import KernelSpecManager  # slow to import

    installed = KernelSpecManager().find_kernel_specs()
    yield ok("kernels", f"{', '.join(sorted(installed)) or 'none'}.")
    for template in templates.list():
        if template.kernel not in installed:
            yield warning(
                "kernels",
                f"The template {template.slug!r} needs the kernel {template.kernel!r}; it is not installed.",
                f"Install a kernel for {template.language}, or use another template.",
            )


def _state(folder: Path) -> Check:
    if not folder.exists():
        return ok("state folder", f"{folder} will be made when it is needed.")
    if not os.access(folder, os.W_OK):
        return problem(
            "state folder",
            f"{folder} cannot be written to.",
            "Set OPENBIS_NB_STATE_DIR to a folder of your own.",
        )
    open_to_others = [path for path in (folder, *folder.glob("tokens/*")) if _is_open(path)]
    if open_to_others:
        shown = ", ".join(str(path) for path in open_to_others[:3])
        return problem(
            "state folder", f"Other accounts can look into {shown}.", f"Run: chmod -R go= {folder}"
        )
    return ok("state folder", f"{folder} is yours alone.")


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _cache(folder: Path, limit: int) -> Check:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not os.access(existing, os.W_OK):
        return problem(
            "cache", f"{folder} cannot be written to.", "Set OPENBIS_NB_CACHE_DIR to another folder."
        )
    used = sum(entry.size for entry in entries(folder)) if folder.exists() else 0
    free = shutil.disk_usage(existing).free
    text = (
        f"{used / 1e9:.1f} GB of {limit / 1e9:.1f} GB used in {folder}, {free / 1e9:.1f} GB free on its disk."
    )
    if free < _LITTLE_SPACE:
        return warning(
            "cache", text, "`openbis-nb cache clear`, or set OPENBIS_NB_CACHE_DIR to a larger disk."
        )
    return ok("cache", text)


def _outbox(outbox: Outbox) -> Check:
    try:
        waiting = outbox.entries()
    except OpenbisNbError as error:
        return problem_of("outbox", error)
    if not waiting:
        return ok("outbox", "Empty: openBIS has every version.")
    refused = [entry for entry in waiting if entry.state == "refused"]
    text = f"{len(waiting)} versions wait for openBIS, {len(refused)} of them were refused."
    return warning("outbox", text, "`openbis-nb outbox list` says why; `openbis-nb outbox send` sends them.")


def _mount(share: str, folder: Path) -> Check:
    if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        return ok("store mount", f"Share {share} is read in place from {folder}.")
    return problem(
        "store mount",
        f"Share {share} is not at {folder}, or cannot be read.",
        "Ask the admin of this computer, or take it out of OPENBIS_NB_STORE_MOUNTS.",
    )
