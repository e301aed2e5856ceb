"""Whether the kiosk sells at all: start, devices coming and going, a full disk."""

from __future__ import annotations

from kiosk.checkout.commands import AskLastOutcome, ReadyTerminal
from kiosk.checkout.events import (
    Device,
    DeviceFault,
    DeviceOnline,
    PrinterStatus,
    Restarted,
    TerminalReady,
)
from kiosk.checkout.regions import (
    attending,
    consent,
    correcting,
    doubt,
    ending,
    helping,
    member,
    paying,
    slips,
    weighing,
)
from kiosk.checkout.regions.home import home
from kiosk.checkout.states import (
    Answer,
    Attract,
    Devices,
    InDoubt,
    Link,
    Live,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.checkout.step import Step, stay
from kiosk.replacing import replace


def restarted(state: State, event: Restarted) -> Step:
    """The process died at this state: what was under way with money becomes doubt."""
    before = state
    state, links = member.after_restart(weighing.forgotten(state))
    state = replace(
        state,
        shop=event.shop,
        home_language=event.language,
        service=event.service,
        links=event.links,
        limits=event.limits,
        neighbours=event.neighbours,
        gate=event.gate,
        tenders=event.tenders,
        departed=None,
        joins=event.joins,
        attendant=None,
        devices=Devices(),
        storage_low=False,
        asked=(),
        notice=None,
        undo=None,
        live=Live(),
    )
    timers = (*attending.restarted(state), *helping.restarted(state))
    step = _resumed(state).then(*links, *member.queue_again(state), *slips.untold(state), *timers)
    return consent.after_restart(before, step)


def _resumed(state: State) -> Step:
    match state.phase:
        case Paying() | Settling() as phase:
            return doubt.doubt(state, phase)
        case InDoubt() as phase:
            asking = replace(phase, asking=True, heard=None, failures=0, unclear=False)
            return Step(replace(state, phase=asking), (AskLastOutcome(phase.payment.id),))
        case Paid(sold=sold, later=later):
            return ending.print_receipt(state, sold, copy=True, later=later)
        case ReceiptOwed() as phase:
            return ending.resumed(state, phase)
        case Shopping():
            return stay(state)
        case Attract() | Thanks() | OutOfService():
            return home(state)


def online(state: State, event: DeviceOnline) -> Step:
    """A device answers again."""
    devices = state.devices
    match event.device:
        case Device.SCANNER:
            return Step(replace(state, devices=replace(devices, scanner=Link.READY)))
        case Device.READER:
            return Step(replace(state, devices=replace(devices, reader=Link.READY)))
        case Device.SCALE:
            return Step(replace(state, devices=replace(devices, scale=Link.READY)))
        case Device.PRINTER:
            return Step(replace(state, devices=replace(devices, printer=Link.READY)))
        case Device.TERMINAL:
            return _terminal_online(state)
        case Device.LOOKUP:
            return Step(state, slips.untold(state))
        case Device.OUTBOX:
            return Step(state, member.queue_again(state))


def _terminal_online(state: State) -> Step:
    phase = state.phase
    if isinstance(phase, Paying | Settling):
        return stay(state)
    if isinstance(phase, InDoubt):
        return stay(state) if phase.heard else doubt.ask(state, phase)
    if state.devices.terminal in (Link.READYING, Link.READY):
        return stay(state)
    devices = replace(state.devices, terminal=Link.READYING, baseline=None)
    return Step(replace(state, devices=devices), (ReadyTerminal(),))


def terminal_ready(state: State, event: TerminalReady) -> Step:
    """Registered, and its memory is known: payments may be taken."""
    if state.devices.terminal is not Link.READYING:
        return stay(state)
    state = doubt.remember(state, Answer(event.terminal_id, event.last, event.tells))
    state = correcting.compared(state, event.last)
    return home(state) if isinstance(state.phase, OutOfService) else stay(state)


def fault(state: State, event: DeviceFault) -> Step:
    """A device is of no use; selling goes on where it can."""
    devices = state.devices
    match event.device:
        case Device.SCANNER:
            return Step(replace(state, devices=replace(devices, scanner=Link.LOST)))
        case Device.READER:
            return Step(replace(state, devices=replace(devices, reader=Link.LOST)))
        case Device.SCALE:
            return weighing.lost(state)
        case Device.PRINTER:
            state = replace(state, devices=replace(devices, printer=Link.LOST))
            if isinstance(state.phase, Paid):
                return ending.printer_fault(state, state.phase, event)
            return stay(state)
        case Device.TERMINAL:
            lost = replace(devices, terminal=Link.LOST, baseline=None)
            state = replace(state, devices=lost)
            return _terminal_fault(state, event)
        case Device.LOOKUP:
            return slips.lookup_lost(consent.lookup_lost(state))
        case Device.OUTBOX:
            return member.outbox_lost(state, event)


def _terminal_fault(state: State, event: DeviceFault) -> Step:
    match state.phase:
        case Paying() | Settling():
            return paying.terminal_fault(state, event)
        case InDoubt() as phase:
            return doubt.unanswered(state, phase, event)
        case Attract() | OutOfService():
            return home(state)
        case _:
            return stay(state)


def printer_status(state: State, event: PrinterStatus) -> Step:
    """What the printer says of itself; the customer is told before paying."""
    devices = replace(
        state.devices, printer=Link.READY, printer_fault=event.fault, paper_low=event.paper_low
    )
    return Step(replace(state, devices=devices))


def storage_low(state: State) -> Step:
    """Finish what is under way on the reserve; start nothing new."""
    state = replace(state, storage_low=True)
    if isinstance(state.phase, Attract | Thanks | OutOfService):
        return home(state)
    return stay(state)
