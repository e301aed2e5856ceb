"""`./run kiosk` and `./run demo`: the composition root. It alone may import everything."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.lab.folder import DEFAULT
from kiosk.catalogue_tool import add_catalogue
from kiosk.errors import ConfigError, JournalError, KioskError
from kiosk.exporting import add_export
from kiosk.importing import add_import
from kiosk.status_tool import add_status

if TYPE_CHECKING:
    from kiosk.checkout.events import Event
    from kiosk.config import Config

EXAMPLES = """examples:
  ./run kiosk --config /etc/kiosk/kiosk.toml
  ./run kiosk import-catalogue articles.csv --to catalogue.db
  ./run kiosk import-catalogue export.json --map gtin=EAN,price=VK --default vat=7
  ./run kiosk status --config kiosk.toml
  ./run kiosk catalogue status --config kiosk.toml
  ./run kiosk journal --config kiosk.toml
  ./run kiosk journal verify --config kiosk.toml
  ./run kiosk export --config kiosk.toml --from 2026-11-01 --to 2026-11-30 --format csv --out november
  ./run kiosk sale 4711 --config kiosk.toml
  ./run kiosk enrol AFNDVLK-...-RY6H2A6@service.example:8444 --identity /etc/kiosk/identity
  ./run kiosk resolve --config kiosk.toml --payment K1-3f9a21-p000007 --paid --reason "slip 0012"
"""
EX_UNAVAILABLE, EX_SOFTWARE, EX_CONFIG, EX_INTERRUPTED = 69, 70, 78, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; configuration errors are one line and exit code 78."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.configured and options.config is None:
        parser.error("--config is missing: the kiosk's TOML file")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        code: int = options.run(options)
    except ConfigError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EX_CONFIG
    except JournalError as error:
        print(f"kiosk: journal: {error}", file=sys.stderr)
        return EX_SOFTWARE
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return EX_UNAVAILABLE
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run kiosk", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, help="the kiosk's TOML file")
    parser.set_defaults(run=_kiosk, configured=False)
    verbs = parser.add_subparsers(metavar="VERB")
    add_import(verbs)
    add_catalogue(verbs)
    add_export(verbs)
    add_status(verbs)
    journal = verbs.add_parser("journal", help="the journal of a stopped kiosk, for people")
    journal.add_argument(
        "what",
        nargs="?",
        choices=["show", "verify"],
        default="show",
        help="verify: decide every record anew from the first, without any snapshot; also while the "
        "kiosk runs",
    )
    journal.set_defaults(run=_journal)
    resolve = verbs.add_parser("resolve", help="staff decide a payment in doubt; kiosk stopped")
    resolve.add_argument("--payment", required=True, help="the reference on the kiosk's screen")
    decision = resolve.add_mutually_exclusive_group(required=True)
    decision.add_argument("--paid", action="store_true", dest="paid")
    decision.add_argument("--not-paid", action="store_false", dest="paid")
    resolve.add_argument("--reason", required=True, help="what proves it, like the slip's number")
    resolve.set_defaults(run=_resolve)
    for verb in (journal, resolve):
        # Before the verb or after it: what is not said here must not undo what was said there.
        verb.add_argument("--config", type=Path, default=argparse.SUPPRESS)
        verb.set_defaults(configured=True)
    enrol = verbs.add_parser("enrol", help="make this kiosk known to the central service")
    enrol.add_argument("code", help="as `./run service kiosk invite` printed it")
    enrol.add_argument(
        "--identity", type=Path, default=Path("identity"), help="where keys are kept"
    )
    enrol.add_argument("--minutes", type=float, default=30, help="how long to wait for approval")
    enrol.set_defaults(run=_enrol)
    screens = verbs.add_parser("screens", help="a page with a picture of every screen")
    screens.add_argument("--out", type=Path, default=Path("screens-out"), help="folder of the page")
    screens.set_defaults(run=_screens)
    _add_demo(verbs)
    return parser


def _add_demo(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = verbs.add_parser("demo", help="a purchase on simulated devices")
    demo.add_argument("--offscreen", action="store_true", help="no window: a scripted customer")
    demo.add_argument("--out", type=Path, default=Path("demo-out"), help="folder of the album")
    demo.add_argument("--script", type=Path, help="the customer's steps, one a line")
    demo.add_argument("--landscape", action="store_true", help="1920x1080 instead of 1080x1920")
    demo.add_argument("--state", type=Path, default=DEFAULT, help="where the demo keeps things")
    demo.add_argument(
        "--reader",
        choices=["simulated", "pcsc"],
        default="simulated",
        help="pcsc: real cards before the real reader that is plugged in (default simulated)",
    )
    demo.add_argument("--fresh", action="store_true", help="forget what the last demo kept")
    demo.set_defaults(run=_demo)


def _kiosk(options: argparse.Namespace) -> int:
    if options.config is None:
        _parser().print_help()
        return 64
    from kiosk.config import load

    config = load(options.config)
    from kiosk.window import run_kiosk

    return run_kiosk(config)


def _journal(options: argparse.Namespace) -> int:
    from kiosk.account import account
    from kiosk.config import load
    from kiosk.journal import Journal

    config = load(options.config)
    if options.what == "verify":
        return _verify(config)
    if not config.kiosk.journal.exists():
        raise ConfigError(f"kiosk.journal: {config.kiosk.journal} does not exist")
    journal = Journal(config.kiosk.journal, config.kiosk.id)
    try:
        for line in account(journal, config.shop.zone):
            print(line)
    finally:
        journal.close()
    return 0


def _verify(config: Config) -> int:
    from kiosk.books.source import opened
    from kiosk.checkout.decide import decide
    from kiosk.checkout.states import State
    from kiosk.journal import replayed

    with opened(config.kiosk.journal, config.kiosk.id) as source:
        seen = 0

        def counted(state: State, event: Event) -> State:
            nonlocal seen
            seen += 1
            return decide(state, event).state

        state = replayed(source.records, State(source.kiosk, source.epoch), counted)
    print(f"{seen} records, {state.receipts} receipts: whole, and decided as they were")
    return 0


def _resolve(options: argparse.Namespace) -> int:
    from kiosk.config import load
    from kiosk.resolving import resolve

    said = resolve(load(options.config), options.payment, options.reason, paid=options.paid)
    print(said)
    return 0


def _enrol(options: argparse.Namespace) -> int:
    from kiosk.clock import SystemClock
    from kiosk.lookup.enrol import enrol
    from kiosk.ports import Cancel

    clock, never = SystemClock(), Cancel()
    end = clock.monotonic() + options.minutes * 60

    def wait(seconds: float) -> bool:
        never.wait(seconds)
        over: bool = clock.monotonic() >= end
        return over

    try:
        enrol(options.code, options.identity, lambda text: print(text, flush=True), wait)
    except KeyboardInterrupt:
        print("kiosk: stopped; run the same command again to go on", file=sys.stderr)
        return EX_INTERRUPTED
    print(f'Enrolled. In the kiosk\'s TOML file:\n\n[service]\nidentity = "{options.identity}"')
    return 0


def _screens(options: argparse.Namespace) -> int:
    from kiosk import contact

    return contact.run(options)


def _demo(options: argparse.Namespace) -> int:
    try:
        from kiosk import demo

        return demo.run(options)
    except KeyboardInterrupt:
        print("demo: stopped", file=sys.stderr)
        return EX_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
