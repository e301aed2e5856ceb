"""`drivers terminal probe`: whether a terminal answers at a port of a host, and what does if none.

What is open is asked for its status without a password (PA00P015 2.56). The answers of a terminal
are acknowledged, so that it is not left waiting; but a payment's result or a receipt is not for a
probe to accept: the line is closed instead, and the terminal does what it does without a till.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from drivers.line import EndOfLine, Line, connect
from drivers.zvt import codec
from drivers.zvt.blocks import ACK, NAK
from drivers.zvt.codes import state_of
from drivers.zvt.fields import DecodeError
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.messages import (
    Abort,
    Completion,
    IntermediateStatus,
    Negative,
    Positive,
    StatusEnquiry,
    Unknown,
)
from kiosk.clock import Clock, SystemClock
from kiosk.errors import Silent, Unavailable

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 2.0
"""Silence that is long enough."""
TALK_SECONDS = 10.0
"""The longest conversation: a terminal that shows its status again and again is one."""
SHOWN, HEADER = 16, 3
"""Bytes of a stranger's answer that are shown."""
_NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


class Finding(StrEnum):
    """What is at a port."""

    ZVT = "zvt"
    REFUSED = "refused"
    NO_ROUTE = "no_route"
    TIMEOUT = "timeout"
    NO_NAME = "no_name"
    SILENT = "silent"
    HUNG_UP = "hung_up"
    TLS = "tls"
    SERIAL = "serial"
    OTHER = "not_zvt"


@dataclass(frozen=True, slots=True)
class Answer:
    """One port's; `data` are a stranger's first bytes."""

    port: int
    finding: Finding
    says: str
    data: bytes = b""

    def as_json(self) -> dict[str, object]:
        row: dict[str, object] = {"port": self.port, "finding": self.finding, "says": self.says}
        return row | ({"bytes": self.data.hex().upper()} if self.data else {})


def probe(host: str, ports: Sequence[int]) -> list[Answer]:
    """An answer for each port, in their order; all are tried at the same time."""
    clock = SystemClock()
    with ThreadPoolExecutor(max_workers=len(ports)) as pool:
        return list(pool.map(lambda port: probe_port(host, port, clock), ports))


def probe_port(host: str, port: int, clock: Clock) -> Answer:
    """Connect, ask, listen, let go."""
    name = f"[{host}]" if ":" in host else host
    try:
        line = connect(f"tcp://{name}:{port}", CONNECT_SECONDS)
    except Unavailable as error:
        return _closed(port, error.__cause__)
    try:
        return _Talk(line, port, clock).held()
    finally:
        line.close()


def _closed(port: int, cause: BaseException | None) -> Answer:
    if isinstance(cause, ConnectionRefusedError):
        return Answer(port, Finding.REFUSED, "closed: the connection was refused")
    if isinstance(cause, socket.gaierror):
        return Answer(port, Finding.NO_NAME, "nobody knows a host of this name")
    if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
        return Answer(port, Finding.NO_ROUTE, f"no way there: {cause.strerror}")
    if isinstance(cause, TimeoutError):
        return Answer(port, Finding.TIMEOUT, f"no answer within {CONNECT_SECONDS:.0f} s")
    return Answer(port, Finding.NO_ROUTE, f"no connection: {cause}")


class _Talk:
    """One question, and what comes back."""

    def __init__(self, line: Line, port: int, clock: Clock) -> None:
        self._line = line
        self._port = port
        self._clock = clock
        self._heard = b""
        self._said: list[str] = []

    def held(self) -> Answer:
        try:
            self._line.write(frame(*codec.encode(StatusEnquiry())))
            self._listen()
        except EndOfLine:
            return self._answer(Finding.HUNG_UP, "open, and hung up")
        except Silent as error:  # reset by the other side
            return self._answer(Finding.HUNG_UP, f"open, and broke off ({error})")
        return self._answer(Finding.SILENT, f"open, but silent for {ANSWER_SECONDS:.0f} s")

    def _answer(self, else_finding: Finding, else_says: str) -> Answer:
        if self._said:
            return Answer(self._port, Finding.ZVT, f"a ZVT terminal: {'; '.join(self._said)}")
        if not self._heard:
            return Answer(self._port, else_finding, else_says)
        finding, says = _stranger(self._heard)
        # The beginning of a terminal's message may be somebody's card: its header is enough.
        data = self._heard[: HEADER if self._heard[0] in (0x04, 0x06) else SHOWN]
        return Answer(self._port, finding, f"{says}: {data.hex(' ').upper()}", data)

    def _listen(self) -> None:
        """Until the terminal is done, does not speak ZVT, or says nothing more."""
        deframer, end = Deframer(), self._clock.monotonic() + TALK_SECONDS
        while (left := end - self._clock.monotonic()) > 0:
            data = self._line.read(min(ANSWER_SECONDS, left))
            if not data:
                return
            self._heard = (self._heard + data)[:SHOWN]
            for control, content in deframer.feed(data):
                if not self._takes(control, content):
                    return

    def _takes(self, control: int, content: bytes) -> bool:
        """Whether to listen on behind this APDU."""
        try:
            message = codec.decode(control, content, strict=False)
        except DecodeError:
            return False
        match message:
            case Positive() if not content:
                self._said.append("80 00 (accepted)")
                return True
            case Negative():
                self._said.append(f"84 {message.code:02X} (refused)")
                return message.code == 0
            case IntermediateStatus() | Completion() | Abort():
                if (told := _told(message)) not in self._said[-1:]:
                    self._said.append(told)
                self._line.write(frame(*codec.encode(Positive())))
                return isinstance(message, IntermediateStatus)
            case Unknown() | Positive() if not self._said:
                return False
            case _:
                head = f"{control >> 8:02X} {control & 0xFF:02X}"
                self._said.append(f"{head} (not for a probe, which hung up)")
                return False


def _told(message: IntermediateStatus | Completion | Abort) -> str:
    match message:
        case Completion(status=int() as status, version=version):
            software = f", version {version}" if version else ""
            return f"06 0F status {status:02X} ({state_of(status).english}{software})"
        case Completion():
            return "06 0F (done)"
        case Abort():
            return f"06 1E {message.result:02X} (ended)"
        case IntermediateStatus():
            return f"04 FF {message.status:02X} (busy)"


def _stranger(data: bytes) -> tuple[Finding, str]:
    """Who this may be, by its first bytes."""
    if data[0] in (0x15, 0x16) and data[1:2] == b"\x03" and data[2:3] <= b"\x04":
        return Finding.TLS, "no ZVT but TLS"
    if data[0] in (ACK, NAK) or data[:2] == b"\x10\x02":
        word = {ACK: "ACK", NAK: "NAK"}.get(data[0], "block")
        return Finding.SERIAL, f"the {word} of a serial line"
    if data[:5] == b"HTTP/" or data[:1] == b"<":
        return Finding.OTHER, "no ZVT but a web server"
    if data[:4] == b"SSH-":
        return Finding.OTHER, "no ZVT but a secure shell"
    return Finding.OTHER, "something that is no ZVT"
