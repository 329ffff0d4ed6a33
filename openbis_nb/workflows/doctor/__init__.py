"""Whether everything that a save needs is there, and who can mend what is not (U-36).

``server`` asks openBIS, ``machine`` looks at this computer, ``hub`` at a JupyterHub, ``repairs`` plans and
makes the few changes that we may make. Every finding is a :class:`Check`; nothing here raises for what it is
looking for.
"""

from __future__ import annotations

from .check import Check, Status, problem_of
from .hub import check_hub
from .machine import check_machine
from .repairs import Repair, plan_repairs
from .server import check_server

__all__ = [
    "Check",
    "Repair",
    "Status",
    "check_hub",
    "check_machine",
    "check_server",
    "plan_repairs",
    "problem_of",
]
