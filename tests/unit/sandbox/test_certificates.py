"""The sandbox's own certificate authority."""

from __future__ import annotations

import builtins
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.sandbox import MissingExtraError
from openbis_nb.sandbox.certificates import certificates_in


def test_the_authority_is_made_once(tmp_path: Path) -> None:
    first = certificates_in(tmp_path / "c")
    before = first.ca.read_bytes(), first.server.read_bytes()
    again = certificates_in(tmp_path / "c")
    assert (again.ca.read_bytes(), again.server.read_bytes()) == before
    assert isinstance(again.server_context(), ssl.SSLContext)


def test_another_address_gets_a_certificate_of_the_same_authority(tmp_path: Path) -> None:
    """Who trusted the sandbox once need not do it again."""
    before = certificates_in(tmp_path / "c")
    ca, server = before.ca.read_bytes(), before.server.read_bytes()
    after = certificates_in(tmp_path / "c", "192.0.2.7", "sandbox.local")
    assert after.ca.read_bytes() == ca
    assert after.server.read_bytes() != server


def test_keys_and_their_folder_are_private(tmp_path: Path) -> None:
    made = certificates_in(tmp_path / "c")
    modes = [
        stat.S_IMODE(path.stat().st_mode)
        for path in (made.server, made.ca.with_suffix(".key"), tmp_path / "c")
    ]
    assert modes == [0o600, 0o600, 0o700]


def test_without_trustme_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_import = builtins.__import__

    def without_trustme(name: str, *rest: Any, **more: Any) -> Any:
        if name == "trustme":
            raise ModuleNotFoundError(name)
        return real_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_trustme)
    with pytest.raises(MissingExtraError, match=r"pip install 'openbis-nb\[sandbox\]'"):
        certificates_in(tmp_path / "c")
