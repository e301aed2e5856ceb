"""After a line that was lost in a money command: what the terminal's memory says about it.

The command is never sent again. The terminal's last transaction before it is compared with the one
after: two answers that agree are a fact, as for the kiosk's own payments.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.zvt import reading
from drivers.zvt.client import Client
from drivers.zvt.messages import Abort
from drivers.zvt.results import OpenReservations
from kiosk.checkout.events import Transaction
from kiosk.ports import Cancel, DeviceError, Unavailable
from kiosk.traces import later

AGREE_SECONDS = 10.0
"""Between two answers: a terminal may take back what was not acknowledged a little later."""
LOOK_SECONDS = 1.0


class Became(StrEnum):
    """What became of a command."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Memory:
    """The terminal's last transaction. `tells` False: it does not know the question."""

    terminal_id: str
    last: Transaction | None
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What was commanded. `amount`: minor units; None where the result's own tells nothing of it."""

    amount: int | None
    receipt: int = 0
    """Of the reservation it refers to; 0 for a new one."""
    ends: bool = False
    """Done, the reservation is open no more."""


def memory_of(client: Client) -> Memory:
    """06 20, on a new line where the old one is down. Raises DeviceError; Unavailable if it is busy."""
    _, heard = client.repeat()
    link = client.link
    known = link.registered.terminal_id
    code = heard.refusal.code if heard.refusal else 0
    if isinstance(heard.final, Abort) and heard.last is None:
        code = heard.final.result
        if code not in reading.BUSY:
            return Memory(known, None)
    if heard.refusal and code == reading.UNSUPPORTED:
        return Memory(known, None, tells=False)
    if code and heard.last is None:
        raise Unavailable(f"{link.address}: its last transaction is refused now ({code:02X})")
    if heard.last is None:
        return Memory(known, None, tells=False)
    moment = reading.Moment(link.clock.now(), link.settings.zone)
    return Memory(known, reading.transaction_of(heard.last, known, moment))


def ask_again(
    client: Client, before: Memory, asked: Asked, give_up: float, cancel: Cancel
) -> tuple[Became, Transaction | None]:
    """Connect anew and ask until two answers agree; UNKNOWN after `give_up` seconds, or on `cancel`."""
    clock = client.link.clock
    end = clock.monotonic() + give_up
    heard: Memory | None = None
    while clock.monotonic() < end and not cancel:
        try:
            memory = memory_of(client)
        except DeviceError:
            client.link.close()
            heard = None
            cancel.wait(LOOK_SECONDS)
            continue
        if memory == heard:
            return _settled(client, before, memory, asked)
        heard = memory
        cancel.wait(min(AGREE_SECONDS, max(end - clock.monotonic(), 0)))
    return Became.UNKNOWN, None


def _settled(
    client: Client, before: Memory, after: Memory, asked: Asked
) -> tuple[Became, Transaction | None]:
    found = judged(before, after, asked)
    if found is Became.DONE and asked.ends and _is_open(client, asked.receipt) is not False:
        found = Became.UNKNOWN
    return found, after.last


def judged(before: Memory, after: Memory, asked: Asked) -> Became:
    """Newer, of this amount and a success: done. Unchanged: not done. All else is for people."""
    old, new = before.last, after.last
    if not before.tells or not after.tells or before.terminal_id != after.terminal_id:
        return Became.UNKNOWN
    if new is None:
        return Became.NOT_DONE if old is None else Became.UNKNOWN
    if not (new.trace or new.receipt) or not new.payment_like:
        return Became.UNKNOWN
    if old and (new.trace, new.receipt) == (old.trace, old.receipt):
        return Became.NOT_DONE
    if new.result != 0:
        return Became.NOT_DONE
    if new.reversal_of is not None and (not asked.receipt or _later(new.reversal_of, old)):
        taken_back = _later(new.reversal_of, old)
        return Became.NOT_DONE if taken_back else Became.UNKNOWN
    same = asked.amount is None or new.amount.minor == asked.amount
    return Became.DONE if same else Became.UNKNOWN


def _later(trace: int, old: Transaction | None) -> bool:
    """Whether this trace was given after what the terminal remembered before the command."""
    return later(old.trace, trace) if old else trace > 0


def _is_open(client: Client, receipt: int) -> bool | None:
    """Whether this reservation is still open; None where that cannot be told."""
    try:
        still = client.open_reservations()
    except DeviceError:
        return None
    return receipt in still.receipts if isinstance(still, OpenReservations) else None
