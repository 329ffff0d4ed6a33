"""The sandbox's own small certificate authority, for HTTPS on the loopback addresses.

pybis refuses plain http (contract 1.1), and clients shall verify even in tests. So each data folder holds a
CA of its own, made once with trustme: private keys are files of mode 0600, the CA's certificate is what
clients trust.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

NAMES = ("localhost", "127.0.0.1", "::1")


class MissingExtraError(RuntimeError):
    """The package that makes certificates is not installed."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the certificates are. ``ca`` is public; ``server`` holds the private key and the chain."""

    ca: Path
    server: Path

    def server_context(self) -> ssl.SSLContext:
        """What the server's socket is wrapped with."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server)
        return context


def certificates_in(folder: Path, *hosts: str) -> Certificates:
    """The CA and server certificate kept in ``folder``; made there at the first call.

    It is valid for the loopback names and for ``hosts``, by which the server is called otherwise.
    Raises MissingExtraError without trustme.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = Certificates(ca=folder / "ca.pem", server=folder / "server.pem")
    others = (host for host in hosts if host not in (*NAMES, "", "0.0.0.0", "::"))  # noqa: S104
    names = (*NAMES, *dict.fromkeys(others))
    noted = folder / "names.txt"
    if noted.exists() and noted.read_text().split() == list(names):
        return found
    _make(folder, found, names)
    noted.write_text("\n".join(names) + "\n")
    return found


def _make(folder: Path, certificates: Certificates, names: tuple[str, ...]) -> None:
    try:
        import trustme
    except ModuleNotFoundError as fault:
        hint = "HTTPS needs trustme: pip install 'openbis-nb[sandbox]' (or start with --http)"
        raise MissingExtraError(hint) from fault
    key = folder / "ca.key"
    if key.exists() and certificates.ca.exists():
        authority = trustme.CA.from_pem(certificates.ca.read_bytes(), key.read_bytes())
    else:
        authority = trustme.CA(organization_name="openbis-nb sandbox")
        _write_private(key, authority.private_key_pem.bytes())
        certificates.ca.write_bytes(authority.cert_pem.bytes())
    leaf = authority.issue_cert(*names, organization_name="openbis-nb sandbox")
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    _write_private(certificates.server, leaf.private_key_pem.bytes() + chain)


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
