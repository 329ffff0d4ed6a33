"""The forms of what callers are told, for the API's description."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["PROBLEMS", "LaunchAnswer", "LaunchList", "Problem"]


class Problem(BaseModel):
    """An error (RFC 9457): what happened in `detail`, what to do in `next_step`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next_step: str


class LaunchAnswer(BaseModel):
    """A launch. ``kind``: ``request``, ``version``, ``import``, ``eln``: of a notebook; ``repository``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11",
                    "kind": "request",
                    "state": "waiting",
                    "directory": "growth/november",
                    "file_name": "Growth curves.ipynb",
                    "url": "/user/alice/openbis/launch/0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11",
                    "page": "/services/openbis/launch/0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11",
                    "events": "/services/openbis/api/v1/launches/0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11/events",
                    "expires_at": "2026-11-22T09:30:00+00:00",
                    "problem": None,
                }
            ]
        }
    )

    id: str
    kind: str
    state: str
    directory: str
    file_name: str
    url: str
    page: str
    events: str
    expires_at: str
    problem: dict[str, Any] | None
    path: str | None = None


class LaunchList(BaseModel):
    """Launches, newest first."""

    launches: list[LaunchAnswer]


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "model": Problem, "content": {"application/problem+json": {}}}


#: What every route may answer.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("A value that cannot be right."),
    401: _problem("No session or token, or it is over."),
    403: _problem("Not allowed, or not from a page of ours."),
    404: _problem("Not there, expired, or somebody else's."),
    413: _problem("Larger than a setting allows."),
    429: _problem("Too many at once."),
    502: _problem("openBIS or the hub failed."),
    503: _problem("The service's database failed."),
    504: _problem("openBIS or the hub did not answer in time."),
}
