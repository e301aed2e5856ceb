"""`./run drivers terminal ...`: its verbs, as tables of what each is called and does."""

from __future__ import annotations

from drivers.tools import (
    probe_words,
    terminal_card_words,
    terminal_care_words,
    terminal_day_words,
    terminal_hold_words,
    terminal_money_words,
)
from drivers.tools.terminal_verb import Verb
from drivers.tools.words import Tools, verbs

VERBS: tuple[Verb, ...] = (
    *terminal_money_words.VERBS,
    *terminal_hold_words.VERBS,
    *terminal_day_words.VERBS,
    *terminal_care_words.VERBS,
    *terminal_card_words.VERBS,
)
EXAMPLES = "examples:\n" + "".join(f"  {verb.examples[0]}\n" for verb in VERBS)


def add(tools: Tools) -> None:
    """`terminal VERB`, and `terminal probe`."""
    family = verbs(tools, "terminal", "a card terminal", EXAMPLES)
    for verb in VERBS:
        verb.add(family)
    probe_words.add(family)
