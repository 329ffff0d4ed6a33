"""Tables as instruments write them (issue section 5: comma, semicolon, tab; XLSX)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbis_nb.errors import InvalidInput, MissingExtra
from openbis_nb.models import Entity
from openbis_nb.notebook_session.tables import objects_frame, read_table

FRAME = pandas.DataFrame({"well": ["A1", "A2", "A3"], "od600": [0.125, 0.25, 1.5], "n": [1, 2, 3]})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("comma.csv", "well,od600,n\nA1,0.125,1\nA2,0.25,2\nA3,1.5,3\n"),
        ("semicolon.csv", "well;od600;n\nA1;0.125;1\nA2;0.25;2\nA3;1.5;3\n"),
        ("decimal comma.csv", "well;od600;n\nA1;0,125;1\nA2;0,25;2\nA3;1,5;3\n"),
        ("tab.csv", "well\tod600\tn\nA1\t0.125\t1\nA2\t0.25\t2\nA3\t1.5\t3\n"),
        ("tab, decimal comma.tsv", "well\tod600\tn\nA1\t0,125\t1\nA2\t0,25\t2\nA3\t1,5\t3\n"),
        ("bar.txt", "well|od600|n\nA1|0.125|1\nA2|0.25|2\nA3|1.5|3\n"),
        ("windows.CSV", "well,od600,n\r\nA1,0.125,1\r\nA2,0.25,2\r\nA3,1.5,3\r\n"),
        ("byte order mark.csv", "\ufeffwell,od600,n\nA1,0.125,1\nA2,0.25,2\nA3,1.5,3\n"),
    ],
)
def test_the_separator_and_the_decimal_sign_are_read_off(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    pandas.testing.assert_frame_equal(read_table(path), FRAME)


def test_a_quoted_separator_is_text(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text('name,dose\n"ampicillin; 1 mg, dry",1\n"water, clean",2\n')
    assert list(read_table(path)["name"]) == ["ampicillin; 1 mg, dry", "water, clean"]


def test_what_may_be_thousands_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "counts.tsv"
    path.write_text("cells\n1,234\n5,678\n")
    assert list(read_table(path)["cells"]) == ["1,234", "5,678"]


def test_one_column_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("value\n1\n2\n")
    assert list(read_table(path)["value"]) == [1, 2]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.xlsx", lambda path: FRAME.to_excel(path, index=False)),
        ("a.json", lambda path: FRAME.to_json(path)),
    ],
)
def test_workbooks_and_json(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    assert read_table(tmp_path / name).to_dict("list") == FRAME.to_dict("list")


def test_options_go_to_the_reader_and_win(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("# made by a reader\nwell;od600\nA1;0,5\n")
    assert read_table(path, skiprows=1, sep=";", decimal=",").to_dict("list") == {
        "well": ["A1"],
        "od600": [0.5],
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"\x89PNG"), ("a.csv", b""), ("a.xlsx", b"no zip"), ("a.csv", b"\xb5,\xb5\n")],
)
def test_what_is_no_table_is_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInput, match=name):
        read_table(tmp_path / name)


def test_a_reader_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FRAME.to_excel(tmp_path / "a.xlsx", index=False)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"openbis-nb\[templates\]"):
        read_table(tmp_path / "a.xlsx")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10**6), st.decimals(-10000, 10000, places=2)), min_size=2, max_size=20
    ),
    separator=st.sampled_from([";", "\t", ","]),
)
def test_numbers_come_back_with_any_separator(
    tmp_path: Path, rows: list[tuple[int, object]], separator: str
) -> None:
    decimal = "." if separator == "," else ","
    lines = ["a" + separator + "b", *(f"{n}{separator}{str(x).replace('.', decimal)}" for n, x in rows)]
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join(lines))
    table = read_table(path)
    assert list(table["a"]) == [n for n, _ in rows]
    assert list(table["b"]) == pytest.approx([float(str(x)) for _, x in rows])


def test_objects_become_one_frame() -> None:
    objects = [
        Entity(kind="object", perm_id="1", identifier="/S/P/A", code="A", properties={"$NAME": "first"}),
        Entity(
            kind="object",
            perm_id="2",
            identifier="/S/P/B",
            code="B",
            properties={"OD": 1.5},
            parents=("/S/P/A",),
        ),
    ]
    frame = objects_frame(objects)
    assert list(frame.columns) == [
        "identifier",
        "permId",
        "type",
        "name",
        "parents",
        "children",
        "$NAME",
        "OD",
    ]
    assert frame.loc[1, "parents"] == ["/S/P/A"]
    assert objects_frame([]).empty
