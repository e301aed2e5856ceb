"""Events of the printer as values."""

from __future__ import annotations

from drivers.printer.happenings import CutOff, Obeyed, as_dict


def test_bytes_become_hex() -> None:
    """For JSON."""
    assert as_dict(Obeyed(7, b"\x1b!", b"\x08")) == {
        "event": "Obeyed",
        "offset": 7,
        "code": "1b21",
        "arguments": "08",
        "real_time": False,
    }
    assert as_dict(CutOff(torn=False, rows=3)) == {"event": "CutOff", "torn": False, "rows": 3}
