"""The verbs `export` and `sale`: what an office gets, from a kiosk that stands still or runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kiosk.__main__ import main
from kiosk.assembly import Checkout
from kiosk.basket import Article
from kiosk.books.reading import Books
from kiosk.books.sheets import COLUMNS
from kiosk.checkout.events import SlipReceived
from kiosk.checkout.floor import Act, Reason
from kiosk.checkout.floor_events import ParkPressed, PromotionsLoaded
from kiosk.checkout.member_events import CustomerFound, CustomerShown, LinkSealed
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import Paid, Sold, State
from kiosk.ids import Gtin, Handle
from kiosk.journal import Journal
from kiosk.money import Money
from kiosk.offers.promotions import AmountOff, Name, Promotion, Promotions
from kiosk.pricing import vat_table
from kiosk.receipt import Slip
from kiosk.snapshot import snapshot_of, write
from tests.kiosk.test_assembly import configured
from tests.life import Life
from tests.story import MILK, WATER, WINE

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "export-v1.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EVIL = Article(Gtin(4012345000054), '=1+2;"x"\n@y', Money(99), 1900)
OFFERS = Promotions(
    (Promotion("water", (Name("de", "-10 Cent"),), AmountOff(Money(10)), (WATER.gtin,)),)
)
DAY = ("--from", "2026-11-21", "--to", "2026-11-21")


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    configured(tmp_path)
    made = Life(tmp_path / "journal.db")
    yield made
    made.close()


def busy(life: Life) -> None:
    """A day with one of each: 1 sold, 2 after a decline and a doubt, 3 taken back, one parked."""
    life.feed(PromotionsLoaded(OFFERS))
    life.buy(MILK, WATER, EVIL)
    life.scan(WINE).act(Act.RELEASE_AGE).pay().decline().pay().silence().staff_say(paid=True)
    life.print()
    life.buy(MILK)
    life.feed(CorrectionAsked(MoneyKind.REVERSAL, Money(119), life.trace, "7"))
    life.approve()
    life.scan(WATER, MILK)
    life.act(Act.VOID_LINE, Reason.MISTAKE, life.shopping.sale.basket.lines[0].id)
    life.feed(ParkPressed())
    life.close()


def kiosk_run(folder: Path, *words: str) -> int:
    return main([*words, "--config", str(folder / "kiosk.toml")])


def exported(folder: Path, *days: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert kiosk_run(folder, "export", *(days or DAY), "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(found)
    return found


def sheet(folder: Path, name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_an_export_agrees_with_journal_and_receipts(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the cent: lines, taxes, tenders, totals, and what the machine itself held."""
    sold: dict[int, Sold] = {}
    feed = life.feed

    def noting(*events: Any) -> Any:
        step = feed(*events)
        if isinstance(life.state.phase, Paid):
            sold[life.state.phase.sold.number] = life.state.phase.sold
        return step

    life.feed = noting  # type: ignore[method-assign]
    busy(life)
    told = exported(life.path.parent, capsys=capsys)
    found = {each["number"]: each for each in told["entries"] if each.get("number")}
    assert found.keys() == sold.keys() == {1, 2, 3}
    rates: dict[str, Decimal] = {}
    for number, sale in found.items():
        paid = Decimal(sold[number].payment.amount.minor) / 100
        priced = sold[number].sale.priced
        rows = priced.vat if priced else vat_table(sold[number].sale.basket)
        assert [(tax["gross"], tax["net"], tax["tax"]) for tax in sale["taxes"]] == [
            (row.gross.decimal, row.net.decimal, row.tax.decimal) for row in rows
        ]
        for name, part in (("items", "amount"), ("taxes", "gross"), ("tenders", "amount")):
            assert sum(Decimal(row[part]) for row in sale[name]) == paid == Decimal(sale["total"])
        for tax in sale["taxes"]:
            rates[tax["vat"]] = rates.get(tax["vat"], Decimal(0)) + Decimal(tax["gross"])
    totals = told["totals"]
    whole = sum(Decimal(sale["total"]) for sale in found.values())
    assert Decimal(totals["gross"]) == Decimal(totals["tenders"]) == whole == sum(rates.values())
    parts = ("goods", "deposits", "discounts", "returns")
    assert sum(Decimal(totals[part]) for part in parts) == whole
    assert {tax["vat"]: Decimal(tax["gross"]) for tax in totals["taxes"]} == rates
    assert (totals["reversals"], totals["baskets"]["parked"]) == ("1.19", 1)
    assert (totals["first_number"], totals["last_number"]) == (1, 3)


