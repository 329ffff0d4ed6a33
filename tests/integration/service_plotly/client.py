"""A client as Plotly's are: HTTP basic, its name in a header, repeats on 5xx and 429 (P-31, P-32, P-40).

It knows nothing of ours but the address.
"""

from __future__ import annotations

import json
import time
from typing import Any

import requests

PLATFORM = {"Plotly-Client-Platform": "python 5.24.1"}


class PlotlyClient:
    """One person at one server.

    Args:
        root: Address of the API, up to ``v2``.
        user: User name; empty: no log-in.
        key: API key.
        pause: Factor of the pauses between tries: 1 for the real ones (1 s, doubled up to 16 s).
    """

    def __init__(self, root: str, user: str = "", key: str = "", pause: float = 0.02) -> None:
        self.root, self.pause = root, pause
        self.auth = (user, key) if user else None
        self.tries = 0

    def ask(self, verb: str, path: str = "", repeat: bool = False, **more: Any) -> requests.Response:
        """One call; with *repeat* again and again while it answers 5xx or 429, at most 180 s long."""
        headers = PLATFORM | more.pop("headers", {})
        headers = {name: value for name, value in headers.items() if value is not None}
        wait, waited = 1.0, 0.0
        while True:
            self.tries += 1
            answer = requests.request(
                verb, self.root + path, auth=more.get("auth", self.auth), headers=headers, timeout=60,
                **{name: value for name, value in more.items() if name != "auth"},
            )  # fmt: skip
            if not repeat or not (answer.status_code >= 500 or answer.status_code == 429) or waited > 180:
                return answer
            time.sleep(wait * self.pause)
            waited, wait = waited + wait, min(wait * 2, 16.0)

    def get(self, path: str = "", /, **params: Any) -> requests.Response:
        return self.ask("GET", path, params=params)

    def patch(self, fid: str, **changes: Any) -> requests.Response:
        return self.ask("PATCH", f"/{fid}", json=changes)

    def put(self, fid: str, body: dict[str, Any]) -> requests.Response:
        return self.ask("PUT", f"/{fid}", json=body)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.ask("POST", path, **more)

    def upload(self, content: bytes, name: str = "Growth.ipynb", **headers: str | None) -> requests.Response:
        sent = {"X-File-Name": name} | {key.replace("_", "-"): value for key, value in headers.items()}
        return self.ask("POST", "/upload", data=content, headers=sent)

    def uploaded(self, content: bytes, name: str = "Growth.ipynb", **headers: str | None) -> dict[str, Any]:
        """The resource that was made."""
        answer = self.upload(content, name, **headers)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def notebook(*sources: str, heading: str = "Growth of yeast") -> bytes:
    """An ``.ipynb`` with a heading, a code cell for each source, and an output."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": f"# {heading}\n\nIn salt water."}
    ]
    for number, source in enumerate(sources):
        output = {"output_type": "stream", "name": "stdout", "text": f"out {number}\n"}
        cells.append(
            {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": source,
             "execution_count": number + 1, "outputs": [output]}
        )  # fmt: skip
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def errors_of(answer: requests.Response, status: int) -> list[dict[str, Any]]:
    """The errors of an answer, which has the one shape of this API (P-39)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert list(body) == ["errors"]
    assert body["errors"]
    for error in body["errors"]:
        assert error["message"]
        assert error["next_step"]
    return list(body["errors"])


def message_of(answer: requests.Response, status: int) -> str:
    """The only message of an answer."""
    [error] = errors_of(answer, status)
    return str(error["message"])
