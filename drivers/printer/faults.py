"""What can happen to a simulated printer, by name."""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer.mechanism import Mechanism

GARBAGE = bytes((0x80, 0xFF, 0x37, 0x99, 0x10, 0x80, 0x5F, 0x41))
CABLE = ("unplug", "plug", "power_cycle")
"""Those that concern the line as well, and are the simulator's own business."""


def _roll_ends(printer: Mechanism, millimetres: float) -> None:
    printer.paper_left_mm = millimetres


def _speed(printer: Mechanism, millimetres_a_second: float) -> None:
    printer.speed = millimetres_a_second


def _trouble(name: str, *, on: bool) -> Callable[[Mechanism, float], None]:
    def happen(printer: Mechanism, _: float) -> None:
        setattr(printer.troubles, name, on)

    return happen


def _knows_process_id(*, on: bool) -> Callable[[Mechanism, float], None]:
    def happen(printer: Mechanism, _: float) -> None:
        printer.process_id = on

    return happen


def _mute(*, on: bool) -> Callable[[Mechanism, float], None]:
    def happen(printer: Mechanism, _: float) -> None:
        printer.mute = on

    return happen


FAULTS: dict[str, Callable[[Mechanism, float], None]] = {
    "paper_out": _trouble("paper_out", on=True),
    "paper_low": _trouble("paper_low", on=True),
    "paper_loaded": lambda printer, _: printer.load_paper(),
    "paper_end_after_mm": _roll_ends,
    "cover_open": _trouble("cover_open", on=True),
    "cover_closed": _trouble("cover_open", on=False),
    "offline": _trouble("offline", on=True),
    "online": _trouble("offline", on=False),
    "cutter_jam": _trouble("cutter", on=True),
    "cutter_freed": _trouble("cutter", on=False),
    "head_hot": _trouble("hot", on=True),
    "head_cool": _trouble("hot", on=False),
    "no_process_id": _knows_process_id(on=False),
    "process_id": _knows_process_id(on=True),
    "mute": _mute(on=True),
    "unmute": _mute(on=False),
    "garbage": lambda printer, _: printer.say(GARBAGE),
    "speed_mm_s": _speed,
}
WITH_AMOUNT = frozenset(("paper_end_after_mm", "speed_mm_s"))
NAMES = (*FAULTS, *CABLE)


def parsed(fault: str) -> tuple[str, float]:
    """Name and amount of `name` or `name=number`. Raises ValueError for what no printer has."""
    name, mark, amount = fault.partition("=")
    if name not in NAMES or bool(mark) != (name in WITH_AMOUNT):
        raise ValueError(f'the printer has no fault "{fault}"; it has {", ".join(NAMES)}')
    return name, float(amount) if mark else 0.0
