"""Python that reads a file of a data set: through ``nb`` where our package is, else from the fetched copy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .literals import to_literal
from .snippet_source import Kind, Source

__all__ = ["python_code"]

_MEGABYTE = "1_000_000"
_SHOWN_BY_BROWSERS = (".png", ".jpg", ".jpeg", ".gif")
#: What pandas needs beside itself, and how it reads.
_PANDAS: dict[Kind, tuple[str, str]] = {
    "workbook": ("openpyxl", "read_excel"),
    "parquet": ("pyarrow", "read_parquet"),
    "feather": ("pyarrow", "read_feather"),
}


@dataclass(frozen=True, slots=True)
class _Code:
    """Imports and lines; *missing*: packages that the kernel does not have."""

    lines: Sequence[str]
    imports: Sequence[str] = ()
    missing: Sequence[str] = ()


def python_code(source: Source, modules: Collection[str] | None, connected: bool) -> str:
    """The code of a cell; see :func:`~openbis_nb.notebooks.snippet.snippet`."""
    if modules is not None and "openbis_nb" in modules:
        return _through_us(source, modules, connected)
    head = [f"# From openBIS data set {source.perm_id}, fetched by JupyterLab."]
    if modules is not None:
        head += ["# With our package cells can attach data and save, too:", "# %pip install openbis-nb"]
    return "\n".join((*head, _written(_from_copy(source, modules))))


def _written(code: _Code) -> str:
    needs = [f"# %pip install {' '.join(code.missing)}"] if code.missing else []
    imports = [*needs, *code.imports]
    return "\n".join([*imports, *([""] if imports else []), *code.lines])


def _through_us(source: Source, modules: Collection[str], connected: bool) -> str:
    """What is attached so becomes an input when the cell runs; the file is fetched then (design D10, D11)."""
    made = () if connected else ("nb = openbis_nb.notebook()",)
    imports = () if connected else ("import openbis_nb",)
    data_set = f"nb.attach({to_literal(source.perm_id, 'python')})[0]"
    if not source.path:
        return _written(_Code((*made, f"files = {data_set}.files", "files"), imports))
    name, file = source.variable, f"{data_set}.file({to_literal(source.path, 'python')})"
    if source.kind in ("text table", "workbook", "parquet", "feather"):
        return _written(_Code((*made, f"{name} = {file}.table()", f"{name}.head()"), imports))
    code = _opened(source, modules, f"{file}.open()", f"str({file}.path())")
    return _written(_Code((*made, *code.lines), (*code.imports, *imports), code.missing))


def _from_copy(source: Source, modules: Collection[str] | None) -> _Code:
    local = to_literal(str(source.local), "python")
    if not source.path:
        lines = (
            f"files = sorted(path for path in Path({local}).rglob('*') if path.is_file())",
            "files",
        )
        return _Code(lines, ("from pathlib import Path",))
    name = source.variable
    if source.kind == "text table":
        return _table(source, name, local, modules)
    if source.kind in _PANDAS:
        library, reader = _PANDAS[source.kind]
        missing = [wanted for wanted in ("pandas", library) if modules is not None and wanted not in modules]
        return _Code((f"{name} = pd.{reader}({local})", f"{name}.head()"), ("import pandas as pd",), missing)
    return _opened(source, modules, f"open({local}, 'rb')", local)


def _table(source: Source, name: str, local: str, modules: Collection[str] | None) -> _Code:
    separator = to_literal(source.text.separator, "python")
    if modules is None or "pandas" in modules:
        options = [local]
        options += [f"sep={separator}"] if source.text.separator != "," else []
        options += ["decimal=','"] if source.text.decimal == "," else []
        return _Code(
            (f"{name} = pd.read_csv({', '.join(options)})", f"{name}.head()"), ("import pandas as pd",)
        )
    lines = (
        f"with open({local}, newline='', encoding='utf-8') as file:",
        f"    {name} = list(csv.DictReader(file, delimiter={separator}))",
        f"{name}[:5]",
    )
    return _Code(lines, ("import csv",))


def _opened(source: Source, modules: Collection[str] | None, opening: str, path: str) -> _Code:
    """What pandas does not read; *opening* gives an open file of bytes, *path* its path as a text."""
    name = source.variable
    if source.kind == "json":
        return _Code((f"with {opening} as file:", f"    {name} = json.load(file)", name), ("import json",))
    if source.kind == "drawing":
        lines = (f"{name} = SVG(filename={path})", name)
        return _Code(lines, ("from IPython.display import SVG",))
    pillow = modules is not None and "PIL" in modules
    if source.kind == "picture" and not pillow and source.suffix in _SHOWN_BY_BROWSERS:
        lines = (f"{name} = Image(filename={path})", name)
        return _Code(lines, ("from IPython.display import Image",))
    if source.kind == "picture":
        missing = () if pillow else ("pillow",)
        return _Code((f"{name} = Image.open({path})", name), ("from PIL import Image",), missing)
    first = f"{name} = file.read({_MEGABYTE})  # the first megabyte"
    return _Code((f"with {opening} as file:", f"    {first}", f"{name}[:100]"))
