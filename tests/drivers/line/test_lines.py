"""Lines by address: every kind carries bytes both ways, and fails in the family's words."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.line import (
    EndOfLine,
    Line,
    Listener,
    TappedLine,
    check_address,
    connect,
    lines,
    listen,
    tcp_endpoint,
)
from kiosk.ports import ConfigError, Silent, Unavailable

EVERY_BYTE = bytes(range(256))


@pytest.fixture(params=["tcp", "pty", "serial"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Line, Line]]:
    """The kiosk's end and the device's end of one line."""
    path = tmp_path / "line"
    listener = listen("tcp://127.0.0.1:0" if request.param == "tcp" else f"pty://{path}")
    address = f"serial://{path}?baud=115200" if request.param == "serial" else listener.address
    ours, theirs = connect(address), accepted(listener)
    yield ours, theirs
    ours.close()
    theirs.close()
    listener.close()


def accepted(listener: Listener) -> Line:
    """The device's end of a new connection."""
    line = listener.accept(5)
    assert line is not None
    return line


def read_all(line: Line, size: int) -> bytes:
    """So many bytes, however they come."""
    data = b""
    while len(data) < size:
        more = line.read(10)
        assert more, "nothing came"
        data += more
    return data


def test_every_byte_both_ways(ends: tuple[Line, Line]) -> None:
    """No line discipline eats control characters."""
    ours, theirs = ends
    ours.write(EVERY_BYTE)
    assert read_all(theirs, 256) == EVERY_BYTE
    theirs.write(EVERY_BYTE[::-1])
    assert read_all(ours, 256) == EVERY_BYTE[::-1]


def test_nothing_to_read_is_empty(ends: tuple[Line, Line]) -> None:
    """After its time, also after none and less than none."""
    for seconds in (0.01, 0, -1):
        assert ends[0].read(seconds) == b""


def test_a_closed_line_is_silent(ends: tuple[Line, Line]) -> None:
    """Closing twice is harmless; using it is not."""
    ours, _ = ends
    ours.close()
    ours.close()
    with pytest.raises(Silent, match="closed"):
        ours.read(0)
    with pytest.raises(Silent, match="closed"):
        ours.write(b"x")


def test_much_is_written_piece_by_piece() -> None:
    """More than any buffer holds, to a reader on another thread."""
    listener = listen("tcp://127.0.0.1:0")
    ours = connect(listener.address)
    theirs = accepted(listener)
    data = os.urandom(1 << 22)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(read_all(theirs, len(data))))
    reader.start()
    ours.write(data)
    reader.join(30)
    assert found == [data]
    for each in (ours, theirs):
        each.close()
    listener.close()


def test_a_reader_that_stopped_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full line is given up after its time."""
    monkeypatch.setattr(lines, "WRITE_SECONDS", 0.05)
    listener = listen("tcp://127.0.0.1:0")
    ours = connect(listener.address)
    theirs = accepted(listener)
    with pytest.raises(Silent, match="takes no bytes"):
        ours.write(bytes(1 << 26))
    ours.close()
    theirs.close()
    listener.close()


def test_a_reader_that_hardly_reads_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no progress: every write has an end."""
    monkeypatch.setattr(lines, "WRITE_SECONDS", 0.3)
    monkeypatch.setattr(lines, "SLOWEST", 1e9)
    listener = listen("tcp://127.0.0.1:0")
    ours, theirs = connect(listener.address), accepted(listener)
    over = threading.Event()

    def sip() -> None:
        while not over.wait(0.05):
            theirs.read(0)

    reader = threading.Thread(target=sip)
    reader.start()
    with pytest.raises(Silent, match="takes"):
        ours.write(bytes(1 << 28))
    over.set()
    reader.join()
    ours.close()
    theirs.close()
    listener.close()


def test_xoff_on_a_serial_line_is_a_byte_and_stops_nothing(tmp_path: Path) -> None:
    """Who reads it holds back; the kernel would hold a write, and the closing, for ever."""
    listener = listen(f"pty://{tmp_path / 'line'}")
    ours, theirs = connect(f"serial://{tmp_path / 'line'}"), accepted(listener)
    theirs.write(b"\x13")
    assert ours.read(5) == b"\x13"
    ours.write(b"on")
    assert read_all(theirs, 2) == b"on"
    ours.close()
    theirs.close()
    listener.close()


def test_the_other_side_hangs_up() -> None:
    """Reading says so; writing fails as soon as the system knows."""
    listener = listen("tcp://127.0.0.1:0")
    ours = connect(listener.address)
    accepted(listener).close()
    with pytest.raises(EndOfLine):
        ours.read(5)
    with pytest.raises(Silent):
        write_until_lost(ours)
    ours.close()
    listener.close()


def write_until_lost(line: Line) -> None:
    """The first write after a hang-up may still be taken."""
    for _ in range(1000):
        line.write(b"x")


