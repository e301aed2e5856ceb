"""Decide, keep on disk, answer, show, carry out: in this order, and stop rather than guess."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kiosk.engine
import kiosk.journal
from kiosk.checkout.commands import Command, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    CodeFault,
    CodeRead,
    CodeRefused,
    Event,
    LanguageChosen,
    PayPressed,
    StartPressed,
    TerminalShows,
)
from kiosk.checkout.floor_events import PinTyped
from kiosk.checkout.states import Live, Settling, State
from kiosk.checkout.step import Step, Verdict
from kiosk.dispatch import Dispatcher
from kiosk.engine import Engine
from kiosk.journal import Journal
from kiosk.ports import DiskFull, JournalError
from kiosk.words import Language
from tests.event_samples import SAMPLES
from tests.story import MILK, NOW, P1, Story, card, shopping
from tests.strategies import history, seeds
from tests.wired import START, FakeClock

PLANTED = ("Erika Mustermann", "4111111111111111", "]Q1Erika", "4006381333931")


class Desk:
    """An engine with everything it does written down in one list."""

    def __init__(self, path: Path, state: State | None = None) -> None:
        self.done: list[str] = []
        self.shown: list[State] = []
        self.commands: list[Command] = []
        self.journal = Journal(path, "K1")
        self.show_fails = False
        self.engine = Engine(
            state or shopping(),
            self.journal,
            clock=FakeClock(),
            resolve=Dispatcher(
                lambda gtin: MILK if gtin == MILK.gtin else None, today=NOW.date
            ).resolve,
            dispatch=self._dispatch,
            show=self._show,
            halted=lambda reason: self.done.append(f"halted: {reason}"),
        )
        real = self.journal.append

        def append(event: Event, digest: str) -> int:
            seq = real(event, digest)
            self.done.append(f"kept {type(event).__name__}")
            return seq

        self.journal.append = append  # type: ignore[method-assign]

    def _dispatch(self, command: Command) -> None:
        self.commands.append(command)
        self.done.append(type(command).__name__)

    def _show(self, state: State) -> None:
        if self.show_fails:
            raise RuntimeError("no words")
        self.shown.append(state)
        self.done.append("shown")

    def feed(self, event: Event) -> Step:
        step = self.engine.accept(event)
        self.done.append(step.verdict.value)
        self.engine.carry_out(step)
        return step


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    made = Desk(tmp_path / "journal.db")
    yield made
    made.journal.close()


def test_the_disk_comes_first_then_the_word_the_screen_and_the_commands(desk: Desk) -> None:
    """Whoever sees an effect can rely on the record."""
    desk.feed(ArticleScanned(MILK))
    assert desk.done == [
        "kept ArticleScanned",
        "keep",
        "shown",
        *["StopTimer", "StartTimer"],
        "StartTimer",
    ]
    assert isinstance(desk.commands[1], StartTimer)
    assert desk.shown == [desk.engine.state]


def test_events_are_stamped_once(desk: Desk) -> None:
    """Who makes an event leaves its time alone; a time already there is kept."""
    desk.feed(StartPressed())
    desk.feed(StartPressed(at=START.replace(year=2020)))
    assert [record.event.at.year for record in desk.journal.records()] == [2026, 2020]


def test_volatile_events_skip_the_disk(tmp_path: Path, desk: Desk) -> None:
    """They are shown, and nothing else."""
    paying = (Story(shopping(MILK)) >> pay() << object).state
    desk.engine.state = paying
    assert desk.feed(TerminalShows(P1, 1, ("Karte",))).verdict is Verdict.KEEP
    assert desk.done == ["keep", "shown"]
    assert desk.engine.state.live == Live(1, ("Karte",))


def pay() -> Event:
    return PayPressed(1, MILK.price)


def test_a_refused_event_is_on_disk_too(desk: Desk) -> None:
    """What came and was refused is part of the story."""
    assert desk.feed(CardApproved(P1, card())).verdict is Verdict.REFUSE
    assert [type(record.event) for record in desk.journal.records()] == [CardApproved]


def test_codes_are_resolved_and_nothing_a_stranger_showed_is_kept(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Planted names and numbers: not in the journal's bytes, not in the log, not in the state."""
    with caplog.at_level(logging.DEBUG):
        for symbology in ("", "Q1", "E0", "C0"):
            for text in PLANTED:
                desk.feed(CodeRead(symbology, text))
                desk.feed(CodeRead(symbology, text, whole=False))
                desk.feed(CodeRead(symbology, "STAFF:" + text))
    refused = [record.event for record in desk.journal.records()]
    assert len(refused) == 4 * 4 * 3
    assert all(isinstance(event, CodeRefused) for event in refused)
    assert {event.reason for event in refused if isinstance(event, CodeRefused)} == {
        CodeFault.UNKNOWN, CodeFault.TORN, CodeFault.FOREIGN,
    }  # fmt: skip
    desk.journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for text in PLANTED:
        for path in tmp_path.iterdir():
            assert text.encode() not in path.read_bytes(), path
        assert text not in caplog.text
        assert text not in repr(desk.engine.state)


