"""The scanner driver and the simulated scanner, over real lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.line import connect, listen
from drivers.scanner.device import SAME_CODE_SECONDS, SerialScanner
from drivers.scanner.held import SAME_CARD_SECONDS, HeldCard
from drivers.scanner.simulator import ScannerSimulator
from kiosk.checkout.commands import ReadyTerminal
from kiosk.checkout.events import CodeFault, CodeRead, CodeRefused, Device, DeviceOnline, Event
from kiosk.checkout.member_events import CustomerShown
from kiosk.clock import SystemClock
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Unavailable, Verdict
from kiosk.vault import EvidenceKind, Vault

CLOCK = SystemClock()
MILK = "4006381333931"
TORN = CodeRead("", "", whole=False)


class HandClock(SystemClock):
    """A monotonic clock that stands still until it is moved."""

    now_seconds = 1000.0

    def monotonic(self) -> float:
        return self.now_seconds


@dataclass
class Counter:
    """A scanner in the hand and the driver watching it."""

    scanner: ScannerSimulator
    driver: SerialScanner
    wanted: Cancel
    run: Run
    vault: Vault

    def reads(self) -> Event:
        """The next event."""
        return self.run.send(Verdict.KEEP)


@pytest.fixture(params=["tcp", "pty"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    """A scanner that is being watched."""
    address = "tcp://127.0.0.1:0" if request.param == "tcp" else f"pty://{tmp_path / 'scanner'}"
    scanner = ScannerSimulator(listen(address))
    scanner.start()
    vault = Vault()
    driver, wanted = SerialScanner(scanner.address, clock=CLOCK, vault=vault), Cancel()
    run = driver.watch(wanted)
    assert next(run) == DeviceOnline(Device.SCANNER)
    pause = Cancel()
    while scanner.view().state != "connected":
        pause.wait(0.01)
    yield Counter(scanner, driver, wanted, run, vault)
    driver.close()
    scanner.stop()


@pytest.mark.parametrize(
    ("code", "symbology", "event"),
    [
        (MILK, None, CodeRead("E0", MILK)),
        ("96385074", None, CodeRead("E4", "96385074")),
        ("https://example.org/ä", None, CodeRead("Q1", "https://example.org/ä")),
        ("ABC-1", "A0", CodeRead("A0", "ABC-1")),
        (MILK, "", CodeRead("", MILK)),
    ],
)
def test_a_scan_becomes_an_event(
    counter: Counter, code: str, symbology: str | None, event: CodeRead
) -> None:
    """Kind and text arrive as they were scanned."""
    assert counter.scanner.scan(code, symbology)
    assert counter.reads() == event
    assert counter.scanner.view().last == code


def test_the_same_code_at_once_is_one_article(counter: Counter) -> None:
    """A bouncing trigger adds nothing; another code is another article."""
    counter.scanner.send(f"]E0{MILK}\r]E0{MILK}\r]E496385074\r".encode())
    assert counter.reads() == CodeRead("E0", MILK)
    assert counter.reads() == CodeRead("E4", "96385074")


def test_the_same_code_a_little_later_is_a_second_article(counter: Counter) -> None:
    """Two bottles of one kind are two."""
    counter.scanner.scan(MILK)
    assert counter.reads() == CodeRead("E0", MILK)
    Cancel().wait(SAME_CODE_SECONDS * 1.5)
    counter.scanner.scan(MILK)
    assert counter.reads() == CodeRead("E0", MILK)


def test_a_customer_is_shown_by_a_handle_alone(counter: Counter) -> None:
    """The number lies in the vault and nowhere on its way there."""
    counter.scanner.scan("CARD:4711-ab", "Q1")
    event = counter.reads()
    assert isinstance(event, CustomerShown)
    shown = counter.vault.shown(event.handle)
    assert shown is not None
    assert (shown.kind, bytes(shown.data)) == (EvidenceKind.TEST_CARD, b"4711-ab")
    assert not any(counter.driver._buffer)
    counter.scanner.scan(MILK)
    assert counter.reads() == CodeRead("E0", MILK)


def test_each_showing_of_a_signed_code_is_told_apart(counter: Counter) -> None:
    """Sixteen random bytes before it: the same while it is held, others when it is shown again."""
    hand = HandClock()
    counter.driver._clock = hand
    seen = []
    for _ in range(2):
        counter.scanner.scan("OK1:" + "6BFOXN" * 30, "Q1")
        event = counter.reads()
        assert isinstance(event, CustomerShown)
        shown = counter.vault.shown(event.handle)
        assert shown is not None
        assert shown.kind is EvidenceKind.COSE_TOKEN
        assert bytes(shown.data[16:]) == b"6BFOXN" * 30
        seen.append(bytes(shown.data[:16]))
        counter.scanner.scan("OK1:" + "6BFOXN" * 30, "Q1")
        counter.scanner.scan(MILK)
        assert counter.reads() == CodeRead("E0", MILK)
        hand.now_seconds += SAME_CARD_SECONDS
    assert seen[0] != seen[1]
    assert not any(counter.driver._buffer)


def test_a_card_that_is_held_before_the_scanner_is_one_customer(counter: Counter) -> None:
    """However often it is read, also between articles; taken away and shown again it is another."""
    hand = HandClock()
    counter.driver._clock = hand
    counter.scanner.scan("CARD:4711-ab", "Q1")
    assert isinstance(counter.reads(), CustomerShown)
    for _ in range(5):
        hand.now_seconds += 1.0
        counter.scanner.scan("CARD:4711-ab", "Q1")
        counter.scanner.scan(MILK)
        assert counter.reads() == CodeRead("E0", MILK)
    assert len(counter.vault._slots) == 1
    hand.now_seconds += SAME_CARD_SECONDS
    counter.scanner.scan("CARD:4711-ab", "Q1")
    assert isinstance(counter.reads(), CustomerShown)


def test_another_card_is_another_customer_at_once(counter: Counter) -> None:
    """A wrong card first, then the right one: nobody waits, and the first is not greeted again."""
    hand = HandClock()
    counter.driver._clock = hand
    for number in ("4711-ab", "4711-ac", "4711-ab"):
        hand.now_seconds += 0.1
        counter.scanner.scan(f"CARD:{number}", "Q1")
        assert isinstance(counter.reads(), CustomerShown)
    assert len(counter.vault._slots) == 3


def test_what_a_held_card_is_known_by_is_wiped_when_it_is_gone() -> None:
    """The number is never kept, and its hash is worth nothing without the key."""
    held = HeldCard()
    number = bytearray(b"4711-ab")
    assert not held.again(number, 0.0)
    assert any(held._key)
    assert held.again(number, SAME_CARD_SECONDS - 0.1)
    held.tick(2 * SAME_CARD_SECONDS - 0.2)
    assert any(held._key)
    held.tick(2 * SAME_CARD_SECONDS)
    assert not any(held._key)
    assert held._hash == b""
    assert not held.again(number, 2 * SAME_CARD_SECONDS)


def test_a_customer_nobody_wants_is_wiped(counter: Counter) -> None:
    """The engine has stopped: what was shown is gone before the next scan."""
    counter.scanner.scan("CARD:4711-ab", "Q1")
    event = counter.reads()
    assert isinstance(event, CustomerShown)
    shown = counter.vault.shown(event.handle)
    counter.scanner.scan(MILK)
    assert counter.run.send(Verdict.REFUSE) == CodeRead("E0", MILK)
    assert counter.vault.shown(event.handle) is None
    assert shown is not None
    assert not any(shown.data)


def test_a_card_that_is_none_is_refused_by_length(counter: Counter) -> None:
    """Too short, too long, wrong letters, or in a code of articles: nothing of it is kept."""
    for text, symbology in (
        ("CARD:123", "Q1"),
        ("CARD:" + "9" * 33, "Q1"),
        ("CARD:12 34", "Q1"),
        ("CARD:12345", "E0"),
    ):
        counter.scanner.scan(text, symbology)
        assert counter.reads() == CodeRefused(symbology, len(text), CodeFault.FOREIGN)
        counter.scanner.scan(MILK)
        assert counter.reads() == CodeRead("E0", MILK)
        Cancel().wait(SAME_CODE_SECONDS * 1.2)


def test_torn_and_garbled_scans_are_told_as_such(counter: Counter) -> None:
    """They reach the checkout without text, and the next scan is read."""
    counter.scanner.scan(MILK)
    assert counter.reads() == CodeRead("E0", MILK)
    counter.scanner.fault("torn")
    assert counter.reads() == TORN
    Cancel().wait(SAME_CODE_SECONDS * 1.5)
    counter.scanner.fault("garbage")
    assert counter.reads() == TORN
    counter.scanner.scan("96385074")
    assert counter.reads() == CodeRead("E4", "96385074")


def test_an_unplugged_scanner_is_lost_and_found(counter: Counter) -> None:
    """The watch ends with an error, fails while it is out, and works when it is back."""
    counter.scanner.fault("unplug")
    assert counter.scanner.view().state == "unplugged"
    with pytest.raises(DeviceError):
        counter.reads()
    with pytest.raises(Unavailable):
        next(counter.driver.watch(Cancel()))
    assert not counter.scanner.scan(MILK)
    counter.scanner.fault("plug")
    run = counter.driver.watch(Cancel())
    assert next(run) == DeviceOnline(Device.SCANNER)
    pause = Cancel()
    while not counter.scanner.scan(MILK):
        pause.wait(0.01)
    assert run.send(Verdict.KEEP) == CodeRead("E0", MILK)


def test_watching_ends_when_something_is_wanted(counter: Counter) -> None:
    """The driver returns; the line stays open for the next watch."""
    counter.wanted.set()
    assert next(counter.run, None) is None
    assert next(counter.driver.watch(Cancel())) == DeviceOnline(Device.SCANNER)


def test_a_scanner_takes_no_commands(counter: Counter) -> None:
    """Asking it to do something is our own mistake."""
    with pytest.raises(LocalProtocolError):
        counter.driver.execute(ReadyTerminal(), Cancel())


def test_what_was_scanned_before_is_not_for_this_customer(tmp_path: Path) -> None:
    """Codes that wait in the line when the driver opens it are dropped."""
    scanner = ScannerSimulator(listen(f"pty://{tmp_path / 'scanner'}"))
    scanner.start()
    pause = Cancel()
    while not scanner.scan(MILK):
        pause.wait(0.01)
    line = connect(scanner.address)
    opened = [line]
    scanner.scan(MILK)
    driver = SerialScanner(
        scanner.address, clock=CLOCK, vault=Vault(), connect=lambda _: opened.pop()
    )
    run = driver.watch(Cancel())
    assert next(run) == DeviceOnline(Device.SCANNER)
    scanner.scan("96385074")
    assert run.send(Verdict.KEEP) == CodeRead("E4", "96385074")
    driver.close()
    scanner.stop()
