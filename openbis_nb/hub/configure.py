"""What a ``jupyterhub_config.py`` calls for openBIS' log-in, sessions and service (see ``hub_config/``)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets.config import LazyConfigValue

from ..errors import ConfigurationProblem
from . import certificates, culling, keeping, service
from .authenticator import OpenBISAuthenticator
from .linking import with_openbis
from .session_api import SCOPE

__all__ = ["configure"]

SERVICE_URL = "http://127.0.0.1:10910"
_Environment = dict[str, "str | Callable[[Any], str]"]


def configure(
    c: Any,
    *,
    openbis_url: str,
    data_dir: Path | str | None,
    openbis_public_url: str = "",
    server_aliases: Collection[str] = (),
    data_store_urls: Mapping[str, str] | None = None,
    allow_http: bool = False,
    ca_bundle: Path | str = "",
    ca_folder: Path | str = "",
    ca_bundle_in_servers: Path | str = "",
    database_url: str = "",
    service_url: str = SERVICE_URL,
    service_token: str = "",
    service_user: str = "",
    service_data_dir: Path | str = "",
    cull_idle_after: float = 0,
    cull_max_age: float = 0,
    json_logs: bool = False,
    link_to: type[Authenticator] | str | None = None,
) -> None:
    """Make a hub whose people are openBIS' people. All further settings are the traits of
    :class:`OpenBISAuthenticator`; at least one allow rule must be set. With *link_to*, people log in as they
    did before and link their openBIS account; further settings are those of ``c.OpenBISKeeper``.

    Lists that other parts of a configuration filled before (services, roles) keep what they hold.

    Args:
        c: The configuration object of JupyterHub.
        openbis_url: Address of openBIS for the hub and for people's servers.
        data_dir: Folder for what must outlive a restart: the databases and two keys (made, mode 0700).
            ``None``: database, cookie secret and crypt key are set elsewhere, as by a Kubernetes chart.
        openbis_public_url: Address of openBIS in people's browsers, if another one.
        server_aliases: Former and other addresses of this openBIS: notebooks that name one are its own.
        data_store_urls: Where hub, service and people's servers reach a data store: announced address →
            address. ``""`` as the announced address stands for all others.
        allow_http: Allow ``http://`` to an openBIS that is not on this machine.
        ca_bundle: PEM file with the CA that signed openBIS' certificate. Merged with the public ones, it
            reaches hub, service, people's servers and what runs in them.
        ca_folder: Where the merged file is written; default: below *data_dir*. Where people's servers have
            accounts of their own, these must be able to read it.
        ca_bundle_in_servers: Path of the merged file as people's servers see it, where they have file
            systems of their own (containers).
        database_url: ``postgresql://…`` for hub and service; default: SQLite in *data_dir*.
        service_url: Where the service listens; people's servers must reach it. Empty: no service.
        service_token: Of a service that the hub does not start itself (Kubernetes); the same one in its own
            environment, as ``JUPYTERHUB_API_TOKEN``.
        service_user: Account under which a hub that is root starts the service; default: the hub's.
        service_data_dir: Folder of that account for the service's SQLite database; default: *data_dir*.
        cull_idle_after: Servers are stopped after so many seconds without use; 0: never.
        cull_max_age: Servers are stopped at this age in seconds even if used; 0: never.
        json_logs: The hub's log as one JSON object for each line.
        link_to: The authenticator that the hub has already, as class, path or name (``"pam"``). It stays.

    Raises:
        ConfigurationProblem: something cannot be read or written, or settings contradict each other.
    """
    c.JupyterHub.authenticator_class = with_openbis(link_to) if link_to else OpenBISAuthenticator
    c.OpenBISKeeper.openbis_url = openbis_url
    c.OpenBISKeeper.openbis_public_url = openbis_public_url
    c.OpenBISKeeper.allow_http = allow_http
    _extend(c.JupyterHub, "template_paths", [str(Path(__file__).parent / "templates")])
    folder = _keep(c, data_dir, database_url)
    bundle = _trust(c, folder, ca_bundle, ca_folder, ca_bundle_in_servers)
    if not link_to:
        # A server is not started with a session that is over; one that runs goes on, and its kernels are
        # told by the session handler. Strict would answer 403 to the server itself, amid somebody's work.
        c.Authenticator.refresh_pre_spawn = True
        if hasattr(Authenticator, "auth_refresh_strict"):  # older ones: keeper.spare
            c.Authenticator.auth_refresh_strict = False
    _grant(c)
    culling.register(c, idle=cull_idle_after, max_age=cull_max_age, extend=_extend)
    if json_logs:
        formatter = {"class": "openbis_nb.hub.json_log.JsonFormatter"}
        c.JupyterHub.logging_config = {"formatters": {"console": formatter}}
    if service_token and not service_url:
        raise ConfigurationProblem(
            "service_token is set, but service_url is empty, so there is no service.",
            next_step="Name the service's address, or remove the token.",
        )
    openbis = _openbis(openbis_url, openbis_public_url, server_aliases, data_store_urls, allow_http)
    if service_url:
        environment = openbis | certificates.environment(bundle)
        service.register(
            c,
            url=service_url,
            environment=environment,
            database=_database(service_data_dir or folder, database_url),
            published=_published(service_data_dir or folder),
            token=service_token,
            user=service_user,
            extend=_extend,
        )
    c.Spawner.environment = {
        **openbis,
        **certificates.environment(ca_bundle_in_servers or bundle),
        **_imports(),
        **_service_for_servers(service_url),
    }


def _keep(c: Any, data_dir: Path | str | None, database_url: str) -> Path | None:
    """Database and keys; auth_state holds sessions, so it is encrypted, with the same key after a restart."""
    c.Authenticator.enable_auth_state = True
    if database_url:
        c.JupyterHub.db_url = keeping.database_url(database_url)
    if data_dir is None:
        return None
    folder = keeping.private_folder(Path(data_dir).absolute())
    if not database_url:
        c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
    c.CryptKeeper.keys = [keeping.key(folder / "crypt_key")]
    return folder


def _database(folder: Path | str | None, database_url: str) -> str:
    """Where the service keeps launches: in the hub's PostgreSQL, else in a file beside the hub's."""
    if database_url:
        return keeping.database_url(database_url)
    return f"sqlite:///{Path(folder) / 'service.sqlite'}" if folder else ""


def _published(folder: Path | str | None) -> str:
    """Where the bytes of published pages are kept: in what an admin backs up."""
    return str(Path(folder) / "published") if folder else ""


def _trust(
    c: Any,
    folder: Path | None,
    ca_bundle: Path | str,
    ca_folder: Path | str,
    ca_bundle_in_servers: Path | str,
) -> Path | str:
    """Make one bundle, use it in this process; gives its path, or nothing without a CA of the site."""
    if not ca_bundle:
        if ca_bundle_in_servers:
            raise ConfigurationProblem(
                f"ca_bundle_in_servers is {ca_bundle_in_servers}, but ca_bundle is empty, so the hub itself "
                "would not trust openBIS.",
                next_step="Set both, or neither.",
            )
        return ""
    bundle: Path | str = ca_bundle
    if ca_folder or folder:
        bundle = certificates.merge(Path(ca_bundle), Path(ca_folder or f"{folder}/certificates").absolute())
    c.OpenBISKeeper.ca_bundle = str(bundle)
    os.environ.update(certificates.environment(bundle))  # other authenticators, and what the hub starts
    return bundle


def _openbis(
    url: str,
    public_url: str,
    aliases: Collection[str],
    data_stores: Mapping[str, str] | None,
    allow_http: bool,
) -> dict[str, str]:
    """Where openBIS is, for the service and for people's servers; what is at its default is left out."""
    stores = ",".join(
        f"{announced}={url}" if announced else url for announced, url in (data_stores or {}).items()
    )
    found = {
        "OPENBIS_URL": url,
        "OPENBIS_NB_PUBLIC_URL": public_url,
        "OPENBIS_NB_SERVER_ALIASES": ",".join(filter(None, aliases)),
        "OPENBIS_NB_DATA_STORE_URLS": stores,
        "OPENBIS_NB_ALLOW_HTTP": "true" if allow_http else "",
    }
    return {name: value for name, value in found.items() if value}


