"""`./run service`: the central service's commands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from service.errors import SettingsError, StoreAway
from service.tools import cards, catalogue, kiosks, members, slips, upkeep
from service.tools.session import DEFAULT

EXAMPLES = """examples:
  ./run service init --tenant markt-am-weg --region DE
  ./run service serve
  ./run service receipts                      receipts by link, for customers: another process
  ./run service kiosk invite Kasse-3          then, at the kiosk: ./run kiosk enrol CODE
  ./run service kiosk approve 4F2A-91C0-77B3-0D5E-A1C4
  ./run service member add --card - --name Erika --balance 1250 --consent all
  ./run service member consent display --card - --withdrawn
  ./run service card issue --card - --type code --out code.png
  ./run service card revoke CARD
  ./run service catalogue publish articles.csv
  ./run service slips list                    deposit slips that kiosks hold
  ./run service kiosk lost Kasse-3
  ./run service audit verify
"""
EX_UNAVAILABLE, EX_CONFIG = 69, 78


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what cannot be done is one line and an exit code."""
    parser = argparse.ArgumentParser(
        prog="./run service", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--at", type=Path, default=DEFAULT, help="the service's folder")
    parser.add_argument("--json", action="store_true", help="answers as JSON")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    upkeep.add(verbs)
    kiosks.add(verbs)
    members.add(verbs)
    cards.add(verbs)
    catalogue.add(verbs)
    slips.add(verbs)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsError as error:
        print(f"service: {error}", file=sys.stderr)
        return EX_CONFIG
    except StoreAway as error:
        print(f"service: {error}", file=sys.stderr)
        return EX_UNAVAILABLE
    return code


if __name__ == "__main__":
    sys.exit(main())
