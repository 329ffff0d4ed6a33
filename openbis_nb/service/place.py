"""Where the service stands: what JupyterHub tells a service by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import ConfigurationProblem
from ..openbis.secrets import Secret

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """The service's place at its hub.

    Args:
        name: The service's name at the hub.
        prefix: Path of all its routes, with a slash at both ends.
        base_url: The hub's ``base_url``, with a slash at both ends.
        api_url: The hub's API, as reached from here.
        api_token: The service's own token: it is the secret of the OAuth client, and good for nothing else.
        client_id: Of the OAuth client.
        callback: Where the hub sends a browser back to after its log-in, spelled as the hub knows it.
        bind: Host and port to listen on.
        public_origin: ``scheme://host[:port]`` in people's browsers; empty where the hub does not know it.
        hub_host: Origin of the hub's own pages where it uses sub-domains, else empty.
    """

    prefix: str
    base_url: str
    api_url: str
    api_token: Secret
    client_id: str
    callback: str
    name: str = "openbis"
    bind: tuple[str, int] = ("127.0.0.1", 10910)
    public_origin: str = ""
    hub_host: str = ""

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Place:
        """Read off the environment.

        Raises:
            ConfigurationProblem: a variable is missing that the hub sets.
        """
        missing = [name for name in ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN") if not env.get(name)]
        if missing:
            raise ConfigurationProblem(
                f"{' and '.join(missing)} is not set: the service is started by JupyterHub.",
                next_step="Register it with openbis_nb.hub.configure, or give it what the hub would give.",
            )
        name = env.get("JUPYTERHUB_SERVICE_NAME") or "openbis"
        base_url = _slashes(env.get("JUPYTERHUB_BASE_URL") or "/")
        prefix = _slashes(env.get("JUPYTERHUB_SERVICE_PREFIX") or f"{base_url}services/{name}/")
        bind = urlsplit(env.get("JUPYTERHUB_SERVICE_URL") or "http://127.0.0.1:10910")
        public = urlsplit(env.get("JUPYTERHUB_PUBLIC_URL") or "")
        return cls(
            name=name,
            prefix=prefix,
            callback=env.get("JUPYTERHUB_OAUTH_CALLBACK_URL") or f"{prefix}oauth_callback",
            base_url=base_url,
            api_url=env["JUPYTERHUB_API_URL"].rstrip("/"),
            api_token=Secret(env["JUPYTERHUB_API_TOKEN"]),
            client_id=env.get("JUPYTERHUB_CLIENT_ID") or f"service-{name}",
            bind=(bind.hostname or "127.0.0.1", bind.port or 10910),
            public_origin=f"{public.scheme}://{public.netloc}" if public.netloc else "",
            hub_host=env.get("JUPYTERHUB_HOST") or "",
        )

    @property
    def hub_url(self) -> str:
        """Path of the hub's own pages, with a slash at the end."""
        return f"{self.hub_host}{self.base_url}hub/"

    @property
    def access_scope(self) -> str:
        """The scope that a token needs to come in."""
        return f"access:services!service={self.name}"

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies are for it alone."""
        return self.public_origin.startswith("https:")


def _slashes(path: str) -> str:
    return f"/{path.strip('/')}/" if path.strip("/") else "/"
