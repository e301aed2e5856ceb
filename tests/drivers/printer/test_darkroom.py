"""Pictures made in the background."""

from __future__ import annotations

from pathlib import Path

from drivers.printer.darkroom import Darkroom
from drivers.printer.paper import develop


def test_work_is_finished_before_it_closes(tmp_path: Path) -> None:
    """All pictures asked for are there after `close`, which may be called twice."""
    (sheet,) = develop(b"A\n\x1dV\x00")
    darkroom = Darkroom()
    darkroom.open()
    for number in range(3):
        darkroom.develop(sheet, tmp_path / f"{number}.png")
    darkroom.close()
    darkroom.close()
    assert darkroom.newest == tmp_path / "2.png"
    assert len(list(tmp_path.glob("*.png"))) == 3
