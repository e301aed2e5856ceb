"""The simulated scale by itself: what a hand can do to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.line import connect, listen
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import FAULTS, ScaleSimulator


@pytest.fixture
def scale() -> Iterator[ScaleSimulator]:
    """A scale nobody asks yet."""
    simulator = ScaleSimulator(listen("tcp://127.0.0.1:0"), scale_of(Protocols.TOLEDO_8217))
    simulator.start()
    yield simulator
    simulator.stop()


def test_it_answers_what_lies_on_it(scale: ScaleSimulator) -> None:
    """To whoever asks."""
    scale.put(1205)
    line = connect(scale.address)
    line.write(b"W")
    assert line.read(5) == b"\x0201.205\r"
    line.close()
    assert scale.view().grams == 1205


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_happen(scale: ScaleSimulator, name: str) -> None:
    """With nobody asking, too."""
    scale.fault(name)
    assert scale.view().state == ("unplugged" if name == "unplug" else "waiting")


def test_what_it_does_not_have_is_refused(scale: ScaleSimulator) -> None:
    """Faults and loads."""
    with pytest.raises(ValueError, match="no fault"):
        scale.fault("fire")
    with pytest.raises(ValueError, match="platter"):
        scale.put(100_000)


def test_more_than_it_can_hear_hangs_it_up_and_no_more(scale: ScaleSimulator) -> None:
    """A flood of nonsense costs the line, not the scale."""
    scale.stop()
    other = ScaleSimulator(listen("tcp://127.0.0.1:0"), scale_of(Protocols.DIALOG_06))
    other.start()
    line = connect(other.address)
    line.write(b"\xff" * 4000)
    line.close()
    line = connect(other.address)
    line.write(b"\x04\x0208\x03")
    assert line.read(5).startswith(b"\x0209")
    line.close()
    other.stop()
