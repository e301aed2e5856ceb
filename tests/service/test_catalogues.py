"""Catalogues from the office to the kiosk: a real service, a real line, and everything that goes wrong."""

from __future__ import annotations

import errno
import hashlib
import re
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.catalog import FORMAT
from kiosk.catalogues.kept import Kept
from kiosk.catalogues.staging import NoRoom, Staging
from kiosk.clock import SystemClock
from kiosk.lookup.fetching import Fetcher, Terms
from kiosk.lookup.session import Session
from kiosk.ports import Cancel, Unreachable
from service.settings import Settings
from service.stand import make_stand
from service.wire.catalogue import PIECE_BYTES, read_statement
from tests.catalogue_stand import Office, Shop, made
from tests.devices import PATIENCE
from tests.service_process import Running, posted
from tests.service_stand import TENANT

BURST = 150
"""More than all looks of K1 here."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with three kiosks."""
    folder = tmp_path_factory.mktemp("catalogues")
    settings = Settings(
        folder / "service", TENANT, "DE", "sqlite:store.db", test_cards=True, pieces_burst=BURST
    )
    make_stand(settings, [folder / name for name in ("K1", "K2", "K3")], [])
    started = Running(settings)
    started.identity(folder / "K1")
    yield started
    assert started.stop() == 0


@pytest.fixture
def office(running: Running, tmp_path: Path) -> Office:
    service = running.settings.folder
    offline = service.with_name(service.name + "-offline")
    return Office(service, offline, tmp_path / "articles.csv")


@pytest.fixture
def shop(running: Running, tmp_path: Path) -> Iterator[Shop]:
    """K1, with an imported catalogue: milk at 1.00."""
    kept = Kept(made(tmp_path / "catalogue.db", 100))
    kept.lock()
    identity = running.settings.folder.parent / "K1"
    opened = Shop(kept, Session(identity, SystemClock()), Terms(15, 1 << 30, 5.0))
    yield opened
    opened.current.close()
    kept.unlock()


def test_what_is_published_is_sold_from(office: Office, shop: Shop) -> None:
    """Fetched in pieces, changed to only when asked, once; back, and newer ones again."""
    office.publish(119, 3500)
    assert office.told.pieces >= 3
    assert (shop.look(), shop.milk) == ("staged", 100)
    assert shop.look().startswith("waiting")
    assert shop.current.rest()
    assert (shop.milk, shop.current.name) == (119, str(office.told.version))
    assert [shop.look(), shop.current.rest(), shop.milk] == ["current", False, 119]
    shop.current.ask_back()
    assert shop.current.rest()
    assert (shop.milk, shop.look()) == (100, "current")  # what was gone back from is not fetched
    office.publish(129)
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 129)


def test_the_office_takes_all_kiosks_back(office: Office, shop: Shop) -> None:
    """By a new statement about the older file; what is withdrawn is not fetched."""
    office.publish(119)
    shop.look(), shop.current.rest()
    office.publish(911)
    first = office.told
    shop.look(), shop.current.rest()
    assert shop.milk == 911
    office.act("rollback")
    assert office.told.version == first.version + 1
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 119)
    office.publish(912)
    office.act("withdraw")
    assert shop.look() == "current"
    office.act("rollback", "--to", str(first.version))
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 911)
    office.act("rollback", "--to", "999999", code=65)


def test_a_handed_over_one_is_found_again_after_a_restart(
    office: Office, shop: Shop, running: Running
) -> None:
    """Nobody had left the kiosk before the power went; no piece is fetched twice."""
    office.publish(119, 3500)
    assert shop.look() == "staged"
    shop.current.close()
    again = Shop(shop.kept, shop.session, shop.terms)
    shop.current = again.current
    before = running.metric('kiosk_catalogues_total{what="piece"}')
    assert (again.look(), again.current.rest(), again.milk) == ("staged", True, 119)
    assert running.metric('kiosk_catalogues_total{what="piece"}') == before


Wrong = Callable[[Office], object]


