"""`./run drivers receipt`: its words."""

from __future__ import annotations

import argparse
from pathlib import Path

from drivers.tools.words import Tools

EXAMPLES = """examples:
  ./run drivers receipt                                      a made-up one, as text
  ./run drivers receipt --as json --out receipt.json
  ./run drivers receipt receipt.json --as png --out receipt.png --columns 32
  ./run drivers receipt receipt.json --as html --out receipt.html
  ./run drivers receipt --stationery docs/receipt.example.txt --large
  ./run drivers receipt receipt.json --as escpos | ./run drivers decode escpos -
"""
FORMS = ("text", "png", "html", "escpos", "json")


def add(tools: Tools) -> None:
    """`receipt [FILE]`."""
    parser = tools.add_parser(
        "receipt",
        help="a receipt as text, picture, page, printer bytes or record",
        description="A receipt's record (docs/receipt-v1.schema.json) in any of its forms; without a"
        " file a made-up one. Exit code: 0, or 65 where the file is no receipt.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a record, - for stdin")
    parser.add_argument(
        "--as", dest="form", choices=FORMS, default="text", metavar="FORM", help="%(choices)s"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it here")
    parser.add_argument(
        "--columns", type=int, choices=(32, 42, 48), default=48, help="32 is 58 mm paper"
    )
    parser.add_argument("--large", action="store_true", help="in large print")
    parser.add_argument("--stationery", type=Path, metavar="FILE", help="the shop's own header")
    parser.add_argument("--language", choices=("de", "en"), default="de", help="of the made-up one")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.tools.receipt import run  # imported when it is run

    return run(options)
