"""The trace of a line: what is kept, for whom, and that it never costs a payment."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.line import listen
from drivers.zvt.blocks import block
from drivers.zvt.codec import encode
from drivers.zvt.framing import frame
from drivers.zvt.link import Settings
from drivers.zvt.messages import Authorization, Positive, Registration
from drivers.zvt.serial_line import over
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from drivers.zvt.trace import Trace, apdu_line, name_of
from kiosk.clock import SystemClock
from kiosk.errors import Unavailable
from kiosk.ports import Cancel
from tests.drivers.zvt.bench import PAY, drive, say
from tests.drivers.zvt.strategies import controls, near_zvt
from tests.drivers.zvt.test_redaction import ASCII, BCD, PAN, PASSWORD, TRACK2, UID, bitmap, tlv
from tests.wired import FakeClock

CARD = b"".join(
    (
        b"\x27\x00",
        bitmap(0x22, BCD),
        bitmap(0x23, TRACK2),
        bitmap(0x24, TRACK2),
        bitmap(0x2D, ASCII),
        bitmap(0x3A, b"\x12\x3f"),
        bitmap(0x3C, b"Karte " + ASCII),
        bitmap(0x3D, bytes.fromhex(PASSWORD)),
        bitmap(
            0x06,
            tlv("4C", bytes.fromhex(UID)) + tlv("1F14", BCD) + tlv("60", tlv("46", ASCII)),
        ),
    )
)
SECRETS = (PAN, PASSWORD, UID, TRACK2.hex()[:20])


def needles() -> list[str]:
    """Each secret as digits and as the hex of its text."""
    return [form for each in SECRETS for form in (each, each.encode().hex())]


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a trace."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a trace is kept."""
    return tmp_path / "wire.jsonl"


def clean(path: Path) -> bool:
    """Whether no needle stands in the file, in whatever case."""
    text = path.read_text().lower()
    return not [each for each in needles() if each in text]


def test_a_line_an_apdu(path: Path) -> None:
    """Time, direction, message and bytes; however they came in pieces."""
    clock = FakeClock(2.5)
    trace = Trace(path, clock)
    trace("tx", say(Registration(918273, 0xBE, 978)))
    for piece in say(Positive(), Positive()):
        trace("rx", bytes((piece,)))
    trace.close()
    trace.close()
    first, second, third = rows(path)
    assert first == {
        "time": "2026-11-21T12:00:02.500000+00:00",
        "monotonic": 2.5,
        "direction": "till>terminal",
        "message": "Registration",
        "apdu": "060006EEEEEEBE0978",
    }
    assert second == third
    assert (second["direction"], second["apdu"]) == ("terminal>till", "800000")


def test_the_file_is_for_its_owner(path: Path) -> None:
    """Whatever the mask, and whatever it was before; what stood in it stays."""
    path.write_text("{}\n")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        trace = Trace(path, FakeClock())
        other = Trace(path.with_name("new"), FakeClock())
    finally:
        os.umask(before)
    trace("tx", say(Positive()))
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.with_name("new"))] == [
        0o600,
        0o600,
    ]
    assert len(rows(path)) == 2
    trace.close()
    other.close()


def test_what_is_no_file_is_not_written(tmp_path: Path) -> None:
    """A folder, a link, a pipe, nowhere."""
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "link", "pipe", "gone/x"):
        with pytest.raises(Unavailable, match=str(tmp_path)):
            Trace(tmp_path / name, FakeClock())
    assert not (tmp_path / "elsewhere").exists()


def test_no_needle_is_kept(path: Path) -> None:
    """In both directions, in messages that are known, unknown and unreadable."""
    trace = Trace(path, FakeClock())
    lead = bytes.fromhex(PASSWORD)
    for way in ("tx", "rx"):
        for control in (0x040F, 0x0601, 0x06C0, 0x06E6, 0x061E, 0x9999, 0x8000, 0x8405, 0x06D3):
            trace(way, frame(control, CARD))
            trace(way, frame(control, CARD[:-9]))
        for control in (0x0600, 0x0620, 0x0630, 0x0631, 0x0650, 0x0693, 0x0695, 0x0501):
            trace(way, frame(control, lead + CARD))
        trace(way, frame(0x06D1, b"\x00Karte " + ASCII))
        trace(way, frame(0x040F, CARD)[:-1])
    trace.close()
    assert clean(path)
    kept = rows(path)
    assert len(kept) == 2 * (9 * 2 + 8 + 1) + 2
    assert [each["bytes"] for each in kept[-2:]] == [len(CARD) + 2] * 2


