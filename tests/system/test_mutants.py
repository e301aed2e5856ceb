"""The crash sweep can fail: each of these mistakes is caught by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import kiosk.journal
from drivers.zvt.scenes import Unacknowledged
from kiosk.checkout.events import CardApproved, Event, LastOutcome
from kiosk.checkout.regions import doubt, ending, paying
from kiosk.checkout.states import Answer, InDoubt, Paying, Settling, Shopping, State
from kiosk.checkout.step import Step, enter, refuse
from tests.system.test_crash_points import sweep
from tests.wired import HookedJournal


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)


class LateJournal(HookedJournal):
    """Acts first and writes afterwards: a record reaches the disk with the next one."""

    held: tuple[Event, str] | None = None

    def append(self, event: Event, digest: str) -> int:
        held, self.held = self.held, (event, digest)
        return super().append(*held) if held else 0


def caught(
    tmp_path: Path, policy: Unacknowledged, kind: type[HookedJournal] = HookedJournal
) -> None:
    with pytest.raises(AssertionError):
        sweep(tmp_path, policy, kind)


def test_acknowledging_before_the_journal_is_caught(tmp_path: Path) -> None:
    """The intent was not on disk when the power went: the customer would pay twice."""
    caught(tmp_path, Unacknowledged.KEEP, LateJournal)


def test_retrying_instead_of_asking_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back to shopping after a crash: the same basket is charged again."""

    def retry(state: State, phase: Paying | Settling) -> Step:
        return enter(state, Shopping(phase.sale))

    monkeypatch.setattr(doubt, "doubt", retry)
    monkeypatch.setattr(paying, "doubt", retry)
    caught(tmp_path, Unacknowledged.KEEP)


def test_paid_before_closed_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Goods for a payment that the terminal reversed because our answer never came."""

    def hasty(state: State, event: CardApproved) -> Step:
        phase = state.phase
        if not isinstance(phase, Paying):
            return refuse(state)
        return ending.paid(state, phase.sale, phase.payment, event.card, (), event.at)

    monkeypatch.setattr(paying, "approved", hasty)
    caught(tmp_path, Unacknowledged.REVERSE)


def test_believing_one_answer_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that reverses a little later had said "paid" first."""
    patient = doubt.answered

    def hasty(state: State, phase: InDoubt, event: LastOutcome) -> Step:
        heard = Answer(event.terminal_id, event.last)
        return patient(state, replace(phase, heard=heard), event)

    monkeypatch.setattr(doubt, "answered", hasty)
    caught(tmp_path, Unacknowledged.LATER)