def _imports() -> dict[str, str]:
    """What may be imported, for people's servers as for the service: these fetch repositories."""
    return {name: value for name, value in os.environ.items() if name.startswith("OPENBIS_NB_IMPORT")}


def _service_for_servers(url: str) -> _Environment:
    """Where people's servers find the service: its path at the hub, and its own address."""
    if not url:
        return {}
    return {
        "OPENBIS_NB_SERVICE_PREFIX": _service_prefix,
        "OPENBIS_NB_SERVICE_API": lambda spawner: url.rstrip("/") + _service_prefix(spawner),
    }


def _service_prefix(spawner: Any) -> str:
    """Asked at a spawn, when the hub's base_url is known."""
    base: str = spawner.hub.base_url  # "/jupyter/hub/"
    return base.removesuffix("hub/") + "services/openbis/"


def _grant(c: Any) -> None:
    """Each person, and each person's server, may read that person's own openBIS session and use the service.

    To redefine a role replaces it, so JupyterHub's own scopes are repeated.
    """
    c.JupyterHub.custom_scopes = {SCOPE: {"description": "Read one's own current openBIS session."}}
    roles = [
        {"name": "user", "scopes": ["self", SCOPE, service.ACCESS]},
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", SCOPE, service.ACCESS]},
    ]
    _extend(c.JupyterHub, "load_roles", roles)


def _extend(section: Any, name: str, items: list[Any]) -> None:
    """Add to a list of the configuration that may be there already."""
    present = section.get(name, [])
    if isinstance(present, LazyConfigValue):  # was appended to before it was set
        present = present.get_value([])
    section[name] = [*present, *items]
