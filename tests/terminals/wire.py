"""The cable between a till's driver and a simulated terminal, on one thread, and what befalls it.

Bytes are those of a real line: bare APDUs on TCP, blocks with their CRC and acknowledgements on serial.
Frames are counted over all connections of a payment; a plan says what happens to which of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from drivers.zvt.blocks import ACK, NAK, Block, Deblocker, Signal, block
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.serial_line import REPEATS, T2_SECONDS
from drivers.zvt.simulator import TerminalSimulator
from kiosk.ports import Silent
from tests.wired import FakeClock


class Way(Enum):
    """Who sends the frame."""

    TILL = "till"
    TERMINAL = "terminal"


class Harm(Enum):
    """What happens to one frame."""

    CUT_BEFORE = "the cable is out before it"
    CUT_WITHIN = "the cable is out in the middle of it"
    CUT_AFTER = "the cable is out behind it"
    UNPLUGGED = "the cable is out from it on, unnoticed"
    DROP = "it is lost, and the line stays"
    DELAY = "it comes late"
    GARBLE = "one bit of it is wrong"
    TWICE = "it comes twice"
    NAK = "it is taken for damaged"
    POWER_BEFORE = "the terminal loses power before it"
    POWER_AFTER = "the terminal loses power behind it"
    KILL_BEFORE = "the kiosk dies before it"
    KILL_AFTER = "the kiosk dies behind it"


SERIAL_ONLY = frozenset({Harm.GARBLE, Harm.TWICE, Harm.NAK})
"""TCP delivers every byte once and right, or none."""
ON_EVERY_LINE = tuple(each for each in Harm if each not in SERIAL_ONLY)


class Killed(BaseException):
    """The kiosk's process is gone: nothing may catch this."""


@dataclass(frozen=True, slots=True)
class Blow:
    """One harm, to the n-th frame of one way; `size` where it depends on one: bytes or seconds."""

    way: Way
    number: int
    harm: Harm
    size: float = 1.0


@dataclass(slots=True)
class Fate:
    """What will happen, and how far it has come."""

    blows: list[Blow] = field(default_factory=list)
    seen: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    struck: list[Blow] = field(default_factory=list)

    def of(self, way: Way) -> Blow | None:
        """What befalls the next frame of this way."""
        self.seen[way] += 1
        for blow in self.blows:
            if (blow.way, blow.number) == (way, self.seen[way]):
                self.struck.append(blow)
                return blow
        return None


Restart = Callable[[], TerminalSimulator]
"""The terminal comes up again from what it keeps."""


