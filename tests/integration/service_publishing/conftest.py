"""A service at the wire, a sandbox of its own, and people who publish."""

from __future__ import annotations

from tests.integration.service_library.api import (
    admin,
    alice,
    api_hub,
    api_openbis,
    bob,
    olga,
    site,
    ursula,
)

__all__ = ["admin", "alice", "api_hub", "api_openbis", "bob", "olga", "site", "ursula"]
