"""``api/v1/rights``: the table of who may do what, as it drives pages and API."""

from __future__ import annotations

from fastapi import APIRouter

from ...workflows.library.rules import RULES
from .answering import ROUTER, Caller
from .shapes_related import Right

__all__ = ["router"]

router = APIRouter(tags=["rights"], **ROUTER)


@router.get("/rights", summary="Who may do what", response_model=list[Right])
async def rights(_: Caller) -> list[Right]:
    """Each action with the least role in openBIS. Whether the caller may, with one notebook, stands in its
    `permissions`."""
    return [
        Right(action, rule.does, rule.who, rule.role if rule.needs else "", rule.remark)
        for action, rule in RULES.items()
    ]
