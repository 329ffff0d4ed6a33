"""The way to a host: its address and every IP address judged and pinned, redirects judged in the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import certifi

from ...errors import ConfigurationProblem, OpenbisNbError, UpstreamFailure, UpstreamTimeout
from ...openbis.tls import merged_bundle
from ...web.git_refs import Refs
from ...web.guarded.addresses import Target, target_of
from ...web.guarded.fetching import fetch
from ...web.guarded.pinned import judged_addresses
from ...web.guarded.rules import GuardRules
from .git import check_version
from .git_host import Host, Moved
from .repositories import Repositories

__all__ = ["ask", "reached"]

_REFS = "info/refs?service=git-upload-pack"
_TYPES = ("application/x-git-upload-pack-advertisement", "text/plain", "application/octet-stream")


async def ask(repositories: Repositories, url: str) -> tuple[Host, Refs]:
    """The host of a repository, and what it says of it.

    Args:
        repositories: Whose.
        url: For git.

    Raises:
        ForbiddenAddress: it, or where it has moved to, is never asked from here.
        CredentialsNeeded: the host wants a log-in.
        OpenbisNbError: as ``Host.refs``.
        ConfigurationProblem: there is no git, or too old a one.
    """
    await check_version()
    for _ in range(repositories.rules.max_redirects + 1):
        host = await reached(repositories, url)
        try:
            return host, await host.refs()
        except Moved:
            url = await _moved(url, repositories.rules)
    raise UpstreamFailure("The host sends in circles.")


async def reached(repositories: Repositories, url: str) -> Host:
    """A host whose address and whose every IP address are judged.

    Raises:
        ForbiddenAddress: it is never asked from here.
        NothingSuitable, UpstreamFailure: its name is not known.
    """
    rules = repositories.rules
    target = target_of(url, rules)
    found = await _addresses(target, rules.connect_timeout)
    shown = ",".join(f"[{address}]" if ":" in address else address for address in found)
    secret = repositories.credential(target.netloc) if target.scheme == "https" else None
    return Host(
        url=target.url,
        name=target.netloc,
        # curl cannot be told the address of an IPv6 address, and need not be.
        pin="" if ":" in target.host else f"{target.host}:{target.port}:{shown}",
        ca_file=_ca_file(rules.ca_bundle),
        credential=secret,
        silence=rules.timeout,
        patience=repositories.patience,
    )


async def _addresses(target: Target, patience: float) -> Sequence[str]:
    try:
        async with asyncio.timeout(patience):
            return await judged_addresses(target, None)
    except TimeoutError as error:
        raise UpstreamTimeout(f"The address of {target.host} was not found in time.") from error


async def _moved(url: str, rules: GuardRules) -> str:
    """Where a public repository is now: asked without any credential, each step of the way judged."""
    slash = "" if url.endswith("/") else "/"
    try:
        found = await fetch(f"{url}{slash}{_REFS}", rules, accept=_TYPES)
    except OpenbisNbError as error:
        error.next_step = error.next_step or "Give the address that the host sends to."
        raise
    path, _, rest = found.url.partition("/info/refs?")
    if not rest or path == url.rstrip("/"):
        raise UpstreamFailure("The host sends elsewhere, and not to a repository.")
    return path


def _ca_file(site: Path | None) -> Path:
    if site is None:
        return Path(certifi.where())
    try:
        return Path(merged_bundle(site))
    except OSError as error:
        raise ConfigurationProblem(
            f"The certificate file {site} cannot be read.",
            next_step="Set OPENBIS_NB_CA_BUNDLE to a readable PEM file with the CA's certificate.",
        ) from error
