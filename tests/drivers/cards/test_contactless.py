"""nfcpy's chip drivers under ours: everything that comes out of them is an error of our families."""

from __future__ import annotations

import errno
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.cards.contactless import NfcpyField
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.tag import CardBroken, CardGone
from drivers.cards.virtual import NtagCard
from drivers.line import listen
from kiosk.clock import SystemClock
from kiosk.errors import ConfigError, DeviceError, RemoteProtocolError, Silent, Unavailable
from tests.drivers.cards.bench import UID

CLOCK = SystemClock()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ReaderSimulator]:
    """A simulated chip."""
    simulator = ReaderSimulator(listen(f"pty://{tmp_path / 'reader'}"))
    simulator.start()
    yield simulator
    simulator.stop()


def errors() -> list[tuple[Callable[[], Exception], type[Exception]]]:
    import nfc.clf
    from nfc.clf.pn53x import Chipset

    return [
        (nfc.clf.TimeoutError, CardGone),
        (nfc.clf.TransmissionError, CardBroken),
        (nfc.clf.ProtocolError, CardBroken),
        (lambda: Chipset.Error(0x14, "authentication"), CardBroken),
        (nfc.clf.UnsupportedTargetError, RemoteProtocolError),
        (lambda: OSError(errno.EIO, "input/output"), Silent),
        (lambda: OSError(errno.ETIMEDOUT, "timed out"), Silent),
        (lambda: OSError(errno.ENODEV, "no such device"), Unavailable),
        (lambda: OSError(errno.EACCES, "denied"), Unavailable),
        (lambda: OSError(errno.EBUSY, "busy"), Unavailable),
        (lambda: termios.error(5, "input/output"), Silent),
        (lambda: IndexError("of a bad ATS"), RemoteProtocolError),
        (lambda: TypeError("of None"), RemoteProtocolError),
        (lambda: AssertionError("of theirs"), RemoteProtocolError),
    ]


@pytest.mark.parametrize(("made", "ours"), errors())
def test_no_error_of_nfcpy_leaves(
    reader: ReaderSimulator, made: Callable[[], Exception], ours: type[Exception]
) -> None:
    """Whatever its drivers raise while a card is talked to."""
    field = NfcpyField(reader.address, clock=CLOCK)
    reader.hold(NtagCard(UID))
    assert field.poll(0.3) is not None

    def fails(*_: Any) -> None:
        raise made()

    field._device.send_cmd_recv_rsp = fails
    with pytest.raises(ours):
        field.exchange(b"\x30\x00", 0.1)
    field.close()


def test_a_chip_that_falls_silent_is_told_apart_from_an_empty_field(
    reader: ReaderSimulator,
) -> None:
    """nfcpy's own loop returns False for both."""
    field = NfcpyField(reader.address, clock=CLOCK)
    assert field.poll(0.05) is None
    reader.fault("silent")
    with pytest.raises(Silent):
        field.poll(0.05)
    field.close()
    with pytest.raises(Silent, match="check its power"):
        NfcpyField(reader.address, clock=CLOCK)


def test_a_wish_to_stop_ends_a_poll(reader: ReaderSimulator) -> None:
    """Before the first look."""
    field = NfcpyField(reader.address, clock=CLOCK, stop=lambda: True)
    assert field.poll(5) is None
    field.close()


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("tty:/dev/nothing-here", Unavailable),
        ("usb:ffff:ffff", Unavailable),
        ("tcp://127.0.0.1:1", ConfigError),
        ("", ConfigError),
    ],
)
def test_addresses_that_lead_nowhere(address: str, error: type[Exception]) -> None:
    """With a word on what to do."""
    with pytest.raises(error) as told:
        NfcpyField(address, clock=CLOCK)
    assert isinstance(told.value, DeviceError | ConfigError)
    assert str(told.value)


def test_nothing_of_nfcpy_is_loaded_before_it_is_wanted() -> None:
    """A kiosk without such a reader needs none of it."""
    code = "import sys, drivers.cards.contactless; sys.exit('nfc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
