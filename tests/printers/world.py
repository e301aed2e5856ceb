"""A printer on one thread, harmed at a chosen place, and what became of two customers' receipts.

The printer is the simulator's mechanism, the driver the kiosk's own; the line between them is made
here, and time passes when somebody waits. So a case takes milliseconds and ends alike each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from drivers.printer.device import EscposPrinter
from drivers.printer.document import Cut, Doc, Row, Text, as_text
from drivers.printer.faults import FAULTS, GARBAGE
from drivers.printer.happenings import Happening, LinePrinted
from drivers.printer.layout import lay_out
from drivers.printer.mechanism import Mechanism
from drivers.printer.profiles import Profile
from drivers.printer.sheet import Sheet
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import ClearPrinter, PrintReceipt
from kiosk.checkout.events import Event, PrinterCleared, PrintFault, ReceiptFailed, ReceiptPrinted
from kiosk.ids import JobId
from kiosk.ports import Cancel, Silent, Unavailable
from kiosk.receipt import Receipt
from tests.wired import FakeClock

SPEED = 150.0
STEP = 0.002
"""Seconds that pass at least between two looks."""
LINES = 4
PATIENCE = 3.0
BOOT_SECONDS = 1.0
"""A printer that was switched on says nothing so long."""


@cache
def receipt(lines: int = LINES, *, copy: bool = False) -> Receipt:
    """The first customer's."""
    return specimen(lines, copy=copy)


@cache
def whole(columns: int, lines: int = LINES, *, copy: bool = False) -> str:
    """The paper of it."""
    return as_text(lay_out(receipt(lines, copy=copy), columns))


@cache
def short(columns: int) -> Doc:
    """What the next customer gets; a few lines tell as well what comes out before and among them."""
    return Doc(columns, (Text("Bon 2"), Row("Summe", "1,19"), Text("Danke"), Cut()))


@dataclass
class Harm:
    """What happens, once, when `at_byte` bytes were sent or `at_mm` millimetres came out."""

    name: str
    do: Callable[[World], None]
    at_byte: int | None = None
    at_mm: float | None = None
    done: bool = False