@pytest.mark.parametrize("comma", [False, True])
def test_csv_holds_what_json_does(
    life: Life, comma: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every row of every list, in files that an office opens; formulas are texts."""
    busy(life)
    folder = life.path.parent
    told = exported(folder, capsys=capsys)
    out = folder / "out"
    words = ["--format", "csv", "--out", str(out), *(["--decimal-comma"] if comma else [])]
    assert kiosk_run(folder, "export", *DAY, *words) == 0
    assert sorted(path.stem for path in out.iterdir()) == sorted(COLUMNS)
    sheets = {name: sheet(out, name, ";" if comma else ",") for name in COLUMNS}
    sales = [each for each in told["entries"] if each["record"] == "sale"]
    for name in ("items", "taxes", "tenders", "payments", "voids"):
        assert len(sheets[name]) == sum(len(sale[name]) for sale in sales), name
    acts = [each for each in told["entries"] if each["record"] == "act"]
    assert len(sheets["acts"]) == len(acts) + sum(len(sale["acts"]) for sale in sales)
    assert [row["number"] for row in sheets["sales"]] == ["1", "2", "3", ""]
    evil = [row["text"] for row in sheets["items"] if row["gtin"] == str(EVIL.gtin)]
    assert evil == ["'" + EVIL.name]
    [discount] = [row for row in sheets["items"] if row["kind"] == "discount"]
    amount = "-0,10" if comma else "-0.10"  # a number is no text: it gets no apostrophe
    assert (discount["text"], discount["amount"]) == ("'-10 Cent", amount)
    gross = next(row["value"] for row in sheets["totals"] if row["name"] == "gross")
    assert gross.replace(",", ".") == told["totals"]["gross"]
    assert sheets["corrections"][0]["outcome"] == "paid"


@pytest.mark.parametrize(
    ("paid", "day"),
    [
        ("2026-11-20T22:59:50+00:00", "2026-11-20"),  # a minute to the shop's midnight
        ("2026-11-20T23:00:00+00:00", "2026-11-21"),
        ("2026-03-29T00:59:50+00:00", "2026-03-29"),  # before 2 o'clock becomes 3
        ("2026-03-28T23:00:00+00:00", "2026-03-29"),
        ("2026-03-29T22:00:00+00:00", "2026-03-30"),
        ("2026-10-25T00:30:00+00:00", "2026-10-25"),  # half past two, the first time
        ("2026-10-25T01:30:00+00:00", "2026-10-25"),  # and the second
        ("2026-10-25T22:59:50+00:00", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "2026-10-26"),
    ],
)
def test_days_are_the_shops_own(
    tmp_path: Path, paid: str, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever day it is elsewhere, and however long it is; a sale over midnight is the next day's."""
    configured(tmp_path)
    life = Life(tmp_path / "journal.db", datetime.fromisoformat(paid))
    life.at = datetime.fromisoformat(paid).astimezone(UTC)
    life.buy(MILK)
    ended = next(
        record.event.at
        for record in life.journal.records()
        if "Closed" in type(record.event).__name__
    )
    life.close()
    told = exported(tmp_path, "--from", day, "--to", day, capsys=capsys)
    [sale] = told["entries"]
    assert datetime.fromisoformat(sale["at"]) == ended.replace(
        microsecond=ended.microsecond // 1000 * 1000
    )
    assert sale["at"].startswith(day)
    for other in ("2026-01-01", "2027-01-01"):
        assert exported(tmp_path, "--from", other, "--to", other, capsys=capsys)["entries"] == []


def test_nothing_of_a_customer_is_in_it(life: Life, capsys: pytest.CaptureFixture[str]) -> None:
    """No handle, no price group, no card number, also where the journal's records have them."""
    handle = Handle("feedfacecafebeef")
    life.scan(MILK)
    life.feed(CustomerShown(handle), CustomerFound(handle, "goldgroup"), LinkSealed(handle))
    life.pay()
    life.feed(SlipReceived(life.payment, Slip("customer", ("Karte ****4711", "Dank"))))
    life.approve().print()
    life.close()
    folder = life.path.parent
    kept = life.path.read_bytes()
    assert b"feedfacecafebeef" in kept
    assert b"4711" in kept
    assert kiosk_run(folder, "export", *DAY, "--format", "json") == 0
    assert kiosk_run(folder, "sale", "1", "--json") == 0
    assert kiosk_run(folder, "sale", "1") == 0
    assert kiosk_run(folder, "export", *DAY, "--format", "csv", "--out", str(folder / "o")) == 0
    said = capsys.readouterr().out
    said += "".join(path.read_text() for path in (folder / "o").iterdir())
    assert "Bio-Vollmilch" in said
    for needle in (handle, "goldgroup", "4711"):
        assert needle not in said


def test_one_sale_for_people(life: Life, capsys: pytest.CaptureFixture[str]) -> None:
    """By its receipt's number: lines, acts, every attempt with the terminal's words, the receipt."""
    busy(life)
    folder = life.path.parent
    assert kiosk_run(folder, "sale", "2") == 0
    said = capsys.readouterr().out
    for part in (
        "receipt 2   6.99 EUR", "Riesling", "release_age (checked)  by 7", "declined, as terminal",
        "05 Karte nicht gültig", "in doubt", "paid: slip 0012", "paid, as staff", "receipt: printed",
        "2026-11-21 13:00:",
    ):  # fmt: skip
        assert part in said, part
    assert kiosk_run(folder, "sale", "1", "--json") == 0
    sale = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": "#/$defs/sale"}]} | {
        "type": "object", "required": [], "properties": {}, "additionalProperties": True,
    }).validate(sale)  # fmt: skip
    assert sale["number"] == 1
    assert kiosk_run(folder, "sale", "1") == 0
    assert '"x"?@y' in capsys.readouterr().out  # a name moves no cursor


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["export", "--from", "21.11.2026", "--to", "2026-11-21"], 64, "no day like 2026-11-22"),
        (["export", "--from", "2026-02-30", "--to", "2026-11-21"], 64, '"2026-02-30" is no day'),
        (["export", "--from", "2026-11-22", "--to", "2026-11-21"], 64, "is after --to 2026-11-21"),
        (["export", *DAY, "--decimal-comma"], 64, "--decimal-comma is for CSV"),
        (["export", *DAY, "--out", "{folder}"], 64, "exists; choose another --out"),
        (["export", *DAY, "--out", "{folder}/no/where"], 73, "No such file or directory"),
        (["sale", "0"], 65, "kiosk K1 has no receipt 0"),
        (["sale", "99999999999999999999999"], 65, "has no receipt"),
        (["sale", "-1"], 64, '"-1" is no receipt number'),
        (["sale", "one"], 64, '"one" is no receipt number'),
        (["sale", "²"], 64, '"²" is no receipt number'),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    life: Life, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is left behind."""
    life.close()
    folder = life.path.parent
    before = sorted(folder.iterdir())
    words = [word.format(folder=folder) for word in words]
    form = ["--format", "json"] if words[0] == "export" else []
    assert kiosk_run(folder, *words, *form) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_csv_wants_a_folder(life: Life, capsys: pytest.CaptureFixture[str]) -> None:
    """It is several files."""
    assert kiosk_run(life.path.parent, "export", *DAY, "--format", "csv") == 64
    assert "--out FOLDER is wanted" in capsys.readouterr().err


def test_a_journal_that_is_not_there_or_is_held_is_told(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held by something that does not answer, and gone."""
    folder = life.path.parent
    assert kiosk_run(folder, "export", *DAY, "--format", "json") == 70
    assert "another process has it open" in capsys.readouterr().err
    life.close()
    life.path.unlink()
    assert kiosk_run(folder, "sale", "1") == 78
    assert "journal.db does not exist" in capsys.readouterr().err


