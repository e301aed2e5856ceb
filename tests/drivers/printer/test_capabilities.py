"""What was learnt of printers, over restarts and over files nobody can read."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from pathlib import Path

import pytest

from drivers.printer import capabilities
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


def test_a_note_that_cannot_be_written_is_told_and_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The folder is a file. Once it is none, the next note is written."""
    (tmp_path / "state").write_text("in the way")
    memory = Memory(tmp_path / "state" / "printers.json")
    assert not memory.set_holding(AT, True)
    assert "not written" in caplog.text
    assert memory.holds(AT)
    assert not memory.set_holding(AT, True)
    (tmp_path / "state").unlink()
    assert memory.set_holding(AT, True)
    assert Memory(memory.path).holds(AT)


def test_a_lift_that_cannot_be_written_leaves_it_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So says the disk, and so would the next start."""
    file = tmp_path / "printers.json"
    memory = Memory(file)
    memory.set_holding(AT, True)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drivers.printer.capabilities.os.fsync", full)
    assert not memory.set_holding(AT, False)
    assert memory.holds(AT)
    assert Memory(file).holds(AT)


def test_two_programs_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """The kiosk runs, and a tool says something of another printer, and of the same one."""
    file = tmp_path / "printers.json"
    kiosk, tool = Memory(file), Memory(file)
    kiosk.keep(AT, EPSON)
    tool.set_holding(ELSEWHERE, True)
    kiosk.set_holding(AT, True)
    assert Memory(file).holds(ELSEWHERE)
    assert Memory(file).find(AT, EPSON.identity) == EPSON
    tool.set_holding(AT, False)
    assert not kiosk.holds(AT)
    kiosk.forget(AT)
    assert Memory(file).holds(ELSEWHERE)


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each in a thread with a memory of its own, as programs have."""
    file = tmp_path / "printers.json"
    addresses = [f"tcp://192.0.2.{number}:9100" for number in range(12)]
    threads = [
        threading.Thread(target=lambda at=at: Memory(file).set_holding(at, True))
        for at in addresses
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(Memory(file).holds(at) for at in addresses)


def test_a_lock_that_is_kept_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the note is not on disk, and says so."""
    monkeypatch.setattr(capabilities, "LOCK_SECONDS", 0.05)
    memory = Memory(tmp_path / "printers.json")
    with (tmp_path / "printers.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert not memory.set_holding(AT, True)
    assert memory.holds(AT)


def test_it_is_in_the_folder_by_the_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File and folder are both synced, the folder after the file has its name."""
    synced: list[str] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        synced.append(f"{name} {(tmp_path / 'printers.json').exists()}")
        sync(descriptor)

    monkeypatch.setattr("drivers.printer.capabilities.os.fsync", watched)
    Memory(tmp_path / "printers.json").set_holding(AT, True)
    assert synced == ["printers.new False", f"{tmp_path.name} True"]


def test_a_file_of_an_earlier_version_of_ours_is_read(tmp_path: Path) -> None:
    """It said how a printer clears, too; that is asked anew each time."""
    file = tmp_path / "printers.json"
    row = {"identity": ["EPSON", "TM-T20III", "X1"], "confirm": "process_id", "clear": "dc4"}
    file.write_text(json.dumps({"version": 1, "printers": {AT: row}, "holding": [ELSEWHERE]}))
    assert Memory(file).find(AT, EPSON.identity) == EPSON
    assert Memory(file).holds(ELSEWHERE)
