"""The scripted customer: one step a line, each confirmed before the next."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.clock import Clock
from kiosk.screens.values import (
    AttractView,
    ClosedView,
    DoubtView,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    ThanksView,
)
from kiosk.words import NBSP

VIEWS = {
    "attract": AttractView,
    "scan": ScanView,
    "paying": PayingView,
    "doubt": DoubtView,
    "receipt": ReceiptView,
    "thanks": ThanksView,
    "closed": ClosedView,
}
STEP_SECONDS = 30.0


class StepFailed(Exception):
    """A step was not confirmed; the message names its line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script."""

    line: int
    verb: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.line}: {self.verb} {' '.join(self.words)}".rstrip()


class Stage(Protocol):
    """What the customer sees and touches."""

    def screen(self) -> Screen | None:
        """What is shown now."""
        ...

    def tap(self, action: str) -> None:
        """Touch a button. Raises LookupError if it is not there."""
        ...

    def shoot(self, name: str) -> None:
        """Keep a picture of the screen."""
        ...

    def lab(self, verb: str, *words: str) -> str:
        """Something at the devices; what the lab says. Raises ValueError."""
        ...

    def receipts(self) -> int:
        """How many receipts have come out."""
        ...

    def keep_receipt(self) -> None:
        """Keep the newest receipt as picture and text."""
        ...

    def spin(self, seconds: float) -> None:
        """Let the window live."""
        ...


def read_script(path: Path) -> list[Step]:
    """The steps of a file; `#` starts a comment. Raises StepFailed for one that is none."""
    steps = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            words = shlex.split(text, comments=True)
        except ValueError as error:
            raise StepFailed(f"{path}: line {number}: {error}") from error
        if words:
            step = Step(number, words[0], tuple(words[1:]))
            if not hasattr(Customer, f"do_{step.verb}"):
                raise StepFailed(f"{path}: {step}: unknown verb")
            steps.append(step)
    return steps


class Customer:
    """Does steps and waits until each has shown its effect."""

    def __init__(self, stage: Stage, clock: Clock) -> None:
        self._stage = stage
        self._clock = clock

    def play(self, steps: list[Step]) -> Iterator[Step]:
        """Every step after it was confirmed. Raises StepFailed."""
        for step in steps:
            try:
                getattr(self, f"do_{step.verb}")(*step.words)
            except (LookupError, ValueError, TypeError) as error:
                raise StepFailed(f"{step}: {error}") from error
            except TimeoutError as error:
                screen = self._stage.screen()
                shown = screen.speech if screen else "nothing"
                raise StepFailed(f"{step}: not confirmed; the screen says: {shown}") from error
            yield step

    # --- verbs --------------------------------------------------------------------------------------

    def do_wait(self, view: str) -> None:
        """Until this view is shown."""
        kind = VIEWS[view]
        self._until(lambda screen: isinstance(screen.view, kind))

    def do_expect(self, text: str) -> None:
        """Until the screen says this."""
        self._until(lambda screen: text in screen.speech.replace(NBSP, " "))

    def do_shot(self, name: str) -> None:
        """Keep a picture."""
        self._stage.spin(0.3)
        self._stage.shoot(name)

    def do_tap(self, action: str) -> None:
        """Touch a button, and see the screen change."""
        before = self._version()
        self._stage.tap(action)
        self._until(lambda screen: screen.version > before)

    def do_scan(self, code: str) -> None:
        """Hold a code before the scanner, and see the screen change."""
        before = self._version()
        said = self._stage.lab("scan", code)
        if said:
            raise ValueError(said)
        self._until(lambda screen: screen.version > before)
        self._stage.spin(0.35)  # a scanner does not read the same code twice at once

    def do_lab(self, verb: str, *words: str) -> None:
        """Something at the devices; it is confirmed when the lab has nothing to object."""
        end = self._clock.monotonic() + STEP_SECONDS
        while said := self._stage.lab(verb, *words):
            if self._clock.monotonic() > end:
                raise ValueError(said)
            self._stage.spin(0.05)

    def do_printed(self, count: str) -> None:
        """Until so many receipts have come out; the newest is kept."""
        end = self._clock.monotonic() + STEP_SECONDS
        while self._stage.receipts() < int(count):
            if self._clock.monotonic() > end:
                raise TimeoutError
            self._stage.spin(0.05)
        self._stage.keep_receipt()

    # --- waiting ------------------------------------------------------------------------------------

    def _version(self) -> int:
        screen = self._stage.screen()
        return screen.version if screen else 0

    def _until(self, holds: Callable[[Screen], bool]) -> None:
        end = self._clock.monotonic() + STEP_SECONDS
        while (screen := self._stage.screen()) is None or not holds(screen):
            if self._clock.monotonic() > end:
                raise TimeoutError
            self._stage.spin(0.01)
        self._stage.spin(0.01)
