"""Everything one can do to a simulated terminal, by words: for its command line and the bench."""

from __future__ import annotations

from drivers.zvt.faults import rule_of
from drivers.zvt.flows.displaying import KEYS
from drivers.zvt.scenes import Fault
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import BUTTONS

DECLINED = 0x05
NOBODY_WAITS, NO_KEYS = "nobody waits for a card", "nobody asked for keys"
MANUAL = f"""lines:
  {", ".join(BUTTONS)}
                     a customer, as soon as a card is asked for
  decline [CODE]     the card is refused with this result (hex, default 05)
  key NAME, type 123 keys for 06 E1 and 06 E2: {", ".join(KEYS)}
  fault NAME, clear NAME
                     {", ".join(Fault)}
  rule RULE          a fault in time, as in a script: rule drop 040F; clear rules
  lock STATE, unlock out of order, with a state of chapter 11 (hex): lock DF
  power-loss [S]     restart from what is on disk, after S seconds
  turnover, waiting, display
"""


def play(server: TerminalServer, line: str) -> str:
    """One line; what to tell whoever wrote it. Raises ValueError for nonsense."""
    verb, *words = line.split()
    match verb, words:
        case _, [] if verb in BUTTONS:
            return _done(server.press(verb), NOBODY_WAITS)
        case "decline", [*code] if len(code) <= 1:
            return _done(server.press(int(code[0], 16) if code else DECLINED), NOBODY_WAITS)
        case "key", [name] if name in KEYS:
            return _done(server.press_keys(KEYS[name]), NO_KEYS)
        case "type", [digits] if digits.isascii() and digits.isdecimal():
            return _done(server.press_keys(digits.encode("ascii")), NO_KEYS)
        case "clear", ["rules"]:
            server.clear_rules()
        case "fault" | "clear", [name] if name in tuple(Fault):
            server.fault(Fault(name), on=verb == "fault")
        case "rule", [_, *_]:
            server.add_rules(rule_of(words))
        case "lock", [state]:
            server.lock(_state(state))
        case "unlock", []:
            server.lock(0)
        case "power-loss", [*seconds] if len(seconds) <= 1:
            server.lose_power(float(seconds[0]) if seconds else 0.0)
        case _:
            return _told(server, line)
    return "done"


def _told(server: TerminalServer, line: str) -> str:
    match line:
        case "turnover":
            return str(server.simulator.memory.turnover())
        case "waiting":
            return "yes" if server.view()[1] else "no"
        case "display":
            return " / ".join(server.view()[0])
        case _:
            return f"unknown; faults are {', '.join(Fault)}; customers are {', '.join(BUTTONS)}"


def _state(text: str) -> int:
    state = int(text, 16)
    if not 0 < state < 0x100:
        raise ValueError(f"{text} is no state; write one of chapter 11 in hex: DF")
    return state


def _done(taken: bool, otherwise: str) -> str:
    return "done" if taken else otherwise
