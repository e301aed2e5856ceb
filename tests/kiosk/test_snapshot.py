"""A snapshot is a shortcut and never more: it gives the state of the whole replay, or is thrown away."""

from __future__ import annotations

import json
import logging
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import kiosk.keeper
import kiosk.snapshot
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event, PayPressed, StartPressed, Volatile
from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import LettersTyped, SheetOpened
from kiosk.checkout.states import Live, State
from kiosk.journal import Journal, digest_of, replay
from kiosk.keeper import Keeper
from kiosk.money import Money
from kiosk.offers.promotions import AmountOff, Name, Promotion, Promotions
from kiosk.ports import JournalError
from kiosk.snapshot import _seal, replayable, snapshot_of, write
from tests.event_samples import SAMPLES
from tests.life import Life
from tests.story import MILK, WATER
from tests.strategies import history, seeds

OFFERS = Promotions(
    (Promotion("milk", (Name("de", "Angebot"),), AmountOff(Money(9)), (MILK.gtin,)),)
)


@dataclass
class Counted:
    """Decides, and counts the records that it was asked about."""

    seen: list[Event] = field(default_factory=list)

    def __call__(self, state: State, event: Event) -> State:
        self.seen.append(event)
        return decide(state, event).state


def opened(path: Path) -> tuple[State, int]:
    """The state by the kiosk's own way, and how many records it took; the whole replay agrees."""
    journal = Journal(path, "K1")
    counted = Counted()
    try:
        found = Keeper(journal, path).restored(counted)
        whole = replay(journal, Counted())
    finally:
        journal.close()
    assert found == whole
    assert (found.offers, found.live, found.undelivered) == (
        whole.offers,
        Live(),
        whole.undelivered,
    )
    return found, len(counted.seen)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of 30 records or so with a snapshot two records from its end."""
    life = Life(tmp_path / "journal.db")
    life.feed(PromotionsLoaded(OFFERS))
    life.buy(MILK, WATER).buy(MILK)
    write(life.journal, snapshot_of(life.path), life.state)
    life.scan(MILK)
    life.close()
    assert opened(life.path)[1] == 2
    return life.path


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_any_state_of_any_life_comes_back_whole(seed: int) -> None:
    """Taken anywhere, also in the middle of a payment: what no digest looks at comes back, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        journal = Journal(path, "K1")
        state = State("K1", journal.epoch)
        for number, (event, after) in enumerate(history(seed, 120, state)):
            if not isinstance(event, Volatile):
                journal.append(event, digest_of(after))
            if number in (10, 60, 110):
                write(journal, snapshot_of(path), after)
        whole = replay(journal, Counted())
        counted = Counted()
        found = Keeper(journal, path).restored(counted)
        journal.close()
    assert len(counted.seen) < 12
    assert repr(found) == repr(whole)  # every field, compared or not


def test_nothing_volatile_is_kept(tmp_path: Path) -> None:
    """What was typed, what a terminal showed, what is only drawn: a replay knows none of it."""
    life = Life(tmp_path / "journal.db")
    life.scan(MILK)
    volatile = [each for each in SAMPLES if isinstance(each, Volatile)]
    assert len(volatile) > 3
    state = life.state
    for event in [*volatile, SheetOpened(Sheet.GOODS), LettersTyped("geheim")]:
        state = decide(state, event).state
        assert repr(replayable(state)) == repr(replayable(life.state)), event
    assert state.front.letters == "geheim"
    write(life.journal, snapshot_of(life.path), state)
    life.close()
    assert b"geheim" not in snapshot_of(life.path).read_bytes()
    assert opened(life.path)[1] == 0


def test_the_file_is_private_and_replaced_in_one_step(path: Path) -> None:
    """Nothing of the way there is left."""
    assert stat.S_IMODE(snapshot_of(path).stat().st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "journal.db", "journal.db.reserve", "journal.db.snapshot",
    ]  # fmt: skip


