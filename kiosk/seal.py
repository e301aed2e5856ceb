"""The seal of the weighing module: it proves to a technician and to a scale which code computes here."""

from __future__ import annotations

import binascii
import hashlib
from functools import cache
from pathlib import Path

from kiosk import weighing

_START = 0xFFFF


@cache
def sealed_text() -> bytes:
    """Its source without what editors and version control change: line ends and blanks before them."""
    lines = Path(weighing.__file__).read_text(encoding="utf-8").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines).encode()


def sha256() -> str:
    """The seal, in hex: for people, and for `scale.module_sha256`."""
    return hashlib.sha256(sealed_text()).hexdigest()


def crc16() -> int:
    """The same text by CRC-16 (polynomial 1021h, from FFFFh): the CS of Dialog 06 has sixteen bits."""
    return binascii.crc_hqx(sealed_text(), _START)
