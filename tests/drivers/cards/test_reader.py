"""The driver above all readers: one showing a card, and its faults, on a simulated chip."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.cards import hostile
from drivers.cards.evidence import Evidence
from drivers.cards.field import Field
from drivers.cards.pn532 import Pn532Field
from drivers.cards.reader import AWAY_SECONDS, CardReader
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.sun_card import SunCard
from drivers.cards.tag import CardSlow, Target
from drivers.cards.virtual import NtagCard, RandomUidCard, Type4Card, VirtualCard
from drivers.line import listen
from kiosk.checkout.commands import ReadyTerminal
from kiosk.checkout.events import Device, DeviceOnline, Event
from kiosk.checkout.member_events import CardFault, CardRefused, CustomerShown
from kiosk.clock import SystemClock
from kiosk.ids import Handle
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Verdict
from kiosk.vault import EvidenceKind, Shown, Vault
from tests.drivers.cards.bench import HOSTS, LINK_MESSAGE, TOKEN_MESSAGE, UID

CLOCK = SystemClock()
OTHER_UID = UID[:-1] + b"\x01"


@dataclass
class Counter:
    """A reader at the till and the driver watching it."""

    reader: ReaderSimulator
    driver: CardReader
    wanted: Cancel
    run: Run
    vault: Vault

    def tells(self, verdict: Verdict = Verdict.KEEP) -> Event:
        """The next event."""
        return self.run.send(verdict)

    def quiet(self, seconds: float) -> bool:
        """Whether nothing is told for so long; ends the watch and begins another."""
        timer = threading.Timer(seconds, self.wanted.set)
        timer.start()
        event = next(self.run, None)
        timer.join()
        self.wanted = Cancel()
        self.run = self.driver.watch(self.wanted)
        assert next(self.run) == DeviceOnline(Device.READER)
        return event is None

    def shows(self) -> Shown:
        """What the next event says lies in the vault."""
        event = self.tells()
        assert isinstance(event, CustomerShown)
        assert event.by is Device.READER
        shown = self.vault.shown(event.handle)
        assert shown is not None
        return shown


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A reader that is being watched, with nothing before it."""
    reader = ReaderSimulator(listen(f"pty://{tmp_path / 'reader'}"))
    reader.start()
    vault = Vault()
    driver = CardReader(
        lambda stop: Pn532Field(reader.address, clock=CLOCK, stop=stop),
        clock=CLOCK,
        vault=vault,
        hosts=HOSTS,
    )
    wanted = Cancel()
    run = driver.watch(wanted)
    assert next(run) == DeviceOnline(Device.READER)
    yield Counter(reader, driver, wanted, run, vault)
    driver.close()
    reader.stop()


def test_a_card_is_a_handle_and_nothing_else(counter: Counter) -> None:
    """What it proves lies in the vault; the driver's and the reader's own copies are wiped."""
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE))
    shown = counter.shows()
    assert shown.kind is EvidenceKind.NDEF_TOKEN
    assert bytes(shown.data[16:24]) == b"\x07" + UID
    field = counter.driver._field
    assert isinstance(field, Pn532Field)
    assert not any(field._link._buffer)
    assert not any(field._link._framer._held)


def test_each_showing_has_random_bytes_of_its_own(counter: Counter) -> None:
    """So the service can tell a question that is repeated from a proof that is shown twice."""
    seen = set()
    for _ in range(2):
        counter.reader.hold(NtagCard(UID, LINK_MESSAGE))
        seen.add(bytes(counter.shows().data[:16]))
        counter.reader.remove()
        assert counter.quiet(AWAY_SECONDS * 2)
    assert len(seen) == 2


@pytest.mark.parametrize(
    "card",
    [
        NtagCard(UID, LINK_MESSAGE),
        Type4Card(UID, TOKEN_MESSAGE),
        VirtualCard(UID[:4]),
        SunCard(UID, "https://cards.example/{picc}{mac}", picc_key=bytes(16), mac_key=bytes(16)),
    ],
)
def test_a_card_that_is_held_is_one_showing(counter: Counter, card: VirtualCard) -> None:
    """However long, over the end of a watch, and with a hand that trembles."""
    counter.reader.hold(card)
    counter.shows()
    assert counter.quiet(0.3)
    counter.reader.remove()
    Cancel().wait(AWAY_SECONDS / 3)
    counter.reader.hold(card)
    assert counter.quiet(0.3)
    counter.reader.remove()
    assert counter.quiet(AWAY_SECONDS * 2)
    counter.reader.hold(card)
    counter.shows()


