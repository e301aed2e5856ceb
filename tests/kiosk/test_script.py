"""The scripted customer: each step confirmed before the next, and a step that fails names its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.checkout.states import Attract, Link, State
from kiosk.screens.present import present
from kiosk.screens.values import Notice, Screen, Tone
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
        self.articles = 0

    def screen(self) -> Screen | None:
        return self.now

    def _move(self) -> None:
        if self.moves:
            self.articles += 1
            self.show(shopping(*[MILK] * self.articles))

    def show(self, state: State) -> None:
        """A later screen of this state."""
        self.now = present(state, (self.now.version if self.now else 0) + 1)

    def tap(self, action: str) -> None:
        if action == "nowhere":
            raise LookupError("no button nowhere")
        self.done.append(f"tap {action}")
        self._move()

    def shoot(self, name: str) -> None:
        self.done.append(f"shot {name}")

    def fetch(self, name: str) -> str:
        if self.objections:
            self.objections -= 1
            return "no code of this machine is to be seen"
        self.done.append(f"fetch {name}")
        return ""

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


def test_a_code_is_read_as_soon_as_it_leads_somewhere(tmp_path: Path) -> None:
    """The receipt may be on its way to the service."""

    def objecting(stage: FakeStage) -> None:
        stage.objections = 3

    assert play(tmp_path, "fetch fetched-receipt\n", objecting) == ["fetch fetched-receipt"]


def never(stage: FakeStage) -> None:
    stage.objections = 10**9


def frozen(stage: FakeStage) -> None:
    stage.moves = False


def blank(stage: FakeStage) -> None:
    stage.now = None
    stage.moves = False


def stirring(stage: FakeStage) -> None:
    """Screens come and go, with a banner, but nobody heard the customer."""
    state = shopping(MILK)

    def spin(seconds: float) -> None:
        stage.clock.seconds += seconds
        stage.show(replace(state, devices=replace(state.devices, scanner=Link.LOST)))

    stage.show(state)
    stage.moves = False
    stage.spin = spin  # type: ignore[method-assign]


def unprinted(stage: FakeStage) -> None:
    stage.receipts = lambda: 0  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("text", "prepare", "message"),
    [
        ("\ndance\n", None, "line 2: dance: unknown verb"),
        ('tap "start\n', None, "line 1: No closing quotation"),
        ("wait attract\ntap nowhere\n", None, "line 2: tap nowhere: no button"),
        (
            "wait somewhere\n",
            None,
            'line 1: wait somewhere: no view "somewhere"; there are attract,',
        ),
        ("wait\n", None, 'line 1: wait: write it as "wait VIEW"'),
        ("\ntap\n", None, 'line 2: tap: write it as "tap BUTTON"'),
        ("scan 1 2\n", None, 'line 1: scan 1 2: write it as "scan CODE"'),
        ("lab\n", None, 'line 1: lab: write it as "lab VERB ..."'),
        ("printed 0\n", None, "line 1: printed 0: COUNT is a number from 1"),
        ("printed x\n", None, "line 1: printed x: COUNT is a number from 1"),
        ("shot ../x\n", None, "line 1: shot ../x: NAME has letters"),
        ("", None, "there is no step in it"),
        ("# nothing\n\n", None, "there is no step in it"),
        ("scan 1\n", stirring, "line 1: scan 1: not confirmed"),
        ("tap start\n", stirring, "line 1: tap start: not confirmed"),
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


def test_a_notice_confirms_if_it_is_another_one(tmp_path: Path) -> None:
    """A code that is not known is told; the same words as before confirm nothing."""

    def unknown(stage: FakeStage) -> None:
        stage.moves = False
        state = shopping(MILK)
        stage.show(state)
        lab = stage.lab

        def refused(verb: str, *words: str) -> str:
            said = lab(verb, *words)
            stage.show(state)
            assert stage.now
            stage.now = replace(stage.now, notice=Notice(Tone.WARNING, "Unbekannt"))
            return said

        stage.lab = refused  # type: ignore[method-assign]

    assert play(tmp_path, "scan 1\n", unknown) == ["lab scan 1"]
    with pytest.raises(StepFailed, match="line 2: scan 1: not confirmed"):
        play(tmp_path, "scan 1\nscan 1\n", unknown)
