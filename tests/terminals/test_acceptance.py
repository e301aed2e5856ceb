"""What an acquirer tries before a till may go live, over a socket and a pseudo terminal.

Cases that last minutes run on one thread with a clock that jumps, in TCP's and in the serial line's bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.zvt.codes import Next
from drivers.zvt.dialogue import T4_SECONDS
from drivers.zvt.link import Settings
from drivers.zvt.messages import StatusInformation
from drivers.zvt.profiles import STANDARD, AfterClosing
from drivers.zvt.results import Booked, CardSeen, DayTotals, Done, OpenReservations, Refused
from drivers.zvt.scenes import Fault
from drivers.zvt.talk import KEEP, WAIT, Decision, partial
from kiosk.ports import Cancel, Silent
from tests.terminals.desk import LINES, Desk, real_desk, wired_desk
from tests.terminals.wire import Blow, Harm, Way


@pytest.fixture(params=LINES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A terminal with a customer who pays by chip."""
    with real_desk(request.param, tmp_path, automatic="chip") as made:
        yield made


def booked(result: object) -> Booked:
    assert isinstance(result, Booked), result
    return result


def refused(result: object) -> Refused:
    assert isinstance(result, Refused), result
    return result


def test_registration(desk: Desk) -> None:
    """Both sides know what the other can: terminal id, character set, print blocks, message ids."""
    dialogue = desk.client.link.open()
    agreed = desk.client.link.registered
    assert (agreed.terminal_id, agreed.charset, agreed.status) == ("52001234", 0xFE, 0)
    assert agreed.containers
    assert dialogue.numbered
    assert desk.client.status().next is Next.NOTHING


def test_payment_repeat_reversal_repeat(desk: Desk) -> None:
    """The repetition tells the same as the original, and after a reversal that one."""
    paid = booked(desk.client.authorise(1_234))
    again, _ = desk.client.repeat()
    assert booked(again).trace == paid.trace
    assert [slip.kind for slip in paid.slips] == ["merchant", "customer"]
    gone = booked(desk.client.reverse(paid.receipt, 1_234))
    assert gone.original_trace == paid.trace
    last, heard = desk.client.repeat(printing=True)
    assert booked(last).trace == gone.trace
    assert heard.slips
    assert desk.simulator.memory.turnover() == 0
    twice = refused(desk.client.reverse(paid.receipt, 1_234))
    assert twice.code == 0xB4


def test_contactless(desk: Desk) -> None:
    """No PIN, no signature; the result tells how the card was held."""
    desk.simulator.automatic = "contactless"
    told: list[StatusInformation] = []

    def decide(message: StatusInformation) -> Decision:
        told.append(message)
        return KEEP

    booked(desk.client.authorise(999, decide=decide))
    technology = told[0].tlv.find(0x2F, 0x1F12) if told[0].tlv else None
    assert technology is not None
    assert technology.data == b"\x02"


def test_ten_euro_ten(desk: Desk) -> None:
    """1010 cents are 10 10 on the wire: on a serial line each of them is doubled."""
    assert booked(desk.client.authorise(1_010)).amount == 1_010
    assert desk.simulator.memory.turnover() == 1_010


def test_the_host_is_lost(desk: Desk) -> None:
    """Nothing is taken, and the refusal says what helps."""
    desk.simulator.faults.add(Fault.NO_HOST)
    no = refused(desk.client.authorise(500))
    assert (no.code, no.next) == (0x9B, Next.AGAIN)
    assert desk.simulator.memory.turnover() == 0


def test_the_stop_key(desk: Desk) -> None:
    """The customer's, and a till's wish while the card is waited for."""
    desk.simulator.automatic = "stop"
    assert refused(desk.client.authorise(500)).code == 0x6C
    desk.simulator.automatic = None
    cancel = Cancel()
    cancel.set()
    assert refused(desk.client.authorise(500, cancel=cancel)).code == 0x6C
    desk.simulator.automatic = "chip"
    assert booked(desk.client.authorise(500)).amount == 500


def test_reservations(desk: Desk) -> None:
    """Hold, book a part, hold, give up; an open one stands in the way of the end of day."""
    held = booked(desk.client.reserve(5_000))
    assert desk.client.open_reservations() == OpenReservations((held.receipt,))
    no = refused(desk.client.end_of_day())
    assert no.receipts == (held.receipt,)
    booked(desk.client.book(held.receipt, 2_000, trace=held.trace, approval=held.approval))
    assert desk.client.open_reservations() == OpenReservations(())
    other = booked(desk.client.reserve(3_000))
    booked(desk.client.give_up(other.receipt))
    assert desk.simulator.memory.turnover() == 2_000
    assert isinstance(desk.client.end_of_day(), DayTotals)


