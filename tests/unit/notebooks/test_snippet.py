"""Code that reads a file: its path is one literal, whatever it is called."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import InvalidInput
from openbis_nb.notebooks.snippet import PACKAGE, snippet
from openbis_nb.notebooks.snippet_source import Source
from openbis_nb.notebooks.table_text import TableText

PERM_ID = "20261121093000123-45"
SEMICOLONS = TableText(";", ",")
#: Whole relative paths as a hostile or careless person may have made them.
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
ENDINGS = st.sampled_from([".csv", ".xlsx", ".json", ".png", ".svg", ".tif", ".bin", ""])


def code(
    path: str, language: str = "python", modules: tuple[str, ...] | None = (PACKAGE,), **more: bool
) -> str:
    source = Source(PERM_ID, path, Path("/cache") / path, text=SEMICOLONS)
    return snippet(source, language, modules, more.get("connected", True)).text


@pytest.mark.parametrize(
    ("path", "modules", "language", "last_but_one"),
    [
        ("a/od.csv", (PACKAGE,), "python", f"od = nb.attach('{PERM_ID}')[0].file('a/od.csv').table()"),
        ("a/od.csv", ("pandas",), "python", "od = pd.read_csv('/cache/a/od.csv', sep=';', decimal=',')"),
        ("a/od.csv", None, "python", "od = pd.read_csv('/cache/a/od.csv', sep=';', decimal=',')"),
        ("a/od.csv", (), "python", "    od = list(csv.DictReader(file, delimiter=';'))"),
        ("a/od.xlsx", ("pandas",), "python", "od = pd.read_excel('/cache/a/od.xlsx')"),
        ("a/od.png", ("PIL",), "python", "od = Image.open('/cache/a/od.png')"),
        ("a/od.png", (), "python", "od = Image(filename='/cache/a/od.png')"),
        ("od.csv", None, "r", 'od <- read.delim("/cache/od.csv", sep = ";", dec = ",", check.names = FALSE)'),
        ("a/od.json", None, "r", 'od <- jsonlite::fromJSON("/cache/a/od.json")'),
        ("", (PACKAGE,), "python", f"files = nb.attach('{PERM_ID}')[0].files"),
        ("a/od.bin", None, "julia", f"# From openBIS data set {PERM_ID}, fetched by JupyterLab."),
    ],
)  # fmt: skip
def test_the_reader_goes_by_kind_and_kernel(
    path: str, modules: tuple[str, ...] | None, language: str, last_but_one: str
) -> None:
    """U-25."""
    assert code(path, language, modules).splitlines()[-2] == last_but_one


def test_a_notebook_that_is_not_connected_is_connected_once() -> None:
    assert code("a.csv", connected=False).splitlines()[:3] == [
        "import openbis_nb",
        "",
        "nb = openbis_nb.notebook()",
    ]
    assert "notebook()" not in code("a.csv", connected=True)


def test_what_is_missing_is_named_as_one_line_to_install() -> None:
    assert code("a.csv", modules=()).count("# %pip install openbis-nb\n") == 1
    assert "# %pip install pandas openpyxl\n" in code("a.xlsx", modules=())
    assert "# %pip install pyarrow\n" in code("a.parquet", modules=("pandas",))
    assert "install" not in code("a.csv", modules=None)  # nobody could be asked: nothing is claimed


def test_r_writes_the_home_as_a_tilde() -> None:
    """What is saved does not say where somebody's home lies."""
    source = Source(PERM_ID, "a.json", Path("/people/alice/.cache/a.json"), Path("/people/alice"))
    assert 'fromJSON("~/.cache/a.json")' in snippet(source, "r", None, False).text


def test_a_language_that_nobody_knows_gets_a_cell_that_is_not_run() -> None:
    made = snippet(Source(PERM_ID, "a.m", Path("/cache/it's.m")), "octave", None, False)
    assert (made.cell_type, made.text) == ("raw", "/cache/it's.m")


@pytest.mark.parametrize("perm_id", ["", "x\nimport os", "a b", "x" * 201, "../x", "#"])
def test_what_is_no_perm_id_gets_into_no_comment(perm_id: str) -> None:
    with pytest.raises(InvalidInput):
        snippet(Source(perm_id, "a.csv", Path("/cache/a.csv")), "python", None, False)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/Growth Curves (2).csv", "growth_curves_2"),
        ("Größe.csv", "grosse"),
        ("96well.csv", "data_96well"),
        ("class.csv", "data_class"),
        ("function.csv", "data_function"),
        ("list.csv", "data_list"),
        ("nb.csv", "data_nb"),
        ("'.csv", "data"),
        ("日本.csv", "data"),
        ("x" * 99 + ".csv", "x" * 30),
    ],
)
def test_names_of_variables(path: str, name: str) -> None:
    assert Source(PERM_ID, path).variable == name


@given(NAMES, ENDINGS, st.sampled_from([(PACKAGE,), (PACKAGE, "PIL"), ("pandas",), (), None]))
def test_hostile_names_stay_one_text_in_python(
    name: str, ending: str, modules: tuple[str, ...] | None
) -> None:
    """D7: beside the literal of its path, the code is that of a harmless name."""
    written = code(name + ending, modules=modules)
    path = name + ending if modules and PACKAGE in modules else str(Path("/cache") / (name + ending))
    texts = [node.value for node in ast.walk(ast.parse(written)) if isinstance(node, ast.Constant)]
    assert texts.count(path) == 1
    harmless = code("harmless" + Path(name + ending).suffix, modules=modules)
    assert [type(node) for node in ast.walk(ast.parse(written))] == [
        type(node) for node in ast.walk(ast.parse(harmless))
    ]
    assert all(line.isascii() or repr(path) in line for line in written.splitlines())


@given(NAMES, ENDINGS)
def test_hostile_names_stay_one_text_in_r(name: str, ending: str) -> None:
    written = code(name + ending, "r", None)
    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', '""', written)
    assert re.fullmatch(r"[a-z0-9_A-Z:<>()=, .#\"\n-]+", without_texts)
    assert len(written.splitlines()) <= 4
