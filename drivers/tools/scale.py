"""`drivers scale`: one weighing, what a scale tells as it comes, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drivers.scale.checksums import Keys
from drivers.scale.device import CheckoutScale, dialog06, toledo8217
from drivers.scale.reading import NoWeight, Reading
from drivers.scale.scales import Protocols
from drivers.tools.saying import Say, trouble
from kiosk import seal, weighing
from kiosk.checkout.commands import Weigh
from kiosk.checkout.events import Event
from kiosk.checkout.weigh_events import GoodsWeighed, ScaleSays, ScaleShown
from kiosk.clock import Clock
from kiosk.ids import WeighingId
from kiosk.money import Money
from kiosk.ports import Cancel, DeviceError

RETRY_SECONDS = 0.5
LOOK_SECONDS = 0.3
FACTORIES: dict[Protocols, Callable[..., CheckoutScale]] = {
    Protocols.TOLEDO_8217: toledo8217,
    Protocols.DIALOG_06: dialog06,
}
REMEDIES = {
    ScaleSays.EMPTY: "put something on it",
    ScaleSays.MOVING: "wait until it stands still; look for draught and for what touches the platter",
    ScaleSays.UNMOVED: "take it off, and put it on again",
    ScaleSays.TOO_LIGHT: "put more on it: the minimum load stands on its plate",
    ScaleSays.BELOW_ZERO: "put the platter on, take everything off it, and set the scale to zero",
    ScaleSays.OVERLOAD: "take something off: the capacity stands on its plate",
    ScaleSays.STEADY: "",
}
OK, NO_WEIGHT = 0, 1
_TRIAL = WeighingId("")


@dataclass(slots=True)
class ScaleTool:
    """One scale at a technician's hand. For one thread."""

    address: str
    protocol: Protocols
    say: Say
    clock: Clock
    keys: Keys | None = None
    _scale: CheckoutScale = field(init=False)

    def __post_init__(self) -> None:
        make = FACTORIES[self.protocol]
        self._scale = make(address=self.address, clock=self.clock, keys=self.keys)

    def weigh(self, cents: int, tare: int, cancel: Cancel) -> int:
        """One weighing as in a sale; the exit code. Raises DeviceError."""
        try:
            for event in self._scale.execute(Weigh(_TRIAL, Money(cents), tare, "Test"), cancel):
                if self._told(event, cents):
                    return OK
        finally:
            self._scale.close()
        self.say("none", remedy="the goods have to lie still")
        return NO_WEIGHT

    def _told(self, event: Event, cents: int) -> bool:
        if isinstance(event, GoodsWeighed):
            net = event.gross - event.tare
            facts = {"gross": event.gross, "tare": event.tare, "net": net}
            self.say("weighed", **facts, price=weighing.price(max(net, 0), cents))
            return True
        if isinstance(event, ScaleShown):
            self.say(event.says.value, **_facts(event.says, event.grams))
        return False

    def watch(self, cancel: Cancel) -> None:
        """A line for each change; a scale that is away is told once, and waited for."""
        away, last = False, None
        while not cancel:
            try:
                reading = self._scale.look(cancel)
            except DeviceError as error:
                if not away:
                    self.say("lost", **trouble(error, "look at its cable and its address"))
                away, last = True, None
                cancel.wait(RETRY_SECONDS)
                continue
            away = False
            if reading is not None and reading != last:
                self._say(reading)
                last = reading
            cancel.wait(LOOK_SECONDS)
        self._scale.close()

    def diagnose(self) -> int:
        """Whether it answers, what it tells, and which code would compute with it; the exit code."""
        self.say("module", sha256=seal.sha256(), checksum=f"{seal.crc16():04X}")
        self.say("asked", scale=self.address, protocol=self.protocol.value)
        try:
            reading = self._scale.look()
        except DeviceError as error:
            self.say("fault", kind=type(error).__name__.lower(), **trouble(error))
            return NO_WEIGHT
        finally:
            self._scale.close()
        if reading is not None:
            self._say(reading)
        return OK

    def _say(self, reading: Reading) -> None:
        if isinstance(reading, NoWeight):
            self.say(reading.says.value, **_facts(reading.says, reading.grams))
        else:
            self.say("weight", grams=reading.gross)


def _facts(says: ScaleSays, grams: int) -> dict[str, Any]:
    found: dict[str, Any] = {"grams": grams} if grams else {}
    remedy = REMEDIES[says]
    return found | {"remedy": remedy} if remedy else found
