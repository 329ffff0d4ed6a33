"""An openBIS look-alike that runs on one machine: for demonstrations, tests and trying things out.

::

    from openbis_nb.sandbox import running_sandbox

    with running_sandbox(api_version="3.7") as sandbox:
        openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
        openbis.login("alice", sandbox.users["alice"])

It speaks the V3 wire, keeps its data, and fails on request; what it does not support it refuses by name.
"""

from __future__ import annotations

from .certificates import MissingExtraError
from .clock import ManualClock
from .config import SandboxConfig
from .faults import Fault, FaultKind, Faults
from .laboratory import DEMO_EXPERIMENT
from .running import Sandbox, running_sandbox

__all__ = [
    "DEMO_EXPERIMENT",
    "Fault",
    "FaultKind",
    "Faults",
    "ManualClock",
    "MissingExtraError",
    "Sandbox",
    "SandboxConfig",
    "running_sandbox",
]