def test_an_altered_journal_is_no_export(life: Life, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of it is written to nowhere, and says that it is none."""
    life.buy(MILK)
    life.journal._db.execute("UPDATE record SET event=replace(event, '119', '118') WHERE seq > 4")
    life.close()
    folder = life.path.parent
    assert kiosk_run(folder, "export", *DAY, "--format", "json", "--out", str(folder / "x")) == 70
    assert "was altered or is missing" in capsys.readouterr().err
    assert not list(folder.glob("x*"))
    assert kiosk_run(folder, "export", *DAY, "--format", "json") == 70
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(capsys.readouterr().out)


def test_a_running_kiosk_tells_its_own_books(
    life: Life, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some records at a time, while it holds its journal; afterwards the closed one tells the same."""
    busy(life)
    folder = life.path.parent
    still = exported(folder, capsys=capsys)
    monkeypatch.setattr("kiosk.answering.ROWS_AT_ONCE", 3)
    checkout = Checkout(configured(folder))
    checkout.start(lambda screen: None)
    try:
        while_running = exported(folder, capsys=capsys)
        assert kiosk_run(folder, "sale", "3") == 0
        assert "receipt 3" in capsys.readouterr().out
    finally:
        checkout.stop()
    assert while_running == still == exported(folder, capsys=capsys)
    assert not (folder / "journal.door").exists()


def test_memory_stays_flat_however_long_the_journal(tmp_path: Path) -> None:
    """What was told is let go: at most what is under way is held."""
    life = Life(tmp_path / "journal.db")
    for _ in range(30):
        life.buy(MILK)
    books = Books(State("K1", life.journal.epoch))
    held = []
    for record in life.journal.records():
        list(books.hear(record))
        held.append(len(books._sales))
    life.close()
    assert max(held) == 1
    assert held[-1] == 0


def test_a_whole_journal_is_verified_from_its_first_record(
    life: Life, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a snapshot says: an early record that was altered is named."""
    life.buy(MILK)
    write(life.journal, snapshot_of(life.path), life.state)
    folder = life.path.parent
    life.close()
    assert kiosk_run(folder, "journal", "verify") == 0
    assert "10 records, 1 receipts: whole" in capsys.readouterr().out
    journal = Journal(life.path, "K1")
    journal._db.execute("UPDATE record SET event=replace(event, '119', '118') WHERE seq=5")
    journal.close()
    assert kiosk_run(folder, "journal", "verify") == 70
    assert "record 5 was altered or is missing" in capsys.readouterr().err
