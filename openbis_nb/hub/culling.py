"""Servers that nobody uses are stopped, by JupyterHub's own idle culler.

A server counts as used while a kernel works, or while a saved version waits for openBIS: the extension in
the person's server says so to the hub. Only the largest age stops such a server.
"""

from __future__ import annotations

import sys
from typing import Any

from ..errors import ConfigurationProblem

__all__ = ["SERVICE", "register"]

SERVICE = "idle-culler"
#: What the culler needs, as its documentation says, and no more: it reaches nobody's server.
_SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]


def register(c: Any, *, idle: float, max_age: float, extend: Any) -> None:
    """Add the culler as a service of the hub.

    Args:
        c: The configuration object of JupyterHub.
        idle: A server is stopped after so many seconds without use; 0: never.
        max_age: A server is stopped at this age, in seconds, used or not; 0: never.
        extend: Adds items to a list of the configuration.

    Raises:
        ConfigurationProblem: the two contradict each other.
    """
    if not idle and not max_age:
        return
    if max_age and not idle:
        raise ConfigurationProblem(
            f"cull_max_age is {max_age:.0f} s, but cull_idle_after is 0: nothing would be stopped when idle.",
            next_step="Set cull_idle_after, too; people lose less by it than by the largest age.",
        )
    if max_age and max_age < idle:
        raise ConfigurationProblem(
            f"cull_max_age ({max_age:.0f} s) is below cull_idle_after ({idle:.0f} s), which would not count.",
            next_step="Set cull_max_age above cull_idle_after, or to 0.",
        )
    command = [sys.executable, "-m", "jupyterhub_idle_culler"]
    command += [f"--timeout={round(idle)}", f"--max-age={round(max_age)}"]
    extend(c.JupyterHub, "services", [{"name": SERVICE, "command": command}])
    extend(c.JupyterHub, "load_roles", [{"name": SERVICE, "scopes": _SCOPES, "services": [SERVICE]}])