def test_refund(desk: Desk) -> None:
    """Money goes back to a card, and the totals know."""
    booked(desk.client.authorise(2_000))
    assert booked(desk.client.refund(500)).amount == 500
    assert desk.simulator.memory.turnover() == 1_500


def test_end_of_day_with_a_long_print(desk: Desk) -> None:
    """Many lines in several blocks are one slip; totals by kind of card; then nothing is left."""
    for amount in range(100, 2_100, 100):
        booked(desk.client.authorise(amount))
    day = desk.client.end_of_day()
    assert isinstance(day, DayTotals)
    assert (day.amount, day.follows) == (21_000, 0)
    assert sum(count for _, count, _ in day.cards) == 20
    assert len(day.slips) == 1
    empty = desk.client.end_of_day()
    assert isinstance(empty, DayTotals)
    assert empty.amount == 0


def test_end_of_day_that_failed_locks_the_terminal(desk: Desk) -> None:
    """F0 for every sale, and the remedy named, until it succeeds."""
    booked(desk.client.authorise(700))
    desk.simulator.faults.add(Fault.CLOSING_FAILS)
    assert refused(desk.client.end_of_day()).code == 0x77
    no = refused(desk.client.authorise(100))
    assert (no.code, no.next) == (0xF0, Next.END_OF_DAY)
    assert desk.client.status().code == 0xF0
    assert isinstance(desk.client.end_of_day(), DayTotals)
    booked(desk.client.authorise(100))


@pytest.mark.parametrize("after", [AfterClosing.UPDATE, AfterClosing.REBOOT])
@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_end_of_day_with_an_update(serial: bool, after: AfterClosing) -> None:
    """It is told what follows; the terminal is silent, then busy, then ready, and its memory is whole."""
    profile = replace(STANDARD, after_closing=after)
    desk = wired_desk(serial, automatic="chip", profile=profile)
    booked(desk.client.authorise(700))
    day = desk.client.end_of_day()
    assert isinstance(day, DayTotals)
    assert day.follows == (0xE0 if after is AfterClosing.UPDATE else 0xFC)
    states = set()
    for _ in range(200):
        desk.clock.pass_time(5)
        try:
            states.add(desk.client.status().code)
        except Silent:
            desk.client.link.close()
            continue
        if desk.client.status().code == 0:
            break
    assert 0 in states
    assert booked(desk.client.authorise(100)).amount == 100


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_a_pin_that_never_comes(serial: bool) -> None:
    """The terminal gives up by itself; nothing is taken."""
    desk = wired_desk(serial, automatic="pin-timeout")
    assert refused(desk.client.authorise(500)).code == 0x6C
    assert desk.simulator.memory.turnover() == 0


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_a_wrong_pin_is_not_the_end(serial: bool) -> None:
    """A result of 55 is told, the terminal asks again, and the second result counts."""
    desk = wired_desk(serial, automatic="pin-wrong")
    assert booked(desk.client.authorise(500)).amount == 500
    assert ("Geheimzahl falsch", "5,00 EUR") in desk.shown or len(desk.shown) > 2


def test_the_cable_is_out_until_t4() -> None:
    """Lost behind the acceptance: the till waits T4 out, then says that it does not know."""
    desk = wired_desk(False, automatic=None)
    desk.client.link.open()
    desk.fate.seen.update(dict.fromkeys(Way, 0))
    desk.fate.blows[:] = [Blow(Way.TERMINAL, 2, Harm.UNPLUGGED)]
    began = desk.clock.seconds
    with pytest.raises(Silent, match="T4"):
        desk.client.authorise(500)
    assert T4_SECONDS <= desk.clock.seconds - began < T4_SECONDS + 10


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_t4_is_begun_anew_by_each_status(serial: bool) -> None:
    """A host that takes five minutes is waited for, because 04 FF said so."""
    desk = wired_desk(serial, automatic="host-minutes")
    began = desk.clock.seconds
    assert booked(desk.client.authorise(500)).amount == 500
    assert desk.clock.seconds - began > 300


