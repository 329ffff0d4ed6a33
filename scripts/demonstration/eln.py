"""What today's ELN does at **More… → New Jupyter notebook** (contract 8.4 to 8.6): builds a notebook, sends
it to the integration endpoint in two calls, and opens a tab at the hub."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

__all__ = ["Launch"]


@dataclass(frozen=True, slots=True)
class Launch:
    """The dialog, filled in.

    Args:
        endpoint: ``jupyterIntegrationServerEndpoint`` of the ELN's settings.
        hub: ``jupyterEndpoint``, with a slash at the end.
        user_id: In openBIS.
        token: The session in the ELN.
        origin: Of the ELN's page.
        ca_bundle: PEM file for https.
    """

    endpoint: str
    hub: str
    user_id: str
    token: str
    origin: str
    ca_bundle: str | None = None

    def create(self, folder: str, name: str, notebook: dict[str, Any]) -> str:
        """**Create & connect**: the address that the ELN opens in a new tab.

        Raises:
            SystemExit: the endpoint refused.
        """
        file_name = self._post(folder, f"{name}.ipynb", "True", "TEST")["fileName"]
        self._post(folder, file_name, "False", json.dumps(notebook))
        path = f"/user/{self.user_id}/notebooks/{folder}/{file_name}"
        return f"{self.hub}hub/login?token={self.token}&next={quote(path, safe='')}"

    def _post(self, folder: str, file_name: str, test: str, body: str) -> dict[str, str]:
        answer = requests.post(
            f"{self.endpoint}?token={self.token}&folder={folder}&filename={file_name}&test={test}",
            data=body.encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "Origin": self.origin,
            },
            timeout=60,
            verify=self.ca_bundle or True,
        )
        if not answer.ok:  # the address holds the session, so it is not in the message
            raise SystemExit(f"The integration endpoint refused: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json())
