"""The people and the laboratory of the workflows' tests."""

from __future__ import annotations

from tests.integration.workflows.conftest import alice, bob, lab, olga, ursula

__all__ = ["alice", "bob", "lab", "olga", "ursula"]
