"""Money at any ZVT terminal, by the kiosk's own engine and journal: what all its tools share."""

from __future__ import annotations

import tempfile
import threading
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias

from drivers.line import connect
from drivers.tools.earlier import Earlier, Unheard, told
from drivers.tools.ending import ending
from drivers.zvt.link import Settings
from drivers.zvt.terminal import ZvtTerminal
from drivers.zvt.trace import Trace
from kiosk.checkout.events import (
    CodeFault,
    CodeRefused,
    Device,
    ReceiptWaived,
    Restarted,
    StartPressed,
)
from kiosk.checkout.goods_events import Unresolved
from kiosk.checkout.states import InDoubt, Paid, Paying, ReceiptOwed, Settling, Sold, State
from kiosk.clock import SystemClock, local_zone
from kiosk.journal import Journal
from kiosk.money import Money
from kiosk.ports import Cancel, KioskError
from kiosk.receipt import Shop
from kiosk.sequential import Sequential

KIOSK = "TOOL"
POLL_SECONDS = 0.05
NOTHING = {"paid": "charged now", "done": "sent now"}
"""What was not, where an earlier run had moved the money; by the outcome's word."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the money; `unknown` is an answer too. Amounts are minor units."""

    outcome: str
    amount: int
    receipt: int | None = None
    trace: int | None = None
    terminal_id: str | None = None
    card: str | None = None
    reason: str = ""
    slip: tuple[str, ...] = ()
    """The terminal's slip for the customer, where nobody else prints it."""

    def as_json(self) -> dict[str, object]:
        """All of it; a slip only where there is one."""
        found = asdict(self)
        if not self.slip:
            del found["slip"]
        return found


@dataclass(slots=True)
class Shown:
    """What the watching thread may look at."""

    state: State | None = None
    outcome: Outcome | None = None
    error: KioskError | None = None


Before: TypeAlias = tuple[Earlier, ...]
"""What earlier runs of this journal moved without their caller hearing of it."""


