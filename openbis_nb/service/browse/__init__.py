"""Stub of the part ``browse``: its router is included by ``app``."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
