"""Stub of the part ``eln``: its router is included by ``app``."""

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter()
