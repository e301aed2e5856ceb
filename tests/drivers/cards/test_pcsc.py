"""What happens to a PC/SC reader beside cards: its daemon dies, its cable is pulled, others use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from smartcard import scard

from drivers.cards.daemon import READER
from drivers.cards.pcsc import NoReader, PcscCalls, check_address, technology_of
from drivers.cards.readers import pcsc
from drivers.cards.tag import CardBroken, CardError, CardGone, Target, Technology
from drivers.cards.virtual import FelicaCard, NtagCard
from drivers.cards.vpcd import VirtualSlot
from kiosk.checkout.events import Device, DeviceOnline
from kiosk.checkout.member_events import CustomerShown
from kiosk.clock import SystemClock
from kiosk.errors import ConfigError, Silent, Unavailable
from kiosk.ports import Cancel
from kiosk.vault import Vault
from tests.drivers.cards.bench import IDM, UID
from tests.drivers.cards.daemons import PcscDesk, pcsc_desk, settle
from tests.drivers.cards.watch import QUIET, Watch

SLOT = f"{READER} 00 00"
READY_SECONDS = 0.5
"""So soon a reader is of use again once its daemon is."""


def watched() -> Watch:
    """The driver on the daemon's one reader."""
    return Watch(pcsc("pcsc:00 00", clock=SystemClock(), vault=Vault(), hosts=frozenset()))


@pytest.fixture
def desk() -> Iterator[PcscDesk]:
    """The daemon, running at the end as at the beginning."""
    found = pcsc_desk()
    settle()
    yield found
    found.unplugged.unlink(missing_ok=True)


@pytest.fixture
def watch(desk: PcscDesk) -> Iterator[Watch]:
    """A driver that has its reader."""
    made = watched()
    assert made.until(DeviceOnline)[1] == DeviceOnline(Device.READER)
    yield made
    made.stop()


@contextmanager
def held(desk: PcscDesk) -> Iterator[None]:
    """A card before the reader."""
    slot = VirtualSlot(desk.daemon.door)
    slot.hold(NtagCard(UID))
    try:
        yield
    finally:
        slot.remove()


@contextmanager
def another_program(mode: int) -> Iterator[int]:
    """Connected to the card that is there, exclusively or shared."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    end = time.monotonic() + 3
    code, handle = 1, 0
    while code and time.monotonic() < end:
        code, handle, _ = scard.SCardConnect(context, SLOT, mode, 3)
    assert code == 0
    try:
        yield handle
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)


def test_the_daemon_is_killed_and_comes_back(desk: PcscDesk, watch: Watch) -> None:
    """Told at once with a remedy; of use again at most half a second after the daemon is."""
    desk.daemon.kill()
    _, error = watch.until(Unavailable)
    assert "pcscd" in str(error)
    QUIET.wait(1.0)
    assert not watch.events  # told once
    desk.daemon.start()
    back = time.monotonic()
    ready, _ = watch.until(DeviceOnline)
    assert ready - back <= READY_SECONDS
    with held(desk):
        watch.until(CustomerShown)


def test_the_cable_is_pulled_and_plugged(desk: PcscDesk, watch: Watch) -> None:
    """Told as unplugged; back by itself."""
    desk.unplugged.touch()
    _, error = watch.until(Unavailable)
    assert "plug" in str(error)
    desk.unplugged.unlink()
    watch.until(DeviceOnline)
    with held(desk):
        watch.until(CustomerShown)


def test_another_program_has_the_card_for_itself(desk: PcscDesk, watch: Watch) -> None:
    """Told, once; and the reader is ours again when that program ends."""
    with held(desk):
        watch.until(CustomerShown)
    watch.stop()
    settle()
    slot = VirtualSlot(desk.daemon.door)
    slot.hold(NtagCard(UID))
    with another_program(scard.SCARD_SHARE_EXCLUSIVE):
        second = watched()
        _, error = second.until(Unavailable)
        assert "another program" in str(error)
        QUIET.wait(1.0)
        assert not second.events
    second.until(DeviceOnline)
    second.until(CustomerShown)
    second.stop()
    slot.remove()


def test_another_program_keeps_the_reader_from_answering(desk: PcscDesk) -> None:
    """A transaction blocks us without limit: the reader counts as stuck, and stopping is still quick."""
    slot = VirtualSlot(desk.daemon.door)
    slot.hold(NtagCard(UID))
    with another_program(scard.SCARD_SHARE_SHARED) as handle:
        assert scard.SCardBeginTransaction(handle) == 0
        stuck = watched()
        _, error = stuck.until(Silent)
        assert "another program" in str(error)
        QUIET.wait(1.0)
        assert not any(isinstance(each, DeviceOnline) for _, each in stuck.events)
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
    stuck.until(DeviceOnline)
    stuck.until(CustomerShown)
    assert stuck.stop() < 0.3
    slot.remove()


def test_it_stops_within_a_tenth_of_a_second(watch: Watch) -> None:
    """While it waits for a card."""
    QUIET.wait(0.2)
    assert watch.stop() < 0.25  # 0.1 s, and a machine that is busy with other tests


@pytest.mark.parametrize("address", ["", "usb:", "pcsc", "pcsc:\n", "tcp://127.0.0.1:1"])
def test_an_address_that_is_none(address: str) -> None:
    """Said before anything is opened."""
    with pytest.raises(ConfigError):
        check_address(address)


def test_a_felica_card_tells_its_number_to_the_kiosk(desk: PcscDesk, watch: Watch) -> None:
    """Also above the field: its reader carries no commands to it."""
    slot = VirtualSlot(desk.daemon.door)
    slot.hold(FelicaCard(IDM))
    watch.until(CustomerShown)
    slot.remove()


def test_a_reader_that_was_away_while_the_daemon_was_renewed(desk: PcscDesk) -> None:
    """What was begun with the old daemon is not held against the new one."""
    calls = PcscCalls("pcsc:Nobody")
    for _ in range(2):
        with pytest.raises(NoReader):
            calls.open()
        desk.daemon.kill()
        desk.daemon.start()
    calls.close()


class Library:
    """pyscard's calls, with one card that answers by a script."""

    def __init__(self, connected: int, *answers: bytes) -> None:
        self._connected = connected
        self._answers = [list(each) for each in answers]

    def SCardConnect(self, *_: object) -> tuple[int, int, int]:
        return self._connected, 1, 2

    def SCardStatus(self, *_: object) -> tuple[int, str, int, int, list[int]]:
        return 0, "", 0, 0, list(bytes.fromhex("3B8F8001804F0CA0000003060300030000000068"))

    def SCardTransmit(self, *_: object) -> tuple[int, list[int]]:
        return 0, self._answers.pop(0)

    def SCardDisconnect(self, *_: object) -> int:
        return 0


