"""The scripted customer: each step confirmed before the next, and a step that fails names its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.checkout.states import Attract
from kiosk.screens.present import present
from kiosk.screens.values import Screen
from kiosk.script import Customer, StepFailed, read_script
from tests.story import MILK, shopping
from tests.wired import FakeClock


class FakeStage:
    """Shows what it is told to, and writes down what is done."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.now: Screen | None = present(replace(shopping(), phase=Attract()), 1)
        self.done: list[str] = []
        self.objections = 0
        self.printed = 0
        self.moves = True

    def screen(self) -> Screen | None:
        return self.now

    def _move(self) -> None:
        if self.moves:
            self.now = present(shopping(MILK), (self.now.version if self.now else 0) + 1)

    def tap(self, action: str) -> None:
        if action == "nowhere":
            raise LookupError("no button nowhere")
        self.done.append(f"tap {action}")
        self._move()

    def shoot(self, name: str) -> None:
        self.done.append(f"shot {name}")

    def lab(self, verb: str, *words: str) -> str:
        if self.objections:
            self.objections -= 1
            return "not yet"
        self.done.append(" ".join(("lab", verb, *words)))
        if verb == "scan":
            self._move()
        return ""

    def receipts(self) -> int:
        self.printed += 1
        return self.printed // 2

    def keep_receipt(self) -> None:
        self.done.append("kept")

    def spin(self, seconds: float) -> None:
        self.clock.seconds += seconds


def play(
    tmp_path: Path, text: str, prepare: Callable[[FakeStage], None] | None = None
) -> list[str]:
    path = tmp_path / "script.txt"
    path.write_text(text, encoding="utf-8")
    clock = FakeClock()
    stage = FakeStage(clock)
    if prepare:
        prepare(stage)
    played = list(Customer(stage, clock).play(read_script(path)))
    assert len(played) == len(read_script(path))
    return stage.done


def test_a_script_is_played_step_by_step(tmp_path: Path) -> None:
    """Comments and empty lines aside; words may be quoted."""
    done = play(
        tmp_path,
        """
        # a customer
        wait attract
        shot start
        tap start          # touches
        wait scan
        expect "1,19 €"
        scan 4012345000016
        lab paper low
        printed 1
        """,
    )
    assert done == ["shot start", "tap start", "lab scan 4012345000016", "lab paper low", "kept"]


def test_the_lab_is_asked_until_it_has_nothing_to_object(tmp_path: Path) -> None:
    """Devices need a moment."""

    def objecting(stage: FakeStage) -> None:
        stage.objections = 3

    assert play(tmp_path, "lab tap approve\n", objecting) == ["lab tap approve"]


def never(stage: FakeStage) -> None:
    stage.objections = 10**9


def frozen(stage: FakeStage) -> None:
    stage.moves = False


def blank(stage: FakeStage) -> None:
    stage.now = None
    stage.moves = False


def unprinted(stage: FakeStage) -> None:
    stage.receipts = lambda: 0  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("text", "prepare", "message"),
    [
        ("\ndance\n", None, "line 2: dance: unknown verb"),
        ('tap "start\n', None, "line 1: No closing quotation"),
        ("wait attract\ntap nowhere\n", None, "line 2: tap nowhere: no button"),
        ("wait somewhere\n", None, "line 1: wait somewhere"),
        ("tap\n", None, "line 1: tap: "),
        ("tap start\n", frozen, "not confirmed; the screen says: Willkommen"),
        ("wait scan\n", blank, "not confirmed; the screen says: nothing"),
        ("scan 1\n", never, "line 1: scan 1: not yet"),
        ("lab x\n", never, "line 1: lab x: not yet"),
        ("printed 1\n", unprinted, "line 1: printed 1: not confirmed"),
    ],
)
def test_a_step_that_fails_names_its_line(
    tmp_path: Path, text: str, prepare: Callable[[FakeStage], None] | None, message: str
) -> None:
    """And says why."""
    with pytest.raises(StepFailed) as caught:
        play(tmp_path, text, prepare)
    assert message in str(caught.value)
