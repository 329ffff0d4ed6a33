"""docs/reference/coverage.md: each rule of rules.toml that a test names, and where.

A rule id is something like ``O-24``: a letter for where the rule comes from, and a number. A test
names it anywhere in its own text, best in the docstring. Rules that are not met on purpose, wholly or in
part, stand in a section ``[….not_met]``, id and reason.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from .markdown import head, table

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "reference" / "rules.toml"
RULE_ID = re.compile(r"\b[ONBDPUF]-[0-9]{2}\b")


def page() -> str:
    """The whole page."""
    named = tests_by_rule()
    total = len(all_rules())
    intro = f"""
        What users of openBIS and of comparable systems rely on, ask for or stumble over, as numbered
        rules. The first tables hold each rule that at least one test names, the second ones each rule that
        is not met on purpose, wholly or in part, with the reason. A rule that stands in neither is not
        built yet, or a fact about another system that asks nothing of this one.

        {len(named)} of {total} rules are named by a test.
        """
    parts = [head("Rules and the tests that name them", intro)]
    for group in _groups().values():
        rules, reasons = group["rules"], _reasons(group)
        rows = [[rule, text, _places(named[rule])] for rule, text in rules.items() if rule in named]
        refused = [[rule, rules[rule], reason] for rule, reason in reasons.items()]
        if rows or refused:
            parts.append(f"## {group['title']}")
        if rows:
            parts.append(table(["Rule", "In short", "Tests"], rows))
        if refused:
            parts += ["Not met on purpose:", table(["Rule", "In short", "Why not"], refused)]
    return "\n\n".join(parts) + "\n"


def all_rules() -> dict[str, str]:
    """Rule id → what it says, in short."""
    return {rule: text for group in _groups().values() for rule, text in group["rules"].items()}


def _reasons(group: dict[str, Any]) -> dict[str, str]:
    """Rule id → why it is not met, sorted.

    Raises:
        ValueError: a reason for a rule that is none of this group.
    """
    reasons: dict[str, str] = group.get("not_met", {})
    unknown = reasons.keys() - group["rules"].keys()
    if unknown:
        raise ValueError(f"{RULES.name} gives reasons for rules that it does not list: {sorted(unknown)}")
    return dict(sorted(reasons.items()))


def _groups() -> dict[str, dict[str, Any]]:
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def tests_by_rule() -> dict[str, set[str]]:
    """Rule id → ``path::test`` of the tests that name it, over the whole tests folder."""
    named: dict[str, set[str]] = defaultdict(set)
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        source = path.read_text(encoding="utf-8")
        for test in _test_functions(ast.parse(source)):
            for rule in RULE_ID.findall(_text(source, test)):
                named[rule].add(f"{path.relative_to(ROOT).as_posix()}::{test.name}")
    return named


def _test_functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def _text(source: str, test: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Source of a test with its decorators: rows of a table may name rules too."""
    first = min([test.lineno, *(decorator.lineno for decorator in test.decorator_list)])
    return "\n".join(source.splitlines()[first - 1 : test.end_lineno])


def _places(tests: set[str]) -> str:
    return "<br>".join(f"`{test.removeprefix('tests/')}`" for test in sorted(tests))
