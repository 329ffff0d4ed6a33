"""The part in a person's own Jupyter server: it lands launches, keeps the session, saves and attaches.

Jupyter loads it by ``etc/jupyter/jupyter_server_config.d/openbis_nb.json``, which the package installs.
"""

from __future__ import annotations

from typing import Any

__all__ = ["_jupyter_server_extension_points"]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter finds the extension."""
    from .extension import OpenbisExtension

    return [{"module": "openbis_nb.labext", "app": OpenbisExtension}]
