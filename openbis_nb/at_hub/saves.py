"""How saves end, told to the hub's service: its figures, and published pages that follow the notebook."""

from __future__ import annotations

import logging
from pathlib import Path

from ..errors import OpenbisNbError
from .calls import call
from .hub import Hub

__all__ = ["SaveCounter"]

_log = logging.getLogger(__name__)
#: Seconds that a save waits for its being counted; it is complete by then.
_PATIENCE = 2.0


class SaveCounter:
    """Tells the service of one hub how a save ended; without a hub it does nothing.

    Args:
        hub: Which hub.
        ca_bundle: A further CA to trust.
    """

    def __init__(self, hub: Hub | None, ca_bundle: Path | None) -> None:
        self._hub, self._ca_bundle = hub, ca_bundle

    async def __call__(self, outcome: str, code: str = "", notebook_id: str = "") -> None:
        """One save ended. A service that is away misses it: no save fails for a figure.

        Args:
            outcome: The state of its result, or ``failed``.
            code: Of the error, if it failed.
            notebook_id: Of which notebook, where a version was made.
        """
        if self._hub is None or not self._hub.service_api:
            return
        try:
            await call(
                "POST",
                f"{self._hub.service_api}api/v1/saves",
                self._hub.token,
                who="The service",
                patience=_PATIENCE,
                ca_bundle=self._ca_bundle,
                body={"outcome": outcome, "code": code, "notebook": notebook_id},
            )
        except OpenbisNbError as error:
            _log.info("A save was not counted: %s", error.message)
