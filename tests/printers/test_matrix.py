"""The job matrix: a receipt is harmed at every place, and its outcome is what the paper says.

After each case the kiosk prints it again as it would, and then the next customer's: nothing stale
comes out, and no second original.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.printer.mechanism import XOFF
from drivers.printer.profiles import PROFILES, Profile
from kiosk.checkout.events import PrintFault, ReceiptFailed
from tests.printers.counting import Tally
from tests.printers.world import GARBAGE, Harm, World, next_customer, outcome_of, story

KINDS = ("standard", "ct-s310ii", "clone-58")
"""Process ids and DC4; no process ids and ENQ 2; no process ids and nothing that clears."""
PAPER_MM = range(0, 215, 5)
BYTES = range(64, 1344, 64)


@pytest.fixture(params=KINDS)
def profile(request: pytest.FixtureRequest) -> Profile:
    """One of each degree of knowledge."""
    return PROFILES[request.param]


def suffers(fault: str) -> Callable[[World], None]:
    """A fault of the simulator."""
    return lambda world: world.suffer(fault)


@pytest.mark.parametrize("name", PROFILES)
def test_without_harm_every_printer_prints(name: str, tally: Tally) -> None:
    """Weakly where it has no process ids."""
    outcome = story(World(PROFILES[name]))
    assert outcome.said == ("printed" if PROFILES[name].confirm == "process_id" else "weak")
    tally.add(f"nothing, {name}", outcome)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("paper_out", PrintFault.PAPER_OUT),
        ("cover_open", PrintFault.COVER_OPEN),
        ("cutter_jam", PrintFault.CUTTER),
        ("offline", PrintFault.OFFLINE),
        ("head_hot", PrintFault.HEAD_HOT),
        ("unrecoverable", PrintFault.HARDWARE),
        ("mute", PrintFault.OFFLINE),
    ],
)
def test_trouble_before(fault: str, named: PrintFault, profile: Profile, tally: Tally) -> None:
    """Found before a byte of the receipt is sent."""
    for pause in (0.0, 10.0):
        outcome = story(World(profile), before=(fault,), pause=pause)
        assert outcome.said == "failed"
        assert outcome.fault in (named, PrintFault.LOCKED)
        tally.add(f"{fault} before, {profile.name}", outcome)


def test_paper_ends_at_every_five_millimetres(profile: Profile, tally: Tally) -> None:
    """At the next piece of paper nothing of it comes out."""
    for millimetres in PAPER_MM:
        before = (f"paper_end_after_mm={millimetres}",)
        outcome = story(World(profile), before=before, pause=millimetres % 2 * 10.0)
        assert outcome.said in ("unknown", "printed", "weak")
        assert outcome.fault in (None, PrintFault.PAPER_OUT)
        tally.add(f"paper end at a place, {profile.name}", outcome)


@pytest.mark.parametrize("fault", ["cover_open", "cutter_jam", "offline", "unrecoverable"])
def test_trouble_at_every_five_millimetres(fault: str, profile: Profile, tally: Tally) -> None:
    """A person opens it, or a part fails, while paper moves."""
    for millimetres in PAPER_MM:
        harm = Harm(fault, suffers(fault), at_mm=millimetres)
        outcome = story(World(profile, harms=[harm]), pause=millimetres % 2 * 10.0)
        tally.add(f"{fault} at a place, {profile.name}", outcome)


@pytest.mark.parametrize("fault", ["cover_open", "paper_out", "cutter_jam"])
def test_trouble_at_every_64th_byte(fault: str, profile: Profile, tally: Tally) -> None:
    """While bytes are on their way."""
    for at in BYTES:
        harm = Harm(fault, suffers(fault), at_byte=at)
        outcome = story(World(profile, harms=[harm]), pause=at % 128 / 64 * 10.0)
        tally.add(f"{fault} at a byte, {profile.name}", outcome)


def test_a_cover_that_is_opened_and_closed_again(profile: Profile, tally: Tally) -> None:
    """For as long as a look takes: it may go on, or be given up; both are told truly."""
    for millimetres in PAPER_MM:
        opened = Harm("open", suffers("cover_open"), at_mm=millimetres)
        world = World(profile, harms=[opened])
        opened.do = _shortly(world, 0.05 + millimetres % 25 / 25)
        tally.add(f"cover opened and closed, {profile.name}", story(world))


def _shortly(world: World, seconds: float) -> Callable[[World], None]:
    def happen(world: World) -> None:
        world.suffer("cover_open")
        world.close_at = world.clock.seconds + seconds

    return happen


def test_the_cutter_jams_at_the_cut(profile: Profile, tally: Tally) -> None:
    """All is on paper and hangs in the mouth: nobody calls that printed."""
    for pause in (0.0, 10.0):
        outcome = story(World(profile), before=("cutter_jam_at_cut",), pause=pause)
        if profile.cutter:
            assert (outcome.said, outcome.fault) == ("unknown", PrintFault.CUTTER)
        tally.add(f"cutter jam at the cut, {profile.name}", outcome)


def test_the_head_gets_hot(profile: Profile, tally: Tally) -> None:
    """It waits a while for the head to cool, and gives up in time."""
    for millimetres in PAPER_MM[1::2]:
        harm = Harm("hot", suffers("head_hot"), at_mm=millimetres)
        tally.add(f"head hot at a place, {profile.name}", story(World(profile, harms=[harm])))
        harm = Harm("hot", _cools, at_mm=millimetres)
        outcome = story(World(profile, harms=[harm]))
        assert outcome.said in ("printed", "weak")
        tally.add(f"head hot for a second, {profile.name}", outcome)


def _cools(world: World) -> None:
    world.suffer("head_hot")
    world.cool_at = world.clock.seconds + 1.0


@pytest.mark.parametrize("stream", [True, False], ids=["tcp", "serial"])
def test_power_is_lost_at_every_five_millimetres(
    stream: bool, profile: Profile, tally: Tally
) -> None:
    """The buffer is gone, the paper is there; over a serial line nobody is told."""
    for millimetres in PAPER_MM:
        harm = Harm("power", World.power_cycle, at_mm=millimetres)
        outcome = story(World(profile, harms=[harm], stream=stream), pause=millimetres % 2 * 10.0)
        tally.add(f"power cycle, {'tcp' if stream else 'serial'}, {profile.name}", outcome)


@pytest.mark.parametrize("stream", [True, False], ids=["tcp", "serial"])
def test_power_is_lost_at_every_64th_byte(stream: bool, profile: Profile, tally: Tally) -> None:
    """Also between a command and its arguments."""
    for at in BYTES:
        harm = Harm("power", World.power_cycle, at_byte=at)
        outcome = story(World(profile, harms=[harm], stream=stream))
        tally.add(f"power cycle, {'tcp' if stream else 'serial'}, {profile.name}", outcome)


def test_power_that_is_back_at_once(profile: Profile, tally: Tally) -> None:
    """In the middle of a long receipt, over a serial line: what is sent then is printed and confirmed,
    and what was in the printer is gone. A later word does not stand for an earlier piece."""
    for at in range(1088, 2800, 64):
        harm = Harm("power", World.power_cycle, at_byte=at)
        world = World(profile, harms=[harm], stream=False, lines=24, boot=0.0)
        tally.add(f"power cycle at once, serial, {profile.name}", story(world))


def test_the_line_is_lost_at_every_64th_byte(profile: Profile, tally: Tally) -> None:
    """What had come by then is still printed; what was called failed has nothing on paper."""
    for at in BYTES:
        harm = Harm("cable", World.pull_cable, at_byte=at)
        outcome = story(World(profile, harms=[harm]), pause=at % 128 / 64 * 10.0)
        tally.add(f"disconnect at a byte, {profile.name}", outcome)


def test_the_line_is_lost_at_every_five_millimetres(profile: Profile, tally: Tally) -> None:
    """While paper moves."""
    for millimetres in PAPER_MM:
        harm = Harm("cable", World.pull_cable, at_mm=millimetres)
        outcome = story(World(profile, harms=[harm]), pause=millimetres % 2 * 10.0)
        tally.add(f"disconnect at a place, {profile.name}", outcome)


def test_half_open_at_every_64th_byte(profile: Profile, tally: Tally) -> None:
    """The printer is gone and the connection is not: found by silence, never taken for success."""
    for at in BYTES:
        harm = Harm("half open", World.go_half_open, at_byte=at)
        outcome = story(World(profile, harms=[harm]))
        tally.add(f"half-open TCP, {profile.name}", outcome)


@pytest.mark.parametrize("split", [False, True], ids=["whole", "split"])
def test_garbage_at_every_64th_byte(split: bool, profile: Profile, tally: Tally) -> None:
    """Noise on the way back, also between the bytes of an answer; no fault is made of it."""
    for at in BYTES:
        harm = Harm("noise", lambda world: world.mechanism.say(GARBAGE), at_byte=at)
        outcome = story(World(profile, harms=[harm], split=split))
        assert outcome.fault in (None, PrintFault.UNCONFIRMED, PrintFault.OFFLINE)
        tally.add(f"garbage{', answers split' if split else ''}, {profile.name}", outcome)


@pytest.mark.parametrize("stray", ["12", "16", "1A", "32", "72", "1E", "38000000", "18080000"])
def test_a_stray_status_blames_nobody(stray: str, tally: Tally) -> None:
    """Whatever it looks like, asked for or not: nobody is sent to a cover that is closed."""
    for at in BYTES:
        harm = Harm("stray", lambda world: world.mechanism.say(bytes.fromhex(stray)), at_byte=at)
        outcome = story(World(PROFILES["standard"], harms=[harm]))
        assert outcome.said == "printed"
        tally.add(f"a stray status {stray}", outcome)


@pytest.mark.parametrize("stream", [True, False], ids=["tcp", "serial"])
def test_a_stray_xoff_stops_no_printer(stream: bool, profile: Profile, tally: Tally) -> None:
    """Over TCP it is noise; on a serial line it holds a receipt for a while, and never the next."""
    for at in BYTES:
        harm = Harm("xoff", lambda world: world.mechanism.say(XOFF), at_byte=at)
        outcome = story(World(profile, harms=[harm], stream=stream))
        assert outcome.fault in (None, PrintFault.UNCONFIRMED)
        assert outcome.fault is None or not stream
        tally.add(f"a stray XOFF, {'tcp' if stream else 'serial'}, {profile.name}", outcome)


def test_a_printer_that_does_not_confirm_a_clear_any_more(tally: Tally) -> None:
    """It did at the start; then its paper ends, and what it holds is nobody's but staff's."""
    for millimetres in PAPER_MM:
        harm = Harm("no clear", suffers("no_clear"), at_mm=1)
        world = World(PROFILES["standard"], harms=[harm])
        world.suffer(f"paper_end_after_mm={millimetres}")
        event = world.prints()
        world.mend()
        if isinstance(event, ReceiptFailed) and not world.mechanism.clear_known:
            said = world.prints_next()
            assert isinstance(said, ReceiptFailed)
            assert said.fault is PrintFault.LOCKED
            world.staff_confirm()
        next_customer(world)
        tally.add("paper end, no_clear from the middle on", outcome_of(world, event))


def test_a_printer_that_cannot_do_what_its_profile_says(tally: Tally) -> None:
    """No clearing, no process ids, no answer to DLE EOT 3: learnt, and paper ends all the same."""
    for fault in ("no_clear", "no_process_id", "no_answer_3"):
        for millimetres in PAPER_MM:
            before = (fault, f"paper_end_after_mm={millimetres}")
            outcome = story(World(PROFILES["standard"]), before=before)
            tally.add(f"paper end, {fault}", outcome)


@pytest.mark.parametrize("fault", ["cover_open", "cutter_jam"])
def test_a_clone_that_answers_less_is_still_believed_in_what_it_says(
    fault: str, tally: Tally
) -> None:
    """Answers split byte by byte, and none to DLE EOT 3."""
    for millimetres in PAPER_MM[::2]:
        harm = Harm(fault, suffers(fault), at_mm=millimetres)
        world = World(PROFILES["standard"], harms=[harm], split=True)
        tally.add(f"{fault}, no_answer_3, split", story(world, before=("no_answer_3",)))


def test_printed_is_said_within_fifty_milliseconds_of_the_paper(profile: Profile) -> None:
    """On the printer's own clock, in which nothing else is busy."""
    world = World(profile)
    world.prints()
    assert 0 <= world.clock.seconds - world.mechanism._busy_until <= 0.05
