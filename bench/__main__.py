"""`./run bench [name ...] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from bench import codecs, storage
from bench.rows import Row
from bench.window import window

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "window": window,
    "zvt": codecs.zvt,
    "receipts": codecs.receipts,
    "journal": storage.journal,
    "catalogue": storage.catalogue,
}


def main() -> int:
    """Run the named benches, or all; the exit code does not judge the numbers."""
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Medians of several rounds, each beside its aim."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", action="store_true", help="one JSON array of rows")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    rows = []
    for name in options.names or BENCHES:
        found = BENCHES[name]()
        rows += found
        if not options.json:
            for row in found:
                print(_line(row), flush=True)
    if options.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    return 0


def _line(row: Row) -> str:
    sign = "<=" if row.better == "lower" else ">="
    peer = ""
    if row.peer and row.peer_value is not None and row.ratio:
        peer = f"   {row.peer}: {row.peer_value:,.2f} ({row.ratio:.1f} times)"
    mark = "ok" if row.holds else "MISSED"
    return (
        f"{row.bench:10} {row.name:42} {row.value:14,.2f} {row.unit:6}"
        f" {sign} {row.aim:>10,g}  {mark:6}{peer}"
    )


if __name__ == "__main__":
    sys.exit(main())
