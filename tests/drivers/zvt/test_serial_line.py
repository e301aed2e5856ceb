"""APDUs over a serial line: acknowledged, repeated, and taken once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.line import connect, listen
from drivers.zvt.blocks import block
from drivers.zvt.scenes import Fault
from drivers.zvt.serial_line import REPEATS, T1_SECONDS, T2_SECONDS, SerialApdus
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.commands import AskLastOutcome, Authorize
from kiosk.checkout.events import LastOutcome, PaymentClosed, TerminalShows
from kiosk.clock import SystemClock
from kiosk.ids import PaymentId
from kiosk.money import Money
from kiosk.ports import Cancel, Silent, Verdict
from tests.drivers.zvt.bench import drive

APDU = bytes.fromhex("06000401020304")
ANSWER = bytes.fromhex("800000")
ACK, NAK = b"\x06", b"\x15"


class Script:
    """A line whose other side answers by a script, on a clock that moves while one waits."""

    def __init__(self, says: Callable[[bytes], bytes] | None = None) -> None:
        self.now_seconds = 0.0
        self.wrote: list[bytes] = []
        self.waiting = bytearray()
        self._says = says or (lambda _: b"")

    def monotonic(self) -> float:
        return self.now_seconds

    def read(self, seconds: float) -> bytes:
        found = bytes(self.waiting)
        self.waiting.clear()
        if not found:
            self.now_seconds += max(seconds, 0.001)
        return found

    def write(self, data: bytes) -> None:
        self.wrote.append(data)
        self.waiting += self._says(data)

    def close(self) -> None:
        self.wrote.append(b"closed")


def over(script: Script) -> SerialApdus:
    """Ours, on that line and that clock."""
    return SerialApdus(script, script)  # type: ignore[arg-type]  # all of a clock that is asked for


def test_an_apdu_is_sent_once_where_it_is_acknowledged() -> None:
    """Several in one write are blocks of their own."""
    script = Script(lambda data: ACK if len(data) > 1 else b"")
    over(script).write(APDU)
    assert script.wrote == [block(APDU)]
    over(script).write(ANSWER + APDU)
    assert script.wrote[1:] == [block(ANSWER), block(APDU)]


@pytest.mark.parametrize("lost", range(REPEATS + 1))
@pytest.mark.parametrize("answer", [b"", NAK, b"\xff"])
def test_it_is_repeated_twice_where_it_is_not(lost: int, answer: bytes) -> None:
    """Silence for T2, NAK, or noise; the third time is the last."""
    answers = iter([answer] * lost + [ACK])
    script = Script(lambda _: next(answers))
    over(script).write(APDU)
    assert script.wrote == [block(APDU)] * (lost + 1)


def test_a_late_acknowledgement_is_not_one_of_the_next_block() -> None:
    """It lay there before the block left; the NAK after it counts."""
    answers = iter([NAK, ACK])
    script = Script(lambda _: next(answers))
    script.waiting += ACK
    over(script).write(APDU)
    assert script.wrote == [block(APDU)] * 2


def test_reading_without_waiting_tells_what_is_there() -> None:
    """As on any line."""
    script = Script()
    script.waiting += block(APDU)
    assert over(script).read(0) == APDU


def test_three_times_unheard_is_silence() -> None:
    """Told to whoever wanted it sent, after three times T2."""
    script = Script()
    with pytest.raises(Silent, match="acknowledgement"):
        over(script).write(APDU)
    assert script.wrote == [block(APDU)] * (1 + REPEATS)
    assert script.now_seconds >= 3 * T2_SECONDS


def test_each_block_is_acknowledged_before_it_is_looked_at() -> None:
    """Two in one go, cut anywhere."""
    script, line = Script(), None
    line = over(script)
    script.waiting += block(APDU) + block(ANSWER)
    assert [line.read(1), line.read(1)] == [APDU, ANSWER]
    assert script.wrote == [ACK, ACK]
    assert line.read(0.5) == b""


def test_a_block_that_comes_again_is_acknowledged_and_not_taken_again() -> None:
    """Our ACK was lost. Once the other side has heard us, the same bytes are a new message."""
    script = Script(lambda data: ACK if len(data) > 1 else b"")
    line = over(script)
    script.waiting += block(APDU) + block(APDU)
    assert line.read(1) == APDU
    assert line.read(0.3) == b""
    assert script.wrote == [ACK, ACK]
    line.write(ANSWER)
    script.waiting += block(APDU)
    assert line.read(1) == APDU


def test_a_block_that_comes_while_we_wait_for_the_acknowledgement_is_kept() -> None:
    """A terminal may send its own before it answers ours."""
    script = Script(lambda data: block(ANSWER) + ACK if len(data) > 1 else b"")
    line = over(script)
    line.write(APDU)
    assert script.wrote == [block(APDU), ACK]
    assert line.read(1) == ANSWER


def test_the_same_answer_twice_is_two_where_a_message_of_ours_lies_between() -> None:
    """Also where acknowledgement and answer come in one piece."""
    script = Script(lambda data: ACK + block(ANSWER) if len(data) > 1 else b"")
    line = over(script)
    for _ in range(2):
        line.write(APDU)
        assert line.read(1) == ANSWER


@pytest.mark.parametrize("cut", range(3, len(block(APDU))))
def test_a_torn_block_is_refused_after_t1_and_arrives_when_repeated(cut: int) -> None:
    """At every byte."""
    script = Script()
    line = over(script)
    script.waiting += block(APDU)[:cut]
    assert line.read(2 * T1_SECONDS) == b""
    assert script.wrote == [NAK]
    script.waiting += block(APDU)
    assert line.read(1) == APDU
    assert script.wrote == [NAK, ACK]


def test_a_wrong_sum_is_refused() -> None:
    """And nothing of it is passed on."""
    script = Script()
    line = over(script)
    script.waiting += block(APDU)[:-1] + b"\x00"
    assert line.read(0.1) == b""
    assert script.wrote == [NAK]


# --- over a real pseudo terminal -----------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TerminalServer]:
    """A terminal on a pseudo terminal, which is a serial line."""
    found = TerminalServer(
        listen(f"pty://{tmp_path / 'terminal'}"), TerminalSimulator(SystemClock())
    )
    found.start()
    yield found
    found.stop()


def test_ten_euro_ten_on_a_serial_line(server: TerminalServer) -> None:
    """The acceptance case of doubled DLE: paid, remembered with that amount."""
    driver = ZvtTerminal(server.address, clock=SystemClock())
    payment = PaymentId("K1-abc-p000001")

    def judge(event: object) -> Verdict:
        if isinstance(event, TerminalShows) and event.code == 0x0A:
            pause = Cancel()
            while not server.press("approve"):
                pause.wait(0.01)
        return Verdict.KEEP

    events = drive(driver.execute(Authorize(payment, Money(1010)), Cancel()), judge)
    assert isinstance(events[-1], PaymentClosed)
    (outcome,) = drive(driver.execute(AskLastOutcome(payment), Cancel()))
    assert isinstance(outcome, LastOutcome)
    assert outcome.last is not None
    assert outcome.last.amount == Money(1010)
    assert server.simulator.memory.turnover() == 1010
    driver.close()


def test_bytes_on_the_pseudo_terminal_are_blocks(server: TerminalServer) -> None:
    """Seen from beside: a NAK for noise, an ACK for a block."""
    line = connect(server.address)
    line.write(b"\x10\x02\x06\x00\x10\x03\x00\x00")
    assert line.read(2) == NAK
    line.write(block(bytes.fromhex("050100")))
    assert line.read(2)[:1] == ACK
    line.close()
    assert Fault.CABLE_OUT not in server.simulator.faults
