"""docs/reference/settings.md: every setting, from ``openbis_nb.settings.describe()``."""

from __future__ import annotations

from openbis_nb.settings import describe

from .markdown import head, table


def page() -> str:
    """The whole page."""
    rows = [[f"`{s['name']}`", f"`{s['env']}`", s["unit"], _default(s), s["help"]] for s in describe()]
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
    return head("Settings", intro) + "\n\n" + table(columns, rows) + "\n"


def _default(setting: dict[str, str]) -> str:
    text = setting["default"]
    if setting["unit"] == "bytes":
        return f"`{text}` ({_binary(int(text))})"
    return f"`{text}`" if text else ""


def _binary(size: int) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size % 1024:
            return f"{size} {unit}"
        size //= 1024
    return f"{size} GiB"
