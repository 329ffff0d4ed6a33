"""docs/reference/settings.md: every setting, from ``describe()``; those of the service apart."""

from __future__ import annotations

import inspect

from openbis_nb.service.settings import ServiceSettings
from openbis_nb.settings import describe

from .markdown import head, table


def page() -> str:
    """The whole page."""
    intro = """
        A value given in a call or as an option of a command comes first, then the environment variable,
        then the file `config.toml` in the user's config folder (another file: `OPENBIS_NB_CONFIG`), then
        the default.

        Sizes are bytes; `500M`, `2G` and `1.5 GiB` are understood (1 K = 1024). Lists in the environment
        are separated by `:`, regular expressions by line breaks; in the file both are TOML lists.
        `store_mounts` is written `1=/mnt/share1,2=/mnt/share2` in the environment and as a TOML table in
        the file. A value that cannot be right stops at the start, naming it.
        """
    columns = ["Setting", "Environment variable", "Unit", "Default", "Meaning"]
    of_the_service = """
        Settings of the service at the hub: environment variables only, set where the hub is started (it hands
        all `OPENBIS_NB_…` on to the service), or in the service's own environment where it is started apart.
        The settings above hold for it, too.
        """
    own = describe(ServiceSettings)
    parts = [head("Settings", intro), table(columns, _rows(describe()))]
    parts += ["## The service", inspect.cleandoc(of_the_service), table(columns, _rows(own))]
    return "\n\n".join(parts) + "\n"


def _rows(settings: list[dict[str, str]]) -> list[list[str]]:
    return [[f"`{s['name']}`", f"`{s['env']}`", s["unit"], _default(s), s["help"]] for s in settings]


def _default(setting: dict[str, str]) -> str:
    text = setting["default"]
    if text and setting["unit"] == "bytes":
        return f"`{text}` ({_binary(int(text))})"
    return f"`{text}`" if text else ""


def _binary(size: int) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size % 1024:
            return f"{size} {unit}"
        size //= 1024
    return f"{size} GiB"
