"""Our service at the hub, as the person's own server asks it for launches (design D3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import ConfigurationProblem, NotFound
from .calls import Answer, call, error_of
from .hub import Hub

__all__ = ["LaunchService"]

_WHO = "The launch service"
#: The service itself waits a minute for a launch that is still being prepared.
_CONTENT_TIMEOUT = 75.0
_TIMEOUT = 15.0
#: JSON escapes and the rest of the answer, beside the notebook itself.
_OVERHEAD = 2


@dataclass(frozen=True, slots=True)
class LaunchService:
    """The service of one hub.

    Every call raises :class:`~openbis_nb.errors.HubFailure` or
    :class:`~openbis_nb.errors.HubTimeout` when the service is away.

    Args:
        hub: Which hub.
        max_notebook: Refuse larger notebooks, in bytes.
        ca_bundle: A further CA to trust.
    """

    hub: Hub | None
    max_notebook: int
    ca_bundle: Path | None = None

    async def content(self, launch: str) -> dict[str, Any]:
        """What the launch is; waits while it is being prepared.

        Raises:
            NotFound: it is over, was never there, or is somebody else's.
            OpenbisNbError: why it could not be prepared, as the service says.
        """
        return await self._ask("GET", f"launches/{quote(launch, safe='')}/content", patience=_CONTENT_TIMEOUT)

    async def find(self, folder: str, file_name: str) -> list[Mapping[str, Any]]:
        """This person's launches for a file, newest first."""
        found = await self._ask("GET", "launches", query={"directory": folder, "file": file_name})
        launches = found.get("launches")
        return [one for one in launches if isinstance(one, Mapping)] if isinstance(launches, list) else []

    async def report(self, launch: str, outcome: Mapping[str, Any]) -> None:
        """Tell how it ended: ``{"state": "ready", "path": …}`` or ``{"state": "failed", "problem": …}``."""
        await self._ask("POST", f"launches/{quote(launch, safe='')}/outcome", body=outcome)

    async def _ask(
        self, verb: str, path: str, *, patience: float = _TIMEOUT, **options: Any
    ) -> dict[str, Any]:
        if self.hub is None or not self.hub.service_api:
            raise ConfigurationProblem(
                "This Jupyter server does not belong to a hub with openBIS' launch service.",
                next_step="Make the notebook with `openbis-nb new`, or open the link at its hub.",
            )
        answer = await call(
            verb,
            f"{self.hub.service_api}api/v1/{path}",
            self.hub.token,
            who=_WHO,
            patience=patience,
            ca_bundle=self.ca_bundle,
            max_answer=_OVERHEAD * self.max_notebook,
            **options,
        )
        return _checked(answer)


def _checked(answer: Answer) -> dict[str, Any]:
    status, document = answer
    if 200 <= status < 300:
        return document
    if status == 404 and "code" not in document:
        raise NotFound("There is no such launch.", next_step="Launch the notebook again.")
    raise error_of(answer, who=_WHO)