@dataclass
class World:
    """One printer, one driver, one harm."""

    profile: Profile
    driven_as: str = ""
    """The profile the driver believes in; its own where empty."""
    harms: list[Harm] = field(default_factory=list)
    split: bool = False
    """Answers come byte by byte."""
    stream: bool = True
    """TCP: bytes on their way are lost with the line, and power off ends it; a serial line stands."""
    lines: int = LINES
    """Articles on the first receipt."""
    boot: float = BOOT_SECONDS

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.mechanism = Mechanism(self.profile, speed=SPEED)
        self.mechanism.tell = self._heard
        self.sent = 0
        self.millimetres = 0.0
        self.last_row = 0.0
        """When the paper moved last."""
        self.rows: list[str] = []
        self.sheets: list[Sheet] = []
        self.alive = True
        """Whether the connection stands."""
        self.reachable = True
        self.swallowed = False
        """Half open: the other side is gone, and this one does not know."""
        self.dark_until = 0.0
        self.close_at: float | None = None
        """When whoever opened the cover shuts it."""
        self.cool_at: float | None = None
        """When the head has cooled down."""
        self.unsaid = bytearray()
        self.driver = EscposPrinter(
            "tcp://printer:9100" if self.stream else "serial:///dev/ttyS0",
            columns=self.profile.columns,
            clock=self.clock,
            connect=self._connect,
            patience=PATIENCE,
            profile=self.driven_as or self.profile.name,
        )

    # --- harm -----------------------------------------------------------------------------------

    def suffer(self, fault: str) -> None:
        """One of the simulator's faults."""
        name, _, amount = fault.partition("=")
        FAULTS[name](self.mechanism, float(amount or 0))

    def power_cycle(self) -> None:
        """Off and on; over TCP the connection breaks some time later, here at once."""
        self.mechanism.power_cycle()
        self.dark_until = self.clock.seconds + self.boot
        self.unsaid.clear()
        if self.stream:
            self.alive = False

    def pull_cable(self) -> None:
        """The line is gone; the printer prints what it has."""
        self.alive = self.reachable = False

    def go_half_open(self) -> None:
        """Nothing arrives any more, and nobody is told."""
        self.swallowed = True

    def mend(self) -> None:
        """Staff were here: paper, cover, blade, cable and all. Not the power switch."""
        self.harms.clear()
        self.reachable = True
        self.swallowed = False
        printer = self.mechanism
        printer.close_cover()
        printer.free_blade()
        printer.line_lost_after_mm = None
        for name in ("offline", "hot", "broken"):
            setattr(printer.troubles, name, False)
        printer.mute = False
        if printer.troubles.paper_out or printer.paper_left_mm is not None:
            printer.load_paper()

    # --- the kiosk ------------------------------------------------------------------------------

    def prints(self, *, copy: bool = False) -> Event:
        """The event the first customer's receipt ends with."""
        command = PrintReceipt(JobId("job"), receipt(self.lines, copy=copy))
        (event,) = self.driver.execute(command, Cancel())
        self.sheets += self.mechanism.sheets()
        return event

    def prints_next(self) -> Event:
        """The event the next customer's ends with."""
        event = self.driver.print_document(JobId("next"), short(self.profile.columns), Cancel())
        self.sheets += self.mechanism.sheets()
        return event

    def staff_confirm(self) -> None:
        """Off and on, and the word for it."""
        self.power_cycle()
        self.let_pass(2 * BOOT_SECONDS)
        (event,) = self.driver.execute(ClearPrinter(), Cancel())
        assert isinstance(event, PrinterCleared)

    def let_pass(self, seconds: float) -> None:
        """Nobody asks anything; the printer does what it does."""
        end = self.clock.seconds + seconds
        while self.clock.seconds < end:
            self.clock.seconds = self.next_look(end)
            self.advance()

    @property
    def papers(self) -> list[str]:
        """What was cut or torn off, oldest first."""
        return [sheet.text for sheet in self.sheets]

    # --- the line -------------------------------------------------------------------------------

    def next_look(self, end: float) -> float:
        """When something may happen next: the paper stands for a row, or somebody comes."""
        now = self.clock.seconds
        ahead = [end, self.mechanism._busy_until, self.dark_until]
        ahead += [at for at in (self.close_at, self.cool_at) if at is not None]
        return min((at for at in ahead if at > now), default=end) if now < end else now

    def advance(self) -> None:
        """Let the printer do what is due, and harm come in its time."""
        self.mechanism.advance(self.clock.seconds)
        if self.close_at is not None and self.clock.seconds >= self.close_at:
            self.close_at = None
            self.mechanism.close_cover()
        if self.cool_at is not None and self.clock.seconds >= self.cool_at:
            self.cool_at = None
            self.mechanism.troubles.hot = False
        if self.swallowed:  # what it says reaches nobody
            self.mechanism.answers()
        self._harm()

    def _harm(self) -> None:
        for harm in self.harms:
            by_byte = harm.at_byte is not None and self.sent >= harm.at_byte
            by_paper = harm.at_mm is not None and self.millimetres >= harm.at_mm
            if (by_byte or by_paper) and not harm.done:
                harm.done = True
                harm.do(self)

    def _heard(self, happening: Happening) -> None:
        if isinstance(happening, LinePrinted):
            self.millimetres = happening.millimetres
            self.last_row = self.clock.seconds
            self.rows.append(happening.text)

    def _connect(self, address: str) -> WorldLine:
        if not self.reachable or self.clock.seconds < self.dark_until:
            raise Unavailable(f"{address}: refused")
        self.alive, self.swallowed = True, False
        self.mechanism.answers()
        self.unsaid.clear()
        return WorldLine(self)


