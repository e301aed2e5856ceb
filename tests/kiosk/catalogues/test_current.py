"""The moment in which the catalogue becomes another one: nobody is at the kiosk, and it is journalled."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import kiosk.journal
from kiosk.__main__ import main
from kiosk.assembly import Checkout
from kiosk.catalog import Catalogue, CatalogueError
from kiosk.catalogues.current import Current, Fresh
from kiosk.catalogues.kept import Entry, Kept
from kiosk.checkout.floor_events import CatalogueLoaded
from kiosk.checkout.states import Attract, Closed, OutOfService, Phase, State, Thanks
from kiosk.clock import SystemClock
from kiosk.config import Config, ServiceConfig
from kiosk.errors import Unavailable
from kiosk.journal import Journal
from tests.catalogue_stand import MILK, made
from tests.devices import PATIENCE
from tests.kiosk.test_assembly import configured
from tests.story import shopping


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A kiosk that fetches, at a service that is not there."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    service = ServiceConfig(tmp_path / "identity", tmp_path / "outbox.db")
    toml = tmp_path / "kiosk.toml"
    told = configured(tmp_path)
    toml.write_text(f'{toml.read_text()}[service]\nidentity = "identity"\noutbox = "outbox.db"\n')
    return replace(told, service=service)


def fresh(kept: Kept, version: int, cents: int) -> Fresh:
    """As the fetcher hands it over."""
    made(kept.staged, cents)
    return Fresh(Entry(version), Catalogue(kept.staged))


@pytest.fixture
def current(tmp_path: Path) -> Iterator[Current]:
    """An imported catalogue: milk at 1.00."""
    opened = Current(Kept(made(tmp_path / "catalogue.db", 100)), SystemClock())
    yield opened
    opened.close()


def milk(current: Current) -> int:
    found = current.find(MILK)
    assert found
    return found.price.minor


def test_it_changes_when_asked_to_and_not_before(current: Current) -> None:
    """Forth, back, and forth again; an older way back is not remembered."""
    current.hand_over(fresh(current._kept, 7, 107))
    assert (current.waiting, milk(current), current.name[:8]) == (True, 100, "imported")
    assert current.rest()
    assert (current.waiting, milk(current), current.name) == (False, 107, "7")
    current.ask_back()
    assert milk(current) == 107
    assert [current.rest(), current.rest(), milk(current)] == [True, False, 100]
    with pytest.raises(Unavailable, match="no earlier"):
        current.ask_back()


def test_a_way_back_that_is_gone_is_refused(
    current: Current, caplog: pytest.LogCaptureFixture
) -> None:
    """When asked for, and when it vanishes after that; the one that is sold from stays."""
    current.hand_over(fresh(current._kept, 7, 107))
    current.rest()
    current.ask_back()
    current._kept.imported.unlink()
    assert not current.rest()
    assert "no way back" in caplog.text
    with pytest.raises(Unavailable, match="does not open"):
        current.ask_back()
    assert milk(current) == 107


def test_what_waits_at_the_end_is_let_go(current: Current) -> None:
    """It is staged all the same."""
    waits = fresh(current._kept, 7, 107)
    current.hand_over(waits)
    current.close()
    with pytest.raises(Exception, match="closed"):
        waits.catalogue.check()
    assert current._kept.staged.exists()


def test_a_kiosk_without_any_catalogue_may_fetch_its_first(tmp_path: Path) -> None:
    """By hand; it sells nothing until then."""
    kept = Kept(tmp_path / "catalogue.db")
    with pytest.raises(CatalogueError):
        Current(kept, SystemClock())
    current = Current(kept, SystemClock(), none_yet=True)
    assert (current.name, current.find(MILK)) == ("", None)
    current.hand_over(fresh(kept, 7, 107))
    assert (current.rest(), milk(current), kept.standing.previous) == (True, 107, None)
    current.close()


def at(phase: Phase) -> State:
    return replace(shopping(), phase=phase)


def test_nobody_s_prices_change_under_their_hands(config: Config) -> None:
    """A swap waits for the end of a sale, whatever its phase."""
    checkout = Checkout(config)
    kept = checkout._catalogue._kept
    free: tuple[Phase, ...] = (Attract(), OutOfService(Closed.PAUSED), Thanks(1, printed=True))
    for version, over in enumerate(free, 1):
        before = milk(checkout._catalogue)
        checkout._catalogue.hand_over(fresh(kept, version, 200 + version))
        for kind in get_args(Phase):
            if kind not in (Attract, OutOfService, Thanks):
                checkout._rest(at(kind.__new__(kind)))
        assert (checkout._catalogue.waiting, milk(checkout._catalogue)) == (True, before)
        checkout._rest(at(over))
        assert milk(checkout._catalogue) == 200 + version
    checkout._catalogue.close()
    checkout._journal.close()


def test_the_journal_knows_what_was_sold_from(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each change once, in a running kiosk; going back is asked of it by the tool."""
    words = ["catalogue", "rollback", "--config", str(tmp_path / "kiosk.toml")]
    checkout = Checkout(config)
    checkout.start(lambda screen: None)
    current = checkout._catalogue

    def until(name: str) -> None:
        for _ in range(int(PATIENCE / 0.02)):
            if current.name.startswith(name):
                return
            threading.Event().wait(0.02)
        raise AssertionError(current.name)

    assert main(words) == 69
    assert "no earlier catalogue" in capsys.readouterr().err
    current.hand_over(fresh(current._kept, 7, 107))
    until("7")
    assert main(["catalogue", "fetch", *words[2:]]) == 69
    assert "another process uses it" in capsys.readouterr().err
    assert main(words) == 0
    until("imported")
    checkout.stop()
    again = Checkout(config)
    again.start(lambda screen: None)
    again.stop()
    journal = Journal(config.kiosk.journal, config.kiosk.id)
    events = [each.event for each in journal.records()]
    journal.close()
    names = [each.name for each in events if isinstance(each, CatalogueLoaded)]
    assert [name.partition(" ")[0] for name in names] == ["imported", "7", "imported"]


