"""`./run bench [name ...] [--json] [--check] [--keep]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from bench import baseline, cards, cards_cpu, cards_service, checkout, service, storage, ui, zvt
from bench.catalogue import catalogue
from bench.receipts import receipts
from bench.rows import Row
from bench.window import window

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "window": window,
    "ui": ui.ui,
    "zvt": zvt.zvt,
    "receipts": receipts,
    "checkout": checkout.checkout,
    "journal": storage.journal,
    "catalogue": catalogue,
    "service": service.service,
    "cards": cards.cards,
}
CHECKS = {"service-cpu": service.cpu, "cards-cpu": cards_cpu.cpu}
"""Parts of benches: what `--check` runs where no names are given."""
PARTS = {"cards-service": cards_service.cards_service}
"""Parts of benches that can be named, too."""


def main() -> int:
    """Run the named benches, or all. Only with `--check` the exit code judges numbers."""
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Medians of several rounds, each beside its aim."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=", ".join(BENCHES | CHECKS | PARTS)
    )
    parser.add_argument("--json", action="store_true", help="one JSON array of rows")
    parser.add_argument(
        "--check",
        action="store_true",
        help=f"exit 1 if a guarded row (CPU of one) costs over {baseline.SLACK:g} times what "
        "bench/baseline.json says; without names only those rows are measured",
    )
    parser.add_argument(
        "--keep", action="store_true", help="write the guarded rows to bench/baseline.json"
    )
    parser.add_argument("--long", action="store_true", help="ui: ten times the sales")
    options = parser.parse_args()
    known = BENCHES | CHECKS | PARTS | ({"ui": ui.long} if options.long else {})
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(known)}")
    rows = []
    for name in options.names or (CHECKS if options.check or options.keep else BENCHES):
        found = known[name]()
        rows += found
        if not options.json:
            for row in found:
                print(_line(row), flush=True)
    if options.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    if options.keep:
        baseline.keep(rows)
    return int(options.check and any(row.guard and not row.holds for row in rows))


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
