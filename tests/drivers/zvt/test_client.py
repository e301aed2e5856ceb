"""Every command of a typed client over a socket: the bytes it sends, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.zvt.client import Client
from drivers.zvt.link import Link
from drivers.zvt.messages import SelfTest
from drivers.zvt.results import (
    Booked,
    CardSeen,
    Condition,
    DayTotals,
    Done,
    OpenReservations,
    Refused,
)
from drivers.zvt.upkeep import Upkeep
from kiosk.clock import SystemClock
from tests.drivers.tools.scripted import (
    YES,
    Flow,
    Scripted,
    aborted,
    completion,
    container,
    result,
    scripted,
)
from tests.terminals.desk import real_desk

MAC = bytes.fromhex("0102030405060708")
MIRROR, EURO = "06031f1f00", "490978"
ENDED: Flow = (YES + completion(),)
BRIEF: Flow = (YES,)
PAID: Flow = (YES + result(5, 800), completion())
A_CARD: Flow = (YES + "040f09" + "0607" + "4c0504a1b2c3d4",)

Call = Callable[[Client], object]
COMMANDS: list[tuple[str, Call, str, Flow, type]] = [
    ("status", lambda c: c.status(), "0501050000000304", ENDED, Condition),
    ("diagnose", lambda c: c.diagnose(2), "06700506031b0102", ENDED, Done),
    ("diagnose", lambda c: c.diagnose(), "067000", ENDED, Done),
    ("initialise", lambda c: c.initialise(), "069303000000", ENDED, Done),
    ("set_clock", lambda c: c.set_clock(datetime(2026, 7, 1, 10, 2, 3, tzinfo=UTC)),
     "06910b000000aa2607010c120203", ENDED, Done),
    ("set_terminal_id", lambda c: c.set_terminal_id(61000001), "061b080000002961000001", ENDED, Done),
    ("set_terminal_id", lambda c: c.set_terminal_id(None), "061b03000000", ENDED, Done),
    ("update", lambda c: c.update(), "081000", ENDED, Done),
    ("update", lambda c: c.update("A7"), "081006" + "06040f024137", ENDED, Done),
    ("select_language", lambda c: c.select_language(1), "08300101", ENDED, Done),
    ("self_test", lambda c: c.self_test(), "067900", ENDED, Done),
    ("reset", lambda c: c.reset(), "061800", ENDED, Done),
    ("read_card", lambda c: c.read_card(5), "06c00d051910" + "06081f1501401f600107", A_CARD, CardSeen),
    ("display", lambda c: c.display("Hallo", seconds=5), "06e00af005f1f0f548616c6c6f", BRIEF, Done),
    ("ask_key", lambda c: c.ask_key("F1?"), "06e108f01ef1f0f346313f", ("80000131",), Done),
    ("ask_number", lambda c: c.ask_number(MAC, "Km?", most=6),
     "06e213f01ef1f0f34b6d3fe906eb0102030405060708", ("8000023432",), Done),
    ("ask_number", lambda c: c.ask_number(MAC, "Km?"),
     "06e213f01ef1f0f34b6d3fe914eb0102030405060708", ("847500",), Refused),
    ("abort", lambda c: c.abort(), "06b000", BRIEF, Done),
    ("log_off", lambda c: c.log_off(), "060200", BRIEF, Done),
    ("display_image", lambda c: c.display_image(b"\x89PNG"),
     "06f00e" + "72037301f01e" + "06061c0489504e47", BRIEF, Done),
    ("clear_image", lambda c: c.clear_image(), "06f000", BRIEF, Done),
    ("raw", lambda c: c.raw(SelfTest()).final, "067900", ENDED, object),
    ("authorise", lambda c: c.authorise(800), f"060111040000000008004909781940{MIRROR}", PAID, Booked),
    ("authorise", lambda c: c.authorise(799), f"060111040000000007994909781940{MIRROR}",
     (YES + result(5, 800), aborted(0x6C)), Refused),
    ("card_poll", lambda c: c.card_poll(800), f"06e611040000000008004909781940{MIRROR}",
     (YES + aborted(0x7A, container("4c0404a1b2c3")),), CardSeen),
    ("reverse", lambda c: c.reverse(4), f"06300b000000870004{MIRROR}", PAID, Booked),
    ("reverse", lambda c: c.reverse(4, 800),
     "063015000000870004" + f"04000000000800{EURO}{MIRROR}", PAID, Booked),
    ("refund", lambda c: c.refund(800), f"06311200000004000000000800{EURO}{MIRROR}", PAID, Booked),
    ("reserve", lambda c: c.reserve(800), f"062211040000000008004909781940{MIRROR}", PAID, Booked),
    ("book", lambda c: c.book(3, 800), "062412870003" + f"04000000000800{EURO}{MIRROR}", PAID, Booked),
    ("release", lambda c: c.release(3, 200), "062312870003" + f"04000000000200{EURO}{MIRROR}",
     PAID, Booked),
    ("give_up", lambda c: c.give_up(3), f"062508870003{MIRROR}", PAID, Booked),
    ("open_reservations", lambda c: c.open_reservations(), "06230387ffff",
     (YES + aborted(0xB8, "870003"),), OpenReservations),
    ("end_of_day", lambda c: c.end_of_day(), f"065008000000{MIRROR}", PAID, DayTotals),
    ("totals", lambda c: c.totals(), "061003000000", PAID, DayTotals),
    ("repeat", lambda c: c.repeat()[0], "0620050000000303", PAID, Booked),
    ("repeat", lambda c: c.repeat(printing=True)[0], "0620050000000301", PAID, Booked),
]  # fmt: skip


@contextmanager
def before(flows: dict[str, Sequence[Flow]]) -> Iterator[tuple[Client, Scripted]]:
    """A client before a terminal with these flows, by control field."""
    with scripted(**{f"c{control}": each for control, each in flows.items()}) as pt:
        link = Link(pt.address, clock=SystemClock())
        try:
            yield Client(link), pt
        finally:
            link.close()


@pytest.mark.parametrize(
    ("call", "wire", "flow", "kind"),
    [each[1:] for each in COMMANDS],
    ids=[f"{number} {each[0]}" for number, each in enumerate(COMMANDS)],
)
def test_a_command_and_its_answer(call: Call, wire: str, flow: Flow, kind: type) -> None:
    """To the byte; a refusal is a value."""
    flows: dict[str, Sequence[Flow]] = {
        "0623": [(YES + aborted(0xB8, "87ffff"),)],
        wire[:4]: [flow],
    }
    with before(flows) as (client, pt):
        found = call(client)
        assert isinstance(found, kind)
        assert pt.sent(wire[:4]) == [wire]


def test_no_command_is_forgotten() -> None:
    """Whatever a client offers is tried above."""
    offered = {
        name for cls in Client.__mro__[:-1] for name in vars(cls) if not name.startswith("_")
    }
    assert {name for name, *_ in COMMANDS} == offered
    assert issubclass(Client, Upkeep)


def test_what_is_typed_is_told() -> None:
    """The digits (2.30), or that no MAC vouches for the text (84 75)."""
    with before({"06e2": [("8000023432",), ("847500",)]}) as (client, _):
        assert client.ask_number(MAC, "Km?") == Done(keys=b"42")
        refused = client.ask_number(MAC, "Km?")
        assert isinstance(refused, Refused)
        assert refused.code == 0x75


def test_the_simulated_terminal_takes_the_same(tmp_path: Path) -> None:
    """Ids come and go, pictures too; a number is typed."""
    with real_desk("tcp", tmp_path, automatic="chip") as desk:
        client, desk.simulator.keys = desk.client, b"42"
        assert client.ask_number(MAC, "Km?") == Done(keys=b"42")
        assert isinstance(client.display_image(b"\x89PNG"), Done)
        shown = desk.simulator.image
        assert shown is not None
        assert client.clear_image() == Done()
        assert desk.simulator.image is None
        for taken in (client.set_terminal_id(61_000_001), client.set_terminal_id(None)):
            assert isinstance(taken, Done)


@pytest.mark.parametrize("act", [Client.update, Client.reset])
def test_the_simulated_terminal_goes_away_for_a_while(
    act: Callable[[Client], Done | Refused], tmp_path: Path
) -> None:
    """New software, and a restart: taken, and what follows is the terminal's."""
    with real_desk("tcp", tmp_path) as desk:
        assert act(desk.client) == Done()
