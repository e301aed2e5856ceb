"""Timers by name: started anew or stopped, the earlier one is void."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.events import Timer
from kiosk.timers import MOST_VOID, Timers
from tests.wired import FakeClock

acts = st.lists(
    st.tuples(
        st.sampled_from(list(Timer)), st.sampled_from((None, 0.0, 1.0, 2.0, 5.0)), st.floats(0, 3)
    ),
    max_size=30,
)


@given(acts)
def test_only_the_last_start_of_a_name_counts(
    plan: list[tuple[Timer, float | None, float]],
) -> None:
    """Against the plainest model: a dictionary of due times."""
    clock = FakeClock()
    timers = Timers(clock)
    due: dict[Timer, float] = {}
    for timer, seconds, passing in plan:
        if seconds is None:
            timers.stop(timer)
            due.pop(timer, None)
        else:
            timers.start(timer, seconds)
            due[timer] = clock.monotonic() + seconds
        clock.seconds += passing
        assert timers.next_due() == (min(due.values()) if due else None)
        fired = set()
        while (found := timers.take_due()) is not None:
            fired.add(found)
        assert fired == {name for name, at in due.items() if at <= clock.monotonic()}
        due = {name: at for name, at in due.items() if name not in fired}


def test_timers_fire_in_the_order_they_are_due() -> None:
    """Two that are due together fire in the order of their start."""
    clock = FakeClock()
    timers = Timers(clock)
    timers.start(Timer.THANKS, 2)
    timers.start(Timer.IDLE, 1)
    timers.start(Timer.UNDO, 1)
    clock.seconds = 3
    assert [timers.take_due() for _ in range(4)] == [Timer.IDLE, Timer.UNDO, Timer.THANKS, None]


def test_what_was_started_anew_does_not_pile_up() -> None:
    """A timer of a minute, begun again at every touch, leaves nothing behind for a minute."""
    timers = Timers(FakeClock())
    timers.start(Timer.THANKS, 1)
    for _ in range(10 * MOST_VOID):
        timers.start(Timer.IDLE, 60)
    assert len(timers._heap) <= MOST_VOID
    assert timers.next_due() == 1