def test_the_status_says_what_people_ask(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For people and for programs, running or not; going back works on the files, too."""
    words = ["--config", str(tmp_path / "kiosk.toml")]
    assert main(["catalogue", "status", *words]) == 0
    said = capsys.readouterr().out
    assert "the imported file" in said
    assert "none yet" in said
    current = Current(Kept(config.kiosk.catalogue), SystemClock())
    current.hand_over(fresh(current._kept, 7, 107))
    current.rest()
    current.close()
    assert main(["catalogue", "status", *words]) == 0
    said = capsys.readouterr().out
    assert "version 7 of the service, since " in said
    assert "version 7 taken" in said
    assert main(["catalogue", "rollback", "--json", *words]) == 0
    assert '"version": 0' in capsys.readouterr().out
    assert main(["catalogue", "status", *words]) == 0
    assert "newest seen  version 7" in capsys.readouterr().out
    assert main(["catalogue", "fetch", *words]) == 69  # there is no identity
    assert "identity.json is missing" in capsys.readouterr().out
    config.kiosk.catalogue.unlink()
    assert main(["catalogue", "status", *words]) == 65
    assert "cannot be used" in capsys.readouterr().out


def test_a_look_goes_back_to_the_good_one_where_the_current_one_is_damaged(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one to go back to afterwards is the good one, not the damaged."""
    words = ["catalogue", "fetch", "--config", str(config.kiosk.catalogue.with_name("kiosk.toml"))]
    kept = Kept(config.kiosk.catalogue)
    kept.folder.mkdir()
    for version in (4, 5):
        fresh(kept, version, 100 + version).catalogue.close()
        kept.adopt(Entry(version))
    (kept.folder / "5.db").write_bytes(b"torn")

    class Offered:
        def __init__(self, current: Current) -> None:
            self.current = current

        def look(self, cancel: object) -> None:
            self.current.hand_over(fresh(kept, 6, 106))

    monkeypatch.setattr(
        "kiosk.lookup.fetching.fetcher_of", lambda service, kept, current, clock: Offered(current)
    )
    assert main(words) == 0
    standing = Kept(config.kiosk.catalogue).standing
    assert standing.previous
    assert (standing.current.version, standing.previous.version) == (6, 4)
