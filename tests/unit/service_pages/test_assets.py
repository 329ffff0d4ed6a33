"""The pages' files keep the promises that the policy ``default-src 'self'`` rests on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openbis_nb.service import pages
from openbis_nb.service.pages.assets import Assets

FOLDER = Path(pages.__file__).parent
STATIC, TEMPLATES = FOLDER / "static", FOLDER / "templates"
SCRIPTS = sorted(STATIC.glob("*.js"))

#: Ways to make markup or code out of text, or to send it somewhere.
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|javascript:"
    r"|setTimeout\(\s*[\"'`]|DOMParser|createContextualFragment|srcdoc|https?://(?!\()"
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_of_text(script: Path) -> None:
    code = re.sub(r"^\s*(//|\*|/\*\*).*$", "", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    code = code.replace(r"/^(https?:\/\/|\/(?!\/))/", "")  # the check of a link
    code = code.replace('"http://www.w3.org/2000/svg"', "")  # a name, not an address
    assert DANGEROUS.findall(code) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_holds_a_script_style_or_handler_of_its_own(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|\|\s*safe|autoescape", html)
    for script in re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL):
        assert script == ""


def test_every_file_that_is_named_is_there() -> None:
    names = {path.name for path in STATIC.iterdir()}
    named: set[str] = set()
    for template in TEMPLATES.glob("*.html"):
        named |= set(re.findall(r"asset\('([^']+)'\)", template.read_text(encoding="utf-8")))
    for script in SCRIPTS:
        named |= set(re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8")))
    for style in STATIC.glob("*.css"):
        named |= set(re.findall(r'url\("([^"]+)"\)', style.read_text(encoding="utf-8")))
    assert named == names


def test_the_address_of_the_files_changes_with_any_of_them() -> None:
    assets = Assets.read()
    assert assets.path("base.css") == f"static/{assets.digest}/base.css"
    with pytest.raises(KeyError):
        assets.path("../routes.py")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 330
