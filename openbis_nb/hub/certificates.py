"""One bundle of CAs for hub, service, people's servers and what runs in them.

Programs that take another bundle than their own take it *instead*: so the site's CA stands in it beside
the public ones, or other TLS in a kernel would break.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import certifi

from ..errors import ConfigurationProblem

__all__ = ["BUNDLE_NAME", "environment", "hidden_by", "merge"]

BUNDLE_NAME = "ca-bundle.pem"
#: Who reads which variable.
_VARIABLES = (
    "OPENBIS_NB_CA_BUNDLE",  # our own code
    "REQUESTS_CA_BUNDLE",  # requests, and so pybis as it is
    "SSL_CERT_FILE",  # Python's ssl, and so aiohttp; OpenSSL
    "CURL_CA_BUNDLE",  # curl, and R's packages curl and httr
    "GIT_SSL_CAINFO",  # git
)


def merge(site: Path, folder: Path) -> Path:
    """Write certifi's CAs and those of the file *site* to one file in *folder*; gives the file.

    It holds no secret and is readable by everybody. A process that reads it while the hub is started
    again sees the old one or the new one, never a part.

    Raises:
        ConfigurationProblem: *site* is not a PEM file with certificates, or *folder* cannot be written.
    """
    added = _certificates(site)
    target, unfinished = folder / BUNDLE_NAME, folder / f".{BUNDLE_NAME}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        unfinished.write_bytes(Path(certifi.where()).read_bytes().rstrip() + b"\n" + added)
        unfinished.chmod(0o644)
        unfinished.replace(target)
    except OSError as error:
        raise ConfigurationProblem(
            f"ca_folder {folder} cannot be written: {error.strerror}.",
            next_step="Name a folder that the hub's account can write to and people's accounts can read.",
        ) from error
    return target


def environment(bundle: Path | str) -> dict[str, str]:
    """What makes a process and its children use *bundle*; nothing without one."""
    return dict.fromkeys(_VARIABLES, str(bundle)) if str(bundle) else {}


def hidden_by(bundle: Path) -> Path | None:
    """The folder that keeps other accounts from *bundle*; ``None`` if they can read it."""
    for folder in reversed(bundle.absolute().parents):
        if not os.stat(folder).st_mode & 0o001:
            return folder
    return None


def _certificates(site: Path) -> bytes:
    try:
        found = site.read_bytes()
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=site)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationProblem(
            f"ca_bundle {site} cannot be read as PEM.",
            next_step="Name a file that begins with -----BEGIN CERTIFICATE-----.",
        ) from error
    return found.strip() + b"\n"
