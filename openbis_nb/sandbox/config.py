"""What a sandbox can be told before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: The openBIS version that goes with an API version (contract 2.8): 20.10 up to 3.6, openBIS 7 from 3.7.
OPENBIS_VERSIONS = {"3.5": "20.10.3.1", "3.6": "20.10.7.3", "3.7": "7.0.0"}

_DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class SandboxConfig:
    """Settings of one sandbox; times are in seconds.

    ``api_version`` is what ``getServerInformation`` reports and decides which paths pybis takes.
    ``internal_prefix`` is the spelling of the ELN's internal properties: ``"$"`` gives ``$NAME`` and
    ``$HISTORY_ID``, the empty string ``NAME`` and ``HISTORY_ID``. ``dashed_pats`` says whether personal
    access tokens of people with a ``-`` in their id are recognised, which the 20.10 line does not do
    (contract 2.2); None: as the imitated version. ``data`` is the folder that keeps everything over restarts;
    None means a temporary one. ``public_url`` (scheme://host:port) is the address that clients use where it
    is not the one listened on, such as a container's name. ``support_email`` appears in the server
    information.
    """

    api_version: str = "3.6"
    internal_prefix: str = "$"
    data: Path | None = None
    seed: str = "demo"
    random_passwords: bool = False
    http: bool = False
    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""
    session_timeout: float = 720 * 60
    max_sessions_per_user: int = 5
    pat_enabled: bool = True
    dashed_pats: bool | None = None
    pat_max_validity: int = 30 * _DAY
    pat_validity_warning: int = 5 * _DAY
    archive_delay: float = 2.0
    trusted_origins: tuple[str, ...] = ()
    data_store: str = "DSS1"
    support_email: str = "openbis-support@sandbox.invalid"

    def __post_init__(self) -> None:
        if self.api_version not in OPENBIS_VERSIONS:
            known = ", ".join(sorted(OPENBIS_VERSIONS))
            raise ValueError(f"api_version is {self.api_version!r}; the sandbox imitates {known}")
        if self.internal_prefix not in ("", "$"):
            raise ValueError(f"internal_prefix is {self.internal_prefix!r}; it may be '$' or empty")

    @property
    def openbis_version(self) -> str:
        """The ``openbis-version`` that goes with the API version."""
        return OPENBIS_VERSIONS[self.api_version]

    @property
    def recognises_dashed_pats(self) -> bool:
        """Whether a personal access token works for somebody with a ``-`` in the id (contract 2.2)."""
        return self.dashed_pats if self.dashed_pats is not None else self.openbis_version.startswith("7")

    @property
    def has_meta_data(self) -> bool:
        """Whether entities keep the ``metaData`` map: a feature of openBIS 7 (contract 2.8, 6.1)."""
        return self.openbis_version.startswith("7")
