"""`drivers sim reader` and `drivers sim pcsc`: a reader without hardware, cards held by lines."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from drivers.cards.daemon import IsolatedDaemon
from drivers.cards.pcsc import SCHEME, PcscCalls
from drivers.cards.pcscd import SOCKET_VARIABLE
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import VirtualCard
from drivers.cards.vpcd import VirtualSlot
from drivers.line import listen
from drivers.tools.simulate import serve
from drivers.tools.simulated_cards import CARDS
from kiosk.clock import SystemClock
from kiosk.ports import DeviceError, Unavailable

MISSED_SECONDS, LOOK_SECONDS = 2.0, 0.5
_FAULTS = ("weak", "well", "unplug", "plug")
_WORDS = f"there are hold CARD, take, {', '.join(_FAULTS)}; cards are {', '.join(CARDS)}"


def _player(
    hold: Callable[[tuple[VirtualCard, ...]], str],
    take: Callable[[], None],
    fault: Callable[[str], str],
) -> Callable[[str], str]:
    """What the lines do."""

    def play(line: str) -> str:
        match line.split():
            case ["hold", name] if name in CARDS:
                take()
                return hold(CARDS[name]())
            case ["take"]:
                take()
                return "done"
            case [name] if name in _FAULTS:
                return fault(name)
            case _:
                return f"unknown; {_WORDS}"

    return play


def reader(address: str, card: str | None) -> int:
    """A PN532 on a line. Lines: hold CARD, take, weak, well, unplug, plug."""
    simulator = ReaderSimulator(listen(address))
    simulator.start()

    def hold(cards: tuple[VirtualCard, ...]) -> str:
        simulator.hold(*cards)
        return "done"

    def fault(name: str) -> str:
        simulator.fault(name)
        return "done"

    if card:
        hold(CARDS[card]())
    play = _player(hold, simulator.remove, fault)
    return serve("reader", simulator.address, play, simulator.stop)


def pcsc(card: str | None) -> int:
    """A PC/SC daemon with one reader, out of sight of the system's. Lines as of `reader`."""
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # the daemon ends with us, however early
    folder = Path(tempfile.mkdtemp(prefix="pcsc-"))
    daemon: IsolatedDaemon | None = None
    try:
        daemon = IsolatedDaemon(folder / "d", SystemClock())
        daemon.start()
        os.environ[SOCKET_VARIABLE] = daemon.socket  # for ourselves: see `_missed`
        slot = VirtualSlot(daemon.door)
        play = _pcsc_player(daemon, slot)
        if card:
            play(f"hold {card}")
        return serve("pcsc", f"{SOCKET_VARIABLE}={daemon.socket}", play, slot.remove)
    finally:
        if daemon:
            daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _pcsc_player(daemon: IsolatedDaemon, slot: VirtualSlot) -> Callable[[str], str]:
    """The reader's cable is not ours to pull: with `unplug` the daemon ends, which looks alike."""

    def hold(cards: tuple[VirtualCard, ...]) -> str:
        if len(cards) > 1:
            return "PC/SC shows one card only, the reader picks it; try: ./run drivers sim reader"
        try:
            slot.hold(cards[0])
        except OSError as error:
            return f"nobody takes the card ({error}); try: plug"
        return "done"

    def fault(name: str) -> str:
        if name in ("weak", "well"):
            return "this reader holds its cards well; try: ./run drivers sim reader"
        slot.remove()
        daemon.stop()
        if name == "plug":
            try:
                daemon.start()
            except Unavailable as error:
                return str(error)
        return "done"

    def take() -> None:
        slot.remove()
        _missed()

    return _player(hold, take, fault)


def _missed() -> None:
    """Wait until the daemon has seen that the card is away, as a hand would: it looks each 0.4 s."""
    watcher = PcscCalls(SCHEME)
    try:
        watcher.open()
        for _ in range(round(MISSED_SECONDS / LOOK_SECONDS)):
            if not watcher.occupied:
                break
            watcher.present(LOOK_SECONDS)
    except DeviceError:  # no daemon sees no card
        return
    finally:
        watcher.close()
