"""Who is it? Asked over a real line, with all that can go wrong between two machines."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest

import kiosk.lookup.client as client_module
from kiosk.checkout.commands import Identify, ReadyTerminal
from kiosk.checkout.events import Device, DeviceOnline, Event
from kiosk.checkout.member_events import CustomerFound, CustomerUnavailable, CustomerUnknown
from kiosk.clock import SystemClock
from kiosk.ids import Handle, SaleId
from kiosk.lookup.client import LookupClient
from kiosk.lookup.greeting import greeting
from kiosk.lookup.identity import load_identity
from kiosk.ports import Cancel, LocalProtocolError, RemoteProtocolError, Unavailable, Verdict
from kiosk.vault import EvidenceKind, Shown, Vault
from service.wire.keyset import read_key_set
from service.wire.messages import Customer, Field, evidence_in
from service.wire.messages import EvidenceKind as WireKind
from tests.centre import Centre, member

NUMBER = b"4711-0815"
SALE = SaleId("K1-abc-s000001")


class Desk:
    """A lookup that is online, and a vault to show things to."""

    def __init__(self, centre: Centre, vault: Vault) -> None:
        self.centre, self.vault = centre, vault
        self.clock = SystemClock()
        self.client = LookupClient(centre.identity, vault, self.clock, random.Random(1))

    def online(self) -> Event:
        """The first word of a watch."""
        return next(self.client.watch(Cancel()))

    def show(self, number: bytes = NUMBER) -> Handle:
        return self.vault.admit(EvidenceKind.TEST_CARD, bytearray(number))

    def ask(self, handle: Handle, cancel: Cancel | None = None) -> list[Event]:
        """All the events of one question."""
        run = self.client.execute(Identify(SALE, handle), cancel or Cancel())
        events, verdict = [], None
        while True:
            try:
                events.append(next(run) if verdict is None else run.send(verdict))
            except StopIteration:
                return events
            verdict = Verdict.KEEP


@pytest.fixture
def desk(centre: Centre, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(client_module, "FIRST_SECONDS", 0.4)
    monkeypatch.setattr(client_module, "TOTAL_SECONDS", 0.9)
    monkeypatch.setattr(client_module, "JITTER_SECONDS", 0.01)
    made = Desk(centre, vault)
    assert made.online() == DeviceOnline(Device.LOOKUP)
    yield made
    made.client.close()


def test_a_member_is_found_and_lies_in_the_vault(desk: Desk) -> None:
    """The event says nothing; name and points are lent, and gone when they are wiped."""
    desk.centre.members[NUMBER] = member("Erika Äpfel", 1250)
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle)]
    lent = greeting(desk.vault, handle)
    assert lent is not None
    assert (bytes(lent[0]).decode(), lent[1]) == ("Erika Äpfel", 1250)
    evidence = evidence_in(desk.centre.asked[0].body)
    assert (evidence.kind, evidence.data) == (WireKind.TEST_CARD, NUMBER)
    desk.vault.wipe(handle)
    assert not any(lent[0])
    assert greeting(desk.vault, handle) is None


@pytest.mark.parametrize(
    ("customer", "group", "shown"),
    [
        (Customer(0, Field.PRICE_GROUP, price_group="member"), "member", False),
        (
            Customer(2, Field.NAME | Field.PRICE_GROUP, name="Erika", price_group="gold-2"),
            "gold-2",
            True,
        ),
        (Customer(1, Field.BALANCE, balance=7), "", True),
        (Customer(1, Field(0)), "", False),
        (Customer(1, Field.PRICE_GROUP, price_group="Erika Muster"), "", False),
    ],
)
def test_the_event_tells_a_price_group_and_whether_there_is_a_greeting(
    desk: Desk, customer: Customer, group: str, shown: bool
) -> None:
    """A group is a code of the shop; what looks like anything else never gets into the journal."""
    desk.centre.members[NUMBER] = customer
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle, group, shown)]


def test_nobody_is_known_by_this(desk: Desk) -> None:
    """An unknown card is an answer, not an error."""
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnknown(handle)]
    assert greeting(desk.vault, handle) is None


@pytest.mark.parametrize("fault", ["lost", "truncated", "late"])
def test_one_lost_answer_is_asked_again_with_a_fresh_nonce(desk: Desk, fault: str) -> None:
    """Within the time that a customer waits."""
    desk.centre.members[NUMBER] = member()
    desk.centre.faults.append(fault)
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle)]
    nonces = [opened.nonce for opened in desk.centre.asked]
    assert len(nonces) == len(set(nonces)) == 2
    assert len({opened.question.purchase for opened in desk.centre.asked}) == 1


def test_a_connection_that_ended_meanwhile_costs_no_attempt(desk: Desk) -> None:
    """The service was restarted between two customers."""
    desk.centre.members[NUMBER] = member()
    desk.centre.hang_up()
    desk.centre.faults.extend(["lost"])
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle)]


def test_a_service_that_is_away_is_not_waited_for_twice(desk: Desk) -> None:
    """The first customer waits in vain, the next is told at once, until a look finds it back."""
    desk.centre.faults.extend(["late", "late"])
    first, second = desk.show(), desk.show()
    assert desk.ask(first) == [CustomerUnavailable(first)]
    asked = len(desk.centre.asked)
    assert desk.ask(second) == [CustomerUnavailable(second)]
    assert len(desk.centre.asked) == asked
    desk.centre.open_door.set()
    assert desk.online() == DeviceOnline(Device.LOOKUP)
    assert desk.ask(second) == [CustomerUnknown(second)]


def test_a_service_that_is_gone_is_reported_by_the_watch(desk: Desk) -> None:
    """Once for each look, with what it is about."""
    desk.centre.stop()
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    with pytest.raises(Unavailable, match="central service"):
        desk.online()


@pytest.mark.parametrize("fault", ["forged", "garbage"])
def test_a_forged_answer_is_an_alarm(
    desk: Desk, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The customer goes on anonymous; staff learn of it; nothing private is said."""
    desk.centre.members[NUMBER] = member()
    desk.centre.faults.append(fault)
    handle = desk.show()
    run = desk.client.execute(Identify(SALE, handle), Cancel())
    assert next(run) == CustomerUnavailable(handle)
    with pytest.raises(RemoteProtocolError, match="forged"):
        run.send(Verdict.KEEP)
    assert "ALARM" in caplog.text
    assert "4711" not in caplog.text
    assert greeting(desk.vault, handle) is None


