"""The one cell tagged ``parameters``: written, read and changed without running it.

The tag is papermill's convention, so a saved notebook can be run again headless on other values.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, MutableMapping, Sequence
from itertools import accumulate
from typing import Any

from ..errors import InvalidNotebook, InvalidParameter
from .literals import assignment
from .parameters import Parameter

__all__ = ["TAG", "Code", "find_cell", "read_values", "set_values", "write_cell"]

#: The tag of the cell whose values can be changed from outside.
TAG = "parameters"
#: Largest source of that cell that is taken apart, in characters: opening a notebook must not hold up the
#: server that reads it.
_MAX_SOURCE = 50_000
#: Lists and objects in each other that provenance can hold.
_DEEPEST = 100
_ASSIGNMENT = re.compile(r"^([A-Za-z_.][A-Za-z0-9_.]*)\s*(?:=|<-)\s*(.*)$")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|U([0-9a-f]{8})|(\$)|.)")  # R's, then Julia's
_LINE = re.compile(
    r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+"
)  # as Python counts them; str.splitlines knows more ends
_CODE = re.compile(r"""(?:[^"'#]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*""")


class Code(str):
    """The text of what is no value that JSON can hold."""

    __slots__ = ()


def write_cell(parameters: Sequence[Parameter], values: Mapping[str, Any], language: str) -> str:
    """The source of the parameters cell: one literal a line, with unit and help as a comment."""
    lines = []
    for parameter in parameters:
        remark = " · ".join(_one_line(part) for part in (parameter.unit, parameter.help) if part)
        line = assignment(parameter.name, values[parameter.name], language)
        lines.append(f"{line}  # {remark}" if remark else line)
    return "\n".join(lines)


def find_cell(notebook: Mapping[str, Any]) -> MutableMapping[str, Any] | None:
    """The code cell tagged ``parameters``, or ``None``.

    Raises:
        InvalidNotebook: more than one cell has the tag.
    """
    found = [
        cell
        for cell in notebook.get("cells", ())
        if cell.get("cell_type") == "code" and TAG in _tags(cell.get("metadata", {}))
    ]
    if len(found) > 1:
        raise InvalidNotebook(
            f"{len(found)} cells are tagged `{TAG}`.", next_step="Leave the tag on one cell only."
        )
    return found[0] if found else None


def read_values(notebook: Mapping[str, Any], language: str = "python") -> dict[str, Any]:
    """What the parameters cell says now, without running it.

    Values that JSON cannot hold (a person may write code there, or a set) come as its
    text, :class:`Code`. A cell that is no code of its language, or much too long for one, has none.

    Raises:
        InvalidNotebook: more than one cell has the tag.
    """
    cell = find_cell(notebook)
    if cell is None:
        return {}
    source = str(cell.get("source", ""))
    return {name: value for name, (value, _, _) in _statements(source, language).items()}


def set_values(notebook: Mapping[str, Any], values: Mapping[str, Any], language: str = "python") -> None:
    """Exchange values in the parameters cell of *notebook*, in place; everything else stays as it is.

    Raises:
        InvalidParameter: there is no such parameter in the notebook.
    """
    cell = find_cell(notebook)
    source = str(cell.get("source", "")) if cell is not None else ""
    for name, value in values.items():
        found = _statements(source, language)
        if cell is None or name not in found:
            raise InvalidParameter(
                f"The notebook has no parameter {name[:60]!r}; it has: {', '.join(found) or 'none'}.",
                extra={"parameter": name[:60]},
            )
        _, start, end = found[name]
        source = source[:start] + assignment(name, value, language) + source[end:]
    if cell is not None:
        cell["source"] = source


def _statements(source: str, language: str) -> dict[str, tuple[Any, int, int]]:
    """Name → (value, start, end) of each assignment at the top level of *source*."""
    if len(source) > _MAX_SOURCE:
        return {}
    return _python_statements(source) if language == "python" else _line_statements(source, language)


def _python_statements(source: str) -> dict[str, tuple[Any, int, int]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last is the parser's own stack
        return {}
    lines = _LINE.findall(source)
    starts = list(accumulate(map(len, lines), initial=0))

    def place(line: int, column: int) -> int:  # ast counts columns in UTF-8 bytes
        text = lines[line - 1]
        before = column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))
        return starts[line - 1] + before

    found: dict[str, tuple[Any, int, int]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            name = node.target.id
        else:
            continue
        assert node.value is not None
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        span = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
        found[name] = (_python_value(node.value, source[slice(*span)]), *span)
    return found


def _python_value(node: ast.expr, text: str) -> Any:
    try:
        return _as_json(ast.literal_eval(node))
    except (ValueError, TypeError, RecursionError):
        pass
    try:
        return Code(ast.unparse(node))
    except RecursionError:
        return Code(text)


def _as_json(value: Any, depth: int = 0) -> Any:
    """The value as JSON gives it back.

    Raises:
        TypeError: JSON has nothing like it.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if depth < _DEEPEST and isinstance(value, (list, tuple)):
        return [_as_json(item, depth + 1) for item in value]
    if depth < _DEEPEST and isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _as_json(item, depth + 1) for key, item in value.items()}
    raise TypeError


def _line_statements(source: str, language: str) -> dict[str, tuple[Any, int, int]]:
    found: dict[str, tuple[Any, int, int]] = {}
    start = 0
    for line in source.splitlines(keepends=True):
        text = line.rstrip("\n")
        if match := _ASSIGNMENT.match(text):
            value = _without_comment(match[2])
            found[match[1]] = (_plain_value(value), start, start + match.start(2) + len(value))
        start += len(line)
    return found


def _without_comment(text: str) -> str:
    match = _CODE.match(text)
    return match[0].rstrip() if match else text


def _plain_value(text: str) -> Any:
    known = {"TRUE": True, "FALSE": False, "true": True, "false": False, "NULL": None, "nothing": None}
    if text in known:
        return known[text]
    try:
        value = json.loads(_ESCAPE.sub(_json_escape, re.sub(r"^(-?[0-9]+)L$", r"\1", text)))
    except (ValueError, OverflowError, RecursionError):
        return Code(text)
    plain = isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))
    return value if plain else Code(text)


def _json_escape(match: re.Match[str]) -> str:
    """An escape of R or Julia as JSON writes it."""
    if match[3]:
        return match[3]
    number = match[1] or match[2]
    return json.dumps(chr(int(number, 16)))[1:-1] if number else match[0]


def _tags(metadata: Any) -> Sequence[Any]:
    tags = metadata.get("tags", ()) if isinstance(metadata, Mapping) else ()
    return tags if isinstance(tags, (list, tuple)) else ()


def _one_line(text: str) -> str:
    return " ".join(text.split())
