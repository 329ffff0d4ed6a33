"""Who may do what with a notebook: one table for pages, REST and the reference (contract 9.2).

openBIS' rights are the law; on top of them stands one rule of ours, that versions which count come from the
author, co-authors and, by take-over, admins of the space (design section 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["ACTIONS", "RULES", "Action", "Needs", "Rule", "Who"]

Action = Literal[
    "read",
    "download",
    "compare",
    "open",
    "open-as-template",
    "share",
    "add-version",
    "rename",
    "edit-notes",
    "restore-version",
    "fork",
    "take-over",
    "co-authors",
    "move",
    "trash",
    "trash-version",
    "revert",
    "delete",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

#: ``writer``: the author and co-authors; ``stranger``: everybody else.
Who = Literal["anyone", "writer", "stranger"]
#: What openBIS is asked: ``getRights`` for an invented data set in the owner (``CREATE``) or for the versions
#: (``UPDATE``, ``DELETE``); the person's roles (``ADMIN``); nothing, since openBIS showed it (empty) or since
#: only the trash can tell (``TRASH``).
Needs = Literal["", "CREATE", "UPDATE", "DELETE", "ADMIN", "TRASH"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table.

    Args:
        who: Whom our own rule allows it.
        role: Least role in openBIS, as contract 9.2 writes it.
        does: What it is, for people, as in "You may not …".
        needs: What openBIS is asked.
        remark: What else there is to know.
    """

    who: Who = "anyone"
    role: str = "PROJECT_OBSERVER"
    does: str
    needs: Needs = ""
    remark: str = ""

    @property
    def short_role(self) -> str:
        """The role without its level: ``USER``."""
        return self.role.partition("_")[2]


RULES: Mapping[Action, Rule] = {
    "read": Rule(does="read this notebook"),
    "download": Rule(does="download this notebook"),
    "compare": Rule(does="compare this notebook", remark="Each of the two must be visible."),
    "open": Rule(
        does="open this notebook in JupyterLab",
        remark="What is saved later follows the line *add a version*; by others it becomes a fork.",
    ),
    "open-as-template": Rule(
        does="begin a new notebook from this one",
        remark="Saving it takes the role USER where it is to be stored.",
    ),
    "share": Rule(
        does="share a link to this notebook", remark="A link gives no rights: who follows it needs their own."
    ),
    "add-version": Rule(who="writer", role="PROJECT_USER", needs="CREATE", does="add a version"),
    "rename": Rule(
        who="writer",
        role="PROJECT_USER",
        needs="CREATE",
        does="rename this notebook",
        remark="A new version with the same content, so that it shows at once.",
    ),
    "edit-notes": Rule(
        role="PROJECT_POWER_USER",
        needs="UPDATE",
        does="change name and notes of a stored version",
        remark="openBIS updates the data set; who may not can add a version with other notes.",
    ),
    "restore-version": Rule(
        who="writer",
        role="PROJECT_USER",
        needs="CREATE",
        does="restore a version",
        remark="A new version with the old content; the newest one stays.",
    ),
    "fork": Rule(
        role="PROJECT_USER",
        needs="CREATE",
        does="store a copy of this notebook here",
        remark="Asked where the copy is to be stored, which may be elsewhere.",
    ),
    "take-over": Rule(
        who="stranger",
        role="SPACE_ADMIN",
        needs="ADMIN",
        does="take over this notebook",
        remark="Who may not see the roles of a space, sees the versions of a take-over as forks.",
    ),
    "co-authors": Rule(
        who="writer",
        role="PROJECT_USER",
        needs="CREATE",
        does="name co-authors",
        remark="A new version that names them. Who was named once stays named.",
    ),
    "move": Rule(
        role="PROJECT_POWER_USER",
        needs="UPDATE",
        does="store this notebook elsewhere",
        remark="All versions that count; the role is needed there, too.",
    ),
    "trash": Rule(
        role="PROJECT_POWER_USER",
        needs="DELETE",
        does="put this notebook into the trash",
        remark="All versions that count, in one deletion. Forks of others stay.",
    ),
    "trash-version": Rule(
        role="PROJECT_POWER_USER",
        needs="DELETE",
        does="put a version into the trash",
        remark="Not the first, not the newest, and none on which it depends that another one counts.",
    ),
    "revert": Rule(
        role="PROJECT_USER",
        needs="TRASH",
        does="bring this notebook back from the trash",
        remark="Deletions of one's own, and those that one may confirm.",
    ),
    "delete": Rule(
        role="PROJECT_ADMIN",
        needs="TRASH",
        does="delete this notebook for ever",
        remark="Only from the trash; not what is frozen or of a type that forbids it.",
    ),
}
