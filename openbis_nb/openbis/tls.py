"""What is trusted: the public CAs, and the one of the site (design section 4; ``OPENBIS_NB_CA_BUNDLE``)."""

from __future__ import annotations

import atexit
import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

import certifi

from ..errors import ConfigurationProblem

__all__ = ["merged_bundle", "tls_context"]


def tls_context(ca_bundle: Path | None) -> ssl.SSLContext:
    """The TLS context that verifies with certifi's CAs and those of *ca_bundle*; a renewed file is read anew.

    Raises:
        ConfigurationProblem: the file cannot be read as PEM.
    """
    stamp = ca_bundle.stat().st_mtime_ns if ca_bundle is not None and ca_bundle.exists() else 0
    return _context(ca_bundle, stamp)


@lru_cache(maxsize=8)
def _context(ca_bundle: Path | None, stamp: int) -> ssl.SSLContext:
    """The context of a bundle; *stamp* makes a renewed file count as another one."""
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationProblem(
                f"The certificate file {ca_bundle} cannot be read as PEM.",
                next_step="Set OPENBIS_NB_CA_BUNDLE to a readable PEM file with the CA's certificate.",
            ) from error
    return context


def merged_bundle(site: Path) -> str:
    """A PEM file with the site's CA beside the public ones, for requests and git: they take one file only.

    It is there as long as this process lives.
    """
    return _merged(site, site.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _merged(site: Path, stamp: int) -> str:
    """The file for a bundle; *stamp* makes a renewed one count as another one."""
    descriptor, name = tempfile.mkstemp(prefix="openbis-nb-ca-", suffix=".pem")
    with open(descriptor, "wb") as bundle:
        for source in (Path(certifi.where()), site):
            bundle.write(source.read_bytes() + b"\n")
    atexit.register(Path(name).unlink, missing_ok=True)
    return name