def test_a_flipped_byte_anywhere_is_noticed(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Then everything is replayed, and that is said."""
    snapshot = snapshot_of(path)
    data = snapshot.read_bytes()
    whole = opened(path)[0].minted
    for place in [*range(0, len(data), 97), len(data) - 1]:
        snapshot.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        state, records = opened(path)
        assert (state.minted, records > 20) == (whole, True), place
    assert "the whole journal is replayed: it is torn or was altered" in caplog.text


@pytest.mark.parametrize("kept", [0, 1, 40, 200, -1])
def test_half_a_snapshot_is_none(path: Path, kept: int) -> None:
    """Whatever a disk may hold of it."""
    snapshot = snapshot_of(path)
    snapshot.write_bytes(snapshot.read_bytes()[:kept])
    assert opened(path)[1] > 20


def forged(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """By somebody who knows how the file is sealed, or by another program."""
    snapshot = snapshot_of(path)
    body = json.loads(snapshot.read_bytes().partition(b"\n")[2])
    change(body)
    text = json.dumps(body).encode()
    snapshot.write_bytes(_seal(text) + b"\n" + text)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda body: body.update(code="0" * 32), "another code"),
        (lambda body: body.update(format=2), "another format"),
        (lambda body: body.update(kiosk="K2"), "another kiosk"),
        (lambda body: body.update(epoch="ffffff"), "another epoch"),
        (lambda body: body.update(seq=body["seq"] + 1), "is another one"),
        (lambda body: body.update(seq=10_000), "the journal has no record 10000"),
        (lambda body: body.update(seq=0), "no record 0"),
        (lambda body: body.update(seq="7"), "no record 7"),
        (lambda body: body.update(link="0" * 32), "is another one"),
        (lambda body: body.update(digest="0" * 24), "is another one"),
        (lambda body: body["state"].update(receipts=1), "not the one of its record"),
        (lambda body: body["state"].update(offers_version="x"), "not the one of its record"),
        (lambda body: body["state"]["offers"].update(all=[]), "not the one of its record"),
        (lambda body: body["state"].update(kiosk="K2"), "another journal"),
        (lambda body: body["state"].pop("phase"), None),
        (lambda body: body["state"].update(surprise=1), "cannot be read"),
        (lambda body: body.pop("state"), "cannot be read"),
        (lambda body: body.clear(), "cannot be read"),
    ],
)
def test_what_does_not_fit_is_thrown_away(
    path: Path,
    change: Callable[[dict[str, Any]], object],
    why: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """However well it is sealed."""
    forged(path, change)
    assert opened(path)[1] > 20
    assert why is None or why in caplog.text


def test_a_journal_from_a_backup_is_older_than_its_snapshot(tmp_path: Path) -> None:
    """Also after it has grown beyond the snapshot's number with another story."""
    life = Life(tmp_path / "journal.db")
    life.buy(MILK)
    life.close()
    backup = tmp_path / "backup.db"
    shutil.copy(life.path, backup)
    journal = Journal(life.path, "K1")
    state = replay(journal, Counted())
    for number in range(5):
        event: Event = StartPressed(at=life.at.replace(microsecond=number))
        state = decide(state, event).state
        journal.append(event, digest_of(state))
    write(journal, snapshot_of(life.path), state)
    journal.close()
    shutil.copy(backup, life.path)
    assert opened(life.path)[1] >= 10
    journal = Journal(life.path, "K1")
    state = replay(journal, Counted())
    for _ in range(6):
        event = PayPressed(1, Money(1), at=life.at)
        state = decide(state, event).state
        journal.append(event, digest_of(state))
    journal.close()
    assert opened(life.path)[1] >= 10


def test_code_that_decides_otherwise_is_still_noticed(path: Path) -> None:
    """Behind the snapshot: the whole replay then says where it differs first."""

    def other(state: State, event: Event) -> State:
        after = decide(state, event).state
        return state if isinstance(event, StartPressed) else after

    journal = Journal(path, "K1")
    with pytest.raises(JournalError, match="decides otherwise"):
        Keeper(journal, path).restored(other)
    journal.close()


def test_a_record_altered_behind_the_snapshot_is_noticed(path: Path) -> None:
    """The links go on from the snapshot's own."""
    journal = Journal(path, "K1")
    journal._db.execute(
        "UPDATE record SET event=replace(event, '119', '118') WHERE seq=?", (journal.end[0],)
    )
    with pytest.raises(JournalError, match="was altered or is missing"):
        Keeper(journal, path).restored(Counted())
    journal.close()


def test_it_is_written_when_nobody_is_there_and_not_too_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never in a sale; on a disk that is full not at all."""
    monkeypatch.setattr(kiosk.keeper, "EVERY", 10)
    life = Life(tmp_path / "journal.db")
    keeper, snapshot = Keeper(life.journal, life.path), snapshot_of(life.path)
    life.scan(*[MILK] * 20)
    keeper.rest(life.state)
    assert not snapshot.exists()
    life.pay().approve().print()
    keeper.rest(life.state)
    first = snapshot.read_bytes()
    life.feed(StartPressed())
    keeper.rest(life.state)
    assert snapshot.read_bytes() == first
    keeper.write(life.state)  # at the end it is written wherever the kiosk is
    assert snapshot.read_bytes() != first
    life.close()
    assert opened(life.path)[1] == 0


def test_a_disk_that_does_not_take_it_harms_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The last one stands, and no half one lies beside it."""
    before = snapshot_of(path).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    journal = Journal(path, "K1")
    state = replay(journal, Counted())
    Keeper(journal, path).write(state)
    journal.close()
    assert "could not be written: [Errno 28]" in caplog.text
    assert snapshot_of(path).read_bytes() == before
    assert not list(path.parent.glob("*.new"))


def test_without_a_snapshot_everything_is_replayed_and_nothing_is_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A new kiosk has none."""
    snapshot_of(path).unlink()
    with caplog.at_level(logging.WARNING):
        assert opened(path)[1] > 20
    assert not caplog.records
