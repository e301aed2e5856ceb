"""The scripted customer: one step a line, each confirmed before the next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from kiosk.clock import Clock
from kiosk.screens.values import (
    Action,
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
USAGE = {
    "wait": "VIEW",
    "tap": "BUTTON",
    "type": "DIGITS",
    "scan": "CODE",
    "lab": "VERB ...",
    "expect": "TEXT",
    "shot": "NAME",
    "fetch": "NAME",
    "printed": "COUNT",
}
COUNT = re.compile("[1-9][0-9]{0,3}")
DIGITS = re.compile("[0-9]{1,14}")
NAME = re.compile(r"\w[\w-]*")
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

    def fetch(self, name: str) -> str:
        """Keep what the code on screen leads to; why not, if not."""
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
    """The steps of a file; `#` starts a comment. Raises StepFailed for one that is none,
    OSError or UnicodeDecodeError if it cannot be read."""
    steps = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            words = shlex.split(text, comments=True)
        except ValueError as error:
            raise StepFailed(f"{path}: line {number}: {error}") from error
        if words:
            step = Step(number, words[0], tuple(words[1:]))
            if objection := _objection(step):
                raise StepFailed(f"{path}: {step}: {objection}")
            steps.append(step)
    if not steps:
        raise StepFailed(f"{path}: there is no step in it")
    return steps


def _objection(step: Step) -> str:
    """What is wrong with a step before anybody does it; empty if nothing is."""
    if step.verb not in USAGE:
        return f"unknown verb; there are {', '.join(USAGE)}"
    wanted = USAGE[step.verb]
    many = wanted.endswith("...")
    if not step.words or (len(step.words) > 1 and not many):
        return f'write it as "{step.verb} {wanted}"'
    word = step.words[0]
    match step.verb:
        case "wait" if word not in VIEWS:
            return f'no view "{word}"; there are {", ".join(VIEWS)}'
        case "type" if not DIGITS.fullmatch(word):
            return "DIGITS are 1 to 14 figures"
        case "printed" if not COUNT.fullmatch(word):
            return "COUNT is a number from 1"
        case "shot" if not NAME.fullmatch(word):
            return "NAME has letters, digits and hyphens"
        case _:
            return ""


def _content(value: object) -> object:
    """What a person sees of a value: events aside, which carry the screen's version."""
    if isinstance(value, Action):
        return value.name, value.label, value.event is None
    if isinstance(value, tuple):
        return tuple(map(_content, value))
    if is_dataclass(value):
        return type(value), *(_content(getattr(value, each.name)) for each in fields(value))
    return value


def _told(before: Screen | None, now: Screen) -> bool:
    """A notice is shown that was not there."""
    return now.notice is not None and (before is None or now.notice != before.notice)


def _tapped(before: Screen | None, now: Screen) -> bool:
    """The screen itself is another; what banners say has nothing to do with a touch."""
    if before is None or _told(before, now):
        return True
    seen, shown = (
        _content((each.language, each.header, each.view, each.sheet)) for each in (before, now)
    )
    return seen != shown


def _newer(version: int, now: Screen) -> bool:
    """Something was heard of: the screen is a later one, the same to look at or not."""
    return now.version > version


def _scanned(before: Screen | None, now: Screen) -> bool:
    """The articles are others, or the customer is told why not."""
    if before is None or type(now.view) is not type(before.view) or _told(before, now):
        return True
    if isinstance(before.view, ScanView) and isinstance(now.view, ScanView):
        seen, shown = (_content((view.hero, view.lines)) for view in (before.view, now.view))
        return seen != shown
    return False


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

    def do_fetch(self, name: str) -> None:
        """Read the code on screen as a telephone does, and keep what its link leads to."""
        end = self._clock.monotonic() + STEP_SECONDS
        while why := self._stage.fetch(name):
            if self._clock.monotonic() > end:
                raise ValueError(why)
            self._stage.spin(0.2)

    def do_tap(self, action: str) -> None:
        """Touch a button, and see what it changes."""
        before = self._stage.screen()
        self._stage.tap(action)
        self._until(lambda screen: _tapped(before, screen))

    def do_type(self, digits: str) -> None:
        """Touch the keys of a keypad; each is heard of."""
        for digit in digits:
            before = self._stage.screen()
            seen = before.version if before else 0
            self._stage.tap(f"digit-{digit}")
            self._until(partial(_newer, seen))

    def do_scan(self, code: str) -> None:
        """Hold a code before the scanner, and see what becomes of it."""
        before = self._stage.screen()
        said = self._stage.lab("scan", code)
        if said:
            raise ValueError(said)
        self._until(lambda screen: _scanned(before, screen))
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

    def _until(self, holds: Callable[[Screen], bool]) -> None:
        end = self._clock.monotonic() + STEP_SECONDS
        while (screen := self._stage.screen()) is None or not holds(screen):
            if self._clock.monotonic() > end:
                raise TimeoutError
            self._stage.spin(0.01)
        self._stage.spin(0.01)
