"""A typed client before a simulated terminal: over a real socket or pseudo terminal, or on one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.line import listen
from drivers.zvt.client import Client
from drivers.zvt.link import Link, Settings
from drivers.zvt.memory import Memory
from drivers.zvt.profiles import STANDARD, Profile
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import TerminalSimulator
from kiosk.clock import SystemClock
from tests.terminals.wire import Blow, Fate, Wire
from tests.wired import FakeClock

LINES = ("tcp", "pty")


@dataclass(slots=True)
class Desk:
    """Both sides, and what the terminal showed."""

    client: Client
    simulator: TerminalSimulator
    shown: list[tuple[str, ...]] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)
    fate: Fate = field(default_factory=Fate)


@contextmanager
def real_desk(
    line: str,
    folder: Path,
    profile: Profile = STANDARD,
    settings: Settings | None = None,
    **options: Any,
) -> Iterator[Desk]:
    """A terminal on a thread of its own, behind a real line."""
    clock = SystemClock()
    address = "tcp://127.0.0.1:0" if line == "tcp" else f"pty://{folder / 'terminal'}"
    simulator = TerminalSimulator(clock, Memory(None), profile=profile, **options)
    server = TerminalServer(listen(address), simulator)
    server.start()
    link = Link(server.address, clock=clock, settings=settings or Settings())
    desk = Desk(Client(link), simulator)
    desk.client._show = desk.shown.append
    try:
        yield desk
    finally:
        link.close()
        server.stop()


def wired_desk(
    serial: bool,
    *blows: Blow,
    profile: Profile = STANDARD,
    settings: Settings | None = None,
    **options: Any,
) -> Desk:
    """A terminal on the caller's thread, where time passes only while somebody waits."""
    clock = FakeClock()
    simulator = TerminalSimulator(clock, Memory(None), profile=profile, **options)
    fate = Fate(list(blows))

    def restart() -> TerminalSimulator:
        desk.simulator = desk.simulator.restarted()
        return desk.simulator

    connect: Callable[[str], Wire] = lambda _: Wire(  # noqa: E731 - a name for its type
        desk.simulator, clock, lambda: desk.fate, restart, serial=serial
    )
    address = "serial:///wired" if serial else "tcp://wired"
    link = Link(address, clock=clock, settings=settings or Settings(), connect=connect)
    desk = Desk(Client(link), simulator, clock=clock, fate=fate)
    desk.client._show = desk.shown.append
    return desk
