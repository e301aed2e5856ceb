"""A technician's verbs that move no money: their bytes, their words, refusals and lost lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import drivers.tools.waiting
from drivers.__main__ import main
from tests.drivers.tools.scripted import (
    DROP,
    YES,
    Flow,
    aborted,
    apdu,
    completion,
    container,
    remembers,
    result,
    scripted,
)

SLIP = YES + apdu("06d1", "00" + b"Kassenbon".hex()), apdu("06d1", "81" + b"Ende".hex())
DONE = (YES + completion(),)
PRINTED = (*SLIP, completion())
CLOCK = (YES + apdu("0401", "aa2611220c073000"), completion())
UID = "04a1b2c3d4e5f6"
CARD = (YES + apdu("040f", "2700" + container(f"4c07{UID}" + "e6041f4c0101")),)
TEXT = "f0f0f1" + b"A".hex()
RAN: list[tuple[str, tuple[str, ...], str, Flow, dict[str, Any]]] = [
    ("abort", (), "06b000", (YES,), {}),
    ("diagnose", (), "067000", DONE, {}),
    ("diagnose", ("--kind", "emv"), "067005" + "06031b0104", CLOCK, {}),
    ("initialise", (), "069303000000", PRINTED, {}),
    ("self-test", (), "067900", PRINTED, {}),
    ("set-clock", ("2026-11-22T07:30:00",), "06910b000000aa2611220c073000", DONE, {}),
    ("log-off", (), "060200", (YES,), {}),
    ("display", ("A", "--seconds", "5"), "06e0", (YES,), {}),
    ("read-card", ("--seconds", "9"), "06c0", CARD, {"kind": "MIFARE", "uid": "...e5f6"}),
    ("read-card", ("--seconds", "9", "--show"), "06c0", CARD, {"uid": UID}),
]
NO_CARD = "848300"


def played(
    capsys: pytest.CaptureFixture[str], verb: str, address: str, *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON, which is one object on one line."""
    code = main(["terminal", verb, "--at", address, "--json", *words])
    out = capsys.readouterr().out
    found: dict[str, Any] = json.loads(out)
    assert len(out.splitlines()) == 1
    return code, found


