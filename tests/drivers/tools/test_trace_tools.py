"""`drivers trace` and `--trace`: what was kept, shown to people and written for Wireshark."""

from __future__ import annotations

import json
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.__main__ import main
from drivers.tools.pcap import SEGMENT
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.trace import Trace
from tests.drivers.tools.processes import pay_words, ran, simulated, terminal
from tests.drivers.zvt.test_redaction import PAN, bitmap
from tests.drivers.zvt.test_trace import CARD
from tests.wired import FakeClock

PASSWORD = "918273"


@dataclass(frozen=True)
class Packet:
    """A packet as this test reads it."""

    seconds: float
    way: str
    sequence: int
    acknowledged: int
    flags: int
    data: bytes


def checksum(data: bytes) -> int:
    """RFC 1071; 0 over what holds its own checksum."""
    data += b"\0" * (len(data) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packets(capture: bytes) -> Iterator[Packet]:
    """Every packet of a classic pcap file, its checksums looked at."""
    magic, major, minor, zone, accuracy, snap, link = struct.unpack_from("<IHHiIII", capture)
    assert (magic, major, minor, zone, accuracy, link) == (0xA1B2C3D4, 2, 4, 0, 0, 101)
    at = 24
    while at < len(capture):
        seconds, micros, kept, size = struct.unpack_from("<IIII", capture, at)
        packet = capture[at + 16 : at + 16 + kept]
        assert kept == size == len(packet) <= snap
        yield read_packet(packet, seconds + micros / 1e6)
        at += 16 + kept
    assert at == len(capture)


def read_packet(packet: bytes, seconds: float) -> Packet:
    """IPv4 and TCP without options."""
    ip, tcp, data = packet[:20], packet[20:40], packet[40:]
    assert (ip[0], ip[9], int.from_bytes(ip[2:4], "big")) == (0x45, 6, len(packet))
    assert checksum(ip) == 0
    pseudo = ip[12:20] + bytes((0, 6)) + (len(tcp) + len(data)).to_bytes(2, "big")
    assert checksum(pseudo + tcp + data) == 0
    source, target, sequence, acknowledged, offset, flags = struct.unpack_from(">HHIIBB", tcp)
    assert offset == 0x50
    assert 20007 in (source, target)
    ends = (ip[12:16], ip[16:20]) if target == 20007 else (ip[16:20], ip[12:16])
    assert ends == (bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2)))
    way = "tx" if target == 20007 else "rx"
    return Packet(seconds, way, sequence, acknowledged, flags, data)


def exported(trace: Path) -> list[Packet]:
    """The trace as packets whose numbers fit each other."""
    out = trace.with_suffix(".pcap")
    assert main(["trace", "pcap", str(trace), "--out", str(out)]) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = list(packets(out.read_bytes()))
    following = {"tx": 1, "rx": 1}
    for packet in found:
        assert packet.sequence == following[packet.way]
        assert packet.acknowledged == following["rx" if packet.way == "tx" else "tx"]
        following[packet.way] += len(packet.data)
    return found


def traced(path: Path, *messages: tuple[str, int, bytes]) -> Path:
    """A trace of these messages, a second apart."""
    clock = FakeClock()
    trace = Trace(path, clock)
    for way, control, data in messages:
        trace(way, frame(control, data))
        clock.pass_time(1)
    trace.close()
    return path


@pytest.mark.parametrize("line", ["tcp", "pty"])
def test_a_payment_is_traced_shown_and_exported(line: str, tmp_path: Path) -> None:
    """As a technician does it, on both kinds of line."""
    wire = tmp_path / "wire.jsonl"
    address = "tcp://127.0.0.1:0" if line == "tcp" else f"pty://{tmp_path / 't'}"
    with simulated("terminal", "--listen", address) as sim:
        words = pay_words(sim.address, "--trace", str(wire), "--password", PASSWORD)
        code, out, err = ran(*words)
        assert (code, err) == (0, ""), out
    assert stat.S_IMODE(wire.stat().st_mode) == 0o600
    assert PASSWORD not in wire.read_text()
    kept = [json.loads(row) for row in wire.read_text().splitlines()]
    code, out, err = ran("trace", "show", str(wire))
    assert (code, err, len(out.splitlines())) == (0, "", len(kept))
    assert 'password="*" config=190 currency=978 tlv=26(0A=06D3)' in out
    assert 'card_number="*************4711"' in out
    assert '07="Bitte Karte vorhalten"' in out
    found = exported(wire)
    for way in ("tx", "rx"):
        stream = b"".join(packet.data for packet in found if packet.way == way)
        apdus = [frame(*apdu) for apdu in Deframer().feed(stream)]
        name = "till>terminal" if way == "tx" else "terminal>till"
        assert [apdu.hex().upper() for apdu in apdus] == [
            row["apdu"] for row in kept if row["direction"] == name
        ]


def test_the_status_is_traced(tmp_path: Path) -> None:
    """Twice into the same file."""
    wire = tmp_path / "wire.jsonl"
    with terminal() as sim:
        for _ in range(2):
            words = ("terminal", "status", "--at", sim.address, "--trace", str(wire))
            assert ran(*words)[0] == 0
    names = [json.loads(row)["message"] for row in wire.read_text().splitlines()]
    assert names.count("Registration") == 2


