"""The simulated reader: what a person sees of it, and its faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.cards.pn532 import Pn532Field
from drivers.cards.simulator import FAULTS, ReaderSimulator
from drivers.cards.virtual import NtagCard
from drivers.line import listen
from kiosk.clock import SystemClock
from kiosk.errors import DeviceError
from tests.drivers.cards.bench import UID


@pytest.fixture(params=["tcp", "pty"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReaderSimulator]:
    """A reader that nobody speaks to yet."""
    address = "tcp://127.0.0.1:0" if request.param == "tcp" else f"pty://{tmp_path / 'reader'}"
    simulator = ReaderSimulator(listen(address))
    simulator.start()
    yield simulator
    simulator.stop()
    simulator.stop()


def test_a_person_sees_what_happens(reader: ReaderSimulator) -> None:
    """Cards, host, field, cable."""
    reader.hold(NtagCard(UID))
    assert reader.view().cards == 1
    assert not reader.view().field
    field = Pn532Field(reader.address, clock=SystemClock())
    assert field.poll(0.3) is not None
    assert (reader.view().state, reader.view().field) == ("connected", True)
    assert reader.view().exchanges
    reader.fault("weak")
    assert reader.view().fault == "weak"
    reader.fault("well")
    assert reader.view().fault == ""
    reader.remove()
    assert reader.view().cards == 0
    reader.fault("unplug")
    assert reader.view().state == "unplugged"
    with pytest.raises(DeviceError):
        field.poll(0.1)
    field.close()
    reader.fault("plug")
    Pn532Field(reader.address, clock=SystemClock()).close()


def test_a_fault_that_there_is_not_is_refused(reader: ReaderSimulator) -> None:
    """With the names of those that there are."""
    with pytest.raises(ValueError, match="silent"):
        reader.fault("rain")
    assert list(FAULTS) == sorted(FAULTS)


def test_a_reader_that_was_stopped_does_nothing(reader: ReaderSimulator) -> None:
    """And says nothing against it."""
    reader.stop()
    reader.hold(NtagCard(UID))
    assert reader.view().cards == 0
