"""What happened stays as it happened: order, links, one writer, replay."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkout import events as kinds
from kiosk.checkout import (
    floor_events,
    front_events,
    goods_events,
    member_events,
    staff_events,
    weigh_events,
)
from kiosk.checkout.commands import Forget, MakeInvitation, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    CodeRead,
    Event,
    LanguageChosen,
    Private,
    StaffResolved,
    StartPressed,
    TerminalShows,
    Timer,
    Volatile,
)
from kiosk.checkout.states import State
from kiosk.journal import Journal, digest_of, read_event, replay
from kiosk.ports import JournalError
from kiosk.words import Language
from tests.event_samples import SAMPLES
from tests.story import NOW, P1
from tests.strategies import history, kept, seeds

ROOT = Path(__file__).parents[2]


def decided(state: State, event: Event) -> State:
    return decide(state, event).state


def written(path: Path, seed: int = 1, length: int = 12) -> State:
    """A journal of a life; the state at its end."""
    journal = Journal(path, "K1")
    state = State("K1", journal.epoch)
    for event, after in history(seed, length, state):
        state = after
        if not isinstance(event, Volatile):
            journal.append(event, digest_of(after))
    journal.close()
    return state


def altered(path: Path, statement: str, *values: object) -> None:
    """Somebody else's hand in the file."""
    db = sqlite3.connect(path)
    db.execute(statement, values)
    db.commit()
    db.close()


def replayed(path: Path, kiosk_id: str = "K1") -> State:
    journal = Journal(path, kiosk_id)
    try:
        return replay(journal, decided)
    finally:
        journal.close()


def test_records_come_back_in_their_order(tmp_path: Path) -> None:
    """Every journalled kind of event, numbered from 1, in the file and after it was closed."""
    path = tmp_path / "deep" / "journal.db"
    journal = Journal(path, "K1")
    assert journal.fresh
    wanted = [each for each in SAMPLES if not isinstance(each, Volatile | Private)]
    assert [journal.append(event, "d") for event in wanted] == list(range(1, len(wanted) + 1))
    journal.close()
    journal = Journal(path, "K1")
    assert not journal.fresh
    assert [record.event for record in journal.records()] == wanted
    assert journal.append(StartPressed(at=NOW), "d") == len(wanted) + 1
    journal.close()


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_a_replay_gives_the_live_state(seed: int) -> None:
    """Whatever happened, and however often the process died in between."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        assert replayed(path) == State("K1", epoch_of(path))
        live = written(path, seed, 50)
        assert replayed(path) == live == replayed(path)


def epoch_of(path: Path) -> str:
    db = sqlite3.connect(path)
    found = str(db.execute("SELECT epoch FROM head").fetchone()[0])
    db.close()
    return found


def flips(text: str) -> Iterator[bytes]:
    """The bytes of a column with each one changed, into another letter and into no text at all."""
    data = text.encode()
    for place in range(len(data)):
        for mask in (0x01, 0x80):
            yield data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


@pytest.mark.parametrize("column", ["event", "digest", "link"])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_flipped_byte_is_noticed(tmp_path: Path, column: str, seq: int) -> None:
    """Any byte of any text column, of the first, a middle and the last record."""
    path = tmp_path / "journal.db"
    written(path, length=5)
    db = sqlite3.connect(path)
    found = db.execute(f"SELECT {column} FROM record WHERE seq=?", (seq,)).fetchone()
    assert db.execute("SELECT max(seq) FROM record").fetchone() == (5,)
    db.close()
    set_bytes = f"UPDATE record SET {column}=CAST(? AS TEXT) WHERE seq=?"
    for flipped in flips(found[0]):
        altered(path, set_bytes, flipped, seq)
        with pytest.raises(JournalError):
            replayed(path)
    altered(path, set_bytes, found[0].encode(), seq)
    replayed(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET seq=seq+1000 WHERE seq=5",
        "UPDATE record SET seq=0 WHERE seq=1",
        "DELETE FROM record WHERE seq=1",
        "DELETE FROM record WHERE seq=3",
        "UPDATE head SET epoch='ffffff'",
    ],
)
def test_a_record_missing_or_moved_is_noticed(tmp_path: Path, statement: str) -> None:
    """Also a journal whose epoch was changed: its ids would be another's."""
    path = tmp_path / "journal.db"
    written(path, length=5)
    altered(path, statement)
    with pytest.raises(JournalError):
        replayed(path)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE head SET format=99", "written in format 99, this program reads 1"),
        ("UPDATE head SET kiosk='K2'", 'belongs to kiosk "K2", not "K1"'),
        ("DELETE FROM head", "has no head"),
        ("DROP TABLE record", "no such table"),
    ],
)
def test_a_journal_that_is_not_ours_is_not_opened(
    tmp_path: Path, statement: str, message: str
) -> None:
    """Another format, another kiosk, half a file: said in one line."""
    path = tmp_path / "journal.db"
    written(path, length=2)
    altered(path, statement)
    with pytest.raises(JournalError, match=message):
        Journal(path, "K1")


