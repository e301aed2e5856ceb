"""What the words of all tools share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

Tools: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def verbs(tools: Tools, name: str, about: str, examples: str, metavar: str = "VERB") -> Tools:
    """A tool with verbs of its own, and examples in its help."""
    tool = tools.add_parser(
        name,
        help=about,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return tool.add_subparsers(required=True, metavar=metavar)


def seconds(text: str) -> float:
    """A number of seconds, up to a day."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 86_400:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of seconds')
    return found


def add_trace(parser: argparse.ArgumentParser) -> None:
    """The word, for every tool that speaks to a terminal."""
    parser.add_argument(
        "--trace",
        type=Path,
        metavar="FILE",
        help="add every message to FILE, card data and passwords masked (see `drivers trace`)",
    )