def test_a_trace_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said before anything is sent; on a full disk said after the payment, which is not lost."""
    words = ["terminal", "status", "--at", "tcp://127.0.0.1:9"]
    assert main([*words, "--trace", str(tmp_path / "gone" / "x")]) == 69
    assert "gone" in capsys.readouterr().err


def test_rows_for_people_and_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Known, unknown, unreadable, and bytes that are no message."""
    wire = tmp_path / "wire"
    traced(
        wire,
        ("tx", 0x0620, bytes.fromhex("9182730303")),
        ("rx", 0x040F, CARD),
        ("rx", 0x040F, b"\x27\x05\x99" + CARD),
        ("rx", 0x9999, b"\x01"),
        ("rx", 0x0F01, b""),
        ("rx", 0x06D1, b"\x00Summe"),
    )
    trace = Trace(wire, FakeClock())
    trace("rx", b"\x80\x00")
    trace.close()
    assert main(["trace", "show", str(wire)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("terminal  ", 1)[1].split()[0] for line in lines] == [
        "RepeatReceipt",
        *["StatusInformation"] * 2,
        *["Unknown"] * 2,
        "PrintLine",
        "Unframed",
    ]
    assert 'password="*" service=3' in lines[0]
    assert 'additional_text="Karte ************4712"' in lines[1]
    assert 'tlv=4C=EEEEEEEEEEEEEE 1F14=EEEEEEEEEEEEEEEE 60(46="************4712")' in lines[1]
    assert "040F" in lines[2]
    assert "not readable and masked" in lines[2]
    assert "9999, 4 bytes" in lines[3]
    assert 'control="0F01"' in lines[4]
    assert 'text="Summe"' in lines[5]
    assert "2 bytes that are no whole message" in lines[6]
    assert main(["trace", "show", str(wire), "--json"]) == 0
    out = capsys.readouterr().out
    told = [json.loads(line) for line in out.splitlines()]
    assert told[0]["fields"] == {"password": "*", "service": 3}
    assert (told[2]["opaque"], told[6]["bytes"]) == (True, 2)
    assert PAN not in out
    assert exported(wire)[-1].data == frame(0x06D1, b"\x00Summe")


def test_a_long_message_takes_several_packets(tmp_path: Path) -> None:
    """The last one is pushed; times are those of the trace."""
    data = bitmap(0x3C, b"x" * 985) * 66
    wire = traced(tmp_path / "wire", ("rx", 0x040F, data), ("tx", 0x8000, b""))
    found = exported(wire)
    assert [len(packet.data) for packet in found[:-2]] == [SEGMENT] * (len(found) - 2)
    assert [packet.flags for packet in found] == [0x10] * (len(found) - 2) + [0x18, 0x18]
    assert b"".join(packet.data for packet in found[:-1]) == frame(0x040F, data)
    assert found[-1].seconds - found[0].seconds == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{",
        '{"time": "2026-11-21T12:00:00", "direction": "till>terminal", "message": "x", "apdu": "800000"}',
        '{"time": "2026-11-21T12:00:00Z", "direction": "up", "message": "x", "apdu": "800000"}',
        '{"time": "2026-11-21T12:00:00Z", "direction": "till>terminal", "message": "x", "apdu": "8000"}',
        '{"time": "2026-11-21T12:00:00Z", "direction": "till>terminal", "message": "x", "apdu": "80000000"}',
        '{"time": "2026-11-21T12:00:00Z", "direction": "till>terminal", "message": "x", "apdu": "zz"}',
        '{"time": "2026-11-21T12:00:00Z", "direction": "till>terminal", "message": "x"}',
        '{"time": 1, "direction": [], "message": "x"}',
        '{"time":' + "[" * 100_000,
    ],
    ids=range(11),
)
def test_a_file_that_is_no_trace(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is named, and no capture is made."""
    wire = traced(tmp_path / "wire", ("tx", 0x8000, b""))
    wire.write_text(wire.read_text() + line + "\n")
    assert main(["trace", "pcap", str(wire), "--out", str(tmp_path / "out")]) == 69
    assert "line 2 is none of a trace" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_message_that_is_half_readable_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A container of half a tag: its bytes are masked, and nothing breaks."""
    wire = traced(tmp_path / "wire", ("tx", 0x8000, b""))
    row = json.loads(wire.read_text()) | {"apdu": "069307EEEEEE06021F80"}
    wire.write_text(json.dumps(row) + "\n")
    assert main(["trace", "show", str(wire)]) == 0
    assert "06=**" in capsys.readouterr().out


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not there, not text, not writable, and the trace itself."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    wire = traced(tmp_path / "wire", ("tx", 0x8000, b""))
    for words, code in (
        (["show", str(tmp_path / "gone")], 69),
        (["show", str(tmp_path / "binary")], 69),
        (["pcap", str(wire), "--out", str(tmp_path)], 69),
        (["pcap", str(wire), "--out", str(wire)], 78),
    ):
        assert main(["trace", *words]) == code
        assert capsys.readouterr().err.count("\n") == 1
    assert len(wire.read_text().splitlines()) == 1


def test_an_empty_trace_is_an_empty_capture(tmp_path: Path) -> None:
    """A header and nothing else."""
    assert exported(traced(tmp_path / "wire")) == []