class WorldLine:
    """The driver's end."""

    def __init__(self, world: World) -> None:
        self._world = world

    def read(self, seconds: float) -> bytes:
        """What was said, letting time pass until something is."""
        world, end = self._world, self._world.clock.seconds + max(seconds, 0)
        while True:
            world.advance()
            said = self._said()
            if said or world.clock.seconds >= end:
                return said
            world.clock.seconds = max(world.next_look(end), world.clock.seconds + STEP)

    def _said(self) -> bytes:
        world = self._world
        if not world.alive:
            raise Silent("reset by the other side")
        if world.swallowed or world.clock.seconds < world.dark_until:
            return b""
        world.unsaid += world.mechanism.answers()
        size = 1 if world.split else len(world.unsaid)
        said = bytes(world.unsaid[:size])
        del world.unsaid[:size]
        return said

    def write(self, data: bytes) -> None:
        """Byte by byte where a harm waits for one of them."""
        world = self._world
        if not world.alive:
            raise Silent("reset by the other side")
        begin = 0
        for harm in sorted(world.harms, key=lambda each: each.at_byte or 0):
            if harm.at_byte is None or harm.done:
                continue
            if world.sent < harm.at_byte <= world.sent + len(data) - begin:
                size = harm.at_byte - world.sent
                self._deliver(data[begin : begin + size])
                begin += size
                world.advance()
        self._deliver(data[begin:])
        world.advance()
        if not world.alive:
            raise Silent("reset by the other side")

    def _deliver(self, data: bytes) -> None:
        world = self._world
        world.sent += len(data)
        reaches = world.alive and not world.swallowed and world.clock.seconds >= world.dark_until
        if reaches:
            world.mechanism.receive(data)

    def close(self) -> None:
        """The printer notices, and goes on with what it has."""
        self._world.alive = False


# --- the story ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the first receipt ended, in the driver's word and on paper."""

    said: str
    """`printed`, `weak`, `failed` or `unknown`."""
    fault: PrintFault | None
    on_paper: bool
    """Whether all of it was on one sheet when the driver had spoken."""


def story(world: World, *, pause: float = 0.0, before: tuple[str, ...] = ()) -> Outcome:
    """Print, be harmed, mend, print again as the kiosk would, print the next; raise if it is untrue."""
    for fault in before:
        world.suffer(fault)
    event = world.prints()
    outcome = outcome_of(world, event)
    _is_true(world, outcome)
    world.mend()
    world.let_pass(pause)
    if not isinstance(event, ReceiptPrinted):
        assert isinstance(event, ReceiptFailed)
        _print_again(world, copy=event.partial)
    next_customer(world)
    _no_duplicate(world)
    return outcome


def outcome_of(world: World, event: Event) -> Outcome:
    """The driver's word, and the paper beside it."""
    came = whole(world.profile.columns, world.lines) in world.papers
    if isinstance(event, ReceiptPrinted):
        return Outcome("weak" if event.weak else "printed", None, came)
    assert isinstance(event, ReceiptFailed)
    return Outcome("unknown" if event.partial else "failed", event.fault, came)


def _is_true(world: World, outcome: Outcome) -> None:
    if outcome.said in ("printed", "weak"):
        assert outcome.on_paper, "called printed, and is not whole on one sheet"
    if outcome.said == "failed":
        assert not any(world.rows), "called failed, and some of it is on paper"


def _print_again(world: World, *, copy: bool) -> None:
    """The receipt is owed: again, as a copy if any of the first may be on paper."""
    event: Event | None = None
    for _ in range(4):
        event = world.prints(copy=copy)
        if isinstance(event, ReceiptPrinted):
            break
        assert isinstance(event, ReceiptFailed)
        assert not event.partial, f"a sound printer failed: {event.fault}"
        if event.fault is PrintFault.LOCKED:
            assert not world.mechanism.clear_known, "locked, and its word was to be had"
            world.staff_confirm()
        else:
            world.let_pass(2 * BOOT_SECONDS)  # still starting
    assert isinstance(event, ReceiptPrinted), event
    assert world.papers[-1] == whole(world.profile.columns, world.lines, copy=copy)


def next_customer(world: World) -> None:
    """Gets a receipt, and nothing of anybody else's on it or before it."""
    rows = len(world.rows)
    event = world.prints_next()
    if isinstance(event, ReceiptFailed) and not event.partial:  # the line had died, unnoticed
        world.let_pass(2 * BOOT_SECONDS)
        event = world.prints_next()
    assert isinstance(event, ReceiptPrinted), event
    wanted = as_text(short(world.profile.columns))
    assert world.papers[-1] == wanted, "the next customer holds something else"
    printed = [row for row in world.rows[rows:] if row]
    assert printed == [row for row in wanted.splitlines() if row], "something stale came out"


def _no_duplicate(world: World) -> None:
    originals = world.papers.count(whole(world.profile.columns, world.lines))
    assert originals <= 1, "two originals of one receipt"


__all__ = ["GARBAGE", "Harm", "Outcome", "World", "next_customer", "outcome_of", "story", "whole"]
