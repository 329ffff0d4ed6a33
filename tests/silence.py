"""Who waits for an openBIS that is silent on purpose gives up soon; nobody else does on a busy machine."""

from __future__ import annotations

import pytest

__all__ = ["meets_silence"]


def meets_silence(request: pytest.FixtureRequest) -> bool:
    """Whether the test of this fixture has the sandbox's fault "silence" among its parameters."""
    callspec = getattr(request.node, "callspec", None)
    given = callspec.params.values() if callspec is not None else ()
    return any(one == "silence" or (isinstance(one, tuple) and "silence" in one) for one in given)