@pytest.mark.parametrize("way", list(Way))
def test_a_serial_cable_out_for_five_seconds(way: Way) -> None:
    """What was not acknowledged is sent again: the payment succeeds."""
    for number in range(1, 30):
        desk = wired_desk(True, automatic="chip")
        desk.client.link.open()
        desk.fate.seen.update(dict.fromkeys(Way, 0))
        desk.fate.blows[:] = [Blow(way, number, Harm.DROP)]
        assert booked(desk.client.authorise(1_010)).amount == 1_010
        assert desk.simulator.authorisations == 1
        assert desk.simulator.memory.turnover() == 1_010
        if not desk.fate.struck:
            return
    pytest.fail("a payment of more than 30 frames")


# --- goods that take a while (2.2.6) ------------------------------------------------------------


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_goods_that_take_a_while(serial: bool) -> None:
    """84 9C: the terminal asks again in two seconds; then it counts."""
    desk = wired_desk(serial, automatic="chip", settings=Settings(wait=(30, 3)))
    left = 3

    def decide(_: StatusInformation) -> Decision:
        nonlocal left
        left -= 1
        return WAIT if left >= 0 else KEEP

    began = desk.clock.seconds
    assert booked(desk.client.authorise(500, decide=decide)).amount == 500
    assert desk.clock.seconds - began >= 6
    assert desk.simulator.memory.turnover() == 500


def test_goods_that_never_come() -> None:
    """Asked once too often, the terminal takes the payment back and says so."""
    desk = wired_desk(False, automatic="chip", settings=Settings(wait=(30, 2)))
    assert refused(desk.client.authorise(500, decide=lambda _: WAIT)).code == 0x6C
    assert desk.simulator.memory.turnover() == 0


def test_goods_for_a_part() -> None:
    """84 9D: only that much is taken."""
    desk = wired_desk(False, automatic="chip")
    desk.client.authorise(500, decide=lambda _: partial(120))
    assert desk.simulator.memory.turnover() == 120


# --- cards, texts and the rest ----------------------------------------------------------------------


def test_a_loyalty_card_at_the_payment_reader(desk: Desk) -> None:
    """06 E6: who shows one before paying is told from who pays."""
    desk.simulator.automatic = "loyalty"
    seen = desk.client.card_poll(500)
    assert isinstance(seen, CardSeen)
    assert seen.uid == desk.simulator.function_uid
    desk.simulator.automatic = "contactless"
    assert booked(desk.client.card_poll(500)).amount == 500


def test_a_card_is_read(desk: Desk) -> None:
    """06 C0 gives the word back with the card's data."""
    desk.simulator.automatic = "loyalty"
    assert isinstance(desk.client.read_card(5), CardSeen)
    desk.simulator.automatic = "stop"
    assert refused(desk.client.read_card(5)).code == 0x6C
    assert desk.client.status().code == 0


def test_texts_keys_and_pictures(desk: Desk) -> None:
    """What the display shows, and what is pressed before it."""
    assert isinstance(desk.client.display("Grüße", "bis bald"), Done)
    desk.simulator.keys = b"1"
    pressed = desk.client.ask_key("Ja: F1")
    assert isinstance(pressed, Done)
    assert pressed.keys == b"1"
    picture = b"\x89PNG" + bytes(range(256)) * 500
    assert isinstance(desk.client.display_image(picture), Done)
    assert isinstance(desk.client.clear_image(), Done)
    assert isinstance(desk.client.abort(), Done)


def test_upkeep(desk: Desk) -> None:
    """Clock, host, id, language, self test: done, with what was printed."""
    client = desk.client
    told = client.diagnose(2)
    assert isinstance(told, Done)
    assert told.clock is not None
    for result in (
        client.initialise(),
        client.set_clock(client.link.clock.now()),
        client.select_language(1),
        client.self_test(),
        client.set_terminal_id(61_000_001),
    ):
        assert isinstance(result, Done), result
    assert isinstance(client.log_off(), Done)
    assert client.status().code == 0
    assert client.link.registered.terminal_id == "61000001"


def test_a_signature_is_refused_before_it_counts(desk: Desk) -> None:
    """Nobody is here to look at it."""
    desk.simulator.automatic = "signature"
    refused(desk.client.authorise(500))
    assert desk.simulator.memory.turnover() == 0


def test_a_wrong_password_opens_nothing(desk: Desk) -> None:
    """A refund with it is refused, and a payment wants none."""
    desk.client.link.open()
    desk.simulator.memory.password = 123_456
    refused(desk.client.refund(500))
    assert desk.simulator.memory.turnover() == 0
