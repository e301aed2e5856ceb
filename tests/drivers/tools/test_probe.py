"""`drivers terminal probe`: a terminal, a closed port, and those who only look like one."""

from __future__ import annotations

import errno
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

import drivers.tools.probe
from drivers.__main__ import main
from drivers.line import listen
from drivers.tools.probe import Finding, probe_port
from drivers.tools.probe_remedies import REMEDIES
from drivers.zvt.framing import frame
from drivers.zvt.scenes import Fault
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import TerminalSimulator
from kiosk.clock import SystemClock
from kiosk.errors import Unavailable

ENQUIRY, YES = b"\x05\x01\x00", b"\x80\x00\x00"
CARD = bytes.fromhex("270022F0F84929123456784712")


@dataclass
class Peer:
    """Somebody at a port of this machine, who says something to whatever comes."""

    sock: socket.socket
    says: tuple[bytes, ...]
    hang_up: bool
    heard: bytearray = field(default_factory=bytearray)

    @property
    def port(self) -> int:
        return int(self.sock.getsockname()[1])

    def serve(self) -> None:
        """One connection, to its end."""
        line, _ = self.sock.accept()
        with line:
            for said in self.says:
                self.heard += line.recv(100)
                line.sendall(said)
            if not self.hang_up:
                while data := line.recv(100):
                    self.heard += data


@contextmanager
def peer(*says: bytes, hang_up: bool = False) -> Iterator[Peer]:
    """A server that says these, one after each thing it hears; over when the probe is."""
    found = Peer(socket.create_server(("127.0.0.1", 0)), says, hang_up)
    thread = threading.Thread(target=found.serve, daemon=True)
    thread.start()
    yield found
    thread.join(30)
    assert not thread.is_alive()
    found.sock.close()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, who speaks is heard."""
    monkeypatch.setattr(drivers.tools.probe, "ANSWER_SECONDS", 30.0)
    monkeypatch.setattr(drivers.tools.probe, "TALK_SECONDS", 60.0)


def probed(*ports: int, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON."""
    words = ["terminal", "probe", "127.0.0.1", "--json", "--ports", ",".join(map(str, ports))]
    code = main(words)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [row["port"] for row in found["ports"]] == list(ports)
    assert found["found"] is (code == 0)
    return code, found


def closed_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return int(gone.getsockname()[1])


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (0x51, "initialisation required"),
        (0x9C, "please wait"),
        (0xE1, "card not completely removed"),
        (0x05, "state 05"),
    ],
)
def test_a_state_is_told_in_words(
    status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of chapter 11, as everywhere."""
    with peer(YES + frame(0x060F, bytes((status,)))) as found:
        _, answer = probed(found.port, capsys=capsys)
        assert answer["ports"][0]["says"].endswith(f"06 0F status {status:02X} ({says})")


def test_a_terminal_is_found_among_others(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0; the terminal serves the next till as if nothing had been."""
    server = TerminalServer(listen("tcp://127.0.0.1:0"), TerminalSimulator(SystemClock()))
    server.start()
    port = int(server.address.rpartition(":")[2])
    closed = closed_port()
    for _ in range(2):
        code, found = probed(closed, port, capsys=capsys)
        assert code == 0
        assert [row["finding"] for row in found["ports"]] == ["refused", "zvt"]
        assert "06 0F status 00 (ready, version SIM" in found["ports"][1]["says"]
    assert main(["terminal", "probe", "127.0.0.1", "--ports", f"{port}"]) == 0
    says, remedy = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf" *{port}  a ZVT terminal: 80 00 .*", says)
    assert remedy.strip() == f"-> {REMEDIES[Finding.ZVT]}"
    server.stop()


ZVT: tuple[tuple[str, tuple[bytes, ...], str, bytes], ...] = (
    (
        "status and completion",
        (YES + frame(0x060F, b"\x9c"),),
        "80 00 (accepted); 06 0F status 9C (please wait)",
        ENQUIRY + YES,
    ),
    ("refused", (b"\x84\x83\x00",), "84 83 (refused)", ENQUIRY),
    ("says its own words", (YES + frame(0x060F, b"\xab"),), "status AB (state AB)", b""),
    ("done", (YES + frame(0x060F, b""),), "06 0F (done)", ENQUIRY + YES),
    ("ends", (YES + frame(0x061E, b"\x83"),), "06 1E 83 (ended)", ENQUIRY + YES),
    (
        "busy",
        (YES + frame(0x04FF, b"\x0a") * 3, frame(0x061E, b"\x6c")),
        "80 00 (accepted); 04 FF 0A (busy); 06 1E 6C (ended)",
        b"",
    ),
    (
        "a payment's result is not accepted",
        (YES + frame(0x040F, CARD),),
        "04 0F (not for a probe, which hung up)",
        ENQUIRY,
    ),
    ("nor one that comes first", (frame(0x040F, CARD),), "04 0F (not for a probe", ENQUIRY),
    ("accepted, and no more", (YES,), "80 00 (accepted)", ENQUIRY),
    ("unknown afterwards", (YES + b"\x99\x99\x00",), "99 99 (not for a probe", ENQUIRY),
)