def test_another_card_is_another_customer_at_once(counter: Counter) -> None:
    """Nobody waits until the first one was away for long enough."""
    counter.reader.hold(NtagCard(UID))
    assert bytes(counter.shows().data) == UID
    counter.reader.remove()
    counter.reader.hold(NtagCard(OTHER_UID))
    assert bytes(counter.shows().data) == OTHER_UID


def test_a_customer_nobody_wants_is_wiped(counter: Counter) -> None:
    """The engine has stopped: what was shown is gone."""
    counter.reader.hold(NtagCard(UID))
    event = counter.tells()
    assert isinstance(event, CustomerShown)
    counter.reader.remove()
    counter.reader.hold(NtagCard(OTHER_UID))
    counter.tells(Verdict.REFUSE)
    assert counter.vault.shown(event.handle) is None


@pytest.mark.parametrize(
    ("cards", "fault"),
    [
        ((NtagCard(UID), NtagCard(OTHER_UID)), CardFault.SEVERAL),
        ((RandomUidCard(random.Random(1)),), CardFault.CHANGING),
        ((hostile.AcknowledgesForEver(UID),), CardFault.UNREADABLE),
        ((hostile.WaitsForEver(UID),), CardFault.UNREADABLE),
        ((hostile.bad_ats(UID, b"\x00"),), CardFault.UNREADABLE),
        ((hostile.MuteCard(Type4Card(UID, TOKEN_MESSAGE), 3),), CardFault.TORN),
    ],
)
def test_a_card_that_tells_nothing_is_told_once(
    counter: Counter, cards: tuple[VirtualCard, ...], fault: CardFault
) -> None:
    """For as long as it is held; the next card is read."""
    for card in cards:
        counter.reader.hold(card)
    assert counter.tells() == CardRefused(fault)
    assert counter.quiet(0.4)
    counter.reader.remove()
    assert counter.quiet(AWAY_SECONDS * 2)
    counter.reader.hold(NtagCard(UID))
    counter.shows()


def test_a_card_torn_away_is_told_once_and_is_read_when_it_is_held_again(counter: Counter) -> None:
    """It never falls to its number."""
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE), pulled_after=4)
    assert counter.tells() == CardRefused(CardFault.TORN)
    assert counter.quiet(AWAY_SECONDS * 2)
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE))
    assert counter.shows().kind is EvidenceKind.NDEF_TOKEN


def test_another_card_after_one_that_was_torn_away_is_read(counter: Counter) -> None:
    """It need not be taken away first."""
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE), pulled_after=4)
    other = threading.Timer(0.1, counter.reader.hold, (NtagCard(OTHER_UID),))
    other.start()
    assert counter.tells() == CardRefused(CardFault.TORN)
    assert bytes(counter.shows().data) == OTHER_UID
    other.join()


def test_a_phone_in_a_trembling_hand_is_told_once(counter: Counter) -> None:
    """Though it comes back under another number."""
    phone = RandomUidCard(random.Random(1))
    counter.reader.hold(phone)
    assert counter.tells() == CardRefused(CardFault.CHANGING)
    counter.reader.remove()
    Cancel().wait(AWAY_SECONDS / 3)
    counter.reader.hold(phone)
    assert counter.quiet(0.4)


