"""The seal of the weighing module: it breaks with every line, and with nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kiosk import seal, weighing

SEAL = "5faf7e73f2af93318e752fc12c34edef6374460b4a9ca38997eed70c9b9f12c0"
"""Whoever changes kiosk/weighing.py changes this, docs/scales.md, and what a certified kiosk starts with."""


def test_the_module_is_the_one_that_was_sealed() -> None:
    """A change here is a change of the measuring system."""
    assert seal.sha256() == SEAL
    assert SEAL in (Path(__file__).parents[2] / "docs" / "scales.md").read_text()


def test_line_ends_and_blanks_before_them_do_not_count() -> None:
    """The text is what counts."""
    text = Path(weighing.__file__).read_text(encoding="utf-8")
    plain = text.replace("\r\n", "\n").encode()
    assert hashlib.sha256(plain).hexdigest() == seal.sha256()
    assert b"\r" not in seal.sealed_text()
    assert seal.sealed_text().endswith(b"\n")


def test_the_module_imports_nothing_of_the_kiosk() -> None:
    """Else the seal would not cover what it computes with."""
    assert "from kiosk" not in Path(weighing.__file__).read_text(encoding="utf-8")


def test_sixteen_bits_of_it() -> None:
    """By the polynomial that is told: worked off bit by bit."""
    rest = 0xFFFF
    for byte in seal.sealed_text():
        rest ^= byte << 8
        for _ in range(8):
            rest = ((rest << 1) ^ (0x1021 if rest & 0x8000 else 0)) & 0xFFFF
    assert seal.crc16() == rest