def selected(monkeypatch: pytest.MonkeyPatch, library: Library) -> tuple[PcscCalls, Target]:
    """A card that was found behind that library."""
    calls = PcscCalls("pcsc:")
    monkeypatch.setattr(calls, "_lib", lambda: library)
    calls._reader, calls._state, calls._context = "R", 0x20, 1
    monkeypatch.setattr(calls, "_look", lambda seconds: None)
    target = calls.poll(0)
    assert target is not None
    return calls, target


@pytest.mark.parametrize(
    ("again", "told"),
    [(b"\x63\x00", CardGone), (UID + b"\x90\x00", None), (IDM + b"\x90\x00", CardGone)],
)
def test_a_page_that_is_not_read_is_a_refusal_only_of_a_tag_that_is_there(
    monkeypatch: pytest.MonkeyPatch, again: bytes, told: type[CardError] | None
) -> None:
    """Readers say 63 00 for one that has left, too: such a card must not be taken by its number."""
    calls, target = selected(monkeypatch, Library(0, UID + b"\x90\x00", b"\x63\x00", again))
    target.uid[:] = bytes(len(target.uid))  # the reader above wipes its own
    if told is None:
        assert calls.exchange(b"\x30\x03", 0.1) == b"\x00"
    else:
        with pytest.raises(told):
            calls.exchange(b"\x30\x03", 0.1)


@pytest.mark.parametrize("code", [0x80100065, 0x8010000F, 0x80100015, 0x8010001C])
def test_what_a_card_causes_is_no_fault_of_the_reader(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Unsupported, another protocol, a bad ATR: the reader stays."""
    with pytest.raises(CardBroken):
        selected(monkeypatch, Library(code))


@pytest.mark.parametrize("code", [0x8010002E, 0x8010002E - (1 << 32)])
def test_a_daemon_without_a_reader_has_no_names(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Also where pyscard tells its results signed."""

    class Empty:
        def SCardListReaders(self, *_: object) -> tuple[int, list[str]]:
            return code, []

    calls = PcscCalls("pcsc:")
    monkeypatch.setattr(calls, "_lib", Empty)
    calls._context = 1
    assert calls.names() == ()


def test_a_reader_that_is_not_there(desk: PcscDesk) -> None:
    """Named, with what to do."""
    driver = pcsc("pcsc:Nobody", clock=SystemClock(), vault=Vault(), hosts=frozenset())
    with pytest.raises(Unavailable, match=r"Nobody.*diagnose"):
        next(driver.watch(Cancel()))
    driver.close()


@pytest.mark.parametrize(
    ("atr", "kind"),
    [
        ("3B8F8001804F0CA0000003060300030000000068", Technology.TYPE_2),  # Ultralight, NTAG
        ("3B8F8001804F0CA00000030603003A0000000051", Technology.TYPE_2),  # Ultralight C
        ("3B8F8001804F0CA000000306030001000000006A", Technology.OTHER),  # MIFARE Classic 1K
        ("3B8F8001804F0CA00000030611003B0000000042", Technology.FELICA),
        ("3B8F8001804F0CA00000030603F011000000008A", Technology.FELICA),  # as ACS names it
        ("3B80800101", Technology.TYPE_4),
        ("", Technology.TYPE_4),
    ],
)
def test_an_atr_tells_how_to_talk(atr: str, kind: Technology) -> None:
    """PC/SC part 3, 3.1.3.2.3.2 and the supplement's list of names."""
    assert technology_of(bytes.fromhex(atr)) is kind