def flipped(office: Office) -> None:
    data = bytearray(office.file().read_bytes())
    data[len(data) // 2] ^= 1
    office.file().write_bytes(data)


def cut(office: Office) -> None:
    office.file().write_bytes(office.file().read_bytes()[:-1])


def gone(office: Office) -> None:
    office.file().unlink()


def torn(office: Office) -> None:
    """Signed for as it is: a file that is no catalogue."""
    data = office.file().read_bytes()[:-4096]
    resigned(office, data)


def holed(office: Office) -> None:
    """A page in the middle is gone: the file opens, and its articles are not all there."""
    data = bytearray(office.file().read_bytes())
    data[5 * 4096 : 6 * 4096] = bytes(4096)
    resigned(office, bytes(data))


def without_price(office: Office) -> None:
    made = office.csv.with_suffix(".db")
    made.write_bytes(office.file().read_bytes())
    db = sqlite3.connect(made)
    db.execute("UPDATE terms SET price=0 WHERE id=1")
    db.commit()
    db.close()
    resigned(office, made.read_bytes())


def other_count(office: Office) -> None:
    office.forge(articles=office.told.articles + 1)


def resigned(office: Office, data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    (office.folder.folder / f"{digest}.db").write_bytes(data)
    office.forge(sha256=digest, size=len(data))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (flipped, "refused: the file is not the one that was signed for"),
        (cut, "away: .*bytes, and not"),
        (gone, "away: .*404"),
        (torn, "refused: it does not open"),
        (holed, "refused: it does not open: "),
        (without_price, "refused: it does not open: terms 1 have no price"),
        (other_count, "refused: it does not open: has 100 articles, and not 101"),
        (lambda o: resigned(o, b"SQLite format 3\0" * 70), "refused: it does not open"),
        (lambda o: o.forge(Ed25519PrivateKey.generate()), "forged: .*pinned key did not sign"),
        (lambda o: o.forge(tenant="other"), "refused: it is of tenant 'other'"),
        (lambda o: o.forge(kind=FORMAT + 1), f"refused: it is of format {FORMAT + 1}"),
        (lambda o: o.forge(size=(1 << 30) + 1), "refused: .*catalogue_most_mb"),
        (lambda o: o.forge(until=1), "refused: its time is over"),
        (lambda o: o.forge(left_out=o.told.articles // 19 + 2), "refused: .* % of the rows"),
    ],
    ids=["flipped", "cut", "gone", "torn", "holed", "price", "count", "none", "foreign", "tenant", "format", "large",
         "expired", "left-out"],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_the_old_one_stays(
    office: Office, shop: Shop, wrong: Wrong, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it is: told in the log and for the status, and the next good one is taken."""
    office.publish(119, 100)
    wrong(office)
    said = shop.look()
    assert re.match(why, said), said
    assert not shop.current.rest()
    assert shop.milk == 100
    assert said.partition(": ")[2] in caplog.text
    assert ("ALARM" in caplog.text) is said.startswith("forged")
    assert shop.look() == said  # again and again, and told once
    assert len(caplog.records) == 1
    office.publish(120)
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 120)


def test_an_older_or_equal_version_is_refused(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the service offers it all the same: somebody plays back what was signed once."""
    office.publish(911)
    old = office.folder.offer()
    office.publish(119)
    new = office.folder.offer()
    shop.look(), shop.current.rest()
    assert old
    assert new
    for offer in (old, new):
        monkeypatch.setattr(Fetcher, "_document", lambda self, cancel, at=offer: at.document)
        assert "it is not newer" in shop.look()
    assert (shop.current.rest(), shop.milk) == (False, 119)


def test_a_service_that_dies_in_the_middle_is_gone_on_with(
    office: Office, shop: Shop, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came is not fetched again."""
    office.publish(119, 3500)
    add = Staging.add

    def dies(self: Staging, data: bytes) -> None:
        add(self, data)
        if self.size == 2 * PIECE_BYTES:
            running.kill()

    with monkeypatch.context() as patched:
        patched.setattr(Staging, "add", dies)
        assert shop.look().startswith("away: ")
    assert shop.look().startswith("away: ")
    assert (shop.current.rest(), shop.milk) == (False, 100)
    running.start()
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 119)
    fetched = running.metric('kiosk_catalogues_total{what="piece"}')
    assert fetched == office.told.pieces - 2


def test_what_is_withdrawn_while_it_comes_in_is_not_taken(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what was replaced meanwhile: that one is fetched next."""
    add = Staging.add
    for act in (lambda: office.act("withdraw"), lambda: office.publish(129)):
        office.publish(119)

        def acts(self: Staging, data: bytes, act: Callable[[], None] = act) -> None:
            add(self, data)
            act()

        with monkeypatch.context() as patched:
            patched.setattr(Staging, "add", acts)
            assert shop.look().startswith("refused: it was taken back")
    assert (shop.current.rest(), shop.milk) == (False, 100)
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 129)


def test_it_looks_by_itself_on_a_thread_of_its_own(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Unless another process has the files; and ends when asked to."""
    office.publish(119)
    other = Fetcher(shop.session, Kept(shop.kept.imported), shop.current, SystemClock(), shop.terms)
    other.start()
    assert "another process uses it" in caplog.text
    assert other.stop()
    shop.kept.unlock()
    monkeypatch.setattr("kiosk.lookup.fetching.FIRST_SECONDS", (0.0, 0.0))
    shop.fetcher.start()
    for _ in range(int(PATIENCE / 0.02)):
        if shop.current.rest():
            break
        threading.Event().wait(0.02)
    assert shop.milk == 119
    assert shop.fetcher.stop()
    shop.kept.lock()


def test_looks_are_spread_and_rarer_where_they_fail(shop: Shop) -> None:
    """Minutes apart with jitter; a line that broke is tried again soon, what is refused seldom."""
    pauses = [shop.fetcher._pause("current") for _ in range(50)]
    assert 450 <= min(pauses) < max(pauses) <= 1350
    assert max(shop.fetcher._pause("away") for _ in range(2)) <= 60
    assert max(shop.fetcher._pause("away") for _ in range(50)) <= 900
    assert 450 <= shop.fetcher._pause("staged") <= 1350
    assert 900 <= shop.fetcher._pause("refused") <= 2700
    assert max(shop.fetcher._pause("refused") for _ in range(50)) <= 16 * 1350


def test_a_service_that_asks_to_wait_is_obeyed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it asks for; a line that breaks after that asks for nothing."""
    for error, least, most in (
        (Unreachable("the service asks to wait", 5000.0), 5001, 5900),
        (Unreachable("the line broke"), 1, 900),
    ):

        def ends(self: Fetcher, cancel: Cancel, error: Unreachable = error) -> None:
            raise error

        monkeypatch.setattr(Fetcher, "_document", ends)
        assert least <= shop.fetcher._pause(shop.fetcher.look(Cancel())) <= most


def test_a_full_disk_is_told_and_harms_nothing(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is full, while it fills, and at the swap."""
    office.publish(119)

    def no_room(self: Staging, statement: bytes, size: int) -> int:
        raise NoRoom("more is wanted free on the disk")

    def full(*words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name, stands, why in (("begin", no_room, "refused: more"), ("add", full, "failed: ")):
        with monkeypatch.context() as patched:
            patched.setattr(Staging, name, stands)
            assert shop.look().startswith(why)
    assert shop.look() == "staged"
    with monkeypatch.context() as patched:
        patched.setattr(Kept, "adopt", full)
        assert not shop.current.rest()
    assert shop.kept.attempt
    assert "No space" in shop.kept.attempt.why
    assert shop.milk == 100
    assert (shop.look(), shop.current.rest(), shop.milk) == ("staged", True, 119)


def test_only_kiosks_that_were_let_in_hear_of_it(office: Office, running: Running) -> None:
    """And nobody gets what is no piece, or more than there is."""
    office.publish(119)
    told, before = office.told, office.told.version - 1
    identity = running.identity(running.settings.folder.parent / "K2")
    line = running.line(identity.tls())

    def got(path: str) -> tuple[int, bytes]:
        line.request("GET", path)
        response = line.getresponse()
        return response.status, response.read()

    status, document = got(f"/v1/catalogue?have={before}")
    assert (status, read_statement(document, office.key.public_key())) == (200, told)
    assert got("/v1/catalogue")[0] == 200
    assert got("/v1/catalogue?have=x")[0] == 200
    assert got(f"/v1/catalogue?have={told.version}") == (204, b"")
    assert got(f"/v1/catalogue?have={told.version + 5}") == (204, b"")
    piece = f"/v1/catalogue/{told.sha256}"
    assert got(f"{piece}/0") == (200, office.file().read_bytes())
    for path in ("/1", "/99999999", "/", ""):
        assert got(f"{piece}{path}") == (404, b""), path
    for path in ("x/0", "..%2f..%2fkeys/0", f"{told.sha256.upper()}/0", f"{told.sha256}/-1"):
        assert got(f"/v1/catalogue/{path}")[0] in (400, 404), path
    assert got(f"/v1/catalogue/{'ab' * 32}/0") == (404, b"")
    running.command("kiosk", "revoke", "K2")
    for path in (f"/v1/catalogue?have={before}", f"{piece}/0"):
        assert got(path) == (403, b"")
        line.close()
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.load_verify_locations(running.settings.folder / "tls" / "root.pem")
    stranger = running.line(bare)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        posted(stranger, b"", f"{piece}/0")
    stranger.close()
    log = running.log.read_text()
    assert "catalogue offered" in log
    assert told.sha256 not in log


def test_one_kiosk_cannot_keep_the_service_busy(running: Running) -> None:
    """What it asks for is counted, and it is told how long to wait."""
    line = running.line(running.identity(running.settings.folder.parent / "K3").tls())
    answers = []
    for _ in range(10 * BURST):
        line.request("GET", "/v1/catalogue?have=9999999999")
        response = line.getresponse()
        assert response.read() == b""
        answers.append((response.status, response.getheader("retry-after")))
        if response.status != 204:
            break
    line.close()
    assert len(answers) > BURST
    assert answers[-1] == (429, "1")
