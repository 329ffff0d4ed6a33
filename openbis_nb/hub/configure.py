"""What a ``jupyterhub_config.py`` calls to get openBIS' log-in and sessions (see ``hub_config/``)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from ..errors import ConfigurationProblem
from .authenticator import OpenBISAuthenticator
from .session_api import SCOPE

__all__ = ["configure"]


def configure(
    c: Any,
    *,
    openbis_url: str,
    data_dir: Path | str,
    openbis_public_url: str = "",
    ca_bundle: Path | str = "",
) -> None:
    """Make a hub whose people are openBIS' people. All further settings are the traits of
    :class:`OpenBISAuthenticator`; at least one allow rule must be set.

    Args:
        c: The configuration object of JupyterHub.
        openbis_url: Address of openBIS for the hub and for people's servers.
        data_dir: Folder for what must outlive a restart: the database and two keys (made, mode 0700).
        openbis_public_url: Address of openBIS in people's browsers, if another one.
        ca_bundle: PEM file with the CA that signed openBIS' certificate.

    Raises:
        ConfigurationProblem: *data_dir* cannot be written.
    """
    folder = _private_folder(Path(data_dir).absolute())
    c.JupyterHub.authenticator_class = OpenBISAuthenticator
    c.OpenBISAuthenticator.openbis_url = openbis_url
    c.OpenBISAuthenticator.openbis_public_url = openbis_public_url
    c.OpenBISAuthenticator.ca_bundle = str(ca_bundle)
    c.JupyterHub.template_paths = [str(Path(__file__).parent / "templates")]
    c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
    # auth_state holds sessions: it is encrypted, and JupyterHub wants the same key after a restart.
    c.Authenticator.enable_auth_state = True
    c.CryptKeeper.keys = [_key(folder / "crypt_key")]
    # A server is not started with a session that is over; one that runs goes on, and its kernels are told
    # by the session handler. Strict would answer 403 to the server itself, in the middle of somebody's work.
    c.Authenticator.refresh_pre_spawn = True
    c.Authenticator.auth_refresh_strict = False
    _grant(c)
    c.Spawner.environment = {
        "OPENBIS_URL": openbis_url,
        **({"OPENBIS_NB_PUBLIC_URL": openbis_public_url} if openbis_public_url else {}),
        **({"OPENBIS_NB_CA_BUNDLE": str(ca_bundle)} if ca_bundle else {}),
    }


def _grant(c: Any) -> None:
    """Each person, and each person's server, may read that person's own openBIS session.

    To redefine a role replaces it, so JupyterHub's own scopes are repeated.
    """
    c.JupyterHub.custom_scopes = {SCOPE: {"description": "Read one's own current openBIS session."}}
    c.JupyterHub.load_roles = [
        {"name": "user", "scopes": ["self", SCOPE]},
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", SCOPE]},
    ]


def _private_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise ConfigurationProblem(
            f"data_dir {folder} cannot be used: {error.strerror}.",
            next_step="Name a folder that the hub's account can write to.",
        ) from error
    return folder


def _key(path: Path) -> bytes:
    """The key in *path*, made at the first start; 32 bytes, written as hex."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
