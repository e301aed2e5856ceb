"""The lab's port before strangers, its client without a lab, and the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.lab.bench import SimulatedBench
from drivers.lab.client import LabClient, address_in
from drivers.lab.command import play
from drivers.lab.server import LabServer
from drivers.lab.shelf import shelf_of
from drivers.line import tcp_endpoint
from kiosk.ports import Unavailable
from tests.drivers.tools.processes import ran, started


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LabServer]:
    """An empty bench on a port."""
    bench = SimulatedBench(tmp_path, (), speed_mm_s=0)
    server = LabServer(bench, tmp_path)
    bench.start()
    server.start()
    yield server
    server.stop()
    bench.stop()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"5",
        b"[]",
        b"{}",
        b'{"do": []}',
        b'{"do": null}',
        b'{"do": ["dance"]}',
        b'{"state": "x", "seconds": 1}',
        b'{"state": 0}',
        b'{"state": Infinity, "seconds": 0}',
        b"[" * 8000,
    ],
)
def test_strangers_get_an_error_and_are_served_on(lab: LabServer, line: bytes) -> None:
    """Every line has an answer, and the next one is as good as before."""
    with socket.create_connection(tcp_endpoint(lab.address), timeout=20) as sock:
        file = sock.makefile("rwb")
        file.write(line + b"\n")
        file.flush()
        assert "error" in json.loads(file.readline())
        file.write(b'\n{"state": 0, "seconds": NaN}\n')
        file.flush()
        answers = [json.loads(file.readline())]
        while "state" not in answers[-1]:
            answers.append(json.loads(file.readline()))
        file.close()


def test_an_endless_line_is_refused(lab: LabServer) -> None:
    """With an error, and the connection is closed; the longest one allowed is answered."""
    with socket.create_connection(tcp_endpoint(lab.address), timeout=20) as sock:
        file = sock.makefile("rwb")
        file.write(b"x" * 8190 + b"\n")
        file.flush()
        assert "at most" not in json.loads(file.readline())["error"]
        file.write(b"x" * 8192)
        file.flush()
        assert "at most 8191 bytes" in json.loads(file.readline())["error"]
        assert file.readline() == b""
        file.close()


def test_a_note_of_another_lab_stays(tmp_path: Path) -> None:
    """Whoever wrote last is found, also after the first has stopped."""
    bench = SimulatedBench(tmp_path, (), speed_mm_s=0)
    first, second = LabServer(bench, tmp_path), LabServer(bench, tmp_path)
    bench.start()
    first.start()
    second.start()
    first.stop()
    assert address_in(tmp_path) == second.address
    second.stop()
    assert not (tmp_path / "lab.json").exists()
    bench.stop()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--speed", "nan"], 64),
        (["--speed", "-5"], 64),
        (["--speed", "inf"], 64),
        (["--shelf", "/gone.csv"], 65),
        (["--shelf", "/proc/self/exe"], 65),
        (["--state", "/proc/x"], 69),
    ],
)
def test_a_lab_that_cannot_start_says_why(tmp_path: Path, words: list[str], code: int) -> None:
    """In one line, which names what was wrong."""
    found, out, err = ran("lab", "--state", str(tmp_path), *words, "serve")
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert words[1].strip("/") in err


def test_a_damaged_memory_stops_the_start(tmp_path: Path) -> None:
    """One line that names the folder, not a traceback."""
    (tmp_path / "terminal.json").write_text("garbage")
    code, out, err = ran("lab", "--state", str(tmp_path), "serve")
    assert (code, out, err.count("\n")) == (65, "", 1)
    assert str(tmp_path) in err


def test_a_client_without_a_lab(tmp_path: Path) -> None:
    """Says what to do."""
    with pytest.raises(Unavailable, match=r"start one with \./run"):
        address_in(tmp_path)
    (tmp_path / "lab.json").write_text("{}")
    with pytest.raises(Unavailable):
        address_in(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"tcp://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(Unavailable, match="no lab answers"):
        LabClient(address)


def test_a_lab_that_goes_away() -> None:
    """In the middle of a question, or with nonsense for an answer."""
    for answer in (b"", b"nonsense\n"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = LabClient(f"tcp://127.0.0.1:{server.getsockname()[1]}")
            sock, _ = server.accept()
            sock.sendall(answer)
            sock.shutdown(socket.SHUT_WR)
            with pytest.raises(Unavailable, match="gone"):
                client.do("approve")
            client.close()
            sock.close()


def test_the_note_is_gone_with_the_lab(tmp_path: Path) -> None:
    """Nobody is sent to a port that is closed."""
    bench = SimulatedBench(tmp_path, (), speed_mm_s=0)
    server = LabServer(bench, tmp_path)
    bench.start()
    server.start()
    assert address_in(tmp_path) == server.address
    server.stop()
    bench.stop()
    assert not (tmp_path / "lab.json").exists()


def test_the_command_line(
    lab: LabServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verb that meets an objection, one that does not, the status, and nonsense."""
    at = ["--state", str(tmp_path)]
    assert play([*at, "approve"]) == 1
    assert capsys.readouterr().out == "the terminal does not wait for a card\n"
    assert play([*at, "fault", "terminal-slow"]) == 0
    assert capsys.readouterr().out == "done\n"
    assert play([*at, "status"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == ["terminal-slow"]
    assert play([*at, "dance"]) == 64
    assert "no verb" in capsys.readouterr().err


def test_a_lab_alone_ends_with_its_parent(tmp_path: Path) -> None:
    """`serve --with-parent` says where everything is, and ends when its input does."""
    shelf = tmp_path / "shelf.csv"
    shelf.write_text(
        "gtin,name,price,age,unit\n4012345000016,Milch,1.19,0,\n2412345000003,Gouda,12.90,,kg\n4012345000047,Wein,6.99,16,\n"
    )
    process = started(
        "lab", "--state", str(tmp_path), "--shelf", str(shelf), "--with-parent", "serve"
    )
    assert process.stdout
    told = json.loads(process.stdout.readline())
    assert set(told) == {"lab", "terminal", "printer", "scale", "scanner", "reader"}
    client = LabClient(told["lab"])
    assert [item.badge for item in client.state(0, 0).shelf] == ["", "", "ab 16"]
    client.close()
    _, err = process.communicate(timeout=90)
    assert (process.returncode, err) == (0, "")


def test_a_shelf_labels_what_is_weighed(tmp_path: Path) -> None:
    """By weight in grams behind the article, with its check digit."""
    path = tmp_path / "shelf.csv"
    path.write_text("gtin,name,price,age,unit\n2412345000003,Gouda,12.90,,kg\n")
    (item,) = shelf_of(path)
    assert item.code.startswith("241234500742")
    assert len(item.code) == 13
    assert item.price.endswith("/kg")