class Wire:
    """One connection as the till sees it."""

    def __init__(
        self,
        simulator: TerminalSimulator,
        clock: FakeClock,
        fate: Callable[[], Fate],
        restart: Restart,
        *,
        serial: bool,
    ) -> None:
        self._clock = clock
        self._fate = fate
        self._restart = restart
        self._torn = False
        self._unplugged = False
        self._coming: deque[bytes] = deque()
        if serial:
            simulator.patience = REPEATS * T2_SECONDS
        self._port = SerialPort(simulator, clock) if serial else TcpPort(simulator)
        simulator.connected()

    def read(self, seconds: float) -> bytes:
        self._there()
        if not self._coming:
            self._fetch()
        if not self._coming:
            if self._port.hung_up() and not self._unplugged:
                self._tear()
            self._clock.pass_time(seconds)
            self._port.tick()
            self._fetch()
        return self._coming.popleft() if self._coming else b""

    def write(self, data: bytes) -> None:
        self._there()
        blow = self._fate().of(Way.TILL)
        if self._unplugged:
            return
        for piece in self._suffer(blow, data):
            self._port.receive(piece)
        self._behind(blow)

    def close(self) -> None:
        if not self._torn:
            self._torn = True
            self._port.gone()

    def _fetch(self) -> None:
        for data in self._port.take():
            blow = self._fate().of(Way.TERMINAL)
            if self._unplugged:
                continue
            self._coming.extend(self._suffer(blow, data))
            self._behind(blow)

    def _suffer(self, blow: Blow | None, data: bytes) -> list[bytes]:
        """What is left of the frame."""
        if blow is None:
            return [data]
        self._before(blow)
        match blow.harm:
            case Harm.CUT_WITHIN:
                half = data[: max(1, min(len(data) - 1, int(blow.size)))]
                if blow.way is Way.TILL:
                    self._port.receive(half)
                    self._tear()
                return [half]
            case Harm.DROP:
                return []
            case Harm.UNPLUGGED:
                self._unplugged = True
                return []
            case Harm.NAK:
                if blow.way is Way.TILL:
                    self._coming.append(bytes((NAK,)))
                else:
                    self._port.receive(bytes((NAK,)))
                return []
            case Harm.DELAY:
                self._clock.pass_time(blow.size)
                self._port.tick()
            case Harm.GARBLE:
                at = int(blow.size) % len(data)
                return [data[:at] + bytes((data[at] ^ 1 << int(blow.size) % 8,)) + data[at + 1 :]]
            case Harm.TWICE:
                return [data, data]
            case _:
                pass
        return [data]

    def _before(self, blow: Blow) -> None:
        match blow.harm:
            case Harm.CUT_BEFORE:
                self._tear()
            case Harm.POWER_BEFORE:
                self._power()
            case Harm.KILL_BEFORE:
                raise Killed
            case _:
                pass

    def _behind(self, blow: Blow | None) -> None:
        match blow.harm if blow else None:
            case Harm.CUT_AFTER:
                self._tear()
            case Harm.CUT_WITHIN:
                self._port.gone()
                self._torn = True
            case Harm.POWER_AFTER:
                self._power()
            case Harm.KILL_AFTER:
                raise Killed
            case _:
                pass

    def _there(self) -> None:
        if self._torn and not self._coming:
            raise Silent("the cable is out")

    def _tear(self) -> None:
        self.close()
        raise Silent("the cable is out")

    def _power(self) -> None:
        self._torn = True
        self._restart()
        raise Silent("the terminal is off")


class TcpPort:
    """The terminal's side of a socket: each APDU is a frame."""

    def __init__(self, simulator: TerminalSimulator) -> None:
        self._simulator = simulator

    def receive(self, data: bytes) -> None:
        self._simulator.receive(data)

    def take(self) -> list[bytes]:
        return [frame(*apdu) for apdu in Deframer().feed(self._simulator.take())]

    def tick(self) -> None:
        self._simulator.tick()

    def hung_up(self) -> bool:
        return self._simulator.hangs_up()

    def gone(self) -> None:
        self._simulator.disconnected()


class SerialPort:
    """The terminal's side of a serial line: blocks, each sent until it is acknowledged, thrice at most."""

    def __init__(self, simulator: TerminalSimulator, clock: FakeClock) -> None:
        self._simulator = simulator
        self._clock = clock
        self._blocks = Deblocker()
        self._queue: deque[bytes] = deque()
        self._tries = 0
        self._sent_at = 0.0
        self._out: list[bytes] = []
        self._last = b""
        self._dead = False

    def receive(self, data: bytes) -> None:
        for found in self._blocks.feed(data):
            match found:
                case Block(apdu=apdu):
                    self._out.append(bytes((ACK,)))
                    if apdu != self._last:
                        self._last = apdu
                        self._simulator.receive(apdu)
                case Signal.ACK:
                    self._last = b""
                    if self._tries:
                        self._queue.popleft()
                        self._tries = 0
                case Signal.NAK if self._tries:
                    self._again()
                case Signal.DAMAGED:
                    self._out.append(bytes((NAK,)))
                case _:
                    pass

    def take(self) -> list[bytes]:
        for apdu in Deframer().feed(self._simulator.take()):
            self._queue.append(block(frame(*apdu)))
        if self._queue and not self._tries:
            self._again()
        out, self._out = self._out, []
        return out

    def tick(self) -> None:
        self._simulator.tick()
        if self._blocks.inside:
            self._blocks.give_up()
            self._out.append(bytes((NAK,)))
        if self._tries and self._clock.seconds - self._sent_at >= T2_SECONDS:
            self._again()

    def hung_up(self) -> bool:
        return self._dead or self._simulator.hangs_up()

    def gone(self) -> None:
        self._simulator.disconnected()

    def _again(self) -> None:
        if self._tries > REPEATS:
            self._dead = True
            self._simulator.disconnected()
            return
        self._tries += 1
        self._sent_at = self._clock.seconds
        self._out.append(self._queue[0])
