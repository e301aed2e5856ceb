"""`drivers terminal pay`: one payment at any ZVT terminal, by the kiosk's own engine and journal."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from drivers.zvt.terminal import Settings, ZvtTerminal
from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    Card,
    CodeFault,
    CodeRead,
    CodeRefused,
    Device,
    DeviceOnline,
    PayPressed,
    QuantitySet,
    ReceiptWaived,
    Restarted,
    StartPressed,
)
from kiosk.checkout.states import (
    InDoubt,
    Link,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    Sold,
    State,
)
from kiosk.clock import SystemClock
from kiosk.ids import Gtin
from kiosk.journal import Journal, replay
from kiosk.money import Money
from kiosk.ports import KioskError
from kiosk.pricing import total
from kiosk.receipt import Shop
from kiosk.sequential import Sequential

KIOSK = "TOOL"
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the money; `unknown` is an answer too."""

    outcome: str
    amount: int
    receipt: int | None = None
    trace: int | None = None
    terminal_id: str | None = None
    card: str | None = None
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(slots=True)
class Shown:
    """What the watching thread may look at: the latest state."""

    state: State | None = None
    outcome: Outcome | None = None
    error: KioskError | None = None


class Payer:
    """Resolves an open intent of the journal, then pays. Blocking parts run on one thread."""

    def __init__(self, address: str, amount: Money, journal: Path | None, password: int) -> None:
        self._clock = SystemClock()
        self._amount = amount
        self._path = journal
        self._shown = Shown()
        self._done = threading.Event()
        self._reported = threading.Event()
        self._finished = threading.Event()
        self._terminal = ZvtTerminal(address, clock=self._clock, settings=Settings(password))

    def pay(self, give_up: float) -> Outcome:
        """The outcome; `unknown` once a doubt has lasted `give_up` seconds. Raises KioskError."""
        threading.Thread(target=self._run, name="payer", daemon=True).start()
        doubt_since: float | None = None
        while not self._done.wait(POLL_SECONDS):
            state = self._shown.state
            doubt = state.phase if state and isinstance(state.phase, InDoubt) else None
            now = self._clock.monotonic()
            doubt_since = (doubt_since or now) if doubt else None
            if (
                doubt
                and doubt_since is not None
                and (doubt.unclear or now - doubt_since >= give_up)
            ):
                return self._unknown(doubt, give_up)
        if self._shown.outcome is None:
            raise self._shown.error or KioskError("the payment broke off; its journal knows why")
        return self._shown.outcome

    def reported(self) -> None:
        """The outcome has reached the caller: the journal may close this sale."""
        self._reported.set()
        self._finished.wait(5)

    def _unknown(self, doubt: InDoubt, give_up: float) -> Outcome:
        reason = f"no clear answer from the terminal within {give_up:.0f} s; staff must look"
        if doubt.unclear:
            reason = "the terminal's last transaction is not the one asked for; staff must look"
        return Outcome("unknown", doubt.payment.amount.minor, reason=reason)

    # --- on the payer's thread ----------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._pay(Journal(self._path or Path(folder) / "journal.db", KIOSK))
        except KioskError as error:
            self._shown.error = error
        finally:
            self._terminal.close()
            self._finished.set()
            self._done.set()

    def _pay(self, journal: Journal) -> None:
        state = replay(journal, lambda before, event: decide(before, event).state)
        kiosk = Sequential(
            state,
            journal,
            {Device.TERMINAL: self._terminal},
            clock=self._clock,
            resolve=_no_codes,
            show=self._show,
        )
        was_open = isinstance(kiosk.state.phase, InDoubt) or _payment_open(kiosk.state)
        kiosk.post(Restarted(Shop("", (), "")))
        self._settle(kiosk)
        adopted = _sold(kiosk.state)
        if not (was_open and adopted and adopted.payment.amount == self._amount):
            if adopted:
                kiosk.post(ReceiptWaived())
            self._charge(kiosk)
        self._shown.outcome = self._outcome(kiosk.state, adopted=was_open and adopted is not None)
        self._done.set()
        self._reported.wait(5)
        if _sold(kiosk.state):
            kiosk.post(ReceiptWaived())
            kiosk.post(StartPressed())
        journal.close()

    def _charge(self, kiosk: Sequential) -> None:
        kiosk.post(DeviceOnline(Device.TERMINAL))
        if isinstance(kiosk.state.phase, Shopping):
            for line in kiosk.state.phase.sale.basket.lines:
                kiosk.post(QuantitySet(line.id, 0))
        else:
            kiosk.post(StartPressed())  # from attract, or from thanks to attract
            kiosk.post(StartPressed())
        kiosk.post(ArticleScanned(Article(Gtin(0), "Payment", self._amount, 0)))
        phase = kiosk.state.phase
        if isinstance(phase, Shopping):
            kiosk.post(PayPressed(0, total(phase.sale.basket)))
        self._settle(kiosk)

    def _settle(self, kiosk: Sequential) -> None:
        """Let time pass until no doubt is left; the watching thread gives up, not this one."""
        while isinstance(kiosk.state.phase, InDoubt):
            if not kiosk.fire_due():
                self._reported.wait(POLL_SECONDS)

    def _show(self, state: State) -> None:
        self._shown.state = state

    def _outcome(self, state: State, *, adopted: bool) -> Outcome:
        sold = _sold(state)
        if sold:
            reason = "an earlier intent of this journal had been paid" if adopted else "approved"
            return _paid(sold.payment.amount, sold.card, reason)
        notice = state.notice
        reason = notice.told.value if notice else "stopped"
        if state.devices.terminal is Link.LOST:
            reason = "the terminal does not answer; nothing was charged"
        if notice and notice.code:
            reason = f"{reason} ({notice.code:02X})"
        return Outcome("not_paid", self._amount.minor, reason=reason)


def _paid(amount: Money, card: Card, reason: str) -> Outcome:
    return Outcome(
        "paid", amount.minor, card.receipt, card.trace, card.terminal_id, card.number, reason
    )


def _payment_open(state: State) -> bool:
    """A payment of an earlier run whose outcome its caller never heard."""
    return isinstance(state.phase, Paying | Settling | Paid | ReceiptOwed)


def _sold(state: State) -> Sold | None:
    return state.phase.sold if isinstance(state.phase, Paid | ReceiptOwed) else None


def _no_codes(code: CodeRead) -> CodeRefused:
    return CodeRefused(code.symbology, len(code.text), CodeFault.FOREIGN)