@pytest.mark.parametrize("fault", ["too_long", "no_http", "revoked"])
def test_what_is_no_answer_is_not_asked_again(desk: Desk, fault: str) -> None:
    """It would only come again."""
    desk.centre.faults.append(fault)
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    assert not desk.centre.faults
    assert len(desk.centre.asked) <= 1


def test_the_clock_is_taken_from_a_signed_answer(desk: Desk) -> None:
    """An hour behind: asked once more with the service's time, and right from then on."""
    desk.centre.members[NUMBER] = member()
    desk.centre.clock_ms = 3600_000
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle)]
    assert len(desk.centre.asked) == 2
    assert desk.ask(handle) == [CustomerFound(handle)]
    assert len(desk.centre.asked) == 3


def test_a_service_that_always_finds_the_clock_wrong_is_not_asked_for_ever(desk: Desk) -> None:
    """Twice, and then the customer goes on."""
    desk.centre.faults.extend(["clock", "clock"])
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    assert len(desk.centre.asked) == 2


def test_slow_down_is_obeyed(desk: Desk) -> None:
    """Nothing is asked while the service wants to be left alone."""
    desk.centre.faults.append("slow")
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    assert len(desk.centre.asked) == 1


def test_a_service_without_its_store_is_not_asked_again_at_once(desk: Desk) -> None:
    """503 with Retry-After."""
    desk.centre.faults.append("not_ready")
    handle = desk.show()
    assert desk.ask(handle) == [CustomerUnavailable(handle)]
    assert not desk.centre.asked
    assert desk.client._look_at - desk.clock.monotonic() > 5