@pytest.mark.parametrize(("verb", "words", "wire", "flow", "told"), RAN)
def test_it_is_done(
    verb: str,
    words: tuple[str, ...],
    wire: str,
    flow: Flow,
    told: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its bytes, and what came of them."""
    with scripted(**{f"c{wire[:4]}": [flow]}) as pt:
        code, found = played(capsys, verb, pt.address, *words)
        assert (code, found["outcome"]) == (0, "done")
        (sent,) = pt.sent(wire[:4])
        assert sent.startswith(wire)
        assert told.items() <= found.items()
        if flow is PRINTED:
            assert found["slips"] == [{"kind": "", "lines": ["Kassenbon", "Ende"]}]
        if flow is CLOCK:
            assert found["host_clock"].startswith("2026-11-22T07:30:00")


@pytest.mark.parametrize("verb", dict.fromkeys(row[0] for row in RAN))
def test_a_refusal_says_what_helps(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, the code in words, and the next step."""
    words, wire = next((row[1], row[2]) for row in RAN if row[0] == verb)
    with scripted(**{f"c{wire[:4]}": [("84c200",)]}) as pt:
        code, found = played(capsys, verb, pt.address, *words)
        assert (code, found["outcome"], found["code"]) == (1, "refused", "C2")
        assert found["remedy"] == "call the host: drivers terminal diagnose"
        assert main(["terminal", verb, "--at", pt.address, *words]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].split() == ["outcome", "refused"]


@pytest.mark.parametrize("verb", dict.fromkeys(row[0] for row in RAN))
def test_a_lost_line_says_what_to_do(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """69, one line, no traceback."""
    words, wire = next((row[1], row[2]) for row in RAN if row[0] == verb)
    with scripted(**{f"c{wire[:4]}": [(DROP,)]}) as pt:
        assert main(["terminal", verb, "--at", pt.address, *words]) == 69
        out, err = capsys.readouterr()
        assert out == ""
        assert "look at the terminal" in err
        assert len(err.splitlines()) == 1
        assert len(pt.sent(wire[:4])) == 1


def test_what_was_agreed_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Character set, commands, the status byte, message ids."""
    listed = "260c" + "0a020601" + "0a020630" + "0a02cafe"
    tags = listed + "2703" + "1401fe" + "1f7303000000"
    said = completion("1913" + "2952001234" + "490978" + container(tags))
    with scripted(c0600=[(YES + said,)]) as pt:
        code, found = played(capsys, "register", pt.address)
        assert code == 0
        assert found == {
            "outcome": "done",
            "terminal_id": "52001234",
            "charset": "utf-8",
            "containers": True,
            "message_ids": True,
            "status_byte": "13",
            "wants": [
                "initialisation: drivers terminal initialise",
                "diagnosis: drivers terminal diagnose",
            ],
            "vending": True,
            "commands": ["0601 Authorization", "0630 Reversal", "CAFE"],
        }
        assert pt.heard[0].startswith("0600")
        assert "000000be0978" in pt.heard[0]


def test_a_terminal_without_containers(capsys: pytest.CaptureFixture[str]) -> None:
    """Registered anew without; in plain words."""
    with scripted(c0600=[("848300",), (YES + completion("2952001234"),)]) as pt:
        assert main(["terminal", "register", "--at", pt.address, "--password", "123456"]) == 0
        out = capsys.readouterr().out
        assert "containers     no" in out
        assert "charset        cp437" in out
        assert pt.heard[1] == "060006" + "123456" + "be" + "0978"


def test_a_refused_registration(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong password, say."""
    with scripted(c0600=[(YES + aborted(0x6C),)]) as pt:
        assert main(["terminal", "register", "--at", pt.address]) == 69
        assert "ended with 6C" in capsys.readouterr().err


# --- status -------------------------------------------------------------------------------------


def test_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    """The fields there always were, then its condition."""
    version = "f0f0f7" + b"GER 1.0".hex()
    with scripted(
        c0501=[(YES + completion(version + "00"),)], c0620=[remembers(result(7, 1010))]
    ) as pt:
        code, found = played(capsys, "status", pt.address)
        assert code == 0
        keys = ["state", "terminal_id", "trace", "receipt", "amount", "result", "at"]
        assert list(found) == [*keys, "code", "condition", "remedy", "version"]
        assert [found[key] for key in keys[:6]] == ["ready", "52001234", 7, 7, 1010, 0]
        assert (found["code"], found["condition"], found["version"]) == ("00", "ready", "GER 1.0")


def test_a_terminal_that_is_not_ready(capsys: pytest.CaptureFixture[str]) -> None:
    """Its condition and what helps; 69 for scripts."""
    with scripted(c0501=[(YES + completion("51"),)], c0620=[("849c00",)]) as pt:
        code, found = played(capsys, "status", pt.address)
        assert (code, found["state"], found["code"]) == (69, "not_ready", "51")
        assert found["remedy"] == "initialise the terminal"
        assert "(9C)" in found["detail"]


# --- update, display-image ----------------------------------------------------------------------


def test_an_update_is_waited_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Busy, gone, ready: progress on standard error, one object on standard output."""
    monkeypatch.setattr(drivers.tools.waiting, "LOOK_SECONDS", 0.05)
    busy = (YES + completion("e0"),)
    with scripted(c0810=[DONE], c0501=[busy, (DROP,), (YES + completion("00"),)]) as pt:
        assert main(["terminal", "update", "--at", pt.address, "--json"]) == 0
        out, err = capsys.readouterr()
        assert json.loads(out) == {"outcome": "done", "ready": True, "condition": "ready"}
        assert "update follows (E0)" in err
        assert "hangs up while it restarts" in err
        assert pt.sent("0810") == ["081000"]


def test_an_update_that_takes_too_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """75, and what to do."""
    monkeypatch.setattr(drivers.tools.waiting, "LOOK_SECONDS", 0.05)
    with scripted(c0810=[DONE], c0501=[(YES + completion("e0"),)]) as pt:
        code, found = played(capsys, "update", pt.address, "--wait", "0.3")
        assert (code, found["ready"]) == (75, False)
        assert found["remedy"] == "wait, then ask for its status again"


def test_an_update_that_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to wait for."""
    with scripted() as pt:
        assert played(capsys, "update", pt.address)[1]["code"] == "83"


def test_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its bytes in tag 1C; what is no PNG is refused before anything is sent."""
    good, bad = tmp_path / "logo.png", tmp_path / "logo.txt"
    good.write_bytes(b"\x89PNG\r\n\x1a\n" + b"pixels")
    bad.write_text("no picture")
    with scripted(c06f0=[(YES,)]) as pt:
        for path in (bad, tmp_path / "none.png", tmp_path):
            assert main(["terminal", "display-image", str(path), "--at", pt.address]) == 78
            assert str(path) in capsys.readouterr().err
        assert pt.heard == []
        code, found = played(capsys, "display-image", pt.address, str(good))
        assert (code, found["outcome"]) == (0, "done"), found
        assert good.read_bytes().hex() in pt.heard[-1]


@pytest.mark.parametrize(
    "words",
    [
        ("read-card", "--seconds", "0"),
        ("read-card", "--seconds", "256"),
        ("display", *"123456789"),
        ("display", "x" * 100),
        ("display",),
        ("set-clock", "tomorrow"),
        ("diagnose", "--kind", "deep"),
        ("release", "--receipt", "1", "--amount", "0"),
        ("book", "--receipt", "1", "--amount", "1", "--approval", "123456789"),
    ],
)
def test_wrong_words_are_usage(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is connected."""
    with pytest.raises(SystemExit) as ended:
        main(["terminal", *words, "--at", "tcp://127.0.0.1:1"])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_trace_is_kept(tmp_path: Path) -> None:
    """As for payments."""
    path = tmp_path / "wire.jsonl"
    with scripted() as pt:
        assert main(["terminal", "register", "--at", pt.address, "--trace", str(path)]) == 0
    assert "Registration" in path.read_text()


def test_what_the_terminal_shows_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, as it comes."""
    shows = apdu("04ff", "0a03" + container("2408" + "0706" + b"Karte?".hex()))
    with scripted(c06c0=[(YES + shows, *CARD)]) as pt:
        pt.flows["06c0"] = [(YES + shows, CARD[0].removeprefix(YES))]
        assert main(["terminal", "read-card", "--at", pt.address]) == 0
        assert capsys.readouterr().err == "terminal: Karte?\n"