def test_the_driver_wipes_its_own_copies(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what a card proved, and of its number once it is gone."""
    seen = []
    admit = counter.vault.admit

    def noted(kind: EvidenceKind, data: bytearray) -> Handle:
        seen.append(data)
        return admit(kind, data)

    monkeypatch.setattr(counter.vault, "admit", noted)
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE))
    counter.shows()
    held = counter.driver._held
    assert held is not None
    assert bytes(held) == UID
    counter.reader.remove()
    assert counter.quiet(AWAY_SECONDS * 2)
    assert not any(seen[0])
    assert not any(held)


def test_a_number_that_is_looked_at_when_the_watch_ends_is_wiped(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the card that stayed where several were: nobody has it yet."""
    counter.reader.hold(NtagCard(UID), NtagCard(OTHER_UID))
    assert counter.tells() == CardRefused(CardFault.SEVERAL)
    counter.reader.remove()
    counter.reader.hold(NtagCard(UID))
    field = counter.driver._field
    assert field is not None
    poll, seen = field.poll, []

    def polled(seconds: float) -> Target | None:
        target = poll(seconds)
        if target:
            seen.append(target)
            counter.wanted.set()
        return target

    monkeypatch.setattr(field, "poll", polled)
    assert next(counter.run, None) is None
    assert seen
    assert not any(any(target.uid) for target in seen)


def test_a_card_that_used_up_its_second_gets_no_other_one(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits behind it waits for one second in all."""
    reads = []

    def slow(field: Field, target: Target) -> Evidence:
        reads.append(target)
        raise CardSlow("out of time")

    monkeypatch.setattr(counter.driver, "_read", slow)
    counter.reader.hold(NtagCard(UID))
    assert counter.tells() == CardRefused(CardFault.UNREADABLE)
    assert counter.quiet(0.2)
    assert len(reads) == 1


def test_a_card_torn_away_and_held_again_at_once_is_only_read(counter: Counter) -> None:
    """The hand trembled: nothing was refused."""
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE), pulled_after=4)
    back = threading.Timer(0.1, counter.reader.hold, (Type4Card(UID, TOKEN_MESSAGE),))
    back.start()
    assert counter.shows().kind is EvidenceKind.NDEF_TOKEN
    back.join()


def test_a_weak_field_is_no_other_proof(counter: Counter) -> None:
    """Every third exchange is lost: the token comes at last, or TORN, and never the number."""
    counter.reader.fault("weak")
    counter.reader.hold(NtagCard(UID, LINK_MESSAGE))
    event = counter.tells()
    if event == CardRefused(CardFault.TORN):
        counter.reader.fault("well")
        event = counter.tells()
    assert isinstance(event, CustomerShown)
    shown = counter.vault.shown(event.handle)
    assert shown is not None
    assert shown.kind is EvidenceKind.SUN


def test_garbage_on_the_line_is_survived(counter: Counter) -> None:
    """Damaged frames are asked for again."""
    counter.reader.fault("garbage")
    counter.reader.hold(Type4Card(UID, TOKEN_MESSAGE))
    assert counter.shows().kind is EvidenceKind.NDEF_TOKEN


@pytest.mark.parametrize("fault", ["silent", "unplug"])
def test_a_lost_reader_is_lost_and_found(counter: Counter, fault: str) -> None:
    """The watch ends with one error, the next waits for as long as it is out, and has it at once."""
    counter.reader.fault(fault)
    with pytest.raises(DeviceError):
        counter.tells()
    wanted = Cancel()
    timer = threading.Timer(0.5, wanted.set)
    timer.start()
    assert next(counter.driver.watch(wanted), None) is None
    timer.join()
    counter.reader.fault("well" if fault == "silent" else "plug")
    counter.run = counter.driver.watch(Cancel())
    assert next(counter.run) == DeviceOnline(Device.READER)
    counter.reader.hold(NtagCard(UID))
    counter.shows()


@pytest.mark.parametrize(
    "card",
    [
        lambda: None,
        lambda: NtagCard(UID),
        lambda: hostile.WaitsForEver(UID),
        lambda: hostile.MuteCard(Type4Card(UID), 2),
    ],
)
def test_a_wish_to_stop_is_obeyed_at_once(
    counter: Counter, card: Callable[[], VirtualCard | None]
) -> None:
    """Whatever the card does: within 100 ms, and a little for a busy machine."""
    held = card()
    if held:
        counter.reader.hold(held)
    worst = 0.0
    for delay in (0.02, 0.1, 0.23, 0.37):
        stopped = [0.0]

        def stop(noted: list[float] = stopped) -> None:
            noted[0] = time.monotonic()
            counter.wanted.set()

        timer = threading.Timer(delay, stop)
        timer.start()
        while next(counter.run, None) is not None:
            pass
        timer.join()
        worst = max(worst, time.monotonic() - stopped[0])
        counter.wanted = Cancel()
        counter.run = counter.driver.watch(counter.wanted)
        next(counter.run)
    assert worst < 0.1 + 0.1


def test_a_reader_takes_no_commands(counter: Counter) -> None:
    """Asking it to do something is our own mistake."""
    with pytest.raises(LocalProtocolError):
        counter.driver.execute(ReadyTerminal(), Cancel())
