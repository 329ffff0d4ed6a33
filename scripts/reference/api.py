"""docs/reference/api.md: the public names of ``openbis_nb``, and the classes that they give back."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from typing import Any

import openbis_nb
from openbis_nb.notebook_session import inputs

from .markdown import code, first_paragraph, head, prose, table


def page() -> str:
    """The whole page."""
    intro = """
        What `import openbis_nb` offers. Everything else is internal and may change without notice;
        for errors see [errors](errors.md), for commands [cli](cli.md).
        """
    parts = [head("Public names", intro)]
    parts += [_section(f"openbis_nb.{name}", getattr(openbis_nb, name)) for name in openbis_nb.__all__]
    parts.append("# What `nb.attach()` gives back")
    parts += [_section(name, getattr(inputs, name)) for name in inputs.__all__]
    return "\n\n".join(parts) + "\n"


def _section(title: str, thing: Any) -> str:
    if not callable(thing):
        return f"## `{title}`\n\nA `{type(thing).__name__}`."
    name = title.removeprefix("openbis_nb.")
    call = "" if inspect.isclass(thing) else code(f"{name}{_signature(thing)}", "python")
    parts = [f"## `{title}`", call, _documentation(thing)]
    if inspect.isclass(thing):
        parts.append(_fields(thing))
        members = _members(thing)
        short = [[f"`.{call}`", first_paragraph(doc)] for call, doc in members if not _is_long(doc)]
        parts.append(table(["Member", "Meaning"], short) if short else "")
        parts += [f"### `.{call}`\n\n{_documentation(doc)}" for call, doc in members if _is_long(doc)]
    return "\n\n".join(part for part in parts if part)


def _documentation(thing: Any) -> str:
    """The first paragraph as text; what follows (arguments, errors) as it stands."""
    text = prose(thing if isinstance(thing, str) else thing.__doc__)
    rest = text.partition("\n\n")[2]
    return first_paragraph(text) + (f"\n\n{code(rest, 'text')}" if rest else "")


def _fields(cls: type) -> str:
    names = [f.name for f in fields(cls) if not f.name.startswith("_")] if is_dataclass(cls) else []
    return f"Fields: {', '.join(f'`{name}`' for name in names)}." if names else ""


def _is_long(docstring: str) -> bool:
    return "\n\n" in prose(docstring)


def _members(cls: type) -> list[tuple[str, str]]:
    """Public members of a class, in the order they are written: how to call them, and their docstrings."""
    members = []
    for name, member in vars(cls).items():
        if name.startswith("_") or not (isinstance(member, property) or inspect.isfunction(member)):
            continue
        call = name if isinstance(member, property) else f"{name}{_signature(member)}"
        members.append((call, member.__doc__ or ""))
    return members


def _signature(thing: Any) -> str:
    """Parameters with defaults, without annotations: short enough to read."""
    signature = inspect.signature(thing)
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for name, parameter in signature.parameters.items()
        if name not in ("self", "cls")
    ]
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
