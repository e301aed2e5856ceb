"""The made-up sale."""

from __future__ import annotations

import pytest

from drivers.printer.specimen import specimen


@pytest.mark.parametrize("lines", [1, 5, 30])
def test_a_specimen_has_the_length_asked_for(lines: int) -> None:
    """It adds up, or `Receipt` would not have taken it."""
    assert len(specimen(lines).lines) == lines
    assert specimen(lines) == specimen(lines)
