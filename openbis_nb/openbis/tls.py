"""What is trusted: the public CAs, and the one of the site (design section 4; ``OPENBIS_NB_CA_BUNDLE``)."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

import certifi

from ..errors import ConfigurationProblem

__all__ = ["tls_context"]


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
