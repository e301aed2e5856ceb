"""A simulated terminal at a serial port, which a pseudo terminal stands for."""

from __future__ import annotations

import os
import tty

import pytest

from drivers.zvt.serial_port import PortListener
from kiosk.errors import Unavailable


def test_a_port_is_given_once_until_it_is_let_go() -> None:
    """As a line that reads and writes."""
    master, slave = os.openpty()
    tty.setraw(master)
    listener = PortListener(f"serial://{os.ttyname(slave)}?baud=9600")
    line = listener.accept(0)
    assert line is not None
    assert listener.accept(0) is None
    os.write(master, b"\x05\x01\x00")
    assert line.read(5) == b"\x05\x01\x00"
    line.write(b"\x06")
    assert os.read(master, 1) == b"\x06"
    line.close()
    listener.unplug()
    assert listener.accept(0) is None
    listener.plug()
    again = listener.accept(0)
    assert again is not None
    again.close()
    listener.close()
    assert listener.accept(0) is None
    os.close(master)
    os.close(slave)


def test_a_port_that_is_not_there() -> None:
    """Is told at once."""
    with pytest.raises(Unavailable, match="ttyNone"):
        PortListener("serial:///dev/ttyNone?baud=9600")
