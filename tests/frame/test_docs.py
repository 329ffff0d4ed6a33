"""The docs hold together, and say what the code says."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest

import openbis_nb
from openbis_nb import errors, settings
from scripts.reference.cli import commands

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("hub_config/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img[^>]*src=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What a heading is called in a link: lower case, no punctuation, dashes for blanks."""
    headings = re.findall(r"^#+ +(.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return False
    name, _, anchor = target.partition("#")
    other = (page.parent / name).resolve() if name else page
    if not other.exists() or not other.is_relative_to(ROOT):
        return True
    return bool(anchor) and other.suffix == ".md" and anchor not in anchors(other)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [plain or image for plain, image in LINK.findall(text)]
    assert [target for target in targets if is_broken(page, target)] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs") for path in ROOT.glob("docs/**/*.md")]
    unreachable = [
        str(p) for p in pages if p.name != "index.md" and p.parts[0] != "decisions" and str(p) not in index
    ]
    assert unreachable == []


@pytest.mark.parametrize("name", [s["name"] for s in settings.describe()])
def test_each_setting_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (REFERENCE / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [n for n in errors.__all__ if isinstance(getattr(errors, n), type)])
def test_each_error_is_documented(name: str) -> None:
    assert f"| `{name}` |" in (REFERENCE / "errors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", openbis_nb.__all__)
def test_each_public_name_exists_and_is_documented(name: str) -> None:
    thing = getattr(openbis_nb, name)
    assert f"## `openbis_nb.{name}`" in (REFERENCE / "api.md").read_text(encoding="utf-8")
    if callable(thing):
        assert thing.__doc__


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_command_has_help_with_an_example(path: str, command: click.Command) -> None:
    help_text = command.get_help(click.Context(command, info_name=path))
    assert f"## `{path}`" in (REFERENCE / "cli.md").read_text(encoding="utf-8")
    if not isinstance(command, click.Group):
        assert re.search(rf"^ +(\$ )?(\S+=\S+ )*{path}\b", help_text, re.MULTILINE), help_text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.name} has no help"


def documented_command_lines() -> list[str]:
    """Every ``openbis-nb …`` of the hand-written pages: lines of blocks, and code within a sentence."""
    lines = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if page.name in ("cli.md", "CHANGELOG.md"):
            continue
        for block in FENCE.findall(text):
            lines.update(re.findall(r"^\$? *(?:.* \| )?(openbis-nb [a-z].*)$", block, re.MULTILINE))
        lines.update(re.findall(r"(?<!`)`(openbis-nb [a-z][^`\n]*)`(?!`)", FENCE.sub("", text)))
    return sorted(lines)


@pytest.mark.parametrize("line", documented_command_lines())
def test_a_documented_command_line_is_understood(line: str) -> None:
    """Its command is there, and takes these options and arguments."""
    words = shlex.split(re.split(r" [|<>]|>>|; | \|\| ", line)[0].replace("…", ""), comments=True)
    known = dict(commands())
    length = max(n for n in range(1, len(words) + 1) if " ".join(words[:n]) in known)
    command = known[" ".join(words[:length])]
    assert length > 1, "there is no such command"
    if isinstance(command, click.Group) or len(words) == length:
        assert len(words) == length  # a command that is only mentioned
    else:
        command.make_context(" ".join(words[:length]), words[length:])


def texts_of(node: ast.AST) -> str | None:
    """A string of the code with ``…`` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(texts_of(part) or "…" for part in node.values)
    return None


@cache
def texts() -> list[str]:
    """Every string of our code; pages and scripts of the service as a whole."""
    found = [
        text
        for file in ROOT.glob("openbis_nb/**/*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (text := texts_of(node))
    ]
    pages = [path for end in ("js", "html") for path in ROOT.glob(f"openbis_nb/service/pages/**/*.{end}")]
    return [*found, *(path.read_text(encoding="utf-8") for path in pages)]


def quoted_messages() -> list[str]:
    """Sentences in code style of the page that explains them; ``…`` for what differs."""
    page = (ROOT / "docs" / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
    return re.findall(r"(?<!`)`((?:…|[A-Z`])[^`\n]* [^`\n]*[.…])`(?!`)", FENCE.sub("", page))


@pytest.mark.parametrize("message", quoted_messages())
def test_a_message_that_is_explained_is_one_of_ours(message: str) -> None:
    parts = [part for part in message.split("…") if part.strip(" .")]
    assert parts
    assert any(all(part in text for part in parts) for text in texts())


def test_each_need_of_people_stands_in_the_troubleshooting() -> None:
    page = (ROOT / "docs" / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
    assert [n for n in range(1, 39) if f"U-{n:02}" not in page] == []
