"""All simulators of one kiosk, played by verbs: what the bench, the command line and tests use."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drivers.cards.simulator import ReaderSimulator
from drivers.lab.hand import Hand
from drivers.lab.purse import Purse
from drivers.lab.wire import CARD_NUMBER, CARD_PREFIX, STAFF_CODE, BenchState, ShelfItem
from drivers.line import listen
from drivers.printer.simulator import PrinterSimulator
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import ScaleSimulator
from drivers.scanner.simulator import ScannerSimulator
from drivers.zvt.buttons import DECLINED, play
from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Fault, Unacknowledged
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import BUTTONS, TerminalSimulator
from kiosk.clock import SystemClock

PAPER_MM = 60.0
LOG_LINES = 40
POLL_SECONDS = 0.1
OUT_OF_ORDER = 0xDF
POWER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Switch:
    """A fault to switch on, and how it ends; `off` None: it passes by itself."""

    on: Callable[[], object]
    off: Callable[[], object] | None = None


class SimulatedBench:
    """Terminal, printer and scanner on real lines. `do` and `state` are safe from any thread."""

    def __init__(
        self,
        folder: Path,
        shelf: Sequence[ShelfItem],
        *,
        speed_mm_s: float = 120,
        cards: Path | None = None,
    ) -> None:
        """`folder` keeps the terminal's memory, the lines and what was printed.

        `cards`: the file that tells the demo member's cards.
        """
        folder.mkdir(parents=True, exist_ok=True)
        clock = SystemClock()
        memory = Memory.at(folder / "terminal.json")
        self.terminal = TerminalServer(
            listen("tcp://127.0.0.1:0"),
            TerminalSimulator(clock, memory, unacknowledged=Unacknowledged.REVERSE),
        )
        self.printer = PrinterSimulator(
            listen("tcp://127.0.0.1:0"), folder / "printed", speed_mm_s=speed_mm_s
        )
        self.scanner = ScannerSimulator(listen(f"pty://{folder / 'scanner'}"))
        self.reader = ReaderSimulator(listen(f"pty://{folder / 'reader'}"))
        self.scale = ScaleSimulator(
            listen(f"pty://{folder / 'scale'}"), scale_of(Protocols.TOLEDO_8217)
        )
        self._purse = Purse(folder, cards)
        self._hand = Hand(self.reader, self._purse)
        self._shelf = tuple(shelf)
        self._faults: set[str] = set()
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._changed = threading.Condition()
        self._revision = 0
        self._picture: Path | None = None
        self._pictures = 0
        self._seen: BenchState | None = None
        self._switches = self._all_switches()

    def start(self) -> None:
        """Begin to answer."""
        for part in (self.terminal, self.printer, self.scanner, self.reader, self.scale):
            part.start()

    def stop(self) -> None:
        """End all simulators."""
        self._hand.take()
        for part in (self.scale, self.reader, self.scanner, self.printer, self.terminal):
            part.stop()

    @property
    def addresses(self) -> dict[str, str]:
        """Where each device is, for a kiosk's configuration."""
        return {
            "terminal": self.terminal.address,
            "printer": self.printer.address,
            "scanner": self.scanner.address,
            "reader": self.reader.address,
            "scale": self.scale.address,
        }

    # --- the interface ------------------------------------------------------------------------------

    def do(self, verb: str, *words: str) -> str:
        """Carry out one verb; a sentence for the technician. Raises ValueError for nonsense."""
        answer = self._do(verb, *words)
        with self._changed:
            told = () if verb == "card" else words  # nobody's number stands in a log
            self._log.append(f"{' '.join((verb, *told))}: {answer or 'done'}")
            self._changed.notify_all()
        return answer

    def _do(self, verb: str, *words: str) -> str:
        match verb, words:
            case "scan", [code] if 0 < len(code) <= 4096:
                return "" if self.scanner.scan(code) else "the scanner is not connected"
            case "card", [number]:
                return self._show_card(number)
            case "code", []:
                shown = self.scanner.scan(self._purse.code(), "Q1", note="a customer's code")
                return "" if shown else "the scanner is not connected"
            case "tap", [name]:
                return self._hand.tap(name)
            case "hold", [name]:
                return self._hand.hold(name)
            case "take", []:
                self._hand.take()
                return ""
            case "weigh", [grams]:
                self.scale.put(_grams(grams))
                return "" if self.scale.view().state == "connected" else "nobody asks the scale"
            case "approve" | "stop" | "pay" | "decline" | "terminal", _:
                return self._at_terminal(verb, *words)
            case "release", []:
                return "" if self.scanner.scan(STAFF_CODE, "Q1") else "the scanner is not connected"
            case "fault" | "clear", [name]:
                return self._switch(name, on=verb == "fault")
            case _ if not words and self._known(verb):
                return self._switch(verb, on=True)
            case _:
                raise _no_verb(verb, words)

    def _at_terminal(self, verb: str, *words: str) -> str:
        match verb, words:
            case "approve" | "stop", []:
                return self._pressed(verb)
            case "pay", [customer] if customer in BUTTONS:
                return self._pressed(customer)
            case "decline", [*rest] if len(rest) <= 1:
                return self._pressed(int(rest[0], 16) if rest else DECLINED)
            case "terminal", [_, *_]:
                said = play(self.terminal, " ".join(words))
                return "" if said == "done" else said
            case _:
                raise _no_verb(verb, words)

    def _pressed(self, button: str | int) -> str:
        return "" if self.terminal.press(button) else "the terminal does not wait for a card"

    def _show_card(self, number: str) -> str:
        if not CARD_NUMBER.fullmatch(number):
            raise ValueError("a card's number has 4 to 32 letters, digits and hyphens")
        shown = self.scanner.scan(CARD_PREFIX + number, "Q1", note="a customer's card")
        return "" if shown else "the scanner is not connected"

    def _known(self, name: str) -> str | None:
        """The fault's full name; the printer's go without the device, too."""
        return next((each for each in (name, f"printer-{name}") if each in self._switches), None)

    def _switch(self, name: str, *, on: bool) -> str:
        known = self._known(name)
        if known is None:
            raise ValueError(f'no fault "{name}"; there are {", ".join(self._switches)}')
        name, switch = known, self._switches[known]
        if on:
            switch.on()
            if switch.off:
                self._faults.add(name)
        elif switch.off:
            switch.off()
            self._faults.discard(name)
        return ""

    def state(self, seen: int, seconds: float) -> BenchState:
        """The state as soon as it is newer than revision `seen`, or after `seconds`."""
        clock = SystemClock()
        end = clock.monotonic() + seconds
        while True:
            state = self._look()
            left = end - clock.monotonic()
            if state.revision > seen or left <= 0:
                return state
            with self._changed:
                self._changed.wait(min(POLL_SECONDS, left))

    def _look(self) -> BenchState:
        lines, waiting, active = self.terminal.view()
        printer, scanner = self.printer.view(), self.scanner.view()
        reader, scale = self.reader.view(), self.scale.view()
        # Faults that strike once are over when the terminal has forgotten them.
        shown = {f"terminal-{name.replace('_', '-')}" for name in active}
        over = {"terminal-answer-lost", "terminal-closing-fails"} - shown
        with self._changed:
            self._faults -= over
            if printer.picture and printer.picture != self._picture:
                # A receipt counts once its picture is there; it is drawn after the cut.
                self._picture, self._pictures = printer.picture, self._pictures + 1
            found = BenchState(
                revision=self._revision,
                shelf=self._shelf,
                terminal_lines=lines,
                terminal_waiting=waiting,
                paper_png=str(self._picture or ""),
                paper_count=self._pictures,
                printer_state=f"{printer.state}{f', {printer.fault}' if printer.fault else ''}",
                scanner_state=scanner.state,
                reader_state=f"{reader.state}{f', {reader.fault}' if reader.fault else ''}",
                scale_state=f"{scale.state}{f', {scale.fault}' if scale.fault else ''}",
                scale_grams=scale.grams,
                cards=self._purse.names,
                card_held=self._hand.held,
                terminal_state="waits for a card" if waiting else "idle",
                faults=tuple(sorted(self._faults)),
                log=tuple(self._log),
            )
            if self._seen is None or replace(found, revision=self._seen.revision) != self._seen:
                self._revision += 1
                found = self._seen = replace(found, revision=self._revision)
            return self._seen

    def _all_switches(self) -> dict[str, Switch]:
        def terminal(fault: Fault) -> Switch:
            return Switch(
                lambda: self.terminal.fault(fault), lambda: self.terminal.fault(fault, on=False)
            )

        def printer(on: str, off: str) -> Switch:
            return Switch(lambda: self.printer.fault(on), lambda: self.printer.fault(off))

        def reader(on: str, off: str) -> Switch:
            return Switch(lambda: self.reader.fault(on), lambda: self.reader.fault(off))

        def scale(on: str, off: str) -> Switch:
            return Switch(lambda: self.scale.fault(on), lambda: self.scale.fault(off))

        return {
            "scale-moving": scale("moving", "still"),
            "scale-silent": scale("silent", "well"),
            "scale-garbage": scale("garbage", "well"),
            "scale-unplug": scale("unplug", "plug"),
            "scale-power-up": Switch(lambda: self.scale.fault("power-up")),
            "reader-weak": reader("weak", "well"),
            "reader-silent": reader("silent", "well"),
            "reader-garbage": reader("garbage", "well"),
            "reader-unplug": reader("unplug", "plug"),
            "terminal-answer-lost": terminal(Fault.LOSE_ANSWER),
            "terminal-cable-out": terminal(Fault.CABLE_OUT),
            "terminal-slow": terminal(Fault.SLOW),
            "terminal-silent": terminal(Fault.SILENT),
            "terminal-no-host": terminal(Fault.NO_HOST),
            "terminal-closing-fails": terminal(Fault.CLOSING_FAILS),
            "terminal-out-of-order": Switch(
                lambda: self.terminal.lock(OUT_OF_ORDER), lambda: self.terminal.lock(0)
            ),
            "terminal-power-loss": Switch(lambda: self.terminal.lose_power(POWER_SECONDS)),
            "printer-paper-out": printer("paper_out", "paper_loaded"),
            "printer-paper-low": printer("paper_low", "paper_loaded"),
            "printer-cover-open": printer("cover_open", "cover_closed"),
            "printer-paper-ends": printer(f"paper_end_after_mm={PAPER_MM:.0f}", "paper_loaded"),
            "printer-unplug": printer("unplug", "plug"),
            "scanner-torn": Switch(lambda: self.scanner.fault("torn")),
            "scanner-garbage": Switch(lambda: self.scanner.fault("garbage")),
            "scanner-unplug": Switch(
                lambda: self.scanner.fault("unplug"), lambda: self.scanner.fault("plug")
            ),
        }


def _grams(text: str) -> int:
    if not text.lstrip("-").isdecimal() or len(text) > 7:
        raise ValueError(f'"{text}" is no number of grams')
    return int(text)


def _no_verb(verb: str, words: Sequence[str]) -> ValueError:
    return ValueError(f'no verb "{verb}" with {len(words)} words; see ./run lab --help')
