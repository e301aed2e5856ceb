"""Scripts of faults, and the wire they happen on."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from drivers.zvt.blocks import block
from drivers.zvt.faults import Action, Direction, Rule, Script, parse, read
from drivers.zvt.faulty_wire import FaultyWire, NoisyLine
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.serial_line import SerialApdus
from kiosk.errors import ConfigError
from tests.drivers.zvt.talk import REGISTERED, Talk, terminal
from tests.wired import FakeClock

PAY = "> 06010A 04000000000119 490978"
RESULT = "< 040F3F2700*"


def wire(script: str, **options: object) -> FaultyWire:
    """A terminal behind a line with these faults."""
    simulator = terminal(**options)  # type: ignore[arg-type]
    return FaultyWire(simulator, simulator.clock, parse(script))


def talk(script: str, **options: object) -> Talk:
    """A registered till at its other end; registration is no part of the count below."""
    faulty = wire("", **options)
    found = Talk(faulty, REGISTERED)
    faulty.script = parse(script)
    return found


# --- scripts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("drop 040F", Rule(Action.DROP, None, "040f")),
        ("drop terminal>till 3", Rule(Action.DROP, Direction.TO_TILL, number=3)),
        ("delay 2.5 80xx every", Rule(Action.DELAY, None, "80??", 0, 2.5)),
        (
            "duplicate till>terminal 0601 2",
            Rule(Action.DUPLICATE, Direction.TO_TERMINAL, "0601", 2),
        ),
        ("garble terminal>till", Rule(Action.GARBLE, Direction.TO_TILL)),
        ("cut till>terminal 5 after 2", Rule(Action.CUT, Direction.TO_TERMINAL, number=5, after=2)),
        ("nak 0601", Rule(Action.NAK, None, "0601")),
        ("hang-up after 040F", Rule(Action.HANG_UP, None, "040f", behind=True)),
        ("power-loss before 040F", Rule(Action.POWER_LOSS, None, "040f")),
        ("power-loss after 1 for 30", Rule(Action.POWER_LOSS, None, seconds=30, behind=True)),
        (
            "late 12  # as if the host were slow",
            Rule(Action.DELAY, Direction.TO_TILL, "040f", 1, 12),
        ),
    ],
)
def test_a_rule_is_read(line: str, rule: Rule) -> None:
    """Every action, every way to name a message."""
    script = parse(f"# nothing\n\n{line}\n")
    assert script._rules == [rule]
    assert not parse("# nothing\n")


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("explode 040F", "write one of drop, delay"),
        ("drop", "write 040F, terminal>till 3"),
        ("drop 0", "write 040F"),
        ("drop 040G", "write 040F"),
        ("drop 040F 3 4", "left over"),
        ("delay 040F", "delay needs seconds: delay 5"),
        ("delay nan 040F", "delay needs seconds"),
        ("delay -1 040F", "0 to 3600"),
        ("late", "late needs seconds"),
        ("late 5 040F", "left over"),
        ("cut 040F", "cut needs the bytes"),
        ("cut 040F after x", "cut needs the bytes"),
        ("power-loss 040F", "before or after: power-loss before 040F"),
        ("power-loss before 040F for ever", "for needs seconds"),
        ("hang-up before 040F for 5", "left over"),
    ],
)
def test_a_line_that_is_no_rule_is_told_with_its_number(line: str, remedy: str) -> None:
    """And with what to write instead."""
    with pytest.raises(ConfigError, match="script, line 3: ") as caught:
        parse(f"drop 040F\n\n{line}\n")
    assert remedy in str(caught.value)


def test_a_script_comes_from_a_file(tmp_path: Path) -> None:
    """Whose name is told where it cannot be read."""
    path = tmp_path / "faults.txt"
    with pytest.raises(ConfigError, match=r"faults.txt: No such file"):
        read(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"faults.txt: "):
        read(path)
    path.write_text("drop 040F\n")
    assert read(path)


def test_messages_are_counted_for_each_rule() -> None:
    """Among those that match; every one where that was asked for."""
    script = parse("drop terminal>till 2\ngarble 0601 2\nduplicate 06xx every")
    direction = Direction.TO_TERMINAL
    assert [rule.action for rule in script.due(direction, 0x0601)] == [Action.DUPLICATE]
    assert [rule.action for rule in script.due(direction, 0x0601)] == [
        Action.GARBLE,
        Action.DUPLICATE,
    ]
    assert script.due(Direction.TO_TILL, 0x8000) == []
    assert [rule.action for rule in script.due(Direction.TO_TILL, 0x040F)] == [Action.DROP]
    script.clear()
    assert not script


# --- the wire -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "dialogue", "turnover"),
    [
        ("drop 0601", f"{PAY}", 0),
        ("drop 8000", f"{PAY} | {RESULT} | < 060F00", 119),
        ("drop 040F", f"{PAY} | < 800000 | + 4", 119),
        ("drop till>terminal 2", f"{PAY} | < 800000 | {RESULT}", 119),
        ("delay 3 0601", f"{PAY} | + 2 | + 1 | < 800000 | {RESULT} | < 060F00", 119),
        ("late 3", f"{PAY} | < 800000 | + 2 | + 1 | {RESULT} | < 060F00", 119),
        ("late 4\ndelay 1 060F", f"{PAY} | < 800000 | + 4 | {RESULT} | + 1 | < 060F00", 119),
        ("garble 040F", f"{PAY} | < 800000 | < 040F3F2700*6401 | < 060F00", 119),
        ("garble till>terminal 0601", f"{PAY} | < 800000 | < 061E04 6F490978", 0),
    ],
)
def test_a_message_is_lost_late_or_damaged(script: str, dialogue: str, turnover: int) -> None:
    """What the till hears, and what the terminal holds for now."""
    found = talk(script)
    found.says(dialogue)
    pending = found.simulator.memory.pending
    assert found.simulator.memory.turnover() + (pending.amount if pending else 0) == turnover


def test_a_lost_result_runs_into_t3() -> None:
    """The terminal drops the line, and follows its rule."""
    found = talk("drop 040F", unacknowledged=Unacknowledged.REVERSE)
    found.says(f"{PAY} | < 800000 | + 5")
    assert found.wire.hangs_up()
    assert [each.kind for each in found.simulator.memory.entries] == ["payment", "reversal"]


def test_a_result_comes_twice() -> None:
    """The till answers both; the terminal goes on with the first answer."""
    found = talk("duplicate 040F")
    found.sends(PAY[1:])
    assert [each[:4] for each in found.drained()] == ["8000", "040F", "040F"]


def test_a_doubled_command_breaks_the_order() -> None:
    """The terminal drops the line."""
    found = talk("duplicate 0601")
    found.sends(PAY[1:])
    assert found.wire.hangs_up()
    assert found.simulator.authorisations == 1


@pytest.mark.parametrize(
    ("script", "came"),
    [
        ("cut 040F after 2", "800000040F"),
        ("cut terminal>till 1 after 0", ""),
        ("cut till>terminal 1 after 4", ""),
        ("hang-up before 040F", "800000"),
        ("hang-up after 8000", "800000"),
        ("hang-up before 0601", ""),
    ],
)
def test_a_line_drops_in_the_middle(script: str, came: str) -> None:
    """So many bytes arrive, and no more; the next till is served."""
    found = talk(script)
    found.wire.receive(bytes.fromhex(PAY[1:]))
    assert found.wire.take().hex().upper() == came
    assert found.wire.hangs_up()
    found.wire.receive(bytes.fromhex(PAY[1:]))
    assert found.wire.take() == b""
    found.wire.disconnected()
    assert found.simulator.memory.pending is None
    Talk(found.wire, REGISTERED, f"{PAY} | < 800000 | {RESULT[:6]}* | < 060F00")


@pytest.mark.parametrize("on_disk", [True, False])
@pytest.mark.parametrize(
    ("script", "policy", "turnover"),
    [
        ("power-loss before 0601", Unacknowledged.KEEP, 0),
        ("power-loss after 0601", Unacknowledged.KEEP, 119),
        ("power-loss after 0601", Unacknowledged.REVERSE, 0),
        ("power-loss before 040F", Unacknowledged.KEEP, 119),
        ("power-loss before 040F", Unacknowledged.REVERSE, 0),
        ("power-loss before 040F", Unacknowledged.DECLINE, 0),
        ("power-loss after 040F", Unacknowledged.REVERSE, 0),
        ("power-loss before till>terminal 8000", Unacknowledged.REVERSE, 0),
        ("power-loss after till>terminal 8000", Unacknowledged.REVERSE, 119),
        ("power-loss before 060F", Unacknowledged.REVERSE, 119),
    ],
)
def test_power_is_lost_at_every_step(
    tmp_path: Path, script: str, policy: Unacknowledged, turnover: int, on_disk: bool
) -> None:
    """The terminal is another one afterwards, and knows what was on disk."""
    memory = tmp_path / "terminal.json" if on_disk else None
    found = talk(script, unacknowledged=policy, memory=memory)
    before = found.simulator
    found.sends(PAY[1:])
    if not found.wire.hangs_up():
        found.sends("800000")
    assert found.wire.hangs_up()
    assert found.simulator is not before
    assert found.simulator.memory.turnover() == turnover
    found.drained()
    Talk(found.wire, "> 050105 000000 0302 | < 800000 | < 060F0100")


def test_a_terminal_without_power_is_away_for_a_while() -> None:
    """And nobody can connect meanwhile."""
    found = talk("power-loss before 040F for 30")
    found.sends(PAY[1:])
    assert isinstance(found.wire, FaultyWire)
    seen = [found.wire.away]
    found.waits(30)
    seen.append(found.wire.away)
    assert seen == [True, False]
    found.wire.lose_power()
    assert found.wire.power_losses == 2


def test_without_rules_bytes_pass_as_they_are() -> None:
    """Even those that are no ZVT."""
    faulty = wire("")
    faulty.connected()
    faulty.receive(b"\x04\x0f\x02\x04\x00")
    assert faulty.hangs_up()


# --- serial ---------------------------------------------------------------------------------------


class Cable:
    """One end of a line whose other end is read by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.came: deque[bytes] = deque()
        self.written: list[bytes] = []

    def read(self, seconds: float) -> bytes:
        if self.came:
            return self.came.popleft()
        self.clock.pass_time(seconds)
        return b""

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("at_once", [True, False])
def test_a_block_that_is_damaged_is_answered_nak_once(at_once: bool) -> None:
    """The terminal's side says so by itself, and takes the repetition."""
    cable, sent = Cable(), block(bytes.fromhex("050100"))
    line = SerialApdus(NoisyLine(cable, parse("nak 0501")), cable.clock)
    cable.came.extend([sent] if at_once else [sent[:3], sent[3:-1], sent[-1:]])
    cable.came.append(sent)
    found = [line.read(0.2) for _ in range(5)]
    assert [each for each in found if each] == [bytes.fromhex("050100")]
    assert cable.written == [b"\x15", b"\x06"]


def test_a_block_of_the_terminal_is_damaged_on_its_way() -> None:
    """The till says NAK, so it is sent again, whole."""
    cable = Cable()
    line = SerialApdus(NoisyLine(cable, parse("nak terminal>till")), cable.clock)
    cable.came.extend([b"", b"\x15", b"\x06"])
    line.write(bytes.fromhex("060F00"))
    whole = block(bytes.fromhex("060F00"))
    assert cable.written == [whole[:-1] + bytes((whole[-1] ^ 1,)), whole]


def test_nothing_is_damaged_without_a_rule() -> None:
    """For blocks, other rules are none."""
    cable = Cable()
    noisy = NoisyLine(cable, Script([Rule(Action.DROP, number=1)]))
    noisy.write(block(bytes.fromhex("060F00")))
    assert cable.written == [block(bytes.fromhex("060F00"))]
    noisy.close()
