"""A terminal on a real line that answers by bytes: what the specification shows, and no logic."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from drivers.line import Line, listen
from kiosk.clock import SystemClock, local_zone
from kiosk.ports import Silent

DROP = "drop"
"""In a flow: the line is torn here."""
YES = "800000"
Flow = Sequence[str]
"""Hex: the first goes out at once, each further one behind the till's answer."""


def apdu(control: str, data: str = "") -> str:
    """Control field, length and data, as hex."""
    size = len(data) // 2
    return (
        control + (f"{size:02x}" if size < 255 else f"ff{size % 256:02x}{size // 256:02x}") + data
    )


def container(tags: str) -> str:
    """Bitmap 06 and its length, before these tags."""
    size = len(tags) // 2
    return (f"06{size:02x}" if size < 128 else f"0681{size:02x}") + tags


def completion(data: str = "") -> str:
    """06 0F."""
    return apdu("060f", data)


def aborted(code: int, data: str = "") -> str:
    """06 1E."""
    return apdu("061e", f"{code:02x}{data}")


def result(
    trace: int,
    amount: int,
    *,
    code: int = 0,
    original: int | None = None,
    receipt: int | None = None,
) -> str:
    """04 0F of a transaction that happened a minute from now: later than any intent of the test."""
    now = SystemClock().now().astimezone(local_zone()) + timedelta(minutes=1)
    data = f"27{code:02x}04{amount:012d}4909780b{trace:06d}"
    data += f"37{original:06d}" if original is not None else ""
    data += f"0c{now:%H%M%S}0d{now:%m%d}295200123487{receipt or trace:04d}"
    return apdu("040f", data)


REGISTERED = (YES + completion("19002952001234490978"),)
READY = (YES + completion("00"),)


def remembers(information: str) -> Flow:
    """The flow of 06 20."""
    return (YES + information, completion())


NOTHING_YET: Flow = (YES + aborted(0x66),)


class Scripted:
    """Answers each command with its flow; of several flows the last one stays."""

    def __init__(self, flows: Mapping[str, Sequence[Flow]]) -> None:
        self._listener = listen("tcp://127.0.0.1:0")
        self.address = self._listener.address
        self.flows: dict[str, list[Flow]] = {
            "0600": [REGISTERED],
            "0501": [READY],
            "0620": [NOTHING_YET],
            **{control: list(each) for control, each in flows.items()},
        }
        self.heard: list[str] = []
        """Commands, whole, as hex."""
        self.arrived = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The terminal is switched off."""
        self._over.set()
        self._thread.join(30)
        assert not self._thread.is_alive()
        self._listener.close()

    def sent(self, control: str) -> list[str]:
        """These among the commands."""
        return [each for each in self.heard if each.startswith(control)]

    def wait_for(self, control: str) -> None:
        """Until the till has sent this command."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.sent(control), 30)

    def _serve(self) -> None:
        while not self._over.is_set():
            line = self._listener.accept(0.02)
            if line:
                try:
                    self._talk(line)
                except Silent:
                    pass  # the till hung up
                finally:
                    line.close()

    def _talk(self, line: Line) -> None:
        buffer, rest = bytearray(), list[str]()
        while not self._over.is_set():
            buffer += line.read(0.02)
            while (got := _taken(buffer)) is not None:
                if got[:2] not in ("80", "84"):
                    rest = self._flow_of(got)
                if rest:
                    say = rest.pop(0)
                    if say == DROP:
                        return
                    line.write(bytes.fromhex(say))
                    if rest and rest[0] == DROP:
                        return

    def _flow_of(self, command: str) -> list[str]:
        with self.arrived:
            self.heard.append(command)
            self.arrived.notify_all()
        flows = self.flows.get(command[:4], [("848300",)])
        return list(flows.pop(0) if len(flows) > 1 else flows[0])


def _taken(buffer: bytearray) -> str | None:
    """The first whole APDU, which is taken from the buffer."""
    if len(buffer) < 3:
        return None
    start, size = 3, buffer[2]
    if size == 0xFF:
        if len(buffer) < 5:
            return None
        start, size = 5, buffer[3] + buffer[4] * 256
    if len(buffer) < start + size:
        return None
    got = bytes(buffer[: start + size]).hex()
    del buffer[: start + size]
    return got


@contextmanager
def scripted(**flows: Sequence[Flow]) -> Iterator[Scripted]:
    """A terminal with these flows, by control field: `scripted(c0630=[...])`."""
    found = Scripted({control[1:]: each for control, each in flows.items()})
    try:
        yield found
    finally:
        found.stop()