class Mover(ABC):
    """Resolves an open intent of the journal, then moves money. Blocking parts run on one thread."""

    YES: ClassVar[str]
    """The outcome's word where money moved."""

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
        """Held while it is decided who goes first: the giving up, or the command."""
        self._given_up = False
        self._moving = False
        self._stop = Cancel()
        self._kiosk: Sequential | None = None
        self._terminal = ZvtTerminal(
            address,
            clock=self._clock,
            settings=Settings(password, local_zone()),
            connect=trace.connect if trace else connect,
            tap=trace,
        )

    def run(self, give_up: float) -> Outcome:
        """The outcome; `unknown` once a doubt has lasted `give_up` seconds. Raises KioskError.

        Ctrl-C and SIGTERM ask the terminal to stop; the outcome is still waited for. While an earlier
        one is resolved they keep the new one from being sent. For the main thread.
        """
        with ending(None) as self._stop:
            return self._followed(give_up)

    def _followed(self, give_up: float) -> Outcome:
        threading.Thread(target=self._run, name="mover", daemon=True).start()
        doubt_since: float | None = None
        while not self._done.wait(POLL_SECONDS):
            if self._stop and self._kiosk and self._charging():
                self._kiosk.request_cancel()  # a wish: the outcome is what the terminal says
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
        """The outcome has reached the caller: the journal may close this command."""
        self._reported.set()
        if not self._given_up:
            self._finished.wait(5)

    # --- what differs ------------------------------------------------------------------------------

    @abstractmethod
    def _is_asked(self, earlier: Earlier) -> bool:
        """Whether this earlier one is what is asked for now: then nothing is sent again."""

    @abstractmethod
    def _move(self, kiosk: Sequential) -> bool:
        """Command it now; False if the outcome stays in doubt and the asking was given up."""

    @abstractmethod
    def _outcome(self, kiosk: Sequential, before: str) -> Outcome:
        """What came of `_move`; `before` is said behind the reason."""

    # --- on the caller's thread ---------------------------------------------------------------------

    def _charging(self) -> bool:
        """Whether the command may be under way that is to be stopped: no question is."""
        state = self._shown.state
        return self._moving and state is not None and isinstance(state.phase, Paying)

    def _doubt(self) -> InDoubt | None:
        phase = self._shown.state.phase if self._shown.state else None
        return phase if isinstance(phase, InDoubt) else None

    def _gives_up(self) -> bool:
        """Whether asking ends now; not if the doubt has just ended and a command begins."""
        with self._gate:
            self._given_up = not self._moving or self._doubt() is not None
            return self._given_up

    def _unknown(self, doubt: InDoubt, give_up: float) -> Outcome:
        reason = f"no clear answer from the terminal within {give_up:.0f} s; staff must look"
        if doubt.unclear:
            reason = "the terminal's last transaction is not the one asked for; staff must look"
        return Outcome("unknown", doubt.payment.amount.minor, reason=reason)

    def _broken(self) -> Outcome:
        """The thread broke off. With an intent perhaps at the terminal nobody knows the outcome."""
        error = self._shown.error or KioskError("the command broke off; its journal knows why")
        phase = self._shown.state.phase if self._shown.state else None
        if isinstance(phase, Paying | Settling | InDoubt):
            return Outcome("unknown", phase.payment.amount.minor, reason=str(error))
        raise error

    # --- on the mover's thread ----------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                journal = Journal(self._path or Path(folder) / "journal.db", KIOSK)
                try:
                    self._resolve_and_move(journal)
                finally:
                    journal.close()
        except KioskError as error:
            self._shown.error = error
        finally:
            self._terminal.close()
            self._finished.set()
            self._done.set()

    def _resolve_and_move(self, journal: Journal) -> None:
        unheard = Unheard()
        state = unheard.replayed(journal)
        kiosk = self._kiosk = Sequential(
            state,
            journal,
            {Device.TERMINAL: self._terminal},
            clock=self._clock,
            resolve=_no_codes,
            show=self._show,
        )
        was_open = isinstance(state.phase, InDoubt) or _payment_open(state)
        kiosk.post(Restarted(Shop("", (), "")))
        if not self._settled(kiosk):
            return
        before = unheard.after(kiosk.state, sold_on(kiosk.state) if was_open else None)
        asked = next((each for each in before if self._is_asked(each)), None)
        if asked:
            said = "an earlier intent of this journal had been"
            rest = told(tuple(each for each in before if each is not asked))
            outcome = self.moved(asked, f"{said} {self.YES}; nothing was {NOTHING[self.YES]}{rest}")
        else:
            if self._stop:
                raise KioskError("stopped before anything was sent")
            if sold_on(kiosk.state):
                kiosk.post(ReceiptWaived())
            if not self._may_move() or not self._move(kiosk):
                return
            outcome = self._outcome(kiosk, told(before))
        self._shown.outcome = outcome
        self._done.set()
        self._reported.wait()  # for ever: what was not reported stays open in the journal
        # A doubt that ended while it was given up was told as unknown: it stays open as well.
        if not self._given_up:
            self._close(kiosk)

    def _close(self, kiosk: Sequential) -> None:
        """The caller has heard: neither a sale nor a correction is anybody's answer any more."""
        if sold_on(kiosk.state):
            kiosk.post(ReceiptWaived())
            kiosk.post(StartPressed())
        if kiosk.state.corrected:
            kiosk.post(ReceiptWaived())  # changes nothing; `Unheard` looks for it

    def _may_move(self) -> bool:
        with self._gate:
            self._moving = not self._given_up
            return self._moving

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

    def moved(self, what: Earlier, reason: str) -> Outcome:
        """The outcome of money that moved."""
        card, amount = what.card, what.payment.amount.minor
        numbers = (card.receipt, card.trace, card.terminal_id, card.number)
        return Outcome(self.YES, amount, *numbers, reason)


def _payment_open(state: State) -> bool:
    """A payment of an earlier run whose outcome its caller never heard."""
    return isinstance(state.phase, Paying | Settling | Paid | ReceiptOwed)


def sold_on(state: State) -> Sold | None:
    """The sale that was paid and not yet reported."""
    return state.phase.sold if isinstance(state.phase, Paid | ReceiptOwed) else None


def _no_codes(shown: Unresolved) -> CodeRefused:
    del shown
    return CodeRefused("", 0, CodeFault.FOREIGN)
