"""Files to records: CSV and JSON alike, one row at a time, one bad row at a time."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.articles.plan import Plan, plan_of
from kiosk.articles.rows import BadRow
from kiosk.articles.source import CHUNK, LONGEST, Record, records

ROW = {"gtin": "4012345000016", "name": "Milch", "price": "1.19", "vat": "7"}
PLAIN = Plan()


def read(path: Path, text: str, plan: Plan = PLAIN) -> list[tuple[int, Record | str]]:
    source = path / "file"
    source.write_text(text, encoding="utf-8")
    return [
        (line, str(found) if isinstance(found, BadRow) else found)
        for line, found in records(source, plan)
    ]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ROW]),
        f"\ufeff\n [\n{json.dumps(ROW)} ,{json.dumps(ROW)}\n]\n",
        json.dumps([ROW], indent=4),
        json.dumps(ROW),
        f"{json.dumps(ROW)}\n\n{json.dumps(ROW)}\n",
        '[{"GTIN": 4012345000016, "Name": "Milch", "price": 1.19, "vat": 7}]',
    ],
    ids=["array", "spaced", "indented", "line", "lines", "numbers"],
)
def test_json_comes_as_an_array_or_in_lines(tmp_path: Path, text: str) -> None:
    """Numbers are taken as they are written, never as floats."""
    assert {json.dumps(found) for _, found in read(tmp_path, text)} == {json.dumps(ROW)}


def test_numbers_keep_every_digit(tmp_path: Path) -> None:
    """Amounts that a float would bend, and those that are none."""
    text = (
        '{"price": 1.10, "limit": 99999999999999999999999, "age": NaN, "name": null, "sold": true}'
    )
    [(_, found)] = read(tmp_path, text)
    assert found == {
        "price": "1.10", "limit": "9" * 23, "age": "NaN", "name": "", "sold": "True",
    }  # fmt: skip


def test_the_line_of_an_object_is_told(tmp_path: Path) -> None:
    """In an array, too, across many reads of the file."""
    rows = [ROW | {"name": "x" * 500} for _ in range(3 * CHUNK // 500)]
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
    found = read(tmp_path, text)
    assert [line for line, _ in found] == list(range(2, len(rows) + 2))
    assert [record for _, record in found] == rows


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON object: Expecting property name"),
        ("[]", "no JSON object"),
        ("5", "no JSON object"),
        ('{"gtin": [1]}', "gtin is no single value"),
        ('{"ager": 5}', 'unknown column "ager"'),
        ('{"age": 5, "age": 0}', "key more than once"),
        ('{"name": "a\tb"}', "no JSON object: Invalid control"),
        ('{"a":' * 100_000, "nested too deeply"),
        (" " * LONGEST, f"longer than {LONGEST}"),
    ],
)
def test_a_bad_line_costs_itself_only(tmp_path: Path, line: str, reason: str) -> None:
    """The rows around it stand."""
    good = json.dumps(ROW)
    first, bad, last = read(tmp_path, f"{good}\n{line}\n{good}\n")
    assert (first, last) == ((1, ROW), (3, ROW))
    assert bad[0] == 2
    assert reason in str(bad[1])


def test_a_bad_object_of_an_array_costs_itself_only(tmp_path: Path) -> None:
    """As long as it is JSON."""
    found = read(tmp_path, json.dumps([ROW, 5, {"ager": 1}, ROW]))
    assert [isinstance(each, dict) for _, each in found] == [True, False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[{",
        '[{"a": 1',
        f"[{json.dumps(ROW)}",
        "[] x",
        "[1 2]",
        "[" * 100_000,
        '[{"a":1,"a":2}]',
    ],
    ids=lambda each: each[:12],
)
def test_an_array_without_end_is_of_no_use(tmp_path: Path, text: str) -> None:
    """Nothing is imported of a file that was cut off."""
    with pytest.raises(ValueError, match="line 1: "):
        read(tmp_path, text)


def test_an_empty_array_is_an_empty_file(tmp_path: Path) -> None:
    """Which imports nothing."""
    assert read(tmp_path, "[ ]\n") == []


def test_columns_are_mapped_ignored_and_filled_in(tmp_path: Path) -> None:
    """The same plan for both kinds of file."""
    plan = plan_of(["gtin=EAN,price=VK"], ["vat=7"], ["Lager"])
    csv = "EAN;Name;VK;Lager\n4012345000016;Milch;1.19;5\n"
    row = {"EAN": "4012345000016", "name": "Milch", "VK": "1.19", "Lager": 5}
    assert read(tmp_path, csv, plan) == [(2, ROW)]
    assert read(tmp_path, json.dumps([row]), plan) == [(1, ROW)]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("gtin,name,vat", "lacks the column vk"),
        ("gtin,name,vk,vat,lager,regal", 'unknown column "regal"'),
        ("gtin,name,vk,vat,age", "the column age, and there is a default"),
        ("gtin,name,vk,price,vat", 'price stands beside "vk"'),
    ],
)
def test_a_head_that_does_not_fit_the_plan_is_told(tmp_path: Path, head: str, reason: str) -> None:
    """A default is for a column that is not there."""
    plan = plan_of(["price=VK"], ["age=0"], ["lager"])
    with pytest.raises(ValueError, match=reason):
        read(tmp_path, f"{head}\n", plan)
    if "default" in reason:
        [(_, found)] = read(tmp_path, json.dumps({"age": 5}), plan)
        assert "there is a default" in str(found)


def test_an_endless_line_costs_itself_only(tmp_path: Path) -> None:
    """Unless it is the first one."""
    long = "x" * (2 * LONGEST + 5)
    found = read(tmp_path, f"gtin,name,price,vat\n{long}\n4012345000016,Milch,1.19,7")
    assert [line for line, _ in found] == [2, 3]
    assert found[1][1] == ROW
    with pytest.raises(ValueError, match="line 1 has no end"):
        read(tmp_path, long)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """A stranger's file raises nothing but its one reason."""
    with tempfile.TemporaryDirectory() as folder:
        for begin in ("", "[", "{", "gtin,name,price,vat\n", "[{"):
            source = Path(folder) / "file"
            source.write_text(begin + text, encoding="utf-8", errors="replace")
            try:
                lines = [line for line, _ in records(source, PLAIN)]
            except ValueError as error:
                said = str(error)
                lines = [1] if said.startswith(str(source)) else [0]
            assert all(line > 0 for line in lines)
