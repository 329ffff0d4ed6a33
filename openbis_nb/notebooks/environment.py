"""The environment a notebook ran in: enough to build it again, nothing about whose machine it was.

Packages by name and version only: where they were installed from may hold a home path or a token.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

__all__ = ["Environment", "capture"]

#: Where spawners tell the image, in the order they are asked (Zero to JupyterHub, DockerSpawner, Binder).
IMAGE_VARIABLES = ("JUPYTER_IMAGE_SPEC", "JUPYTER_IMAGE", "JUPYTERHUB_IMAGE", "BINDER_IMAGE")

_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What ran the notebook. ``packages`` maps names, as PyPI writes them, to versions."""

    python: str
    implementation: str
    platform: str
    kernel: str = ""
    image: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Everything but the packages, and how many there are: for ``provenance.json``."""
        return {
            "python": self.python,
            "implementation": self.implementation,
            "platform": self.platform,
            "kernel": self.kernel,
            "image": self.image,
            "packages": len(self.packages),
        }

    def lock_json(self) -> bytes:
        """``environment.lock.json``: the same environment gives the same bytes."""
        content = {"schema": 1, **self.summary(), "packages": dict(sorted(self.packages.items()))}
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()

    def requirements_txt(self) -> bytes:
        """``requirements.txt`` for pip (O-73)."""
        lines = [f"{name}=={version}" for name, version in sorted(self.packages.items())]
        return ("\n".join([f"# Python {self.python}", *lines]) + "\n").encode()


def capture(*, kernel: str = "", env: Mapping[str, str] | None = None) -> Environment:
    """The environment of this process.

    Args:
        kernel: Name of the kernel, e.g. ``python3``.
        env: Environment variables; default: this process'.
    """
    return Environment(
        python=platform.python_version(),
        implementation=sys.implementation.name,
        platform=f"{platform.system()} {platform.machine()}",
        kernel=kernel,
        image=_image(os.environ if env is None else env),
        packages=_packages(),
    )


def _image(env: Mapping[str, str]) -> str | None:
    named = next((env[name] for name in IMAGE_VARIABLES if env.get(name)), "")
    # A registry's user and password would stand before an "@" in front of the host.
    return named if _IMAGE.fullmatch(named) and not re.match(r"[^/]*:[^/]*@", named) else None


def _packages() -> dict[str, str]:
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        # A half-removed package has no name; the first on sys.path is the one that is imported.
        facts = distribution.metadata
        if "Name" in facts and "Version" in facts:
            found.setdefault(re.sub(r"[-_.]+", "-", facts["Name"]).lower(), facts["Version"])
    return found
