"""`drivers terminal read-card`, `display` and `display-image`: their words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from drivers.tools.terminal_verb import Add, Verb, number

MOST_LINES = 8
MOST_BYTES = 99
"""Of a line of text (LLVAR, 2.26)."""
_DONE = "Exit code: 0 done, 1 refused (with what helps), 69 no answer."


def _of(name: str) -> Callable[[argparse.Namespace], int]:
    """A verb of `cards`, imported when it is run."""

    def run(options: argparse.Namespace) -> int:
        from drivers.tools import cards

        code: int = getattr(cards, name)(options)
        return code

    return run


def _seconds(default: int, about: str) -> Add:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--seconds",
            type=number(255),
            default=default,
            metavar="N",
            help=f"{about}, 1 to 255 (default {default})",
        )

    return add


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--show", action="store_true", help="all of its numbers, which stand for a person"
    )


class _Lines(argparse.Action):
    """As many lines as a display has."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        del option_string
        lines = values if isinstance(values, list) else [values]
        if len(lines) > MOST_LINES:
            parser.error(f"a display shows {MOST_LINES} lines, not {len(lines)}")
        setattr(namespace, self.dest, lines)


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="+", type=_line, action=_Lines, metavar="TEXT", help="a line each"
    )


def _line(text: str) -> str:
    if len(text.encode()) > MOST_BYTES:
        raise argparse.ArgumentTypeError(f'"{text[:20]}..." is longer than {MOST_BYTES} bytes')
    return text


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a PNG")


VERBS = (
    Verb(
        "read-card",
        "which kind of card is held before it",
        _of("read_card"),
        more=f"Of its numbers only the last two bytes are shown. {_DONE}",
        words=(_seconds(30, "how long to wait for a card"), _add_show),
        pasted=("--seconds 10",),
    ),
    Verb(
        "display",
        "show lines on its display",
        _of("display"),
        more=_DONE,
        words=(_add_text, _seconds(10, "how long")),
        pasted=('"Kasse 3" "Bitte warten"',),
    ),
    Verb(
        "display-image",
        "show a picture on its display",
        _of("display_image"),
        more=_DONE,
        words=(_add_file, _seconds(30, "how long")),
        pasted=("logo.png --seconds 20",),
    ),
)
