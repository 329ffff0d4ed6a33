"""docs/reference/api.md: the public names of ``openbis_nb``, with their public methods."""

from __future__ import annotations

import inspect
from typing import Any

import openbis_nb

from .markdown import code, first_paragraph, head, prose, table


def page() -> str:
    """The whole page."""
    intro = """
        What `import openbis_nb` offers. Everything else is internal and may change without notice;
        for errors see [errors](errors.md), for commands [cli](cli.md).
        """
    parts = [head("Public names", intro)]
    for name in sorted(getattr(openbis_nb, "__all__", [])):
        parts.append(_section(name, getattr(openbis_nb, name)))
    return "\n\n".join(parts) + "\n"


def _section(name: str, thing: Any) -> str:
    if inspect.ismodule(thing) or not callable(thing):
        return f"## `openbis_nb.{name}`\n\n{first_paragraph(getattr(thing, '__doc__', None))}"
    parts = [
        f"## `openbis_nb.{name}`",
        code(f"{name}{_signature(thing)}", "python"),
        code(prose(thing.__doc__), "text"),
    ]
    members = _members(thing) if inspect.isclass(thing) else []
    if members:
        parts.append(table(["Member", "Meaning"], members))
    return "\n\n".join(parts)


def _members(cls: type) -> list[list[str]]:
    """Public methods and properties with the first paragraph of their docstrings."""
    rows = []
    for name, member in inspect.getmembers(cls):
        if name.startswith("_") or (issubclass(cls, BaseException) and name in dir(BaseException)):
            continue
        if isinstance(member, property):
            rows.append([f"`.{name}`", first_paragraph(member.__doc__)])
        elif inspect.isfunction(member) or inspect.ismethod(member):
            rows.append([f"`.{name}{_signature(member)}`", first_paragraph(member.__doc__)])
    return rows


def _signature(thing: Any) -> str:
    """Parameters with defaults, without annotations: short enough to read."""
    signature = inspect.signature(thing)
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in signature.parameters.items()
        if name not in ("self", "cls")
    ]
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
