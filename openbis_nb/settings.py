"""Every setting once: name, type, unit, default, help; read from the environment or one TOML file.

Order: explicit value → environment variable → ``config.toml`` → default. Only the edges (CLI, cell,
hub, service, lab extension) import this module; the layers below get plain values.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from .errors import ConfigurationProblem
from .setting_values import (
    parse_bool,
    parse_count,
    parse_data_stores,
    parse_hub_url,
    parse_import_hosts,
    parse_list,
    parse_mounts,
    parse_patterns,
    parse_seconds,
    parse_service_url,
    parse_size,
    parse_url,
    parse_urls,
)

__all__ = [
    "Settings",
    "describe",
    "from_environment",
    "load",
    "setting",
    "sources",
]

Kind = TypeVar("Kind")


def _path(text: str | Path) -> Path:
    return Path(text).expanduser()


def setting(default: Any, env: str, parse: Callable[[Any], Any], help: str, unit: str = "") -> Any:
    """A field of a class of settings: default, environment variable, how it is read, what it means."""
    meta = {"env": env, "parse": parse, "help": help, "unit": unit}
    if callable(default):
        return field(default_factory=default, metadata=meta)
    return field(default=default, metadata=meta)


def _cache_dir() -> Path:
    return Path(platformdirs.user_cache_path("openbis-nb"))


def _state_dir() -> Path:
    return Path(platformdirs.user_state_path("openbis-nb"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, frozen. Build one with :func:`load`."""

    url: str = setting("", "OPENBIS_URL", parse_url, "Address of openBIS: scheme, host, port; no path.")
    public_url: str = setting(
        "",
        "OPENBIS_NB_PUBLIC_URL",
        parse_url,
        "Address of openBIS for links that people click; default: url.",
    )
    hub_url: str = setting(
        "",
        "OPENBIS_NB_HUB_URL",
        parse_hub_url,
        "Address of JupyterHub with its base path, for `login --web`.",
    )
    service_url: str = setting(
        "",
        "OPENBIS_NB_SERVICE_URL",
        parse_service_url,
        "Address of the launcher and library pages, for `library`. Default: that of the hub this runs under, "
        "else hub_url with /services/openbis/.",
    )
    service_token_file: Path | None = setting(
        None,
        "OPENBIS_NB_SERVICE_TOKEN_FILE",
        _path,
        "File with a JupyterHub token for the service; default: the openBIS session is used.",
    )
    ca_bundle: Path | None = setting(
        None, "OPENBIS_NB_CA_BUNDLE", _path, "PEM file with the CA that signed openBIS' certificate."
    )
    allow_http: bool = setting(
        False, "OPENBIS_NB_ALLOW_HTTP", parse_bool, "Allow http:// to a host that is not this machine."
    )
    data_store_hosts: tuple[str, ...] = setting(
        (), "OPENBIS_NB_DATA_STORE_HOSTS", parse_list, "Further hosts of data stores that a token may go to."
    )
    data_store_urls: Mapping[str, str] = setting(
        dict,
        "OPENBIS_NB_DATA_STORE_URLS",
        parse_data_stores,
        "announced=address,… where data stores are reached from here; an address alone: all others.",
    )
    server_aliases: tuple[str, ...] = setting(
        (),
        "OPENBIS_NB_SERVER_ALIASES",
        parse_urls,
        "Former and other addresses of this openBIS: notebooks that name one are its own.",
    )
    request_timeout: float = setting(
        60.0, "OPENBIS_NB_REQUEST_TIMEOUT", parse_seconds, "Longest wait for an answer of openBIS.", "seconds"
    )
    transfer_timeout: float = setting(
        60.0,
        "OPENBIS_NB_TRANSFER_TIMEOUT",
        parse_seconds,
        "Longest silence within an upload or download.",
        "seconds",
    )
    parallel_transfers: int = setting(
        8, "OPENBIS_NB_PARALLEL_TRANSFERS", parse_count, "Files moved at the same time.", "transfers"
    )
    cache_dir: Path = setting(
        _cache_dir, "OPENBIS_NB_CACHE_DIR", _path, "Where fetched data-set files are kept."
    )
    cache_size: int = setting(
        50 * 2**30,
        "OPENBIS_NB_CACHE_SIZE",
        parse_size,
        "Largest size of the cache; least used goes.",
        "bytes",
    )
    state_dir: Path = setting(
        _state_dir, "OPENBIS_NB_STATE_DIR", _path, "Where the outbox and log-in tokens are kept (mode 0700)."
    )
    session_dir: Path | None = setting(
        None,
        "OPENBIS_NB_SESSION_DIR",
        _path,
        "Sessions of one Jupyter server, for its kernels and terminals: it makes the folder, and sets this.",
    )
    eager_limit: int = setting(
        100 * 2**20,
        "OPENBIS_NB_EAGER_LIMIT",
        parse_size,
        "nb.attach() fetches at once what is smaller in total; the rest at first use.",
        "bytes",
    )
    auto_inputs_limit: int = setting(
        2 * 2**30,
        "OPENBIS_NB_AUTO_INPUTS_LIMIT",
        parse_size,
        "`new` takes up the owner's data sets up to this total; the rest is listed.",
        "bytes",
    )
    max_notebook_size: int = setting(
        64 * 2**20, "OPENBIS_NB_MAX_NOTEBOOK_SIZE", parse_size, "Largest notebook that is read.", "bytes"
    )
    store_mounts: Mapping[str, Path] = setting(
        dict, "OPENBIS_NB_STORE_MOUNTS", parse_mounts, "Share id → read-only folder: data read in place."
    )
    template_dirs: tuple[str, ...] = setting(
        (), "OPENBIS_NB_TEMPLATE_DIRS", parse_list, "Further folders with notebook templates."
    )
    redact_patterns: tuple[str, ...] = setting(
        (),
        "OPENBIS_NB_REDACT_PATTERNS",
        parse_patterns,
        "Regular expressions removed from all that is saved.",
    )
    session_refresh: float = setting(
        55.0,
        "OPENBIS_NB_SESSION_REFRESH",
        parse_seconds,
        "A Jupyter server looks this often for a newer openBIS session at its hub, and for work going on.",
        "seconds",
    )
    keep_alive: float = setting(
        3 * 24 * 3600.0,
        "OPENBIS_NB_KEEP_ALIVE",
        parse_seconds,
        "A Jupyter server with a running cell or an unsent version counts as active for at most this long.",
        "seconds",
    )
    draft_after: float = setting(
        600.0,
        "OPENBIS_NB_DRAFT_AFTER",
        parse_seconds,
        "An open notebook that rests so long, with work that openBIS does not have, gets a draft.",
        "seconds",
    )
    max_drafts: int = setting(
        50, "OPENBIS_NB_MAX_DRAFTS", parse_count, "Drafts that are kept; the oldest go.", "drafts"
    )
    drafts_size: int = setting(
        500 * 2**20, "OPENBIS_NB_DRAFTS_SIZE", parse_size, "What all drafts may take together.", "bytes"
    )
    max_runs: int = setting(
        3,
        "OPENBIS_NB_MAX_RUNS",
        parse_count,
        "Notebooks that run in the background at the same time.",
        "runs",
    )
    front_end_timeout: float = setting(
        60.0,
        "OPENBIS_NB_FRONT_END_TIMEOUT",
        parse_seconds,
        "A cell that saves waits this long for JupyterLab to save the document.",
        "seconds",
    )
    imports: bool = setting(
        True, "OPENBIS_NB_IMPORTS", parse_bool, "Notebooks and repositories may be fetched from a URL."
    )
    import_hosts: tuple[str, ...] = setting(
        (),
        "OPENBIS_NB_IMPORT_HOSTS",
        parse_import_hosts,
        "Hosts of the own network that may be imported from: host, host:port or http://host:port, "
        "separated by commas. Public hosts need not be named.",
    )
    import_max_size: int = setting(
        64 * 2**20, "OPENBIS_NB_IMPORT_MAX_SIZE", parse_size, "Largest notebook that is fetched.", "bytes"
    )
    import_timeout: float = setting(
        60.0,
        "OPENBIS_NB_IMPORT_TIMEOUT",
        parse_seconds,
        "Fetching one notebook takes no longer, from the first to the last byte.",
        "seconds",
    )
    repository_max_size: int = setting(
        2 * 2**30,
        "OPENBIS_NB_REPOSITORY_MAX_SIZE",
        parse_size,
        "Largest repository that is fetched: its files, or what its host sends.",
        "bytes",
    )
    repository_timeout: float = setting(
        1800.0,
        "OPENBIS_NB_REPOSITORY_TIMEOUT",
        parse_seconds,
        "Fetching one repository takes no longer.",
        "seconds",
    )
    data_set_type: str = setting(
        "ANALYSIS_NOTEBOOK", "OPENBIS_NB_DATA_SET_TYPE", str, "Data-set type of saved notebooks."
    )

    @property
    def link_url(self) -> str:
        """The address for links that people click."""
        return self.public_url or self.url


