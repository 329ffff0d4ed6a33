"""docs/reference/publishing-rights.md: who may do what with published pages, from their table of rules."""

from __future__ import annotations

from openbis_nb.workflows.publishing.rules import RULES, Needs, Rule

from .markdown import head, table

INTRO = """
    What each role may do with a published page and its dashboards, in pages and over REST. Roles count where
    the notebook is stored: in its project, in its space, or on the whole instance; for dashboards, where the
    dashboard belongs.

    openBIS' rights are the law, asked of it each time with the session of the person. One thing is ours:
    where an admin names groups of publishers (`OPENBIS_NB_SERVICE_PUBLISHERS`), only members publish and take
    snapshots; membership alone gives nothing. Who published a page may always stop it.

    What one may not do is greyed in the pages, with the reason; REST answers 403 (`forbidden`) and names the
    role or the group, or 404 where the person does not see the version.
    """

#: Title of a column → how high the role stands (contract 9.1), and whether it is in a group of publishers.
_COLUMNS: dict[str, tuple[int, bool]] = {
    "Observer": (0, True),
    "User": (1, False),
    "User in the group": (1, True),
    "Space admin": (2, False),
    "Space admin in the group": (2, True),
    "Instance admin": (3, False),
}
_RANK = {"PROJECT_OBSERVER": 0, "PROJECT_USER": 1, "SPACE_ADMIN": 2, "INSTANCE_ADMIN": 3}
_ASKED: dict[Needs, str] = {
    "": "whether it shows the version",
    "CREATE": "`getRights`: `CREATE` of a data set there",
    "BOARD": "`getRights` where the dashboard belongs",
    "ADMIN": "the person's roles",
}


def page() -> str:
    """The whole page."""
    who = [
        [f"`{action}`", *("yes" if _may(rule, *one) else "no" for one in _COLUMNS.values())]
        for action, rule in RULES.items()
    ]
    how = [
        [
            f"`{action}`",
            f"`{rule.role}`",
            _ASKED[rule.needs] + (", and the groups" if rule.group else ""),
            ", ".join(rule.meets),
            rule.remark,
        ]
        for action, rule in RULES.items()
    ]
    parts = [
        head("Rights on published pages", INTRO),
        table(["Action", *_COLUMNS], who),
        "Without a group that an admin names, each column is as its neighbour in the group.",
        "## What openBIS is asked",
        table(["Action", "Least role", "openBIS is asked for", "Meets", "Remark"], how),
    ]
    return "\n\n".join(parts) + "\n"


def _may(rule: Rule, rank: int, is_member: bool) -> bool:
    return rank >= _RANK[rule.role] and (is_member or not rule.group)
