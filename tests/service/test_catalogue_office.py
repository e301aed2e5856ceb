"""What an office may publish, take back and look at; as it types it."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.catalog import Catalogue
from kiosk.ids import Gtin
from service.__main__ import main
from service.catalogues import KEPT
from service.files import write_secret
from service.keys import DAY
from tests.catalogue_stand import HEAD, MILK, Office, costs


@pytest.fixture
def office(folder: Path, tmp_path: Path) -> Office:
    """At a service that does not run."""
    return Office(folder, tmp_path / "offline", tmp_path / "articles.csv")


def test_what_cannot_be_published_is_not(
    office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Too many rows left out, no article, no file, another key; the last version stays offered."""
    office.write(119)
    office.act("publish", str(office.csv))
    stands, wrong = office.told, tmp_path / "wrong"
    office.csv.write_text(f"{HEAD}{MILK},Milch,1.19,7\n{MILK},Milch,1.19,7\n")
    office.act("publish", str(office.csv), code=65)
    assert "50.00 % of the rows are left out" in capsys.readouterr().err
    office.act("publish", str(office.csv), "--most-left-out", "50")
    office.csv.write_text(HEAD)
    office.act("publish", str(office.csv), code=65)
    office.act("publish", str(tmp_path / "none.csv"), code=65)
    office.csv.write_text(f"{HEAD}{MILK},Milch,1.19,7\n")
    office.act("publish", str(office.csv), "--days", "0", code=78)
    office.act("publish", str(office.csv), "--offline", str(wrong), code=78)
    write_secret(wrong / "keyset.key", Ed25519PrivateKey.generate().private_bytes_raw())
    office.act("publish", str(office.csv), "--offline", str(wrong), code=78)
    assert office.told.version == stands.version + 1
    assert not (office.folder.folder / "draft.db").exists()


def test_versions_are_listed_and_old_ones_go(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers only rise, also over what was withdrawn."""
    office.write(119)
    office.act("publish", str(office.csv), "--days", "3")
    assert office.told.until - office.told.created == 3 * DAY
    for cents in range(KEPT + 1):
        office.publish(200 + cents)
    newest = office.told.version
    office.act("withdraw")
    office.publish(300)
    assert office.told.version == newest + 1
    capsys.readouterr()
    office.act("list")
    listed = json.loads(capsys.readouterr().out)["catalogues"]
    assert [each["version"] for each in listed] == list(range(newest + 1, newest + 1 - KEPT, -1))
    assert [each["standing"] for each in listed[:3]] == ["offered", "withdrawn", "replaced"]
    files = {path.stem for path in office.folder.folder.glob("*.db")}
    assert files == {each["sha256"] for each in listed}


def test_a_published_file_is_what_the_importer_makes(office: Office) -> None:
    """The same columns, the same judgement."""
    office.write(119, 3)
    office.act("publish", str(office.csv))
    catalogue = Catalogue(office.file())
    assert (catalogue.size, catalogue.find(Gtin(1))) == (3, None)
    assert costs(catalogue) == 119


def test_nothing_published_is_said_so(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to list, to go back to or to withdraw; and help has examples."""
    assert main(["--at", str(office.service), "catalogue", "list"]) == 0
    assert "Nothing was published yet" in capsys.readouterr().out
    office.act("rollback", code=65)
    office.act("withdraw", code=65)
    for words in (["catalogue"], ["catalogue", "publish"]):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--help"])
        assert ended.value.code == 0
        assert "catalogue rollback --to 17" in capsys.readouterr().out


def test_going_back_twice_goes_back_two_steps(office: Office) -> None:
    """And not to and fro between the last two; what was withdrawn is not offered again."""
    for cents in (101, 102, 103, 104):
        office.publish(cents)
        if cents == 102:
            office.act("withdraw")
        if cents == 101:
            first = office.told.sha256
        if cents == 103:
            third = office.told.sha256
    office.act("rollback")
    assert office.told.sha256 == third
    office.act("rollback")
    assert office.told.sha256 == first
    office.act("rollback", code=65)


def test_acts_are_in_the_audit(office: Office) -> None:
    """Each of them, and the chain stands."""
    office.write(119)
    office.act("publish", str(office.csv))
    office.act("withdraw")
    db = apsw.Connection(str(office.service / "store.db"), apsw.SQLITE_OPEN_READONLY)
    [(count,)] = db.execute("SELECT count(*) FROM audit").fetchall()
    db.close()
    assert count == 2
    assert main(["--at", str(office.service), "audit", "verify"]) == 0
