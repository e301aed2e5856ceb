"""A checkout scale on a line. It weighs when it is asked; between, it is only looked after.

Whatever is wrong with the load is told and waited for; whatever is wrong with the scale is an error that
says what to do. One deadline for each answer, one for each weighing.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.line import Line
from drivers.line import connect as connect_line
from drivers.scale.checksums import Keys
from drivers.scale.dialog06 import Dialog06
from drivers.scale.frames import Framer, Signal
from drivers.scale.reading import Attempt, Dialect, NoWeight, Reading, Request
from drivers.scale.steadiness import Steadiness, Trusting
from drivers.scale.toledo8217 import Toledo8217
from kiosk.checkout.commands import DeviceCommand, Weigh
from kiosk.checkout.events import Device, DeviceOnline
from kiosk.checkout.weigh_events import GoodsWeighed, ScaleShown, WeighingEnded
from kiosk.clock import Clock
from kiosk.ids import WeighingId
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Silent

ANSWER_SECONDS = 1.0
WEIGH_SECONDS = 120.0
"""Longer than a kiosk waits for its customer: it asks to stop before."""
LOOK_SECONDS = 0.05
"""Between looks at a wish to stop."""
AGAIN_SECONDS = 0.1
WATCH_SECONDS = 0.4
"""Between two looks at an idle scale."""
QUIET_SECONDS = 0.1
MOST_DRAINED = 16

Connect = Callable[[str], Line]


class CheckoutScale:
    """A scale at an address of `drivers.line`, by one of the protocols. For one thread."""

    def __init__(
        self, address: str, dialect: Dialect, *, clock: Clock, connect: Connect = connect_line
    ) -> None:
        self._address = with_line(address, dialect.parity)
        self._dialect = dialect
        self._clock = clock
        self._connect = connect
        self._line: Line | None = None
        self._load = Trusting() if dialect.guards else Steadiness()

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """`ScaleShown` as it changes, then `GoodsWeighed` or `WeighingEnded`. Raises DeviceError."""
        if not isinstance(command, Weigh):
            raise LocalProtocolError(f"a scale cannot {type(command).__name__}")
        request = Request(command.price.minor, command.tare, command.name)
        end = self._clock.monotonic() + WEIGH_SECONDS
        shown: ScaleShown | None = None
        pending = False
        while not cancel and self._clock.monotonic() < end:
            reading = self.read(self._dialect.weigh(request, pending=pending))
            if not isinstance(reading, NoWeight):
                self._load.sold(reading.gross)
                yield GoodsWeighed(command.weighing, reading.gross, command.tare)
                return
            pending = reading.pending
            now = _shown(command.weighing, reading)
            if now != shown:
                yield now
                shown = now
            cancel.wait(AGAIN_SECONDS)
        yield WeighingEnded(command.weighing)

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`; then the scale is looked at now and then, for what is put on and taken off."""
        online = False
        while not wanted:
            reading = self.look(wanted)
            if reading is None:
                return
            if not online:
                yield DeviceOnline(Device.SCALE)
                online = True
            wanted.wait(WATCH_SECONDS)

    def look(self, wanted: Cancel | None = None) -> Reading | None:
        """How it is now; None where `wanted` was set before it answered. Raises DeviceError."""
        try:
            return self.read(self._dialect.look(), wanted)
        except _Wanted:
            return None

    def read(self, attempt: Attempt, wanted: Cancel | None = None) -> Reading:
        """Carry out one question. Raises DeviceError; the line is closed then, and opened anew."""
        try:
            line = self._open()
            try:
                return self._load.seen(self._ask(line, attempt, wanted))
            except _Wanted:
                self._settle(line)
                raise
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line."""
        line, self._line = self._line, None
        if line:
            line.close()

    def _open(self) -> Line:
        if self._line is None:
            self._line = self._connect(self._address)
            self._settle(self._line)
        return self._line

    def _settle(self, line: Line) -> None:
        """Nothing that was said before is an answer to what is asked next."""
        for _ in range(MOST_DRAINED):
            if not line.read(QUIET_SECONDS):
                return

    def _ask(self, line: Line, attempt: Attempt, wanted: Cancel | None) -> Reading:
        framer = self._dialect.framer()
        try:
            sent = next(attempt)
            while True:
                line.write(sent)
                sent = attempt.send(self._answer(line, framer, wanted))
        except StopIteration as done:
            reading: Reading = done.value
            return reading

    def _answer(self, line: Line, framer: Framer, wanted: Cancel | None) -> Signal:
        end = self._clock.monotonic() + ANSWER_SECONDS
        while (left := end - self._clock.monotonic()) > 0:
            if wanted:
                raise _Wanted
            if found := framer.feed(line.read(min(left, LOOK_SECONDS))):
                return found[0]
        raise Silent(
            f"{self._address}: no answer within {ANSWER_SECONDS:.0f} s; switch the scale on, look at its"
            f" cable and at its line: 9600 baud, 7 bits, parity {self._dialect.parity}"
        )


class _Wanted(Exception):
    """Somebody wants the scale for something else."""


def with_line(address: str, parity: str) -> str:
    """A serial address with the bits and parity of its protocol, as far as it does not say otherwise."""
    if not address.startswith("serial://"):
        return address
    wanted = {"baud": "9600", "bits": "7", "parity": parity}
    mark = "&" if "?" in address else "?"
    missing = [f"{name}={value}" for name, value in wanted.items() if f"{name}=" not in address]
    return f"{address}{mark}{'&'.join(missing)}" if missing else address


def _shown(weighing: WeighingId, reading: NoWeight) -> ScaleShown:
    return ScaleShown(weighing, reading.says, reading.grams)


def toledo8217(*, address: str, clock: Clock, keys: Keys | None = None) -> CheckoutScale:
    """A scale that speaks Toledo 8217; it knows no checksums."""
    del keys
    return CheckoutScale(address, Toledo8217(), clock=clock)


def dialog06(*, address: str, clock: Clock, keys: Keys | None = None) -> CheckoutScale:
    """A scale that speaks Dialog 06."""
    return CheckoutScale(address, Dialog06(keys), clock=clock)
