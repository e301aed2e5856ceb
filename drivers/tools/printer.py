"""`drivers printer status`, `identify`, `test-page`, `print` and `clear`: what they do and say."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drivers.line import check_address, connect_printer, queue_of, spools
from drivers.line.cups import CupsLine
from drivers.printer.capabilities import Capabilities, Memory
from drivers.printer.device import EscposPrinter
from drivers.printer.document import Doc
from drivers.printer.link import Link
from drivers.printer.profiles import Clear, Confirm, Profile, profile_of
from drivers.printer.spooled import SpooledPrinter
from drivers.tools.ending import ending
from drivers.tools.printer_page import Unprintable, document_of, page
from drivers.tools.saying import in_line, printable
from kiosk.checkout.commands import ClearPrinter
from kiosk.checkout.events import PrintFault, ReceiptPrinted
from kiosk.clock import SystemClock
from kiosk.errors import ConfigError, Unavailable
from kiosk.ids import JobId
from kiosk.ports import Cancel
from kiosk.screens.printer_remedies import paper_low_remedy, printer_remedy, printer_trouble
from kiosk.words import Language, words_of

EX_DATAERR, EX_UNAVAILABLE, EX_TEMPFAIL = 65, 69, 75
WORDS = words_of(Language.EN)
Facts = dict[str, Any]
UNSEEN = "without --memory the kiosk's lock is not seen: what this printer holds may come out first"


def status_verb(options: argparse.Namespace) -> int:
    """Ask, and touch nothing."""
    check_address(options.at)
    if spools(options.at):
        return _queue_status(options)
    with _link(options.at) as link:
        condition = link.ask_condition(Cancel())
        if condition is None:
            raise Unavailable(f"{options.at}: nobody answers; is the printer on?")
    fault = condition.fault
    if fault is None and Memory(options.memory).holds(options.at):
        fault = PrintFault.LOCKED
    facts: Facts = {"ready": fault is None, "paper_low": condition.paper_low}
    if fault:
        facts |= _trouble(fault)
    elif condition.paper_low:
        facts["remedy"] = paper_low_remedy(WORDS)
    return _said(options, facts, EX_UNAVAILABLE if fault else 0)


def identify_verb(options: argparse.Namespace) -> int:
    """Who it is and what it can."""
    check_address(options.at)
    if spools(options.at):
        raise ConfigError(f'"{options.at}": a queue gives no answers; ask the printer itself')
    profile, cancel = profile_of(options.profile), Cancel()
    with _link(options.at) as link:
        clears, _ = link.clear(cancel)
        condition = link.ask_condition(cancel)
        if condition is None:
            raise Unavailable(f"{options.at}: nobody answers; is the printer on?")
        if condition.fault:
            return _said(options, _trouble(condition.fault), EX_UNAVAILABLE)
        identity = link.identify(cancel)
        marks = link.knows_marks(cancel)
    confirm = {True: Confirm.PROCESS_ID, False: Confirm.GS_R, None: Confirm.NONE}[marks]
    if marks is not None:
        Memory(options.memory).keep(options.at, Capabilities(identity, confirm))
    names = dict(zip(("maker", "model", "serial"), identity, strict=False))
    worth = {Confirm.PROCESS_ID: "printed", Confirm.GS_R: "printed-weakly"}
    facts: Facts = {**names, "confirm": confirm, "clear": _clears(profile, told=clears)}
    facts["receipts"] = worth.get(confirm, "unknown")
    return _said(options, facts, 0)


def _clears(profile: Profile, *, told: bool) -> Clear:
    """How it drops what it holds; DC4 by its own word only."""
    if told:
        return Clear.DC4
    return Clear.NONE if profile.clear is Clear.DC4 else profile.clear


def test_page_verb(options: argparse.Namespace) -> int:
    """The page that shows what a printer can."""
    profile = profile_of(options.profile)
    return _print(options, page(profile.columns, profile.about))


def print_verb(options: argparse.Namespace) -> int:
    """A file."""
    try:
        doc = document_of(options.file, profile_of(options.profile).columns)
    except Unprintable as error:
        print(f"drivers: {error}", file=sys.stderr)
        return EX_DATAERR
    return _print(options, doc)


def clear_verb(options: argparse.Namespace) -> int:
    """As staff do it."""
    check_address(options.at)
    printer = _printer(options)
    try:
        for _ in printer.execute(ClearPrinter(), Cancel()):
            pass
    finally:
        printer.close()
    return _said(options, {"cleared": True}, 0)


def _print(options: argparse.Namespace, doc: Doc) -> int:
    check_address(options.at)
    if options.memory is None and (spools(options.at) or _locks(options)):
        print(f"drivers: {UNSEEN}", file=sys.stderr)
    printer = _printer(options)
    try:
        with ending(None) as cancel:
            event = printer.print_document(JobId("tool"), doc, cancel)
    finally:
        printer.close()
    facts: Facts = {"state": printer.state.value}
    if isinstance(event, ReceiptPrinted):
        return _said(options, facts, 0)
    facts |= _trouble(event.fault)
    return _said(options, facts, EX_TEMPFAIL if event.partial else EX_UNAVAILABLE)


def _locks(options: argparse.Namespace) -> bool:
    """Whether such a printer is locked after a failure, for want of a clear that it confirms."""
    return profile_of(options.profile).clear is not Clear.DC4


def _printer(options: argparse.Namespace) -> EscposPrinter | SpooledPrinter:
    columns, clock = profile_of(options.profile).columns, SystemClock()
    kind = SpooledPrinter if spools(options.at) else EscposPrinter
    return kind(
        options.at, columns=columns, clock=clock, profile=options.profile, memory=options.memory
    )


@contextmanager
def _link(address: str) -> Iterator[Link]:
    """A link that clears nothing by itself."""
    link = Link(connect_printer(address), SystemClock())
    try:
        yield link
    finally:
        link.close()


def _queue_status(options: argparse.Namespace) -> int:
    trouble = CupsLine(queue_of(options.at)).trouble()
    facts: Facts = {"ready": not trouble, "knows": "what CUPS says; the printer was not asked"}
    if trouble:
        facts |= {"trouble": trouble, "remedy": "`lpstat -t` shows more"}
    elif Memory(options.memory).holds(options.at):
        facts |= {"ready": False} | _trouble(PrintFault.LOCKED)
    return _said(options, facts, 0 if facts["ready"] else EX_UNAVAILABLE)


def _trouble(fault: PrintFault) -> Facts:
    return {
        "fault": fault.value,
        "trouble": printer_trouble(fault, WORDS),
        "remedy": printer_remedy(fault, WORDS),
    }


def _said(options: argparse.Namespace, facts: Facts, code: int) -> int:
    if options.json:
        print(json.dumps({"at": options.at, **facts}))
        return code
    remedy = facts.pop("remedy", "")
    print(in_line(facts))
    if remedy:
        print(f"-> {printable(remedy)}")
    return code
