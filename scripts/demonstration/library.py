"""The lab's library, over its REST API as a script asks it: with a user id and an openBIS session."""

from __future__ import annotations

from typing import Any

import requests

__all__ = ["newest_notebook"]


def newest_notebook(service: str, user: str, token: str) -> dict[str, Any]:
    """The notebook that was saved last, of all that the person may see.

    Args:
        service: Address of the service, with a slash at the end.
        user: Their id in openBIS.
        token: Their openBIS session.

    Raises:
        SystemExit: there is none, or the library does not answer.
    """
    query = {"sortBy": "updateTime", "sortDirection": "descending", "limit": "1"}
    answer = requests.get(f"{service}api/v1/notebooks", params=query, auth=(user, token), timeout=60)
    if not answer.ok or not answer.json()["entries"]:
        raise SystemExit(f"The library shows no notebook ({answer.status_code}): {answer.text[:300]}")
    found: dict[str, Any] = answer.json()["entries"][0]
    return found