@pytest.mark.parametrize("kind", ["folder", "noise", "file-in-the-way"])
def test_what_is_no_journal_is_a_journal_error(tmp_path: Path, kind: str) -> None:
    """Never sqlite's own error."""
    path = tmp_path / "journal.db"
    match kind:
        case "folder":
            path.mkdir()
        case "noise":
            path.write_bytes(b"this is no database, but long enough to be one" * 100)
        case _:
            path.write_text("")
            path = path / "journal.db"
    with pytest.raises(JournalError):
        Journal(path, "K1")


def test_a_page_torn_out_of_the_file_is_a_journal_error(tmp_path: Path) -> None:
    """Corruption that only the reading finds."""
    path = tmp_path / "journal.db"
    written(path, length=200)
    data = bytearray(path.read_bytes())
    for place in range(3 * 4096, len(data), 4096):
        data[place : place + 64] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(JournalError):
        replayed(path)


OPENER = """
import sys
from pathlib import Path
from kiosk.journal import Journal
from kiosk.ports import JournalError
try:
    Journal(Path(sys.argv[1]), "K1")
except JournalError as error:
    sys.exit(str(error))
"""


def opened_elsewhere(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", OPENER, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    return done.stderr.strip()


def test_a_second_process_is_locked_out(tmp_path: Path) -> None:
    """Two engines over one journal would each believe the terminal theirs."""
    path = tmp_path / "journal.db"
    journal = Journal(path, "K1")
    assert opened_elsewhere(path).endswith("another process has it open")
    journal.append(StartPressed(at=NOW), "d")
    journal.close()
    assert opened_elsewhere(path) == ""


def test_what_is_not_for_the_disk_is_refused(tmp_path: Path) -> None:
    """Volatile text of a terminal, and what a stranger showed."""
    journal = Journal(tmp_path / "journal.db", "K1")
    for event in (TerminalShows(P1, 1), CodeRead("E0", "4012345000016")):
        with pytest.raises(JournalError, match="not for the disk"):
            journal.append(event, "d")
    assert journal.fresh
    journal.close()


def test_text_the_disk_cannot_hold_is_a_journal_error(tmp_path: Path) -> None:
    """A reason typed in another encoding reaches us as half characters."""
    journal = Journal(tmp_path / "journal.db", "K1")
    with pytest.raises(JournalError, match="cannot be kept"):
        journal.append(StaffResolved(P1, True, "Beleg \udcff", at=NOW), "d")
    assert journal.append(StartPressed(at=NOW), "d") == 1
    assert len(list(journal.records())) == 1
    journal.close()


def test_an_append_that_fails_keeps_nothing(tmp_path: Path) -> None:
    """The next record links to the last that was kept."""
    path = tmp_path / "journal.db"
    journal = Journal(path, "K1")
    journal.append(StartPressed(at=NOW), "d")
    journal._db.execute("PRAGMA query_only=ON")
    with pytest.raises(JournalError, match="readonly"):
        journal.append(StartPressed(at=NOW), "d")
    journal._db.execute("PRAGMA query_only=OFF")
    assert journal.append(LanguageChosen(Language.EN, at=NOW), "d") == 2
    assert [record.seq for record in journal.records()] == [1, 2]
    journal.close()
    with pytest.raises(JournalError):
        journal.append(StartPressed(at=NOW), "d")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "5",
        "{}",
        '{"": "TerminalShows"}',
        '{"": "CodeRead"}',
        '{"": "Money"}',
        '{"": ["x"]}',
        '{"": "StartPressed", "at": 1}',
        "[" * 100_000,
        '{"": "AgeReleased", "limit": ' + "9" * 5000 + "}",
    ],
    ids=lambda text: text[:24],
)
def test_a_record_that_cannot_be_read_is_a_journal_error(text: str) -> None:
    """Volatile and private kinds are not read either."""
    with pytest.raises(JournalError, match="a record cannot be read"):
        read_event(text)


