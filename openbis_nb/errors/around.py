"""What stands around: the database of the service, the hub, a run, the settings."""

from __future__ import annotations

from typing import Any

from .base import OpenbisNbError

__all__ = [
    "ConfigurationProblem",
    "HubFailure",
    "HubTimeout",
    "MissingExtra",
    "RunFailed",
    "SpawnFailed",
    "StoreFailure",
]


class StoreFailure(OpenbisNbError):
    """The database of the service cannot be used; nothing was changed."""

    code = "store-failure"
    status = 503
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, tell the admin of the hub."


class HubFailure(OpenbisNbError):
    """JupyterHub, or the way to it."""

    code = "hub-failure"
    status = 502
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, tell the admin of the hub."


class HubTimeout(HubFailure):
    """No answer of the hub within the time-out."""

    code = "hub-timeout"
    status = 504


class SpawnFailed(HubFailure):
    """The person's server did not start; the reason is in the message."""

    code = "spawn-failed"
    default_next_step = "Start the server from the hub's home page, then open the launch again."


class RunFailed(OpenbisNbError):
    """A cell of a headless run raised; the executed copy is kept."""

    code = "run-failed"
    exit_code = 9
    default_next_step = "Open the executed copy named above, mend the cell, and run again."


class ConfigurationProblem(OpenbisNbError):
    """Contradictory or missing settings, named."""

    code = "configuration-problem"
    exit_code = 2
    default_next_step = "`openbis-nb doctor` shows every setting and where its value comes from."


class MissingExtra(OpenbisNbError):
    """An optional part is not installed."""

    code = "missing-extra"
    exit_code = 2

    def __init__(self, what: str, extra_name: str) -> None:
        super().__init__(
            f"{what} is not installed.", next_step=f"Run: pip install 'openbis-nb[{extra_name}]'"
        )
        self.what, self.extra_name = what, extra_name

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.what, self.extra_name))
