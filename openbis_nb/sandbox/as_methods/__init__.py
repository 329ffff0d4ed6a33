"""The methods of the application server; importing this package registers all of them."""

from . import (
    access,
    codes,
    creations,
    deletions,
    groups,
    login,
    master,
    master_writes,
    people,
    reads,
    roles,
    server,
    services,
    tags,
    tokens,
    updates,
)

__all__ = [
    "access",
    "codes",
    "creations",
    "deletions",
    "groups",
    "login",
    "master",
    "master_writes",
    "people",
    "reads",
    "roles",
    "server",
    "services",
    "tags",
    "tokens",
    "updates",
]