def test_code_that_decides_otherwise_is_noticed(tmp_path: Path) -> None:
    """A new version never continues a story it would have told differently."""
    path = tmp_path / "journal.db"
    written(path, length=12)

    def other(state: State, event: Event) -> State:
        after = decided(state, event)
        return state if isinstance(event, kinds.DeviceOnline) else after

    journal = Journal(path, "K1")
    with pytest.raises(JournalError, match="decides otherwise"):
        replay(journal, other)
    journal.close()


def test_the_list_of_volatile_events_is_held() -> None:
    """A new one has to be argued here: it skips the disk."""
    modules = (kinds, floor_events, front_events, goods_events, member_events, staff_events)
    every = [kind for module in (*modules, weigh_events) for kind in vars(module).values()]
    found = {kind.__name__ for kind in every if is_event(kind, Volatile)}
    touches = {"SheetOpened", "SheetClosed", "LettersTyped", "GroupChosen", "KeyTouched"}
    assert found == {"TerminalShows", "ShelfLoaded", "ScaleShown", "InvitationMade"} | touches
    private = {kind.__name__ for kind in every if is_event(kind, Private)}
    assert private == {"CodeRead", "PinTyped", "TilePicked", "NumberTyped"}


def is_event(kind: object, mark: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, Event) and issubclass(kind, mark)


@settings(max_examples=30)
@given(seeds, st.integers(0, 5))
def test_a_volatile_event_moves_nothing(seed: int, code: int) -> None:
    """In no state it changes what is digested, or wants more than that nobody is sent away yet.

    A code to look at is made and wiped: a link that lies in the vault, and in no journal.
    """
    volatile = [each for each in SAMPLES if isinstance(each, Volatile)]
    assert volatile
    for _, state in history(seed):
        for event in volatile:
            step = decide(state, event)
            assert all(
                isinstance(each, MakeInvitation | Forget)
                or (isinstance(each, StartTimer) and each.timer in (Timer.IDLE, Timer.THANKS))
                for each in step.commands
            )
            assert digest_of(step.state) == digest_of(state)


def test_the_same_events_give_the_same_journal() -> None:
    """The samples of histories are no accident of the moment."""
    assert kept(5) == kept(5)


def test_the_reserve_is_made_given_once_and_made_again(tmp_path: Path) -> None:
    """It stands beside the journal; a start with space sets it aside anew."""
    path = tmp_path / "journal.db"
    journal = Journal(path, "K1")
    told = [
        journal.has_reserve,
        journal.free_reserve(),
        journal.has_reserve,
        journal.free_reserve(),
    ]
    assert told == [True, True, False, False]
    journal.close()
    journal = Journal(path, "K1")
    assert journal.has_reserve
    journal.close()


def test_a_start_without_space_is_told_by_the_missing_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a reserve is none."""

    def no_space(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    journal = Journal(tmp_path / "journal.db", "K1")
    assert not journal.has_reserve
    journal.close()


def test_a_disk_without_write_ahead_log_is_no_place_for_a_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Durability is asked for, and then asked about."""
    monkeypatch.setattr(Journal, "_is_wal", lambda self: False)
    with pytest.raises(JournalError, match="durability"):
        Journal(tmp_path / "journal.db", "K1")
