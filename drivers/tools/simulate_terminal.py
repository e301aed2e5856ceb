"""`drivers sim terminal`: a simulated card terminal, played by lines on standard input."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drivers.line import Listener, listen
from drivers.tools.simulate import Unusable, serve
from drivers.zvt import faults
from drivers.zvt.buttons import DECLINED, play
from drivers.zvt.memory import Memory
from drivers.zvt.profiles import PROFILES
from drivers.zvt.scenes import Fault, Unacknowledged
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import BUTTONS, TerminalSimulator
from kiosk.clock import SystemClock
from kiosk.ports import Unavailable

ASK, DECLINE = "ask", "decline"


@dataclass(frozen=True, slots=True)
class Wished:
    """What the command line says of the terminal."""

    listen: str
    customer: str = "approve"
    """A button, a decline code in hex, `decline`, or `ask`."""
    memory: Path | None = None
    unacknowledged: str | None = None
    profile: str = "standard"
    faults: tuple[str, ...] = ()
    script: Path | None = None
    password: int | None = None
    lock: int = 0


def customer_of(word: str) -> str | int | None:
    """The customer who is always there; None: buttons are pressed. Raises ValueError."""
    if word == ASK:
        return None
    if word == DECLINE:
        return DECLINED
    if word in BUTTONS:
        return word
    code = int(word, 16)
    if not 0 < code < 0x100:
        raise ValueError(f"{word} is no result code that declines")
    return code


def terminal(wished: Wished) -> int:
    """Serve until a signal comes. Raises ConfigError, Unavailable, Unusable."""
    script = faults.read(wished.script) if wished.script else faults.Script()
    memory = _memory(wished.memory)
    if wished.password is not None:
        memory.password = wished.password
    policy = wished.unacknowledged
    simulator = TerminalSimulator(
        SystemClock(),
        memory,
        automatic=customer_of(wished.customer),
        unacknowledged=Unacknowledged(policy) if policy else None,
        faults={Fault(fault) for fault in wished.faults},
        profile=PROFILES[wished.profile],
        locked=wished.lock,
    )
    server = TerminalServer(_listener(wished.listen), simulator, script)
    server.start()

    def played(line: str) -> str:
        try:
            return play(server, line)
        except ValueError as error:
            return str(error)

    return serve("terminal", server.address, played, server.stop)


def _listener(address: str) -> Listener:
    if address.startswith("serial://"):
        from drivers.zvt.serial_port import PortListener  # loads pyserial

        return PortListener(address)
    return listen(address)


def _memory(path: Path | None) -> Memory:
    try:
        kept = Memory.at(path)
        if path and not path.resolve().parent.is_dir():
            raise Unavailable(f"{path}: there is no such folder")
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise Unusable(f"{path} is no terminal's memory ({error})") from error
    return kept
