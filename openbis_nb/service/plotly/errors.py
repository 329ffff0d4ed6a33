"""How failures look below ``v2/``: ``{"errors": [{"message": …}, …]}`` for every one of them (P-39).

Beside ``message`` each error has our ``code`` and ``next_step``, and ``field`` where one is to blame. The
message ends with what to do, since Plotly's clients show nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse, Response

from .addresses import BASE, standing_headers

__all__ = ["errors_answer", "is_v2"]


def is_v2(path: str, prefix: str) -> bool:
    """Whether an address belongs to this API, known or not.

    Args:
        path: Of the request.
        prefix: Of the service, with a slash at the end.
    """
    return path == f"{prefix}v2" or path.startswith(f"{prefix}v2/")


def errors_answer(
    path: str, prefix: str, problem: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a request that failed.

    Args:
        path: Of the request.
        prefix: Of the service.
        problem: Problem JSON, as ``OpenbisNbError.problem`` makes it.
        headers: To be sent along.
    """
    standing = standing_headers(path.removeprefix(prefix + BASE)) if path.startswith(prefix + BASE) else {}
    body = {"errors": _errors(problem)}
    return JSONResponse(body, int(problem["status"]), headers={**(headers or {}), **standing})


def _errors(problem: Mapping[str, Any]) -> list[dict[str, Any]]:
    told = {"code": problem["code"], "next_step": problem["next_step"]}
    if "login_url" in problem:
        told["login_url"] = problem["login_url"]
    findings = problem.get("findings") or ()
    if not findings:
        return [{"message": f"{problem['detail']} {problem['next_step']}".rstrip(), **told}]
    return [
        {
            "message": f"{finding['where']} {finding['what']}. {problem['next_step']}".rstrip(),
            "field": finding["where"],
            **told,
        }
        for finding in findings
    ]