def test_a_new_key_is_fetched_and_kept(desk: Desk) -> None:
    """421: the key set is renewed, verified, stored, and the question asked anew."""
    desk.centre.members[NUMBER] = member()
    desk.centre.rotate()
    handle = desk.show()
    assert desk.ask(handle) == [CustomerFound(handle)]
    kept = load_identity(desk.centre.identity)
    assert kept.keys.version == 2


def test_an_older_key_set_is_refused(desk: Desk) -> None:
    """A service that was broken into cannot bring a retired key back."""
    old = desk.centre.keys
    desk.centre.rotate()
    desk.ask(desk.show())
    desk.centre.keys = old
    desk.client._look_at = 0
    with pytest.raises(RemoteProtocolError, match="older"):
        desk.online()
    identity = load_identity(desk.centre.identity)
    document = (desk.centre.identity / "keyset.bin").read_bytes()
    assert read_key_set(document, identity.pinned).version == 2


def test_a_customer_who_left_meanwhile_leaves_nothing(desk: Desk) -> None:
    """The answer of somebody gone is wiped, not kept."""
    desk.centre.members[NUMBER] = member()
    handle = desk.show()
    desk.vault.wipe(handle)
    assert desk.ask(handle) == []
    assert not desk.centre.asked


def test_a_damaged_identity_is_reported_and_nobody_waits(desk: Desk) -> None:
    """Selling goes on; the file is named."""
    (desk.centre.identity / "signing.key").write_bytes(b"?")
    fresh = LookupClient(desk.centre.identity, desk.vault, desk.clock)
    with pytest.raises(Unavailable, match="identity"):
        next(fresh.watch(Cancel()))
    handle = desk.show()
    assert next(fresh.execute(Identify(SALE, handle), Cancel())) == CustomerUnavailable(handle)


def test_a_wish_to_stop_is_obeyed_in_the_middle(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both of a question and of an idle look: who waited on would hear the late answer."""
    monkeypatch.setattr(client_module, "FIRST_SECONDS", 60.0)
    monkeypatch.setattr(client_module, "TOTAL_SECONDS", 60.0)
    desk.centre.faults.append("late")
    cancel = Cancel()
    cancel.set()
    handle = desk.show()
    assert desk.ask(handle, cancel) == [CustomerUnavailable(handle)]
    assert next(desk.client.watch(cancel), None) is None


def test_it_takes_no_other_commands(desk: Desk) -> None:
    """Asking it to do something else is our own mistake."""
    with pytest.raises(LocalProtocolError):
        next(desk.client.execute(ReadyTerminal(), Cancel()))


def test_a_customer_who_leaves_before_the_question_is_not_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was lent is zeros by then."""
    handle, lend = desk.show(), desk.vault.shown

    def leave(shown: Handle) -> Shown | None:
        lent = lend(shown)
        desk.vault.wipe(shown)
        return lent

    monkeypatch.setattr(desk.vault, "shown", leave)
    assert desk.ask(handle) == []
    assert desk.centre.asked == []


@pytest.mark.parametrize("first", ["refuses", "is silent"])
def test_every_address_of_the_service_is_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """A name with a dead address first: the next one answers, within the same time."""
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        if first == "is silent":
            dead.listen(0)
        here = socket.getaddrinfo("127.0.0.1", desk.centre.port, type=socket.SOCK_STREAM)
        there = socket.getaddrinfo("127.0.0.1", dead.getsockname()[1], type=socket.SOCK_STREAM)
        fill = [socket.socket() for _ in range(3)] if first == "is silent" else []
        for each in fill:
            each.setblocking(False)
            each.connect_ex(dead.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [*there, *here])
        desk.client.close()
        desk.client = LookupClient(desk.centre.identity, desk.vault, desk.clock)
        assert desk.online() == DeviceOnline(Device.LOOKUP)
        for each in fill:
            each.close()


def test_a_service_that_no_address_leads_to_is_unreachable(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All were tried."""
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        there = socket.getaddrinfo("127.0.0.1", dead.getsockname()[1], type=socket.SOCK_STREAM)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [*there, *there])
        desk.client.close()
        desk.client = LookupClient(desk.centre.identity, desk.vault, desk.clock)
        with pytest.raises(Unavailable):
            desk.online()
