"""What the browse API answers about templates; the rest is ``workflows.browse.shapes``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...models import EntityKind

__all__ = ["ParameterField", "TemplateCard"]


@dataclass(frozen=True, slots=True)
class ParameterField:
    """A template's parameter as a form field."""

    name: str
    type: str
    default: Any
    unit: str
    minimum: float | None
    maximum: float | None
    choices: list[Any]
    help: str
    limits: str


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A template for people to choose: ``outline`` are the headings of its notebook. Empty ``entity_kinds``
    or ``data_set_types``: any."""

    slug: str
    title: str
    description: str
    version: str
    language: str
    kernel: str
    entity_kinds: list[EntityKind]
    data_set_types: list[str]
    parameters: list[ParameterField]
    outline: list[str]
