"""Settings of the service, each once, from the environment that the hub gives it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..origins import parse_origins
from ..setting_values import parse_bool, parse_count, parse_seconds, parse_size
from ..settings import from_environment
from ..settings import setting as _setting
from .profiles import Profile, parse_profiles

__all__ = ["ServiceSettings", "load"]


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _codes(text: str) -> frozenset[str]:
    return frozenset(code.strip().upper() for code in text.split(",") if code.strip())


def _networks(text: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").split())
    try:
        for one in found:
            ipaddress.ip_network(one, strict=False)
    except ValueError as error:
        raise ValueError("is not a list of addresses and networks such as 10.1.2.3, 10.1.0.0/16") from error
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What an admin can set; what the hub itself tells is ``place.Place``."""

    database_url: str = _setting(
        "",
        "OPENBIS_NB_SERVICE_DATABASE_URL",
        str,
        "Where launches are kept: SQLAlchemy URL of SQLite or PostgreSQL. Default: SQLite in the data folder "
        "of the hub, else in the state folder.",
    )
    launch_life: float = _setting(
        24 * 3600.0,
        "OPENBIS_NB_SERVICE_LAUNCH_LIFE",
        parse_seconds,
        "A launch is good for this long.",
        "seconds",
    )
    max_body: int = _setting(
        64 * 2**20, "OPENBIS_NB_SERVICE_MAX_BODY", parse_size, "Largest request that is taken.", "bytes"
    )
    max_pending: int = _setting(
        256 * 2**20,
        "OPENBIS_NB_SERVICE_MAX_PENDING",
        parse_size,
        "Largest total of one person's launches that wait; and of what they have looked at to import it.",
        "bytes",
    )
    max_launches: int = _setting(
        1000,
        "OPENBIS_NB_SERVICE_MAX_LAUNCHES",
        parse_count,
        "Most launches of one person that wait.",
        "launches",
    )
    preparing: int = _setting(
        16, "OPENBIS_NB_SERVICE_PREPARING", parse_count, "Launches prepared at the same time.", "launches"
    )
    hub_timeout: float = _setting(
        20.0,
        "OPENBIS_NB_SERVICE_HUB_TIMEOUT",
        parse_seconds,
        "Longest wait for an answer of the hub.",
        "seconds",
    )
    openbis_timeout: float = _setting(
        20.0,
        "OPENBIS_NB_SERVICE_OPENBIS_TIMEOUT",
        parse_seconds,
        "Longest wait for an answer of openBIS.",
        "seconds",
    )
    lost_answer: float = _setting(
        30.0,
        "OPENBIS_NB_SERVICE_LOST_ANSWER",
        parse_seconds,
        "Longest look for a version whose registration openBIS did not answer, before it is told that "
        "nobody knows (save-undecided).",
        "seconds",
    )
    database_timeout: float = _setting(
        10.0,
        "OPENBIS_NB_SERVICE_DATABASE_TIMEOUT",
        parse_seconds,
        "Longest wait for a connection or a lock of the service's database.",
        "seconds",
    )
    content_timeout: float = _setting(
        60.0,
        "OPENBIS_NB_SERVICE_CONTENT_TIMEOUT",
        parse_seconds,
        "Longest wait of a person's server for a launch that is still being prepared.",
        "seconds",
    )
    spawn_timeout: float = _setting(
        600.0,
        "OPENBIS_NB_SERVICE_SPAWN_TIMEOUT",
        parse_seconds,
        "Longest wait for a person's server to start.",
        "seconds",
    )
    preselect_limit: int = _setting(
        2 * 2**30,
        "OPENBIS_NB_SERVICE_PRESELECT_LIMIT",
        parse_size,
        "The launch dialog preselects no data set when their total is larger.",
        "bytes",
    )
    data_limit: int | None = _setting(
        None,
        "OPENBIS_NB_SERVICE_DATA_LIMIT",
        parse_size,
        "How much data a person's server has room for; the launch dialog warns above it.",
        "bytes",
    )
    profiles: tuple[Profile, ...] = _setting(
        (),
        "OPENBIS_NB_SERVICE_PROFILES",
        parse_profiles,
        "The spawner's profiles, for the launch dialog: JSON list of slug, display_name, description, "
        "user_options.",
    )
    eln: bool = _setting(
        True, "OPENBIS_NB_SERVICE_ELN", parse_bool, "Serve the calls that an unmodified ELN makes."
    )
    eln_origins: tuple[str, ...] = _setting(
        (),
        "OPENBIS_NB_SERVICE_ELN_ORIGINS",
        parse_origins,
        "Origins of ELNs whose pages may call, separated by commas; default: that of openBIS.",
    )
    eln_rebuild: bool = _setting(
        True,
        "OPENBIS_NB_SERVICE_ELN_REBUILD",
        parse_bool,
        "Make the ELN's notebook anew from a template; off: pass it on as it is.",
    )
    eln_template: str = _setting(
        "analysis", "OPENBIS_NB_SERVICE_ELN_TEMPLATE", str, "The template that it is made from: a slug."
    )
    confirmed_for: float = _setting(
        30.0,
        "OPENBIS_NB_SERVICE_CONFIRMED_FOR",
        parse_seconds,
        "The library shows what a person's own session has seen at openBIS within this time: so long a right "
        "that is taken away can still show.",
        "seconds",
    )
    notebook_limit: int | None = _setting(
        None,
        "OPENBIS_NB_SERVICE_NOTEBOOK_LIMIT",
        parse_size,
        "Most that one notebook may take with all its versions; asked when the library stores one.",
        "bytes",
    )
    reads_per_minute: int = _setting(
        600,
        "OPENBIS_NB_SERVICE_READS_PER_MINUTE",
        parse_count,
        "How often one person may read from the library's API in a minute.",
        "requests",
    )
    writes_per_minute: int = _setting(
        120,
        "OPENBIS_NB_SERVICE_WRITES_PER_MINUTE",
        parse_count,
        "How often one person may change something through the library's API in a minute.",
        "requests",
    )
    default_owner: str = _setting(
        "",
        "OPENBIS_NB_SERVICE_DEFAULT_OWNER",
        str.strip,
        "Where a notebook is stored that is uploaded by the v2 API without a parent: identifier of an "
        "experiment or object, in which `{user}` is the person's user id in capitals. Empty: a parent must "
        "be named.",
    )
    import_preview_life: float = _setting(
        3600.0,
        "OPENBIS_NB_SERVICE_IMPORT_PREVIEW_LIFE",
        parse_seconds,
        "What somebody has looked at to import it is kept for this long.",
        "seconds",
    )
    rendering_cache: int = _setting(
        2**30,
        "OPENBIS_NB_SERVICE_RENDERING_CACHE",
        parse_size,
        "Largest size of the renderings of notebooks that are kept in the state folder; 0 keeps none.",
        "bytes",
    )
    observer_token_file: Path | None = _setting(
        None,
        "OPENBIS_NB_SERVICE_OBSERVER_TOKEN_FILE",
        _path,
        "File of mode 0600 with a personal access token of an INSTANCE_OBSERVER, which keeps the library's "
        "index complete. Who reads it reads all of openBIS. Default: none; people's looks fill the index.",
    )
    publishers: frozenset[str] = _setting(
        frozenset(),
        "OPENBIS_NB_SERVICE_PUBLISHERS",
        _codes,
        "Codes of openBIS authorization groups, separated by commas: only their members may publish and take "
        "snapshots. Empty: everybody who may store a version there.",
    )
    published_dir: Path | None = _setting(
        None,
        "OPENBIS_NB_SERVICE_PUBLISHED_DIR",
        _path,
        "Folder of the bytes of published pages, which are nowhere else. Default: `published` beside the "
        "SQLite file of the service, else in the state folder.",
    )
    snapshot_limit: int = _setting(
        64 * 2**20,
        "OPENBIS_NB_SERVICE_SNAPSHOT_LIMIT",
        parse_size,
        "Largest snapshot of a version that is published.",
        "bytes",
    )
    published_limit: int | None = _setting(
        None,
        "OPENBIS_NB_SERVICE_PUBLISHED_LIMIT",
        parse_size,
        "Most that all published pages may take on the disk. Default: no limit.",
        "bytes",
    )
    stopped_kept_for: float = _setting(
        30 * 24 * 3600.0,
        "OPENBIS_NB_SERVICE_STOPPED_KEPT_FOR",
        parse_seconds,
        "A page that was stopped, is gone or has ended can be published again for this long; then its bytes "
        "are removed.",
        "seconds",
    )
    publishing_swept_every: float = _setting(
        600.0,
        "OPENBIS_NB_SERVICE_PUBLISHING_SWEPT_EVERY",
        parse_seconds,
        "Time between two looks for published pages that are over, and for bytes that nobody names.",
        "seconds",
    )
    public_links: bool = _setting(
        False,
        "OPENBIS_NB_SERVICE_PUBLIC_LINKS",
        parse_bool,
        "Let who may publish a page make links for the world: whoever has such a link reads the page without "
        "a log-in, and can pass it on. What has been seen cannot be taken back. Off: no link opens, those "
        "made before included.",
    )
    public_fids: bool = _setting(
        False,
        "OPENBIS_NB_SERVICE_PUBLIC_FIDS",
        parse_bool,
        "With links for the world on: what somebody makes world_readable by the v2 API is read by its fid "
        "alone, without a key. A fid names the author, and can be guessed.",
    )
    link_life: float = _setting(
        90 * 24 * 3600.0,
        "OPENBIS_NB_SERVICE_LINK_LIFE",
        parse_seconds,
        "Longest life of a link for the world; its maker names its end.",
        "seconds",
    )
    link_confirmed_for: float = _setting(
        7 * 24 * 3600.0,
        "OPENBIS_NB_SERVICE_LINK_CONFIRMED_FOR",
        parse_seconds,
        "Links for the world open nothing when so long nobody was here who may publish the page: only their "
        "session shows that the notebook and the right to publish it are still there.",
        "seconds",
    )
    link_views: int = _setting(
        120,
        "OPENBIS_NB_SERVICE_LINK_VIEWS",
        parse_count,
        "How often one address may ask for what needs no log-in in a minute.",
        "requests",
    )
    link_misses: int = _setting(
        20,
        "OPENBIS_NB_SERVICE_LINK_MISSES",
        parse_count,
        "How often one address may ask in a minute with a key that opens nothing.",
        "requests",
    )
    link_addresses: bool = _setting(
        False,
        "OPENBIS_NB_SERVICE_LINK_ADDRESSES",
        parse_bool,
        "Keep the network address of who views a page by a link for the world in the audit; it is personal "
        "data in many places.",
    )
    views_kept_for: float = _setting(
        90 * 24 * 3600.0,
        "OPENBIS_NB_SERVICE_VIEWS_KEPT_FOR",
        parse_seconds,
        "The audit forgets views by links for the world after this time; how many there were is kept.",
        "seconds",
    )
    lab_name: str = _setting(
        "",
        "OPENBIS_NB_SERVICE_LAB_NAME",
        str.strip,
        "Name of the lab, at the top of pages that are read by a link for the world.",
    )
    proxies: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"),
        "OPENBIS_NB_SERVICE_PROXIES",
        _networks,
        "Addresses or networks of the proxies before the service, separated by commas: only their word on "
        "who asks is believed (X-Forwarded-For). Name the hub's proxy where it is on another machine.",
    )
    log_level: str = _setting("INFO", "OPENBIS_NB_SERVICE_LOG_LEVEL", str, "DEBUG, INFO, WARNING or ERROR.")


def load(env: Mapping[str, str]) -> ServiceSettings:
    """The settings that the environment *env* names.

    Raises:
        ConfigurationProblem: a value that cannot be right.
    """
    return from_environment(ServiceSettings, env)
