"""`drivers reader watch` and `read`: what is told of cards, and what is not, on a simulated chip."""

from __future__ import annotations

import json
import queue
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import main
from drivers.cards.ndef import encode, external_record, mime_record, text_record, uri_record
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import NtagCard, Type4Card, VirtualCard
from drivers.cards.vpcd import VirtualSlot
from drivers.line import listen
from drivers.tools.reader_watch import LEVELS, ReaderWatch
from drivers.tools.reader_words import opener
from drivers.tools.simulated_cards import CARDS, HOST
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from kiosk.vault import EvidenceKind
from tests.drivers.cards.bench import HOSTS, LINK, LINK_MESSAGE, TOKEN_MESSAGE, UID
from tests.drivers.cards.daemons import pcsc_desk, settle
from tests.drivers.tools.processes import simulated, started

NUMBER = UID.hex().upper()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ReaderSimulator]:
    """A chip on a line with nothing before it."""
    simulator = ReaderSimulator(listen(f"pty://{tmp_path / 'reader'}"))
    simulator.start()
    yield simulator
    simulator.stop()


class Watching:
    """`reader watch` on a thread of its own; its events in turn."""

    def __init__(self, driver: str, address: str, *, show: bool = False) -> None:
        self.events: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
        watch = ReaderWatch(opener(driver, address), HOSTS, show, self._say, SystemClock())
        self._cancel = Cancel()
        self._thread = threading.Thread(target=watch.run, args=(self._cancel,), daemon=True)

    def _say(self, event: str, **facts: Any) -> None:
        self.events.put((event, facts))

    def __enter__(self) -> Watching:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cancel.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def tells(self) -> tuple[str, dict[str, Any]]:
        """The next event."""
        return self.events.get(timeout=20)


