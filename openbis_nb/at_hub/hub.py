"""Which hub this process runs under, from what the hub put into its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from ..openbis.secrets import Secret

__all__ = ["Hub"]


@dataclass(frozen=True, slots=True)
class Hub:
    """A JupyterHub, and the token that it gave this person's server.

    Args:
        api_url: Of the hub's API, as reached from here; no slash at its end.
        token: Of this server; it may read the person's openBIS session and launches, nothing of others.
        public_url: Of the hub in people's browsers, with a slash at its end; a path where only that is known.
        service_api: Of our service, as reached from here, with a slash at its end; empty without one.
        launcher: Path of the service in people's browsers; empty without one.
    """

    api_url: str
    token: Secret
    public_url: str = "/hub/"
    service_api: str = ""
    launcher: str = ""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Hub | None:
        """The hub that *env* names; ``None`` in a plain local Jupyter."""
        api_url, token = env.get("JUPYTERHUB_API_URL", ""), env.get("JUPYTERHUB_API_TOKEN", "")
        if not api_url.startswith(("http://", "https://")) or not token:
            return None
        service_api = env.get("OPENBIS_NB_SERVICE_API", "")
        return cls(
            api_url=api_url.rstrip("/"),
            token=Secret(token),
            public_url=env.get("JUPYTERHUB_PUBLIC_HUB_URL") or env.get("JUPYTERHUB_BASE_URL", "/") + "hub/",
            service_api=service_api.rstrip("/") + "/" if service_api else "",
            launcher=env.get("OPENBIS_NB_SERVICE_PREFIX", ""),
        )

    @property
    def pages(self) -> str:
        """Address of the service's pages in people's browsers, with a slash at its end; empty where the hub
        does not say by which host it is reached: JupyterLab takes a mere path for that of a file."""
        address = urljoin(self.public_url, self.launcher) if self.launcher else ""
        return address if address.startswith(("http://", "https://")) else ""

    def link(self, path: str = "login?again=1") -> str:
        """An address at the hub for people, from a path that the hub named or ours: the log-in page also for
        who is logged in at the hub, since it is openBIS' session that is over."""
        return urljoin(self.public_url, path)