def config_file(env: Mapping[str, str]) -> Path:
    """The TOML file that is read: ``OPENBIS_NB_CONFIG``, else the user's config folder."""
    named = env.get("OPENBIS_NB_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_path("openbis-nb")) / "config.toml"


def load(env: Mapping[str, str] | None = None, **explicit: Any) -> Settings:
    """Settings from explicit values (``None`` = not given), environment, file, defaults.

    Raises:
        ConfigurationProblem: a value that cannot be parsed, an unknown name in the file, or a named
            file that is not there.
        TypeError: an explicit name that is no setting.
    """
    return Settings(**{spec.name: _parse(spec, raw, where) for spec, raw, where in _given(env, explicit)})


def sources(env: Mapping[str, str] | None = None, **explicit: Any) -> dict[str, str]:
    """Where each setting that is not at its default comes from: name → place, for `doctor`.

    Raises:
        ConfigurationProblem: like :func:`load`.
    """
    return {spec.name: where for spec, _, where in _given(env, explicit)}


def _given(
    env: Mapping[str, str] | None, explicit: Mapping[str, Any]
) -> Iterator[tuple[Field[Any], Any, str]]:
    """Each setting that is set somewhere: its definition, the raw value that wins, and its place."""
    env = os.environ if env is None else env
    unknown = explicit.keys() - {spec.name for spec in fields(Settings)}
    if unknown:
        raise TypeError(f"There is no setting {', '.join(sorted(unknown))}.")
    from_file, source = _read_file(config_file(env), must_exist=bool(env.get("OPENBIS_NB_CONFIG")))
    for spec in fields(Settings):
        for raw, where in (
            (explicit.get(spec.name), f"{spec.name}="),
            (env.get(spec.metadata["env"]) or None, spec.metadata["env"]),
            (from_file.get(spec.name), f"{spec.name} in {source}"),
        ):
            if raw is not None:
                yield spec, raw, where
                break


def from_environment(kind: type[Kind], env: Mapping[str, str]) -> Kind:
    """Settings of another class than :class:`Settings`, from the environment alone.

    Raises:
        ConfigurationProblem: a value that cannot be parsed.
    """
    given = {spec.name: env.get(spec.metadata["env"]) for spec in _fields(kind)}
    return kind(
        **{
            spec.name: _parse(spec, given[spec.name], spec.metadata["env"])
            for spec in _fields(kind)
            if given[spec.name]
        }
    )


def _fields(kind: type) -> tuple[Field[Any], ...]:
    return fields(kind)


def describe(kind: type = Settings) -> list[dict[str, str]]:
    """Name, environment variable, unit, default and help of each setting, for docs and `doctor`."""
    defaults = kind()
    return [
        {
            "name": spec.name,
            "env": spec.metadata["env"],
            "unit": spec.metadata["unit"],
            "default": _show_default(spec.name, getattr(defaults, spec.name)),
            "help": spec.metadata["help"],
        }
        for spec in _fields(kind)
    ]


def _show_default(name: str, value: Any) -> str:
    if name in ("cache_dir", "state_dir"):  # differs by machine
        return f"the user's {name.removesuffix('_dir')} folder"
    return "" if value in (None, "", (), {}) else str(value)


def _parse(spec: Field[Any], raw: Any, where: str) -> Any:
    try:
        return spec.metadata["parse"](raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationProblem(f"{where} {error}.", next_step=spec.metadata["help"]) from error


def _read_file(path: Path, must_exist: bool) -> tuple[dict[str, Any], str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if must_exist:
            raise ConfigurationProblem(f"OPENBIS_NB_CONFIG names {path}, which is not there.") from error
        return {}, path.name
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(f"{path} cannot be read: {error}.") from error
    unknown = sorted(set(content) - {spec.name for spec in fields(Settings)})
    if unknown:
        raise ConfigurationProblem(f"{path} has unknown settings: {', '.join(unknown)}.")
    return content, path.name
