"""Scripts of what goes wrong between a till and a simulated terminal, and when.

One rule a line; `#` begins a comment. A rule is an action, its number if it has one, and a message:

    drop        MESSAGE               it never arrives
    delay S     MESSAGE               it arrives S seconds later, and what follows waits behind it
    duplicate   MESSAGE               it arrives twice
    garble      MESSAGE               one bit of its last byte is turned
    cut         MESSAGE after N       its first N bytes arrive, then the line drops
    nak         MESSAGE               on serial lines: its block arrives damaged, so it comes again
    hang-up     before|after MESSAGE  the line drops
    power-loss  before|after MESSAGE  the terminal restarts from what is on its disk; `for S`: is away
    late S                            the result (04 0F) comes S seconds late

A message is told by direction, control field and number, each of which may be left out:
`till>terminal` or `terminal>till`; four hex digits, `x` for any (`80xx`); its number among those that
match, 1 if nothing is said, or `every`. `drop terminal>till 3` is the third thing the terminal says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from kiosk.errors import ConfigError

MOST_SECONDS = 3_600.0
EVERY = 0
"""The number of a rule that is never used up."""


class Action(StrEnum):
    """What happens to a message."""

    DROP = "drop"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    GARBLE = "garble"
    CUT = "cut"
    NAK = "nak"
    HANG_UP = "hang-up"
    POWER_LOSS = "power-loss"
    LATE = "late"


class Direction(StrEnum):
    """Who speaks to whom."""

    TO_TERMINAL = "till>terminal"
    TO_TILL = "terminal>till"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a script."""

    action: Action
    direction: Direction | None = None
    control: str = "*"
    """A pattern of four hex digits."""
    number: int = 1
    seconds: float = 0.0
    """Of a delay, or how long the power is away."""
    after: int = 0
    """Bytes that still arrive before a cut."""
    behind: bool = False
    """The line or the power goes after the message, not before it."""

    def fits(self, direction: Direction, control: int) -> bool:
        """Whether it speaks of such a message, whichever number it has."""
        mine = self.direction in (None, direction)
        return mine and fnmatchcase(f"{control:04x}", self.control)


class Script:
    """Rules, and how often each has met its message. For one simulator, over all its restarts."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules: list[Rule] = []
        self._met: list[int] = []
        self.add(*rules)

    def add(self, *rules: Rule) -> None:
        """More rules; they begin to count now."""
        self._rules.extend(rules)
        self._met.extend(0 for _ in rules)

    def clear(self) -> None:
        """Forget all rules."""
        self._rules.clear()
        self._met.clear()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def due(self, direction: Direction, control: int, *, on_line: bool = False) -> list[Rule]:
        """What happens to this message; `on_line`: to its block on a serial line."""
        found = []
        for index, rule in enumerate(self._rules):
            if (rule.action is Action.NAK) is on_line and rule.fits(direction, control):
                self._met[index] += 1
                if rule.number in (EVERY, self._met[index]):
                    found.append(rule)
        return found


def read(path: Path) -> Script:
    """The script in a file. Raises ConfigError, which names the line."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def parse(text: str, name: str = "script") -> Script:
    """Rules from text. Raises ConfigError, which names the line and what helps."""
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            try:
                rules.append(rule_of(words))
            except ValueError as error:
                raise ConfigError(f"{name}, line {number}: {error}") from error
    return Script(rules)


def rule_of(words: Sequence[str]) -> Rule:
    """One rule. Raises ValueError with a sentence that says what is wrong and what to write."""
    left = list(words)
    verb = left.pop(0)
    if verb not in tuple(Action):
        raise ValueError(f'no action "{verb}"; write one of {", ".join(Action)}')
    action, seconds, behind = Action(verb), 0.0, False
    if action in (Action.DELAY, Action.LATE):
        seconds = _seconds(left, f"{verb} needs seconds: {verb} 5")
    if action in (Action.HANG_UP, Action.POWER_LOSS):
        place = left.pop(0) if left else ""
        if place not in ("before", "after"):
            raise ValueError(f"{verb} needs before or after: {verb} before 040F")
        behind = place == "after"
    if action is Action.LATE:
        _nothing(left)
        return Rule(Action.DELAY, Direction.TO_TILL, "040f", seconds=seconds)
    direction, control, number = _message(left)
    after = _after(left) if action is Action.CUT else 0
    if action is Action.POWER_LOSS and left[:1] == ["for"]:
        left.pop(0)
        seconds = _seconds(left, "for needs seconds: for 30")
    _nothing(left)
    return Rule(action, direction, control, number, seconds, after, behind)


def _message(left: list[str]) -> tuple[Direction | None, str, int]:
    direction, control, number = None, "*", 1
    said = False
    if left and left[0] in tuple(Direction):
        direction, said = Direction(left.pop(0)), True
    if left and _CONTROL.fullmatch(left[0]):
        control, said = left.pop(0).lower().replace("x", "?"), True
    if left and left[0] == "every":
        number, said = EVERY, bool(left.pop(0))
    elif left and _NUMBER.fullmatch(left[0]):
        number, said = int(left.pop(0)), True
    if not said:
        raise ValueError("it names no message; write 040F, terminal>till 3 or till>terminal 0601 2")
    return direction, control, number


_CONTROL = re.compile("[0-9A-Fa-fxX]{4}")
_NUMBER = re.compile("[1-9][0-9]{0,2}")


def _after(left: list[str]) -> int:
    if len(left) < 2 or left[0] != "after" or not re.fullmatch("[0-9]{1,5}", left[1]):
        raise ValueError("cut needs the bytes that still arrive: cut terminal>till 3 after 2")
    left.pop(0)
    return int(left.pop(0))


def _seconds(left: list[str], remedy: str) -> float:
    try:
        seconds = float(left.pop(0)) if left else -1.0
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:  # which NaN is not, either
        raise ValueError(f"{remedy} (0 to {MOST_SECONDS:.0f})")
    return seconds


def _nothing(left: list[str]) -> None:
    if left:
        raise ValueError(f'"{" ".join(left)}" is left over; a rule is ACTION MESSAGE, one a line')
