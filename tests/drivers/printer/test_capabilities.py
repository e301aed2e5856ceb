"""What was learnt of printers, over restarts and over files nobody can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.printer.capabilities import Capabilities, Memory
from drivers.printer.profiles import Confirm

EPSON = Capabilities(("EPSON", "TM-T20III", "X1"), Confirm.PROCESS_ID)
AT, ELSEWHERE = "tcp://127.0.0.1:9100", "serial:///dev/ttyS0"


def test_it_is_remembered_by_address_and_identity(tmp_path: Path) -> None:
    """By the next start, too; another printer in its place is unknown."""
    file = tmp_path / "state" / "printers.json"
    Memory(file).keep(AT, EPSON)
    again = Memory(file)
    assert again.find(AT, EPSON.identity) == EPSON
    assert again.find(AT, ("EPSON", "TM-T20III", "X2")) is None
    assert again.find(ELSEWHERE, EPSON.identity) is None


def test_what_did_not_keep_its_word_is_forgotten(tmp_path: Path) -> None:
    """And asked again."""
    file = tmp_path / "printers.json"
    memory = Memory(file)
    memory.keep(AT, EPSON)
    memory.forget(AT)
    memory.forget(AT)
    assert memory.find(AT, EPSON.identity) is None
    assert Memory(file).find(AT, EPSON.identity) is None


def test_a_piece_in_the_printer_outlives_a_restart(tmp_path: Path) -> None:
    """Until somebody says that it is gone."""
    file = tmp_path / "printers.json"
    Memory(file).set_holding(AT, True)
    assert Memory(file).holds(AT)
    assert not Memory(file).holds(ELSEWHERE)
    Memory(file).set_holding(AT, False)
    assert not Memory(file).holds(AT)


def test_without_a_file_it_lasts_as_long_as_the_program() -> None:
    """Nothing is written."""
    memory = Memory()
    memory.keep(AT, EPSON)
    memory.set_holding(AT, True)
    assert memory.find(AT, EPSON.identity) == EPSON
    assert memory.holds(AT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "printers": {}, "holding": ["x"]}',
        '{"version": 1, "printers": {"tcp://127.0.0.1:9100": {"identity": []}}, "holding": []}',
        '{"version": 1, "printers": {"x": {"identity": [], "confirm": "?", "clear": "dc4"}}, "holding": []}',
        "\0",
    ],
)
def test_a_file_that_is_none_is_as_good_as_none(text: str, tmp_path: Path) -> None:
    """It costs a question, and is written anew."""
    file = tmp_path / "printers.json"
    file.write_text(text)
    memory = Memory(file)
    assert memory.find(AT, EPSON.identity) is None
    memory.keep(AT, EPSON)
    assert Memory(file).find(AT, EPSON.identity) == EPSON


def test_a_file_that_cannot_be_written_keeps_nobody_from_a_receipt(tmp_path: Path) -> None:
    """The folder is a file."""
    (tmp_path / "state").write_text("in the way")
    memory = Memory(tmp_path / "state" / "printers.json")
    memory.set_holding(AT, True)
    assert memory.holds(AT)