def test_a_reset_is_silent() -> None:
    """A socket closed with a reset, as a terminal does that loses power."""
    listener = listen("tcp://127.0.0.1:0")
    with socket.create_connection(tcp_endpoint(listener.address)) as device:
        ours = accepted(listener)
        device.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    with pytest.raises(Silent):
        ours.read(5)
    ours.close()
    listener.close()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tcp",
        "tcp://",
        "tcp:/127.0.0.1:1",
        "udp://127.0.0.1:1",
        "/dev/ttyS0",
        "tcp://127.0.0.1",
        "tcp://:1",
        "tcp://127.0.0.1:x",
        "tcp://127.0.0.1:99999",
        "serial:///dev/null?speed=1",
        "serial:///dev/null?baud=fast",
        "serial:///dev/null?bits=12",
    ],
)
def test_an_address_that_is_none_is_a_configuration_error(address: str) -> None:
    """It is named as it was written."""
    with pytest.raises(ConfigError) as caught:
        connect(address)
    assert f'"{address}"' in str(caught.value)


@pytest.mark.parametrize("scheme", ["serial", "pty", "usb"])
def test_a_device_that_is_not_there_is_unavailable(scheme: str, tmp_path: Path) -> None:
    """Nothing was sent; the address is named."""
    with pytest.raises(Unavailable, match="No such file"):
        connect(f"{scheme}://{tmp_path / 'gone'}")


def test_a_port_nobody_listens_on_is_unavailable() -> None:
    """Refused at once."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"tcp://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(Unavailable, match="refused"):
        connect(address)


def test_a_serial_port_is_taken_once(tmp_path: Path) -> None:
    """Two kiosks on one device would share its answers."""
    listener = listen(f"pty://{tmp_path / 'line'}")
    address = f"serial://{tmp_path / 'line'}"
    first = connect(address)
    with pytest.raises(Unavailable):
        connect(address)
    first.close()
    connect(address).close()
    listener.close()


def test_simulators_listen_where_they_can(tmp_path: Path) -> None:
    """TCP and pseudo terminals; a taken port is unavailable."""
    for address in ("serial:///dev/ttyS0", "usb:///dev/usb/lp0"):
        with pytest.raises(ConfigError, match="listens on"):
            listen(address)
    first = listen("tcp://127.0.0.1:0")
    with pytest.raises(Unavailable, match="in use"):
        listen(first.address)
    assert first.accept(0.01) is None
    first.close()
    second = listen(f"pty://{tmp_path / 'line'}")
    line = accepted(second)
    assert second.accept(0.01) is None
    line.close()
    second.close()


def test_a_tap_sees_what_passes() -> None:
    """Both ways, and nothing when nothing passes."""
    listener = listen("tcp://127.0.0.1:0")
    seen: list[tuple[str, bytes]] = []
    ours = TappedLine(connect(listener.address), lambda way, data: seen.append((way, data)))
    theirs = accepted(listener)
    ours.write(b"frage")
    assert read_all(theirs, 5) == b"frage"
    assert ours.read(0.01) == b""
    theirs.write(b"antwort")
    assert ours.read(5) == b"antwort"
    assert seen == [("tx", b"frage"), ("rx", b"antwort")]
    ours.close()
    theirs.close()
    listener.close()


def test_a_device_that_is_not_permitted_says_what_to_do() -> None:
    """The group to join."""
    denied = PermissionError(13, "Permission denied")
    assert "group kiosk" in lines.why(denied)
    assert lines.why(OSError(5, "Input/output error")) == "Input/output error"
    assert lines.why(ValueError("odd")) == "odd"


GOOD_ADDRESSES = [
    "tcp://127.0.0.1:20007",
    "tcp://[::1]:9100",
    "serial:///dev/ttyS0",
    "serial:///dev/kiosk/ftdi-1?baud=115200&bits=7&parity=E&stop=1.5",
    "usb:///dev/usb/lp0",
    "pty:///tmp/line",
]


@pytest.mark.parametrize("address", GOOD_ADDRESSES)
def test_an_address_is_checked_without_opening(address: str) -> None:
    """Nothing is there, and nothing is missed."""
    check_address(address)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "is no device address"),
        ("/dev/ttyS0", "is no device address"),
        ("tcp://", "is no device address"),
        ("tcp://127.0.0.1", "lacks a host or a port"),
        ("tcp://:1", "lacks a host or a port"),
        ("tcp://[::1:1", "lacks a host or a port"),
        ("tcp://127.0.0.1:65536", "lacks a host or a port"),
        ("tcp://127.0.0.1:0", "port 0"),
        ("tcp://127.0.0.1:1/x", "says more than"),
        ("serial://?baud=9600", "names no port"),
        ("serial:///dev/ttyS0?baud=", "invalid literal"),
        ("serial:///dev/ttyS0?baud=0", "baud 0 is not 50 to"),
        ("serial:///dev/ttyS0?bits=9", "bits 9 is not 5 to 8"),
        ("serial:///dev/ttyS0?stop=nan", "stop nan is not 1, 1.5 or 2"),
        ("serial:///dev/ttyS0?parity=even", "parity even is not N, E"),
        ("serial:///dev/ttyS0?speed=9600", "unknown option speed"),
        ("pty:///tmp/a\nb", "cannot be printed"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_in_one_line(address: str, message: str) -> None:
    """Before the device is needed."""
    with pytest.raises(ConfigError, match=message) as caught:
        check_address(address)
    assert "\n" not in str(caught.value)
