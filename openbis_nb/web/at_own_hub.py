"""The service of the hub that this process runs under, asked with this server's own token."""

from __future__ import annotations

from pathlib import Path

from ..at_hub.hub import Hub
from ..errors import ConfigurationProblem
from .access import Access, HubToken

__all__ = ["service_at"]

#: Longest time for which a call is repeated, in seconds: a person waits for it.
_RETRY_FOR = 15.0


def service_at(hub: Hub | None, *, ca_bundle: Path | None, silence: float) -> Access:
    """How the service is reached.

    Args:
        hub: ``None`` in a plain local Jupyter.
        ca_bundle: A further CA to trust.
        silence: Longest silence of the service, in seconds.

    Raises:
        ConfigurationProblem: there is no hub, or none with the service.
    """
    if hub is None or not hub.service_api:
        raise ConfigurationProblem(
            "Pages are published by the service of a JupyterHub, and this Jupyter does not belong to one.",
            next_step="Save the notebook to openBIS, and publish it from the library of your lab "
            "or with `openbis-nb publish`.",
        )
    return Access(
        url=hub.service_api,
        who=HubToken(hub.token),
        ca_bundle=ca_bundle,
        silence=silence,
        retry_for=_RETRY_FOR,
        public_url=hub.public_url,
    )
