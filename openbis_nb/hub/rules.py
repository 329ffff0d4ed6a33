"""Who may come in, and who is an admin of the hub: two tables over what openBIS says of a person (pure).

A person is admitted by the first row of :data:`ALLOW` that fits; without one, not at all. Roles can only be
asked of openBIS by admins (contract 9.2), so "has a role in a space" is read off what the person sees: an
entity without a role for it is absent from every answer (contract 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields

from ..errors import ConfigurationProblem

__all__ = ["ADMIN", "ALLOW", "Facts", "RuleSettings", "admin_rule", "allow_rule", "check"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What openBIS says of a person; only what some setting asks for is filled in.

    Args:
        user_id: In openBIS' spelling.
        groups: Codes of those authorization groups that rules name and the person is a member of.
        visible: Identifiers of those spaces and projects that rules name and the person sees.
        instance_admin: Whether the person is an admin of the openBIS instance.
    """

    user_id: str
    groups: frozenset[str] = frozenset()
    visible: frozenset[str] = frozenset()
    instance_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """The settings that rules read, under the names that they have in ``jupyterhub_config.py``.

    Users are openBIS user ids; groups are codes; spaces and projects are identifiers (``/LAB``,
    ``/LAB/GROWTH``).
    """

    allow_all: bool = False
    allowed_openbis_users: frozenset[str] = frozenset()
    allowed_groups: frozenset[str] = frozenset()
    allowed_spaces: frozenset[str] = frozenset()
    allowed_projects: frozenset[str] = frozenset()
    blocked_openbis_users: frozenset[str] = frozenset()
    admin_openbis_users: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    instance_admins_are_admins: bool = False


Rule = tuple[str, Callable[[RuleSettings, Facts], bool]]

ALLOW: tuple[Rule, ...] = (
    ("allow_all", lambda settings, _: settings.allow_all),
    ("allowed_openbis_users", lambda settings, facts: facts.user_id in settings.allowed_openbis_users),
    ("allowed_groups", lambda settings, facts: bool(settings.allowed_groups & facts.groups)),
    ("allowed_spaces", lambda settings, facts: bool(settings.allowed_spaces & facts.visible)),
    ("allowed_projects", lambda settings, facts: bool(settings.allowed_projects & facts.visible)),
)
ADMIN: tuple[Rule, ...] = (
    ("admin_openbis_users", lambda settings, facts: facts.user_id in settings.admin_openbis_users),
    ("admin_groups", lambda settings, facts: bool(settings.admin_groups & facts.groups)),
    ("instance_admins_are_admins", lambda settings, facts: _instance_admin(settings, facts)),
)


def _instance_admin(settings: RuleSettings, facts: Facts) -> bool:
    return settings.instance_admins_are_admins and facts.instance_admin


def allow_rule(settings: RuleSettings, facts: Facts) -> str | None:
    """The setting that admits the person; ``None`` if none does, or if the person is blocked."""
    if facts.user_id in settings.blocked_openbis_users:
        return None
    return _first(ALLOW, settings, facts)


def admin_rule(settings: RuleSettings, facts: Facts) -> str | None:
    """The setting that makes the person an admin of the hub; ``None`` if none does."""
    return _first(ADMIN, settings, facts)


def _first(table: tuple[Rule, ...], settings: RuleSettings, facts: Facts) -> str | None:
    return next((name for name, fits in table if fits(settings, facts)), None)


def check(settings: RuleSettings, hub_names: Collection[str] = ()) -> None:
    """Refuse settings that contradict each other or admit nobody.

    Args:
        settings: Of the rules.
        hub_names: JupyterHub's own ``allowed_users``, which admit as well.

    Raises:
        ConfigurationProblem: the message names the settings.
    """
    lists = [spec.name for spec in fields(settings) if spec.name.startswith("allowed_")]
    used = [name for name in lists if getattr(settings, name)]
    if settings.allow_all and used:
        raise ConfigurationProblem(
            f"allow_all admits everybody, so {' and '.join(used)} would have no effect.",
            next_step="Remove allow_all, or the list.",
        )
    if not (settings.allow_all or used or hub_names):
        raise ConfigurationProblem(
            f"Nobody could log in: allow_all is off, and {', '.join(lists)} are empty.",
            next_step="Set allow_all, or one of the lists.",
        )
    for name in ("allowed_openbis_users", "admin_openbis_users"):
        both = sorted(getattr(settings, name) & settings.blocked_openbis_users)
        if both:
            raise ConfigurationProblem(
                f"{', '.join(both)}: both in {name} and in blocked_openbis_users.",
                next_step="Remove the person from one of the two.",
            )