def test_a_known_code_is_an_article(desk: Desk) -> None:
    """As sold: replay opens no catalogue."""
    desk.feed(CodeRead("E0", "4012345000016"))
    assert [record.event for record in desk.journal.records()] == [
        ArticleScanned(MILK, at=FakeClock().now())
    ]


def test_an_exception_in_decide_stops_without_writing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The journal is not poisoned: after a restart the same code does not die again."""

    def broken(state: State, event: Event) -> Step:
        raise ZeroDivisionError

    before = desk.engine.state
    monkeypatch.setattr(kiosk.engine, "decide", broken)
    with caplog.at_level(logging.ERROR):
        assert desk.feed(StartPressed()).verdict is Verdict.REFUSE
    assert "decide failed on StartPressed" in caplog.text
    assert desk.done[0] == "halted: ZeroDivisionError in the checkout"
    assert desk.journal.fresh
    assert desk.engine.state == before
    monkeypatch.setattr(kiosk.engine, "decide", decide)
    assert desk.feed(ArticleScanned(MILK)).verdict is Verdict.REFUSE
    assert desk.journal.fresh


@pytest.mark.parametrize("error", [JournalError("dead"), DiskFull("full")])
def test_what_cannot_be_kept_did_not_happen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: JournalError
) -> None:
    """No reserve left, or a broken disk: refused, halted once, and nothing carried out."""

    def append(event: Event, digest: str) -> int:
        raise error

    monkeypatch.setattr(desk.journal, "append", append)
    desk.journal.free_reserve()
    before = desk.engine.state
    for _ in range(2):
        assert desk.feed(ArticleScanned(MILK)).verdict is Verdict.REFUSE
    assert desk.engine.state == before
    assert desk.commands == []
    assert desk.shown == [], "the screen of the halt was drawn over"
    assert [each for each in desk.done if each.startswith("halted")] == [
        f"halted: the journal failed: {error}"
    ]


def test_a_full_disk_is_told_once_and_the_event_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reserve goes, the event stays, StorageLow follows it."""
    real, failures = desk.journal.append, [DiskFull("full")]

    def append(event: Event, digest: str) -> int:
        if failures:
            raise failures.pop()
        return real(event, digest)

    monkeypatch.setattr(desk.journal, "append", append)
    assert desk.feed(ArticleScanned(MILK)).verdict is Verdict.KEEP
    assert desk.done[:2] == ["kept ArticleScanned", "kept StorageLow"]
    assert desk.engine.state.storage_low
    assert not desk.journal.has_reserve


def test_a_screen_that_cannot_be_made_stops_the_kiosk(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A customer is never left before a screen that no longer follows; no command leaves unseen."""
    desk.show_fails = True
    with caplog.at_level(logging.ERROR):
        desk.feed(ArticleScanned(MILK))
    assert desk.engine.stopped
    assert desk.commands == []
    assert desk.done[-1] == "halted: RuntimeError while showing or carrying out"
    desk.show_fails = False
    assert desk.feed(StartPressed()).verdict is Verdict.REFUSE


@settings(max_examples=20)
@given(seeds, st.integers(0, 255), st.text(max_size=9))
def test_nothing_is_decided_on_what_is_only_shown(seed: int, code: int, text: str) -> None:
    """The same step, whatever the terminal's text was."""
    for _, state in history(seed, 30):
        other = replace(state, live=Live(code, (text,)))
        for event in SAMPLES:
            one, two = decide(state, event), decide(other, event)
            assert (one.state, one.commands, one.verdict) == (two.state, two.commands, two.verdict)


def test_the_approval_kept_is_the_one_on_disk(desk: Desk) -> None:
    """KEEP, and the record is there to read."""
    desk.engine.state = (Story(shopping(MILK)) >> pay() << object).state
    assert desk.engine.accept(CardApproved(P1, card())).verdict is Verdict.KEEP
    assert isinstance(desk.engine.state.phase, Settling)
    assert [type(record.event) for record in desk.journal.records()] == [CardApproved]


def test_the_language_of_a_customer_is_no_secret(desk: Desk) -> None:
    """Choices of a person are journalled as they are."""
    desk.feed(LanguageChosen(Language.EN))
    assert desk.engine.state.language is Language.EN


def test_a_pin_is_resolved_and_never_kept(desk: Desk) -> None:
    """What reaches the journal is that somebody came, or that it was wrong."""
    desk.feed(PinTyped("4711"))
    kept = [each for each in desk.done if each.startswith("kept")]
    assert kept == ["kept PinRefused"]
    assert not any("4711" in repr(each.event) for each in desk.engine._journal.records())
