"""The sheet of staff at the screen: what waits for them, and what they may do, each with its reason."""

from __future__ import annotations

from kiosk.checkout.events import Event, PrintFault
from kiosk.checkout.floor import Act, Capability, Kind, Mode, Reason
from kiosk.checkout.floor_events import Acted, AttendantLeft, ResumeAsked
from kiosk.checkout.regions.interventions import interventions, of_devices
from kiosk.checkout.states import Attract, Shopping, State, Thanks
from kiosk.money import Money
from kiosk.screens.sheet_values import ChoiceSheet, Section
from kiosk.screens.values import Action, Option
from kiosk.words import Words

LINES_SHOWN = 40
"""The newest ones; a line further down is taken out with the trash beside it."""


def staff_sheet(state: State, words: Words) -> ChoiceSheet:
    """All acts that do something now."""
    phase = state.phase
    sections = [*_waiting(state, words)]
    if isinstance(phase, Shopping) and phase.sale.basket.lines:
        sections += [_sale(words), _lines(phase, words)]
    sections += [*_receipts(state, words), *_parked(state, words), _kiosk(state, words)]
    return ChoiceSheet(
        words("Staff"),
        _missing(state, words) or words("Every act is kept in the journal, with its reason."),
        tuple(section for section in sections if section.options),
        Action("sheet-close", words("Done"), AttendantLeft()),
    )


def _act(act: Act, reason: Reason, label: str, glyph: str = "") -> Option:
    return Option(_action(f"act-{act.value}-{reason.value}", label, Acted(act, reason)), glyph)


def _action(name: str, label: str, event: Event) -> Action:
    return Action(name.replace("_", "-"), label, event)


def _waiting(state: State, words: Words) -> list[Section]:
    found = []
    for each in interventions(state):
        if each.kind is Kind.AGE:
            options = (
                _act(Act.RELEASE_AGE, Reason.CHECKED, words("Old enough: release"), "check"),
                _act(Act.REFUSE_AGE, Reason.NOT_OLD_ENOUGH, words("Too young: take out"), "close"),
            )
            found.append(Section(words("Articles from {age}", age=each.limit), options))
        elif each.kind is Kind.VOID and isinstance(state.phase, Shopping):
            taken = words.money(Money(state.phase.sale.voided))
            accept = _act(Act.ACCEPT_VOIDS, Reason.CHECKED, words("Looked at: in order"), "check")
            found.append(
                Section(words("Taken out by the customer: {amount}", amount=taken), (accept,))
            )
    if state.help:
        end = _act(Act.END_HELP, Reason.CHECKED, words("Helped"), "check")
        called = (
            words("The screen had a fault") if state.help.screen else words("The customer called")
        )
        found.append(Section(called, (end,)))
    return found


def _sale(words: Words) -> Section:
    return Section(
        words("Void the purchase"),
        (
            _act(Act.VOID_SALE, Reason.CUSTOMER_ASKED, words("Customer does not want it"), "trash"),
            _act(Act.VOID_SALE, Reason.CUSTOMER_GONE, words("Customer has gone"), "trash"),
            _act(Act.VOID_SALE, Reason.MISTAKE, words("Mistake"), "trash"),
            _act(Act.PARK, Reason.CUSTOMER_GONE, words("Park it instead"), "park"),
        ),
    )


def _lines(phase: Shopping, words: Words) -> Section:
    options = tuple(
        Option(
            Action(
                f"void-line-{line.id}",
                f"{line.article.name} · {words.money(line.amount + line.deposit)}",
                Acted(Act.VOID_LINE, Reason.MISTAKE, line.id),
                words("Void {name}", name=line.article.name),
            ),
            "trash",
        )
        for line in phase.sale.basket.lines[: -LINES_SHOWN - 1 : -1]
    )
    return Section(words("Void an article"), options)


def _receipts(state: State, words: Words) -> list[Section]:
    if state.devices.printer_fault is PrintFault.LOCKED:
        clear = _act(Act.CLEAR_PRINTER, Reason.CHECKED, words("The printer is empty"), "printer")
        return [Section(words("Printer"), (clear,))]
    if state.owed and isinstance(state.phase, Attract):
        number = state.owed[-1].number
        again = _act(Act.PRINT_OWED, Reason.CUSTOMER_ASKED, words("Print"), "printer")
        return [Section(words("Receipt {number} was not printed.", number=number), (again,))]
    return []


def _parked(state: State, words: Words) -> list[Section]:
    if not state.parked or not isinstance(state.phase, Attract | Thanks):
        return []
    options = tuple(
        Option(
            Action(
                f"resume-{each.number:04d}",
                f"{each.number:04d}",
                ResumeAsked(each.number),
                words("Go on with purchase {number}", number=f"{each.number:04d}"),
            ),
            "undo",
        )
        for each in state.parked[::-1]
    )
    return [Section(words("Parked purchases"), options)]


def _kiosk(state: State, words: Words) -> Section:
    if state.mode is Mode.OPEN:
        pause = words("Pause after this purchase") if _busy(state) else words("Pause this checkout")
        options = (_act(Act.PAUSE, Reason.CLOSING, pause, "stop"),)
    else:
        options = (_act(Act.OPEN, Reason.CHECKED, words("Open this checkout"), "check"),)
    return Section(words("This checkout"), options)


def _busy(state: State) -> bool:
    return isinstance(state.phase, Shopping)


def _missing(state: State, words: Words) -> str:
    """What somebody who is here anyway should see to."""
    names = {
        Capability.PAYING: words("card terminal"),
        Capability.RECEIPTS: words("receipt printer"),
        Capability.SCANNING: words("scanner"),
        Capability.CARDS: words("card reader"),
        Capability.WEIGHING: words("scale"),
    }
    found = [names[each.capability] for each in of_devices(state) if each.capability]
    return words("Please look at: {devices}", devices=", ".join(found)) if found else ""
