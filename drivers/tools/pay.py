"""`drivers terminal pay`: one payment at any ZVT terminal, by the kiosk's own engine and journal."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from drivers.line import connect
from drivers.zvt.link import Settings
from drivers.zvt.terminal import ZvtTerminal
from drivers.zvt.trace import Trace
from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
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
from kiosk.clock import SystemClock, local_zone
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
    """What the watching thread may look at."""

    state: State | None = None
    outcome: Outcome | None = None
    error: KioskError | None = None


class Payer:
    """Resolves an open intent of the journal, then pays. Blocking parts run on one thread."""

    def __init__(
        self,
        address: str,
        amount: Money,
        journal: Path | None,
        password: int,
        trace: Trace | None = None,
    ) -> None:
        self._clock = SystemClock()
        self._amount = amount
        self._path = journal
        self._shown = Shown()
        self._done = threading.Event()
        self._reported = threading.Event()
        self._finished = threading.Event()
        self._gate = threading.Lock()
        """Held while it is decided who goes first: the giving up, or a charge."""
        self._given_up = False
        self._charging = False
        self._kiosk: Sequential | None = None
        self._terminal = ZvtTerminal(
            address,
            clock=self._clock,
            settings=Settings(password, local_zone()),
            connect=trace.connect if trace else connect,
            tap=trace,
        )

    def pay(self, give_up: float) -> Outcome:
        """The outcome; `unknown` once a doubt has lasted `give_up` seconds. Raises KioskError.

        KeyboardInterrupt asks the terminal to stop, once; the outcome is still waited for.
        """
        threading.Thread(target=self._run, name="payer", daemon=True).start()
        doubt_since: float | None = None
        while not self._is_done():
            doubt = self._doubt()
            now = self._clock.monotonic()
            doubt_since = (doubt_since or now) if doubt else None
            if doubt and doubt_since is not None:
                over = doubt.unclear or now - doubt_since >= give_up
                if over and self._gives_up():
                    return self._unknown(doubt, give_up)
        if self._shown.outcome is None:
            return self._broken()
        return self._shown.outcome

    def reported(self) -> None:
        """The outcome has reached the caller: the journal may close this sale."""
        self._reported.set()
        if not self._given_up:
            self._finished.wait(5)

    def _is_done(self) -> bool:
        try:
            return self._done.wait(POLL_SECONDS)
        except KeyboardInterrupt:
            if self._kiosk:
                self._kiosk.request_cancel()  # a wish: the outcome is what the terminal says
            return False

    def _doubt(self) -> InDoubt | None:
        phase = self._shown.state.phase if self._shown.state else None
        return phase if isinstance(phase, InDoubt) else None

    def _gives_up(self) -> bool:
        """Whether asking ends now; not if the doubt has just ended and a charge begins."""
        with self._gate:
            self._given_up = not self._charging or self._doubt() is not None
            return self._given_up

    def _unknown(self, doubt: InDoubt, give_up: float) -> Outcome:
        reason = f"no clear answer from the terminal within {give_up:.0f} s; staff must look"
        if doubt.unclear:
            reason = "the terminal's last transaction is not the one asked for; staff must look"
        return Outcome("unknown", doubt.payment.amount.minor, reason=reason)

    def _broken(self) -> Outcome:
        """The thread broke off. With an intent perhaps at the terminal nobody knows the outcome."""
        error = self._shown.error or KioskError("the payment broke off; its journal knows why")
        phase = self._shown.state.phase if self._shown.state else None
        if isinstance(phase, Paying | Settling | InDoubt):
            return Outcome("unknown", phase.payment.amount.minor, reason=str(error))
        raise error

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
        try:
            self._resolve_and_charge(journal)
        finally:
            journal.close()

    def _resolve_and_charge(self, journal: Journal) -> None:
        state = replay(journal, lambda before, event: decide(before, event).state)
        kiosk = Sequential(
            state,
            journal,
            {Device.TERMINAL: self._terminal},
            clock=self._clock,
            resolve=_no_codes,
            show=self._show,
        )
        self._kiosk = kiosk
        was_open = isinstance(kiosk.state.phase, InDoubt) or _payment_open(kiosk.state)
        kiosk.post(Restarted(Shop("", (), "")))
        if not self._settled(kiosk):
            return
        earlier = _sold(kiosk.state) if was_open else None
        if earlier and earlier.payment.amount == self._amount:
            reason = "an earlier intent of this journal had been paid; nothing was charged now"
            outcome = _paid(earlier, reason)
        else:
            if _sold(kiosk.state):
                kiosk.post(ReceiptWaived())
            if not self._may_charge() or not self._charge(kiosk):
                return
            outcome = self._outcome(kiosk, earlier)
        self._shown.outcome = outcome
        self._done.set()
        self._reported.wait()  # for ever: what was not reported stays open in the journal
        # A doubt that ended while it was given up was told as unknown: it stays open as well.
        if _sold(kiosk.state) and not self._given_up:
            kiosk.post(ReceiptWaived())
            kiosk.post(StartPressed())

    def _may_charge(self) -> bool:
        with self._gate:
            self._charging = not self._given_up
            return self._charging

    def _charge(self, kiosk: Sequential) -> bool:
        """Charge now; False if the outcome stays in doubt and the asking was given up."""
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
        return self._settled(kiosk)

    def _settled(self, kiosk: Sequential) -> bool:
        """Let time pass until no doubt is left, or the asking was given up."""
        while isinstance(kiosk.state.phase, InDoubt):
            if self._given_up:
                return False
            if not kiosk.fire_due():
                self._reported.wait(POLL_SECONDS)
        return True

    def _show(self, state: State) -> None:
        self._shown.state = state

    def _outcome(self, kiosk: Sequential, earlier: Sold | None) -> Outcome:
        before = ""
        if earlier:
            amount = earlier.payment.amount.minor
            before = (
                f"; an earlier intent over {amount} cents (receipt {earlier.card.receipt}) was paid"
            )
        sold = _sold(kiosk.state)
        if sold:
            return _paid(sold, f"approved{before}")
        notice = kiosk.state.notice
        reason = notice.told.value if notice else "stopped"
        if kiosk.state.devices.terminal is Link.LOST:
            reason = "the terminal does not answer; nothing was charged"
            if kiosk.last_fault:
                reason = f"nothing was charged: {kiosk.last_fault.detail}"
        if notice and notice.code:
            reason = f"{reason} ({notice.code:02X})"
        return Outcome("not_paid", self._amount.minor, reason=f"{reason}{before}")


def _paid(sold: Sold, reason: str) -> Outcome:
    card, amount = sold.card, sold.payment.amount.minor
    return Outcome("paid", amount, card.receipt, card.trace, card.terminal_id, card.number, reason)


def _payment_open(state: State) -> bool:
    """A payment of an earlier run whose outcome its caller never heard."""
    return isinstance(state.phase, Paying | Settling | Paid | ReceiptOwed)


def _sold(state: State) -> Sold | None:
    return state.phase.sold if isinstance(state.phase, Paid | ReceiptOwed) else None


def _no_codes(code: CodeRead) -> CodeRefused:
    return CodeRefused(code.symbology, len(code.text), CodeFault.FOREIGN)
