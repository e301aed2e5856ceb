"""What can happen to a simulated printer, by name."""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer.mechanism import SLOW, Mechanism

GARBAGE = bytes((0x80, 0xFF, 0x37, 0x99, 0x10, 0x80, 0x5F, 0x41))
CABLE = (
    "unplug",
    "plug",
    "power_cycle",
    "half_open",
    "revive",
    "split_answers",
    "whole_answers",
    "disconnect_after_bytes",
)
"""Those that concern the line as well, and are the simulator's own business."""

Happen = Callable[[Mechanism, float], None]


def _trouble(name: str, *, on: bool) -> Happen:
    def happen(printer: Mechanism, _: float) -> None:
        setattr(printer.troubles, name, on)

    return happen


def _trait(name: str, value: object) -> Happen:
    def happen(printer: Mechanism, _: float) -> None:
        setattr(printer, name, value)

    return happen


def _amount(name: str) -> Happen:
    def happen(printer: Mechanism, amount: float) -> None:
        setattr(printer, name, amount)

    return happen


def _full_speed(printer: Mechanism, _: float) -> None:
    printer.speed = printer.rated_speed


FAULTS: dict[str, Happen] = {
    "paper_out": _trouble("paper_out", on=True),
    "paper_low": _trouble("paper_low", on=True),
    "paper_near_end": _trouble("paper_low", on=True),
    "paper_loaded": lambda printer, _: printer.load_paper(),
    "paper_end_after_mm": _amount("paper_left_mm"),
    "cover_open": lambda printer, _: printer.open_cover(),
    "cover_closed": lambda printer, _: printer.close_cover(),
    "offline": _trouble("offline", on=True),
    "online": _trouble("offline", on=False),
    "cutter_jam": lambda printer, _: printer.jam(),
    "cutter_jam_at_cut": _trait("jam_at_cut", value=True),
    "cutter_freed": lambda printer, _: printer.free_blade(),
    "head_hot": _trouble("hot", on=True),
    "head_cool": _trouble("hot", on=False),
    "unrecoverable": _trouble("broken", on=True),
    "recovered": _trouble("broken", on=False),
    "no_process_id": _trait("process_id", value=False),
    "process_id": _trait("process_id", value=True),
    "no_clear": _trait("clear_known", value=False),
    "clear_known": _trait("clear_known", value=True),
    "no_answer_3": lambda printer, _: printer.silent_to.add(3),
    "answer_3": lambda printer, _: printer.silent_to.discard(3),
    "mute": _trait("mute", value=True),
    "unmute": _trait("mute", value=False),
    "garbage": lambda printer, _: printer.say(GARBAGE),
    "drawer_stuck": _trait("drawer_stuck", value=True),
    "drawer_freed": _trait("drawer_stuck", value=False),
    "drawer_closed": _trouble("drawer_open", on=False),
    "receipt_taken": _trait("mouth", value=None),
    "slow": _trait("speed", value=SLOW),
    "full_speed": _full_speed,
    "speed_mm_s": _amount("speed"),
    "disconnect_at_mm": _amount("line_lost_after_mm"),
}
WITH_AMOUNT = frozenset(
    ("paper_end_after_mm", "speed_mm_s", "disconnect_at_mm", "disconnect_after_bytes")
)
NAMES = (*FAULTS, *CABLE)


def parsed(fault: str) -> tuple[str, float]:
    """Name and amount of `name` or `name=number`. Raises ValueError for what no printer has."""
    name, mark, amount = fault.partition("=")
    if name not in NAMES or bool(mark) != (name in WITH_AMOUNT):
        raise ValueError(f'the printer has no fault "{fault}"; it has {", ".join(NAMES)}')
    return name, float(amount) if mark else 0.0
