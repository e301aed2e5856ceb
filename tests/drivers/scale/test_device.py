"""The driver and the simulated scale of both protocols, over real lines: one suite for both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.line import listen
from drivers.scale.checksums import Keys
from drivers.scale.device import CheckoutScale, dialog06, toledo8217, with_line
from drivers.scale.reading import NoWeight
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import ScaleSimulator
from drivers.scale.toledo8217 import Toledo8217
from drivers.tools.scale import FACTORIES
from kiosk.checkout.commands import ReadyTerminal, Weigh
from kiosk.checkout.events import Device, DeviceOnline, Event
from kiosk.checkout.weigh_events import GoodsWeighed, ScaleSays, ScaleShown, WeighingEnded
from kiosk.clock import SystemClock
from kiosk.ids import WeighingId
from kiosk.money import Money
from kiosk.ports import (
    Cancel,
    LocalProtocolError,
    RemoteProtocolError,
    Run,
    Silent,
    Unavailable,
    Verdict,
)

CLOCK = SystemClock()
W1 = WeighingId("K1-abc-w000001")
APPLES = Weigh(W1, Money(249), 0, "Äpfel")
KEYS = Keys(0xABCD, 0x1234)


@dataclass
class Counter:
    """A scale somebody can put things on, and its driver."""

    scale: ScaleSimulator
    driver: CheckoutScale
    protocol: Protocols

    def weigh(self, command: Weigh = APPLES, cancel: Cancel | None = None) -> Run:
        """One weighing under way."""
        return self.driver.execute(command, Cancel() if cancel is None else cancel)


def shown(run: Run, says: ScaleSays) -> ScaleShown:
    """Go on until the scale says this."""
    event: Event = next(run)
    while not (isinstance(event, ScaleShown) and event.says is says):
        assert isinstance(event, ScaleShown), event
        event = run.send(Verdict.KEEP)
    return event


def weighed(run: Run) -> GoodsWeighed:
    """Go on until it has weighed; then it is over."""
    for event in run:
        if isinstance(event, GoodsWeighed):
            with pytest.raises(StopIteration):
                run.send(Verdict.KEEP)
            return event
        assert isinstance(event, ScaleShown), event
    raise AssertionError("it ended without a weight")


def stand(folder: Path, protocol: Protocols, line: str, keys: Keys | None = None) -> ScaleSimulator:
    address = "tcp://127.0.0.1:0" if line == "tcp" else f"pty://{folder / 'scale'}"
    return ScaleSimulator(listen(address), scale_of(protocol, keys))


@pytest.fixture(params=[(each, line) for each in Protocols for line in ("tcp", "pty")], ids=str)
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    """An empty scale that was looked at once."""
    protocol, line = request.param
    scale = stand(tmp_path, protocol, line)
    scale.start()
    driver = FACTORIES[protocol](address=scale.address, clock=CLOCK)
    driver.look()
    yield Counter(scale, driver, protocol)
    driver.close()
    scale.stop()


def test_goods_are_weighed_as_they_are_put_on(counter: Counter) -> None:
    """Nothing, swinging, then a weight; the sale gets what lies there."""
    run = counter.weigh()
    empty = ScaleSays.EMPTY if counter.protocol is Protocols.TOLEDO_8217 else ScaleSays.TOO_LIGHT
    assert shown(run, empty) == ScaleShown(W1, empty)
    counter.scale.fault("moving")
    counter.scale.put(742)
    shown(run, ScaleSays.MOVING)
    counter.scale.fault("still")
    assert weighed(run) == GoodsWeighed(W1, 742, 0)


def test_a_tare_is_told_with_the_gross_weight(counter: Counter) -> None:
    """Both protocols mean the same by it, though one of them subtracts it itself."""
    counter.scale.put(747)
    run = counter.weigh(Weigh(W1, Money(249), 5, "Äpfel"))
    assert weighed(run) == GoodsWeighed(W1, 747, 5)


def test_goods_that_lie_there_still_are_not_sold_again(counter: Counter) -> None:
    """Neither to the same customer nor to the next one, until they were taken up."""
    counter.scale.put(742)
    weighed(counter.weigh())
    run = counter.weigh()
    shown(run, ScaleSays.UNMOVED)
    counter.scale.put(0)
    shown(
        run, ScaleSays.EMPTY if counter.protocol is Protocols.TOLEDO_8217 else ScaleSays.TOO_LIGHT
    )
    counter.scale.put(742)
    assert weighed(run).gross == 742


@pytest.mark.parametrize(
    ("grams", "says"), [(-40, ScaleSays.BELOW_ZERO), (15_001, ScaleSays.OVERLOAD)]
)
def test_what_is_wrong_with_the_load_is_told_and_waited_for(
    counter: Counter, grams: int, says: ScaleSays
) -> None:
    """It is no fault of the scale."""
    run = counter.weigh()
    counter.scale.put(grams)
    shown(run, says)
    counter.scale.put(500)
    assert weighed(run).gross == 500


def test_a_weighing_ends_when_it_is_asked_to(counter: Counter) -> None:
    """With a word, and the next one begins clean."""
    cancel = Cancel()
    run = counter.weigh(cancel=cancel)
    next(run)
    cancel.set()
    assert run.send(Verdict.KEEP) == WeighingEnded(W1)
    counter.scale.put(300)
    assert weighed(counter.weigh()).gross == 300


@pytest.mark.parametrize(
    ("fault", "error", "remedy"),
    [
        ("silent", Silent, "switch the scale on"),
        ("garbage", RemoteProtocolError, "protocol"),
        ("unplug", Silent, "scale|127"),
    ],
)
def test_a_broken_scale_is_an_error_with_a_remedy_and_comes_back(
    counter: Counter, fault: str, error: type[Exception], remedy: str
) -> None:
    """No weight is made of it."""
    run = counter.weigh()
    next(run)
    counter.scale.fault(fault)
    counter.scale.put(742)
    with pytest.raises(error, match=remedy):
        list(run)
    counter.scale.fault("plug" if fault == "unplug" else "well")
    counter.scale.put(0)
    driver = FACTORIES[counter.protocol](address=counter.scale.address, clock=CLOCK)
    try:
        driver.look()
        counter.scale.put(600)
        assert weighed(driver.execute(APPLES, Cancel())).gross == 600
    finally:
        driver.close()


def test_watching_says_that_it_is_there_and_makes_way(counter: Counter) -> None:
    """One word; then it looks, until somebody wants to weigh."""
    wanted = Cancel()
    run = counter.driver.watch(wanted)
    assert next(run) == DeviceOnline(Device.SCALE)
    threading.Timer(0.2, wanted.set).start()
    assert list(run) == []
    counter.scale.put(742)
    assert weighed(counter.weigh()).gross == 742


def test_a_watch_notices_that_the_scale_is_gone(counter: Counter) -> None:
    """And says how to get it back."""
    run = counter.driver.watch(Cancel())
    next(run)
    counter.scale.fault("silent")
    with pytest.raises(Silent, match="7 bits"):
        next(run)


def test_a_scale_has_one_command(counter: Counter) -> None:
    """Anything else is our bug."""
    with pytest.raises(LocalProtocolError):
        next(counter.driver.execute(ReadyTerminal(), Cancel()))


class StaleLine:
    """A line on which an answer of yesterday lies; what is asked is answered with nothing on it."""

    def __init__(self) -> None:
        self._waiting = [b"\x0200.999\r"]

    def read(self, seconds: float) -> bytes:
        del seconds
        return self._waiting.pop(0) if self._waiting else b""

    def write(self, data: bytes) -> None:
        assert data == b"W"
        self._waiting.append(b"\x0200.000\r")

    def close(self) -> None:
        pass


def test_what_was_said_before_is_no_answer() -> None:
    """A weight of an earlier question is thrown away when the line is opened."""
    driver = CheckoutScale("tcp://x:1", Toledo8217(), clock=CLOCK, connect=lambda _: StaleLine())
    assert driver.look() == NoWeight(ScaleSays.EMPTY)


def test_a_scale_that_is_not_there(tmp_path: Path) -> None:
    """Nothing was sent."""
    driver = toledo8217(address=f"pty://{tmp_path / 'none'}", clock=CLOCK)
    with pytest.raises(Unavailable):
        driver.look()
    driver.close()


@pytest.mark.parametrize("line", ["tcp", "pty"])
def test_checksums_over_a_real_line(tmp_path: Path, line: str) -> None:
    """Wanted after power-up, shown, and the weighing goes on; without keys or with others it does not."""
    scale = stand(tmp_path, Protocols.DIALOG_06, line, KEYS)
    scale.start()
    driver = dialog06(address=scale.address, clock=CLOCK, keys=KEYS)
    try:
        scale.put(742)
        assert weighed(driver.execute(APPLES, Cancel())).gross == 742
        driver.close()
        scale.fault("power-up")
        scale.put(800)
        for keys, error in ((None, "scale.polynomial"), (Keys(0xABCD, 0x4321), "checksums wrong")):
            stranger = dialog06(address=scale.address, clock=CLOCK, keys=keys)
            with pytest.raises(Unavailable, match=error):
                list(stranger.execute(APPLES, Cancel()))
            stranger.close()
    finally:
        driver.close()
        scale.stop()


@pytest.mark.parametrize(
    ("address", "parity", "opened"),
    [
        ("serial:///dev/x", "E", "serial:///dev/x?baud=9600&bits=7&parity=E"),
        ("serial:///dev/x?baud=4800", "O", "serial:///dev/x?baud=4800&bits=7&parity=O"),
        (
            "serial:///dev/x?bits=8&parity=N&baud=9600",
            "E",
            "serial:///dev/x?bits=8&parity=N&baud=9600",
        ),
        ("tcp://127.0.0.1:1", "E", "tcp://127.0.0.1:1"),
    ],
)
def test_a_serial_line_has_the_protocols_parity(address: str, parity: str, opened: str) -> None:
    """Unless the configuration says otherwise."""
    assert with_line(address, parity) == opened