@pytest.mark.parametrize(
    ("says", "told", "heard"), [each[1:] for each in ZVT], ids=[z[0] for z in ZVT]
)
def test_what_a_terminal_says(
    says: tuple[bytes, ...], told: str, heard: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its messages are answered 80 00 00, but not those that would take over a result."""
    with peer(*says, hang_up=says == (YES,)) as found:
        code, rows = probed(found.port, capsys=capsys)
    assert code == 0
    (row,) = rows["ports"]
    assert (row["finding"], "bytes" in row) == ("zvt", False)
    assert told in row["says"]
    assert "4929" not in row["says"]
    assert bytes(found.heard).startswith(heard or ENQUIRY)
    assert bytes(found.heard).replace(YES, b"") == ENQUIRY


STRANGERS: tuple[tuple[str, bytes, str, str], ...] = (
    ("a web server", b"HTTP/1.1 400 Bad Request\r\n\r\n", "not_zvt", "web server: 48 54 54 50"),
    ("markup", b"<html>", "not_zvt", "web server: 3C 68"),
    ("a shell", b"SSH-2.0-OpenSSH\r\n", "not_zvt", "secure shell: 53 53 48"),
    ("TLS alert", bytes.fromhex("15030300020232"), "tls", "TLS: 15 03 03 00 02 02 32"),
    ("TLS alert of old", bytes.fromhex("15030100020246"), "tls", "TLS: 15 03 01"),
    ("NAK", b"\x15", "serial", "the NAK of a serial line: 15"),
    ("NAK and more", b"\x15\x03\x69", "serial", "the NAK of a serial line: 15 03 69"),
    ("ACK", b"\x06", "serial", "the ACK of a serial line: 06"),
    ("block", bytes.fromhex("1002800000100312"), "serial", "the block of a serial line"),
    ("length first", b"\x00\x00\x00\x3eVER|APP" + b"x" * 51, "not_zvt", "00 00 00 3E 56 45 52"),
    ("half a result", frame(0x040F, CARD)[:-2], "not_zvt", "no ZVT: 04 0F 0D"),
    ("a bad result", frame(0x040F, b"\x04\x00" + CARD), "not_zvt", "no ZVT: 04 0F 0F"),
    ("80 with data", b"\x80\x00\x01\xff", "not_zvt", "80 00 01 FF"),
)


@pytest.mark.parametrize(
    ("says", "finding", "told"), [each[1:] for each in STRANGERS], ids=[s[0] for s in STRANGERS]
)
def test_who_is_no_terminal(
    says: bytes, finding: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 69, the first bytes as hex, and a remedy."""
    with peer(says, hang_up=True) as found:
        code, rows = probed(found.port, capsys=capsys)
    assert code == 69
    (row,) = rows["ports"]
    assert row["finding"] == finding
    assert told in row["says"]
    assert row["remedy"] == REMEDIES[Finding(finding)]
    assert len(bytes.fromhex(row["bytes"])) <= 16
    assert "49291234" not in row["bytes"]
    assert bytes(found.heard) == ENQUIRY


def test_who_says_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone at once, or silent."""
    with peer(b"", hang_up=True) as gone:
        code, rows = probed(gone.port, capsys=capsys)
    assert (code, rows["ports"][0]["finding"]) == (69, "hung_up")
    monkeypatch.setattr(drivers.tools.probe, "ANSWER_SECONDS", 0.1)
    with peer() as silent:
        code, rows = probed(silent.port, capsys=capsys)
    assert (code, rows["ports"][0]["finding"]) == (69, "silent")
    assert "silent" in rows["ports"][0]["says"]


def test_the_longest_conversation_ends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the terminal would go on."""
    monkeypatch.setattr(drivers.tools.probe, "TALK_SECONDS", 0.1)
    with peer() as found:
        code, rows = probed(found.port, capsys=capsys)
    assert (code, rows["ports"][0]["finding"]) == (69, "silent")


def test_a_terminal_whose_cable_is_out(capsys: pytest.CaptureFixture[str]) -> None:
    """It hangs up on whoever comes."""
    server = TerminalServer(
        listen("tcp://127.0.0.1:0"), TerminalSimulator(SystemClock(), faults={Fault.CABLE_OUT})
    )
    server.start()
    code, rows = probed(int(server.address.rpartition(":")[2]), capsys=capsys)
    assert (code, rows["ports"][0]["finding"]) == (69, "hung_up")
    server.stop()


@pytest.mark.parametrize(
    ("cause", "finding"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Finding.REFUSED),
        (TimeoutError("timed out"), Finding.TIMEOUT),
        (OSError(errno.EHOSTUNREACH, "No route to host"), Finding.NO_ROUTE),
        (OSError(errno.EACCES, "not permitted"), Finding.NO_ROUTE),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Finding.NO_NAME),
    ],
)
def test_why_no_connection_came_about(
    cause: OSError, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a finding and a remedy of its own."""

    def connect(address: str, seconds: float) -> None:
        assert address == "tcp://[::1]:20007"
        assert seconds <= 2
        raise Unavailable("no") from cause

    monkeypatch.setattr(drivers.tools.probe, "connect", connect)
    assert probe_port("::1", 20007, SystemClock()).finding is finding
    assert set(REMEDIES) == set(Finding)


@pytest.mark.parametrize(
    "words",
    [
        ["127.0.0.1", "--ports", "0"],
        ["127.0.0.1", "--ports", "65536"],
        ["127.0.0.1", "--ports", "x"],
        ["127.0.0.1", "--ports", "1;2"],
        ["127.0.0.1", "--ports", "1,2,3,4,5,6,7,8,9"],
        ["127.0.0.1/24"],
        ["tcp://127.0.0.1:20007"],
        [""],
    ],
)
def test_one_host_and_a_few_ports(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No networks, no ranges, no URLs: that is usage."""
    with pytest.raises(SystemExit) as ended:
        main(["terminal", "probe", *words])
    assert ended.value.code == 2
    assert "usage: " in capsys.readouterr().err


def test_a_name_that_cannot_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    """One line."""
    assert main(["terminal", "probe", "a" * 70, "--ports", "20007"]) == 78
    assert main(["terminal", "probe", "x..y", "--ports", "20007"]) == 78
    assert "Traceback" not in capsys.readouterr().err