def read(
    capsys: pytest.CaptureFixture[str], reader: ReaderSimulator, *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of `reader read`."""
    at = ("--driver", "pn532", "--at", reader.address)
    code = main(["reader", "read", *at, "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_every_kind_of_evidence_has_its_level() -> None:
    """None is forgotten."""
    assert LEVELS.keys() == set(EvidenceKind)


# --- watch ----------------------------------------------------------------------------------------


def test_cards_come_and_go(reader: ReaderSimulator) -> None:
    """Kind, length and level are told, and no number."""
    with Watching("pn532", reader.address) as watching:
        assert watching.tells() == ("ready", {"reader": f"PN532 at {reader.address}"})
        for card, evidence, size, level in (
            (NtagCard(UID), "card_uid", 7, 0),
            (Type4Card(UID, TOKEN_MESSAGE), "ndef_token", 1 + 7 + 202, 1),
            (NtagCard(UID, LINK_MESSAGE), "sun", len(LINK), 2),
        ):
            reader.hold(card)
            name, facts = watching.tells()
            assert name == "shown"
            assert (facts["evidence"], facts["bytes"], facts["level"]) == (evidence, size, level)
            assert facts["commands"] > 0
            assert NUMBER not in str(facts)
            reader.remove()
            assert watching.tells() == ("gone", {})


def test_another_card_is_one_that_left_and_one_that_came(reader: ReaderSimulator) -> None:
    """Without a pause between them."""
    with Watching("pn532", reader.address) as watching:
        watching.tells()
        reader.hold(NtagCard(UID))
        assert watching.tells()[0] == "shown"
        reader.remove()
        reader.hold(NtagCard(UID[::-1]))
        assert [watching.tells()[0], watching.tells()[0]] == ["gone", "shown"]


@pytest.mark.parametrize(
    ("name", "why"), [("phone", "changing"), ("several", "several"), ("hostile", "unreadable")]
)
def test_a_card_that_is_refused(reader: ReaderSimulator, name: str, why: str) -> None:
    """Why, and that it left."""
    with Watching("pn532", reader.address) as watching:
        watching.tells()
        reader.hold(*CARDS[name]())
        event, facts = watching.tells()
        assert (event, facts["why"]) == ("refused", why)
        reader.remove()
        assert watching.tells() == ("gone", {})


def test_a_reader_that_is_lost_is_told_once_and_comes_back(reader: ReaderSimulator) -> None:
    """With what to do."""
    with Watching("pn532", reader.address) as watching:
        watching.tells()
        reader.hold(NtagCard(UID))
        watching.tells()
        reader.fault("unplug")
        assert watching.tells() == ("gone", {})
        event, facts = watching.tells()
        assert event == "lost"
        assert "diagnose" in facts["remedy"]
        reader.remove()
        reader.fault("plug")
        assert watching.tells()[0] == "ready"


@pytest.mark.parametrize(
    ("card", "shown"),
    [(NtagCard(UID), NUMBER), (NtagCard(UID, LINK_MESSAGE), LINK)],
)
def test_what_was_shown_is_told_on_demand(
    reader: ReaderSimulator, card: VirtualCard, shown: str
) -> None:
    """Numbers as hex, links as they are."""
    with Watching("pn532", reader.address, show=True) as watching:
        watching.tells()
        reader.hold(card)
        assert watching.tells()[1]["data"] == shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_well(number: signal.Signals, tmp_path: Path) -> None:
    """As a process, played by the lines of the simulator."""
    with simulated("reader", "--listen", f"pty://{tmp_path / 'reader'}") as sim:
        words = ("reader", "watch", "--driver", "pn532", "--at", sim.address, "--host", HOST)
        watch = started(*words, "--json")
        assert watch.stdout
        assert json.loads(watch.stdout.readline())["event"] == "ready"
        assert sim.play("hold sun") == "done"
        shown = json.loads(watch.stdout.readline())
        assert (shown["event"], shown["evidence"], shown["level"]) == ("shown", "sun", 2)
        watch.send_signal(number)
        out, err = watch.communicate(timeout=90)
        assert (watch.returncode, out, err) == (0, "", "")


def test_the_watch_ends_by_itself(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """After its seconds, with lines for people."""
    reader.hold(NtagCard(UID))
    words = ["--driver", "pn532", "--at", reader.address, "--seconds", "2"]
    assert main(["reader", "watch", *words]) == 0
    ready, shown = capsys.readouterr().out.splitlines()
    assert ready.endswith(f"ready    reader PN532 at {reader.address}")
    assert "evidence card_uid, bytes 7, level 0" in shown


# --- read -----------------------------------------------------------------------------------------


def test_a_card_is_read_with_its_records(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kinds, lengths and hosts; no number, no text."""
    records = [
        uri_record("https://shop.example/member?id=77"),
        text_record("Erika", "de"),
        mime_record("text/x-thing", b"abc"),
        external_record("shop.example:id", b"77"),
    ]
    reader.hold(Type4Card(UID, encode(records)))
    code, found = read(capsys, reader)
    assert code == 0
    assert found["technology"] == "type 4"
    assert found["uid"] == "*" * 14
    assert (found["evidence"], found["level"]) == ("card_uid", 0)
    assert found["commands"] == 5
    assert found["ndef"] == [
        {"type": "uri", "bytes": 26, "host": "shop.example"},
        {"type": "text", "bytes": 8, "language": "de"},
        {"type": "text/x-thing", "bytes": 3},
        {"type": "external shop.example:id", "bytes": 2},
    ]
    assert "shop.example" in found["note"]
    assert not any(each in str(found) for each in (NUMBER, "Erika", "77", "616263"))


def test_a_card_is_shown_on_demand(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything it holds."""
    reader.hold(NtagCard(UID, LINK_MESSAGE))
    code, found = read(capsys, reader, "--show", "--host", "cards.example")
    assert (code, found["uid"], found["evidence"]) == (0, NUMBER, "sun")
    assert [each.get("uri") or each["text"] for each in found["ndef"]] == [LINK, "hello"]
    assert found["data"] == LINK
    assert "note" not in found


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("number", 0, {"technology": "type 2", "ndef": [], "evidence": "card_uid"}),
        ("foreign", 0, {"technology": "type 2", "evidence": "card_uid"}),
        ("sun", 0, {"technology": "type 4", "evidence": "card_uid"}),
        ("lrp", 0, {"technology": "type 4", "evidence": "card_uid"}),
        ("type4", 0, {"technology": "type 4", "ndef": [], "evidence": "card_uid"}),
        ("felica", 0, {"technology": "felica", "ndef": None, "evidence": "felica_idm"}),
        ("phone", 2, {"technology": "type 4", "refused": "changing"}),
        ("several", 2, {"refused": "several"}),
        ("hostile", 2, {"refused": "unreadable"}),
    ],
)
def test_every_simulated_card_is_what_it_is_called(
    reader: ReaderSimulator,
    capsys: pytest.CaptureFixture[str],
    name: str,
    code: int,
    said: dict[str, Any],
) -> None:
    """Exit code 2 for those a kiosk refuses."""
    reader.hold(*CARDS[name]())
    ended, found = read(capsys, reader)
    assert ended == code
    assert found.items() >= said.items()


def test_a_card_that_is_torn_away_is_refused(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where time ends before it comes again."""
    reader.hold(Type4Card(UID, TOKEN_MESSAGE), pulled_after=3)
    code, found = read(capsys, reader, "--seconds", "2")
    assert (code, found["refused"]) == (2, "torn")


def test_a_broken_message_is_told_by_its_place(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """The card counts by its number then."""
    reader.hold(NtagCard(UID, b"\x51\x01\x00T"))
    code, found = read(capsys, reader)
    assert (code, found["evidence"]) == (0, "card_uid")
    assert found["ndef"]["offset"] == 0


def test_no_card_in_time(reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1."""
    assert read(capsys, reader, "--seconds", "0.2") == (1, {"error": "no card", "seconds": 0.2})


def test_a_reader_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 69, with what to do; 78 for an address that cannot be one."""
    words = ["reader", "read", "--driver", "pn532", "--seconds", "1"]
    at = ["--at", f"pty://{tmp_path / 'none'}"]
    assert main([*words, *at, "--json"]) == 69
    assert json.loads(capsys.readouterr().out)["remedy"]
    assert main([*words, *at]) == 69
    assert "none" in capsys.readouterr().err
    for wrong in (["--at", "nonsense"], []):
        assert main([*words, *wrong]) == 78
        assert "drivers:" in capsys.readouterr().err


def test_what_a_card_holds_cannot_write_over_the_terminal(
    reader: ReaderSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Texts for people have no control characters."""
    reader.hold(NtagCard(UID, encode([text_record("a\x1b[2J\u202eb")])))
    words = ["--driver", "pn532", "--at", reader.address, "--show"]
    assert main(["reader", "read", *words]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "text a\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}b" in out


# --- PC/SC, and the simulators ----------------------------------------------------------------------


def test_a_reader_behind_the_daemon() -> None:
    """Watched as the chip is."""
    desk = pcsc_desk()
    slot = VirtualSlot(desk.daemon.door)
    try:
        with Watching("pcsc", "pcsc:00 00") as watching:
            assert watching.tells()[0] == "ready"
            slot.hold(NtagCard(UID, LINK_MESSAGE))
            event, facts = watching.tells()
            assert (event, facts["evidence"], facts["technology"]) == ("shown", "sun", "type 2")
            slot.remove()
            assert watching.tells() == ("gone", {})
    finally:
        slot.remove()
        settle()


def test_the_simulated_daemon_is_played_by_lines() -> None:
    """Its first line says what clients need in their environment."""
    pcsc_desk()  # skips where this machine cannot have one
    with simulated("pcsc", "--hold", "number") as sim:
        name, _, value = sim.address.partition("=")

        def read_there() -> tuple[int, dict[str, Any]]:
            words = ("reader", "read", "--json", "--seconds", "20")
            process = started(*words, environment={name: value})
            out, _ = process.communicate(timeout=60)
            return process.returncode, json.loads(out)

        assert read_there()[1]["technology"] == "type 2"
        assert sim.play("hold felica") == "done"
        assert read_there()[1]["evidence"] == "felica_idm"
        assert "one card only" in sim.play("hold several")
        assert "sim reader" in sim.play("weak")
        assert sim.play("unplug") == "done"
        assert read_there()[0] == 69
        assert sim.play("plug") == "done"
        assert sim.play("hold phone") == "done"
        assert read_there()[1]["refused"] == "changing"
        assert sim.play("take") == "done"
        assert sim.play("toaster").startswith("unknown; there are hold CARD, take")


def test_the_simulated_chip_is_played_by_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cards, weakness, and the cable."""
    with simulated("reader", "--listen", f"pty://{tmp_path / 'r'}", "--hold", "felica") as sim:
        words = ["reader", "read", "--driver", "pn532", "--at", sim.address, "--json"]
        assert main(words) == 0
        assert json.loads(capsys.readouterr().out)["evidence"] == "felica_idm"
        assert sim.play("hold number") == "done"
        assert [sim.play("weak"), sim.play("well"), sim.play("take")] == ["done"] * 3
        assert sim.play("unplug") == "done"
        assert main([*words, "--seconds", "1"]) == 69
        assert sim.play("plug") == "done"
        assert sim.play("hold gold").startswith("unknown; there are hold CARD, take, weak")
