"""A listener whose cable is pulled: gone, and back at the same address."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.line import Line, Listener, connect, listen
from kiosk.ports import Silent, Unavailable


@pytest.fixture(params=["tcp", "pty"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Listener:
    """Both kinds of listener."""
    return listen("tcp://127.0.0.1:0" if request.param == "tcp" else f"pty://{tmp_path / 'line'}")


def accepted(listener: Listener) -> Line:
    """The other end of a connection."""
    line = listener.accept(5)
    assert line is not None
    return line


def test_pulled_and_put_back(listener: Listener) -> None:
    """A line dies with its listener's cable; the next one works at the same address."""
    address = listener.address
    ours, theirs = connect(address), accepted(listener)
    theirs.close()
    listener.unplug()
    with pytest.raises(Silent):
        ours.read(5)
    ours.close()
    with pytest.raises(Unavailable):
        connect(address)
    assert listener.accept(0.01) is None
    listener.plug()
    assert listener.address == address
    ours, theirs = connect(address), accepted(listener)
    theirs.write(b"da")
    assert ours.read(5) == b"da"
    ours.close()
    theirs.close()
    listener.close()


def test_pulling_and_putting_back_can_be_repeated(listener: Listener) -> None:
    """Twice is as good as once, and a closed listener can be pulled."""
    listener.plug()
    listener.unplug()
    listener.unplug()
    listener.plug()
    connect(listener.address).close()
    listener.close()
    listener.unplug()


def test_a_link_of_another_simulator_stays(tmp_path: Path) -> None:
    """Whoever came last keeps its link when the first is pulled, also if the file is no link."""
    first, second = (listen(f"pty://{tmp_path / 'line'}") for _ in range(2))
    first.close()
    connect(second.address).close()
    (tmp_path / "line").unlink()
    (tmp_path / "line").write_text("letter")
    second.close()
    assert (tmp_path / "line").read_text() == "letter"


@pytest.mark.parametrize(
    ("name", "why"),
    [("file", "no link"), ("folder", "no link"), ("gone/line", "No such"), ("file/x", "Not a dir")],
)
def test_nothing_but_a_link_is_replaced(tmp_path: Path, name: str, why: str) -> None:
    """What else is at the path stays, and the address is unavailable."""
    (tmp_path / "file").write_text("letter")
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unavailable, match=f"{name}: .*{why}"):
        listen(f"pty://{tmp_path / name}")
    assert (tmp_path / "file").read_text() == "letter"
    assert (tmp_path / "folder").is_dir()


def test_a_usb_printer_with_nothing_to_say_is_not_gone() -> None:
    """usblp reads empty where a socket would have ended; /dev/null does the same."""
    line = connect("usb:///dev/null")
    line.write(b"Bon")
    assert line.read(0.01) == b""
    assert line.read(0.01) == b""
    line.close()


def test_a_usb_printer_is_a_line_both_ways(tmp_path: Path) -> None:
    """A pseudo terminal stands in for the device file."""
    listener = listen(f"pty://{tmp_path / 'lp0'}")
    theirs = accepted(listener)
    line = connect(f"usb://{tmp_path / 'lp0'}")
    line.write(b"Bon\n")
    assert theirs.read(5) == b"Bon\n"
    theirs.write(b"\x12")
    assert line.read(5) == b"\x12"
    line.close()
    theirs.close()
    listener.close()


def test_a_usb_printer_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """Before anything was sent."""
    with pytest.raises(Unavailable, match="No such file"):
        connect(f"usb://{tmp_path / 'lp0'}")
