"""R that reads the fetched copy of a file of a data set."""

from __future__ import annotations

from .literals import to_literal
from .snippet_source import Source

__all__ = ["r_code"]

#: Readers of packages that R does not bring along: package, call.
_PACKAGES = {
    "workbook": ("readxl", "read_excel"),
    "parquet": ("arrow", "read_parquet"),
    "feather": ("arrow", "read_feather"),
}
#: IRkernel shows these by itself; it brings IRdisplay and jsonlite along.
_SHOWN = {".png": "display_png", ".jpg": "display_jpeg", ".jpeg": "display_jpeg", ".svg": "display_svg"}


def r_code(source: Source) -> str:
    """The code of a cell; see :func:`~openbis_nb.notebooks.snippet.snippet`."""
    lines = [f"# From openBIS data set {source.perm_id}, fetched by JupyterLab."]
    return "\n".join((*lines, *_reading(source)))


def _reading(source: Source) -> tuple[str, ...]:
    local = to_literal(_short(source), "r")
    if not source.path:
        return (f"files <- list.files({local}, recursive = TRUE, full.names = TRUE)", "files")
    name = source.variable
    if source.kind == "text table":
        return (_table(source, name, local), f"head({name})")
    if source.kind in _PACKAGES:
        package, reader = _PACKAGES[source.kind]
        needs = f'# install.packages("{package}")  # where R says that there is no package called {package}'
        return (needs, f"{name} <- {package}::{reader}({local})", f"head({name})")
    if source.kind == "json":
        return (f"{name} <- jsonlite::fromJSON({local})", f"str({name})")
    if source.suffix in _SHOWN:
        return (f"IRdisplay::{_SHOWN[source.suffix]}(file = {local})",)
    return (f'{name} <- readBin({local}, "raw", n = 1e6)  # the first megabyte', f"head({name}, 100)")


def _short(source: Source) -> str:
    """The path as R takes it; where a person's home lies is nobody's business who reads the notebook."""
    if source.local is None or source.home is None or not source.local.is_relative_to(source.home):
        return str(source.local)
    return f"~/{source.local.relative_to(source.home)}"


def _table(source: Source, name: str, local: str) -> str:
    separator, comma = source.text.separator, source.text.decimal == ","
    reader = "read.csv" if separator == "," else "read.delim"
    options = [local]
    if separator not in (",", "\t"):
        options.append(f"sep = {to_literal(separator, 'r')}")
    if comma:
        options.append('dec = ","')
    return f"{name} <- {reader}({', '.join((*options, 'check.names = FALSE'))})"
