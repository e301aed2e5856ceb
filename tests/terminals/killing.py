"""Real payers at a real simulator process, and kill -9 for either at a seeded moment."""

from __future__ import annotations

import json
import random
import select
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.line import tcp_endpoint
from drivers.zvt.memory import Memory
from tests.drivers.tools.processes import Simulated, pay_words, started

TICK_SECONDS = 0.005
RUNS = 20
"""A payment whose outcome is not known after so many runs of the payer is a failure."""
PAYER, TERMINAL = "payer", "terminal"


@dataclass(frozen=True, slots=True)
class Kill:
    """Who dies, so many seconds after so many bytes have crossed the line."""

    victim: str
    after: int
    seconds: float


class Relay:
    """The cable between both: it counts what crosses it, and stops at the byte of a kill."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._other: dict[socket.socket, socket.socket] = {}
        self.crossed = 0

    def turn(self, terminal: str, most: int) -> None:
        """Pass on what is there, at first up to `most` bytes in all."""
        ready, _, _ = select.select([self._listener, *self._other], [], [], TICK_SECONDS)
        for sock in ready:
            if sock is self._listener:
                self._join(self._listener.accept()[0], terminal)
            elif sock in self._other:
                self._pass_on(sock, most - self.crossed)

    def close(self) -> None:
        for sock in (self._listener, *self._other):
            sock.close()

    def _join(self, payer: socket.socket, terminal: str) -> None:
        try:
            other = socket.create_connection(tcp_endpoint(terminal), 5)
        except OSError:
            payer.close()
            return
        self._other |= {payer: other, other: payer}

    def _pass_on(self, sock: socket.socket, most: int) -> None:
        try:
            data = sock.recv(min(most, 4096) if most > 0 else 4096)
            self._other[sock].sendall(data)
        except OSError:
            data = b""
        self.crossed += len(data)
        if not data:
            for end in (sock, self._other[sock]):
                del self._other[end]
                end.close()


class Till:
    """One journal, one terminal's memory, and the processes that come and go around them."""

    def __init__(self, folder: Path, chance: random.Random, policy: str | None) -> None:
        self._chance = chance
        self._journal, self._memory = folder / "pay.db", folder / "terminal.json"
        self._words = ("--unacknowledged", policy) if policy else ()
        self._relay = Relay()
        self._open_terminal()
        self.kills: list[str] = []
        """Who died, in order."""
        self._dialogue = 0
        """Bytes of a payment that nobody disturbs."""

    def close(self) -> None:
        _kill(self._terminal)
        self._relay.close()

    def calibrate(self, amount: int) -> dict[str, Any]:
        """A payment in peace, which tells how many bytes one has."""
        before = self._relay.crossed
        told = self.buy(amount, 0)
        self._dialogue = self._relay.crossed - before
        return told

    def buy(self, amount: int, kills: int) -> dict[str, Any]:
        """What the payer tells in the end, however often it or the terminal is killed before."""
        for _ in range(RUNS):
            kill = self._fate() if kills else None
            heard = self._run(amount, kill)
            kills -= 1 if kill else 0
            if heard and heard["outcome"] != "unknown":
                return heard
        raise AssertionError(f"the outcome over {amount} cents never became known: {heard}")

    def held(self, amount: int) -> int:
        """How often the terminal's memory holds a payment over this."""
        return sum(each.amount == amount for each in Memory.at(self._memory).standing())

    @property
    def turnover(self) -> int:
        """Cents in the terminal's memory, as it lies on the disk."""
        return Memory.at(self._memory).turnover()

    def _fate(self) -> Kill:
        """At a byte of the dialogue, shortly behind it, or anywhere in the process's life."""
        chance = self._chance
        victim = chance.choice((PAYER, TERMINAL))
        match chance.randrange(4):
            case 0:
                return Kill(victim, 0, chance.uniform(0.0, 1.5))
            case 1:
                return Kill(victim, chance.randint(1, self._dialogue), chance.uniform(0.0, 0.05))
            case _:
                return Kill(victim, chance.randint(1, self._dialogue), 0.0)

    def _run(self, amount: int, kill: Kill | None) -> dict[str, Any] | None:
        """What one run of the payer says; None if it died before it could."""
        euros = f"{amount // 100}.{amount % 100:02d}"
        words = ("--journal", str(self._journal), "--give-up", "60")
        payer = started(*pay_words(self._relay.address, *words, amount=euros))
        start = self._relay.crossed
        at = start + kill.after if kill else 0
        reached: float | None = None
        while payer.poll() is None:
            self._relay.turn(self._address, at)
            if kill and self._relay.crossed >= at:
                reached = time.monotonic() if reached is None else reached
                if time.monotonic() - reached >= kill.seconds:
                    self._strike(kill.victim, payer)
                    kill = None
        out, err = payer.communicate(timeout=90)
        assert "Traceback" not in err, err
        heard: dict[str, Any] | None = json.loads(out) if out.endswith("\n") else None
        return heard

    def _strike(self, victim: str, payer: subprocess.Popen[str]) -> None:
        self.kills.append(victim)
        if victim == PAYER:
            payer.kill()
            payer.wait(30)
            return
        _kill(self._terminal)
        self._open_terminal()

    def _open_terminal(self) -> None:
        customer = "decline" if self._chance.random() < 0.15 else "approve"
        words = (*self._words, "--memory", str(self._memory), "--auto", customer)
        self._terminal = started("sim", "terminal", "--listen", "tcp://127.0.0.1:0", *words)
        self._address = Simulated(self._terminal).address


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    with suppress(BrokenPipeError):
        process.communicate(timeout=90)