def test_opaque_is_said(path: Path) -> None:
    """And the header stays."""
    assert apdu_line(0x9999, b"\x01\x02") == {
        "message": "Unknown",
        "apdu": "999902EEEE",
        "opaque": True,
    }
    assert apdu_line(0x0601, b"\x04\x00")["message"] == "Unreadable"
    assert name_of(0x0601, b"") == "Authorization"


def test_lengths_are_kept() -> None:
    """Of long messages, too."""
    data = bitmap(0x3C, b"x" * 300)
    assert apdu_line(0x040F, data)["apdu"] == frame(0x040F, data).hex().upper()


def test_a_new_connection_begins_anew(path: Path) -> None:
    """A message that the line before broke off is told by its size only."""
    listener = listen("tcp://127.0.0.1:0")
    trace = Trace(path, FakeClock())
    trace("rx", frame(0x040F, CARD)[:40])
    line = trace.connect(listener.address)
    trace("rx", say(Positive()))
    line.close()
    listener.close()
    trace.close()
    assert [each["message"] for each in rows(path)] == ["Unframed", "Positive"]
    assert clean(path)


def test_a_full_disk_costs_no_payment(path: Path) -> None:
    """It is said once; the line goes on."""
    trace = Trace(path, FakeClock())
    os.close(trace._fd)
    trace._fd = os.open("/dev/full", os.O_WRONLY)
    trace("tx", say(Positive(), Positive()))
    assert "No space left" in trace.trouble
    trace.close()
    assert path.read_text() == ""


@given(st.lists(st.tuples(st.sampled_from(("rx", "tx")), st.binary(max_size=60)), max_size=20))
def test_any_traffic_is_told(
    tmp_path_factory: pytest.TempPathFactory, traffic: list[tuple[str, bytes]]
) -> None:
    """Never an exception, and every line is JSON."""
    path = tmp_path_factory.mktemp("t") / "wire"
    trace = Trace(path, FakeClock())
    for way, data in traffic:
        trace(way, data)
    trace.close()
    for row in rows(path):
        assert row["direction"] in ("till>terminal", "terminal>till")


@given(controls, near_zvt)
def test_a_line_keeps_the_size(control: int, data: bytes) -> None:
    """Of every message."""
    kept = bytes.fromhex(apdu_line(control, data)["apdu"])
    assert len(kept) == len(frame(control, data))
    assert kept[:3] == frame(control, data)[:3]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:0", "pty://{}/terminal"])
def test_a_payment_over_a_real_line(address: str, tmp_path: Path, path: Path) -> None:
    """On TCP and on a serial line the same messages, and nothing of card or password."""
    clock = SystemClock()
    simulator = TerminalSimulator(clock, automatic="approve")
    server = TerminalServer(listen(address.format(tmp_path)), simulator)
    server.start()
    trace = Trace(path, clock)
    settings = Settings(password=int(PASSWORD))
    driver = ZvtTerminal(
        server.address, clock=clock, settings=settings, connect=trace.connect, tap=trace
    )
    drive(driver.execute(PAY, Cancel()))
    driver.close()
    server.stop()
    trace.close()
    names = [each["message"] for each in rows(path)]
    assert names[:4] == ["Registration", "Positive", "Completion", "Positive"]
    assert {"Authorization", "StatusInformation", "PrintTextBlock"} < set(names)
    assert clean(path)
    (result,) = (each["apdu"] for each in rows(path) if each["message"] == "StatusInformation")
    assert "EEEEEEEEEEEEE4711F" in result


class Scripted:
    """A serial line that acknowledges, and says one block."""

    def __init__(self, said: bytes) -> None:
        self.said = said

    def read(self, seconds: float) -> bytes:
        data, self.said = self.said, b""
        return data

    def write(self, data: bytes) -> None:
        self.said += b"\x06"

    def close(self) -> None:
        """Nothing is held."""


def test_no_needle_of_a_serial_line_is_kept(path: Path) -> None:
    """Not where a byte 10 was doubled either."""
    trace = Trace(path, FakeClock())
    data = CARD + bitmap(0x22, bytes.fromhex("1010101010104712"))
    line = over(Scripted(block(frame(0x040F, data))), "serial:///dev/x", FakeClock())
    trace("rx", line.read(0.1))
    line.write(frame(*encode(Authorization(1010, 978))))
    trace.close()
    (row,) = rows(path)
    assert row["message"] == "StatusInformation"
    assert len(bytes.fromhex(row["apdu"])) == len(data) + 3
    assert clean(path)
    assert "101010" not in row["apdu"]
