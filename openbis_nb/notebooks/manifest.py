"""What changed between two versions beside their cells: inputs, parameters, environment (F-13, pure).

From ``provenance.json``, and for packages ``environment.lock.json``. Both are claims of whoever saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from .provenance import Provenance

__all__ = ["LOCK_NAME", "MAX_LOCK", "Change", "ManifestChanges", "changes", "packages_of"]

#: The file with the packages, in the data set.
LOCK_NAME = "environment.lock.json"

#: In bytes.
MAX_LOCK = 4 * 2**20
_MOST_PACKAGES = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """One named value; ``None`` where it is absent on a side."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ManifestChanges:
    """What changed from the base to the other, each list sorted by name.

    Args:
        known: False where a side has no provenance: then all else is empty and says nothing.
        inputs_added, inputs_removed: PermIds of parents, in the order of attaching.
        parameters: By name.
        environment: Python, kernel, image …; their ``before`` and ``after`` are texts.
        packages: By name, with versions; empty where a side's list is not known.
        packages_known: Whether both sides' lists of packages were there.
        template: Slug and version.
    """

    known: bool
    inputs_added: tuple[str, ...] = ()
    inputs_removed: tuple[str, ...] = ()
    parameters: tuple[Change, ...] = ()
    environment: tuple[Change, ...] = ()
    packages: tuple[Change, ...] = ()
    packages_known: bool = False
    template: tuple[Change, ...] = ()


def changes(
    base: Provenance | None,
    other: Provenance | None,
    base_packages: Mapping[str, str] | None = None,
    other_packages: Mapping[str, str] | None = None,
) -> ManifestChanges:
    """What changed from *base* to *other*.

    Args:
        base, other: What their ``provenance.json`` says; ``None``: there is none, or it cannot be read.
        base_packages, other_packages: See :func:`packages_of`; ``None``: not known.
    """
    if base is None or other is None:
        return ManifestChanges(known=False)
    packages_known = base_packages is not None and other_packages is not None
    return ManifestChanges(
        known=True,
        inputs_added=tuple(p for p in other.parents if p not in base.parents),
        inputs_removed=tuple(p for p in base.parents if p not in other.parents),
        parameters=_changed(base.parameters, other.parameters),
        environment=_changed(_texts(base.environment), _texts(other.environment)),
        packages=_changed(base_packages or {}, other_packages or {}) if packages_known else (),
        packages_known=packages_known,
        template=_changed(base.template or {}, other.template or {}),
    )


def packages_of(lock: bytes) -> dict[str, str]:
    """The packages of an ``environment.lock.json``: name → version.

    Raises:
        InvalidInput: it is none, or too large.
    """
    if len(lock) > MAX_LOCK:
        raise InvalidInput(f"{LOCK_NAME} is larger than {MAX_LOCK // 2**20} MB.")
    try:
        content = json.loads(lock)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{LOCK_NAME} is not JSON.") from error
    packages = content.get("packages") if isinstance(content, dict) else None
    if not isinstance(packages, dict) or len(packages) > _MOST_PACKAGES:
        raise InvalidInput(f"{LOCK_NAME} has a form that this version does not know.")
    return {name: version for name, version in packages.items() if isinstance(version, str)}


def _texts(environment: Mapping[str, Any]) -> dict[str, str]:
    """The facts of an environment that are one text or number each; absent where there is none."""
    return {
        name: str(value)
        for name, value in environment.items()
        if isinstance(value, (str, int)) and value != "" and name != "packages"
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    names = sorted(before.keys() | after.keys())
    return tuple(
        Change(name, before.get(name), after.get(name))
        for name in names
        if _plain(before.get(name)) != _plain(after.get(name))
    )


def _plain(value: Any) -> str:
    """Compared as JSON: to a reader, 1 and True are not the same, and lists are not tuples."""
    return json.dumps(value, sort_keys=True, default=list)
