"""Who may do what with a published page: one table for pages, REST and the reference.

Dataiku asks for two rights to publish: write access to the project, and the global permission to write code
(D-03, D-06, D-12). Here the first is openBIS' right to create data sets where the notebook is stored, the
second membership in a group of openBIS that an admin names (``OPENBIS_NB_SERVICE_PUBLISHERS``); where none is
named, everybody has it. Who only looks needs nothing but to see the version in openBIS (D-09), and may put
what they see on their own dashboards (D-04).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["ACTIONS", "RULES", "Action", "Needs", "Rule"]

Action = Literal[
    "see",
    "publish",
    "snapshot",
    "resume",
    "switch-snapshot",
    "edit",
    "stop",
    "tile",
    "make-link",
    "list-all",
    "stop-all",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

#: What openBIS is asked: whether it shows the version (empty); ``getRights`` for an invented data set where
#: the notebook is stored (``CREATE``), or where the dashboard belongs (``BOARD``); the person's roles
#: (``ADMIN``).
Needs = Literal["", "CREATE", "BOARD", "ADMIN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table.

    Args:
        role: Least role in openBIS, as contract 9.2 writes it.
        needs: What openBIS is asked, beside that it shows the version.
        group: Whether it takes membership in a group of publishers, where an admin named one.
        does: What it is, for people, as in "You may not …".
        meets: Rules of Dataiku's that the line stands for.
        remark: What else there is to know.
    """

    role: str = "PROJECT_OBSERVER"
    needs: Needs = ""
    group: bool = False
    does: str
    meets: tuple[str, ...] = ()
    remark: str = ""

    @property
    def short_role(self) -> str:
        """The role without its level: ``USER``."""
        return self.role.partition("_")[2]


RULES: Mapping[Action, Rule] = {
    "see": Rule(
        does="see this page",
        meets=("D-09",),
        remark="The viewer's own session must see the version that is shown, each time. No server is needed.",
    ),
    "publish": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        group=True,
        does="publish this notebook",
        meets=("D-03", "D-06", "D-07"),
        remark="Only versions that count, not forks.",
    ),
    "snapshot": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        group=True,
        does="take another snapshot",
        meets=("D-12",),
        remark="Asked where that version is stored; not of forks. Also to let a page follow the latest "
        "version, and for each version that it follows.",
    ),
    "resume": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        group=True,
        does="publish this page again",
        remark="A page that was stopped, is gone or has ended.",
    ),
    "switch-snapshot": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        does="switch this page to another snapshot",
        meets=("D-05", "D-11"),
        remark="While a link for the world is open, the group, too: the world would read something else.",
    ),
    "edit": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        does="change this page",
        meets=("D-11",),
        remark="Title, end date, code shown or hidden.",
    ),
    "stop": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        does="stop this page",
        remark="Who published it may always stop it, and so may an instance admin.",
    ),
    "tile": Rule(
        role="PROJECT_USER",
        needs="BOARD",
        does="put this page on that dashboard",
        meets=("D-04", "D-08"),
        remark="Asked where the dashboard belongs, not where the notebook is stored.",
    ),
    "make-link": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        group=True,
        does="make a link to this page for people without log-in",
        remark="Only where the admin allows such links.",
    ),
    "list-all": Rule(
        role="INSTANCE_ADMIN",
        needs="ADMIN",
        does="list all published pages",
        remark="Also those that have stopped, with whatever is known of them but their content.",
    ),
    "stop-all": Rule(role="INSTANCE_ADMIN", needs="ADMIN", does="stop any published page"),
}
