"""docs/reference/library-rights.md: who may do what in the library, from its table of rules."""

from __future__ import annotations

from openbis_nb.workflows.library.rules import RULES, Needs, Rule

from .markdown import head, table

INTRO = """
    What each role may do with a notebook in the library, in its pages and over REST. Roles count where the
    notebook is stored: in its project, in its space, or on the whole instance.

    Two things decide. openBIS' rights are the law, asked of it each time with the session of the person:
    nothing here gives a right that openBIS does not. And which versions of a notebook *count* is a rule of
    ours: those of its author (who registered the first one), of co-authors that a version which counts names,
    and of admins of the space who take it over. What others save is a fork of their own, linked to where it
    comes from.

    What one may not do is greyed in the pages, with the reason; REST answers 403 (`forbidden`) and names the
    role.
    """

#: Title of a column → how high the role stands (contract 9.1).
_COLUMNS = {"Observer": 0, "User": 1, "Power user": 2, "Project admin": 3, "Space or instance admin": 4}
_RANK = {
    "PROJECT_OBSERVER": 0,
    "PROJECT_USER": 1,
    "PROJECT_POWER_USER": 2,
    "PROJECT_ADMIN": 3,
    "SPACE_ADMIN": 4,
}
_ASKED: dict[Needs, str] = {
    "": "whether it shows the notebook",
    "CREATE": "`getRights`: `CREATE` of a data set there",
    "UPDATE": "`getRights`: `UPDATE` of each version",
    "DELETE": "`getRights`: `DELETE` of each version",
    "ADMIN": "the roles of the space",
    "TRASH": "its trash",
}
_WHO = {"anyone": "yes", "writer": "author, co-authors", "stranger": "not author or co-author"}


def page() -> str:
    """The whole page."""
    who = [
        [f"`{action}`", *(_cell(rule, rank) for rank in _COLUMNS.values())] for action, rule in RULES.items()
    ]
    how = [
        [f"`{action}`", f"`{rule.role}`", _ASKED[rule.needs], rule.remark] for action, rule in RULES.items()
    ]
    parts = [
        head("Rights in the library", INTRO),
        table(["Action", *_COLUMNS], who),
        "## What openBIS is asked",
        table(["Action", "Least role", "openBIS is asked for", "Remark"], how),
    ]
    return "\n\n".join(parts) + "\n"


def _cell(rule: Rule, rank: int) -> str:
    if rank < _RANK[rule.role]:
        return "no"
    if rule.needs == "TRASH" and rank < _RANK["PROJECT_ADMIN"]:
        return "own deletions"
    return _WHO[rule.who]
