"""CSV to a snapshot: bad rows are named with line and reason, and the old file stays to the end."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiosk.catalogue_import
from kiosk.articles.plan import plan_of
from kiosk.articles.rows import Fault
from kiosk.basket import Article, Measure, Sold, Unit
from kiosk.catalog import Catalogue
from kiosk.catalogue_import import Finding, Report, import_catalogue
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEAD = "gtin,name,price,vat"
MILK = "4012345000016,Bio-Vollmilch,1.19,7"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "products_de.csv"
"""Real names beside the project, where there are any: never part of it."""


class Bench:
    """Imports texts into one snapshot."""

    def __init__(self, folder: Path) -> None:
        self.source, self.target = folder / "articles.csv", folder / "made" / "catalogue.db"

    def run(self, text: str | bytes) -> Report:
        self.source.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_catalogue(self.source, self.target, NOW)

    def articles(self) -> list[Article]:
        catalogue = Catalogue(self.target)
        try:
            found = catalogue.all()
            assert catalogue.size == len(found)
            assert all(catalogue.find(each.gtin) == each for each in found)
            assert catalogue.find(Gtin(1)) is None
            return found
        finally:
            catalogue.close()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_good_file_is_imported_whole(bench: Bench) -> None:
    """All columns, both units, any order of columns and any case of their names."""
    report = bench.run(
        "Name,GTIN,VAT,Price,Unit,Deposit,Age,Currency\r\n"
        "Wasser,4012345000023,19 %,0.89,piece,0.25,,EUR\r\n"
        "Äpfel,2812345000007,7%,2.99,KG,,,\r\n"
        'Wein ""alt"", rot,96385074,19,6,,,18,\r\n'.replace(
            'Wein ""alt"", rot', '"Wein ""alt"", rot"'
        )
        + "Mehl,036000291452,7,0.5,,,0,\r\n"
    )
    assert report == Report(4, ())
    assert bench.articles() == [
        Article(Gtin(96385074), 'Wein "alt", rot', Money(600), 1900, age=18),
        Article(Gtin(36000291452), "Mehl", Money(50), 700),
        Article(Gtin(2812345000007), "Äpfel", Money(299), 700, Unit.KILOGRAM),
        Article(Gtin(4012345000023), "Wasser", Money(89), 1900, deposit=Money(25)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{MILK}\n",
        "gtin;name;price;vat\n4012345000016;Bio-Vollmilch;1,19;7\n",
        f"\ufeff{HEAD}\r\n{MILK}\r\n",
        f"{HEAD}\n{MILK}",
        f"{HEAD}\n\n{MILK}\n\n",
        f"{HEAD}\n4012345000016,  Bio-Vollmilch\u200b ,1.19,7\n".replace("\u200b", "\t"),
    ],
    ids=["comma", "semicolon", "byte-order-mark", "no-last-newline", "empty-lines", "blanks"],
)
def test_files_as_offices_save_them(bench: Bench, text: str) -> None:
    """The same article from each."""
    assert bench.run(text) == Report(1, ())
    assert bench.articles() == [Article(Gtin(4012345000016), "Bio-Vollmilch", Money(119), 700)]


BAD = {
    "400638133393,x,1,7": 'gtin "400638133393" has check digit',
    "4006381333932,x,1,7": 'gtin "4006381333932" has check digit 2, not 1',
    "4006381,x,1,7": "has not 8, 12, 13 or 14 digits",
    ",x,1,7": "has not 8, 12, 13 or 14 digits",
    "４００６３８１３３３９３１,x,1,7": "has not 8, 12, 13 or 14 digits",
    "4006381333931,,1,7": "name is missing",
    "4006381333931, \x07 ,1,7": "name is missing",
    f"4006381333931,{'x' * 201},1,7": "name is longer than 200 characters",
    "4006381333931,x,,7": 'price "" is no amount like 1.99',
    "4006381333931,x,-1,7": 'price "-1" is no amount',
    "4006381333931,x,1.999,7": 'price "1.999" is no amount',
    "4006381333931,x,1e3,7": 'price "1e3" is no amount',
    "4006381333931,x,nan,7": 'price "nan" is no amount',
    "4006381333931,x,0.00,7": "price is 0",
    "4006381333931,x,10000.01,7": "price 10000.01 is above 10000",
    "4006381333931,x,1,8": 'vat "8" is not one of 19, 7, 0',
    "4006381333931,x,1,": 'vat "" is not one of',
    "4006381333931,x,1": 'vat "" is not one of',
    "4006381333931,x,1,7,litre": 'unit "litre" is neither piece nor kg',
    "4006381333931,x,1,7,kg": "sold by kg is not of the form 28nnnnn00000c",
    "4006381333931,x,1,7,,x": 'deposit "x" is no amount',
    "4006381333931,x,1,7,,,17": 'age "17" is not one of 0, 12, 16, 18',
    "4006381333931,x,1,7,,,²": 'age "²" is not one of',
    "4006381333931,x,1,7,,,,CHF": 'currency "CHF" is not EUR',
    "4006381333931,x,1,7,,,,,more": "more fields than the first line has columns",
}


@pytest.mark.parametrize(("row", "reason"), BAD.items(), ids=lambda each: each[:40])
def test_a_bad_row_is_left_out_and_named(bench: Bench, row: str, reason: str) -> None:
    """Line and reason; the good rows around it are sold."""
    text = f"{HEAD},unit,deposit,age,currency\n{MILK}\n{row}\n4012345000023,Wasser,1,19\n"
    report = bench.run(text)
    assert [finding.line for finding in report.findings] == [3]
    assert reason in report.findings[0].reason
    assert [article.gtin for article in bench.articles()] == [4012345000016, 4012345000023]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('4006381333931,"Stift,1,7', "a quotation mark is not closed on its line"),
        (f"4006381333931,{'x' * 200_000},1,7", "field larger than field limit"),
        ("4006381333931\0,x,1,7", "has not 8, 12, 13 or 14 digits"),
        ('4006381333931,"x"y,1,7', "expected after"),
    ],
    ids=["open-quote", "endless-field", "nul", "after-quote"],
)
def test_a_broken_row_costs_itself_only(bench: Bench, row: str, reason: str) -> None:
    """What a CSV reader stumbles over is named; a later quotation mark joins no rows."""
    report = bench.run(f'{HEAD}\n{MILK}\n{row}\n4012345000023,"Wasser",1,19\n{row}\n')
    assert [finding.line for finding in report.findings] == [3, 5]
    assert all(reason in finding.reason for finding in report.findings)
    assert [article.gtin for article in bench.articles()] == [4012345000016, 4012345000023]


def test_the_source_is_never_written_over(bench: Bench) -> None:
    """Neither by its name, nor through a link, nor as the file beside the target."""
    bench.target.parent.mkdir()
    link = bench.target.with_name("link.db")
    link.hardlink_to(_written(bench.source))
    beside = _written(bench.target.with_name("catalogue.db.new"))
    for source, target in (
        (bench.source, bench.source.parent / "made" / ".." / bench.source.name),
        (bench.source, link),
        (beside, bench.target),
    ):
        with pytest.raises(ValueError, match="would be overwritten"):
            import_catalogue(source, target, NOW)
        assert source.read_text() == f"{HEAD}\n{MILK}\n"


def _written(path: Path) -> Path:
    path.write_text(f"{HEAD}\n{MILK}\n")
    return path


def test_a_gtin_twice_is_sold_as_it_came_first(bench: Bench) -> None:
    """Leading zeros carry no meaning."""
    report = bench.run(f"{HEAD}\n{MILK}\n4012345000016,Milch,9,7\n04012345000016,Milch,8,7\n")
    assert [(each.line, each.reason) for each in report.findings] == [
        (3, "GTIN 4012345000016 appeared before"),
        (4, "GTIN 04012345000016 appeared before"),
    ]
    assert bench.articles()[0].price == Money(119)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_a_mark_that_some_call_a_line_end_is_none(bench: Bench, mark: str) -> None:
    """Pasted names hold such; rows and their numbers stay what an editor shows."""
    report = bench.run(f"{HEAD}\n4012345000016,Bio{mark}Milch,1.19,7\n1,bad,1,7\n")
    assert [finding.line for finding in report.findings] == [3]
    assert [article.name for article in bench.articles()] == ["Bio Milch"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"gtin,name\xff,price,vat\n", "not UTF-8"),
        ("", "lacks the column gtin, name, price, vat"),
        ("gtin,name,preis,vat\n", "lacks the column price"),
        (f'"{HEAD}\n{MILK}\n', "line 1: unexpected end of data"),
        (f"{HEAD},ager\n{MILK},18\n", 'unknown column "ager"; known are gtin'),
        (f"{HEAD},\n{MILK},18\n", 'unknown column ""'),
        (f"{HEAD},age,Age \n{MILK},18,\n", "has the column age more than once"),
    ],
    ids=["latin-1", "empty", "no-price", "open-quote", "misspelt", "unnamed", "repeated"],
)
def test_what_is_no_such_csv_changes_nothing(bench: Bench, text: str | bytes, message: str) -> None:
    """One reason, and the old catalogue goes on selling."""
    bench.run(f"{HEAD}\n{MILK}\n")
    with pytest.raises(ValueError, match=message):
        bench.run(text)
    assert len(bench.articles()) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's own word."""
    with pytest.raises(ValueError, match="No such file"):
        import_catalogue(tmp_path / "nowhere.csv", tmp_path / "catalogue.db", NOW)


def test_a_place_that_cannot_be_written_is_named(bench: Bench) -> None:
    """One line, like everything else about the files; nothing half done stays beside it."""
    bench.target.mkdir(parents=True)
    with pytest.raises(ValueError, match="cannot be written"):
        bench.run(f"{HEAD}\n{MILK}\n")
    assert [path.name for path in bench.target.parent.iterdir()] == ["catalogue.db"]


def test_flags_limits_and_contents_are_kept(bench: Bench) -> None:
    """As the article is found later."""
    head = f"{HEAD},sold,limit,content,content_unit"
    report = bench.run(f"{head}\n{MILK},recall,3,1,l\n4012345000023,Wasser,1,19,no,,,\n")
    assert report == Report(2, ())
    milk, water = bench.articles()
    assert (milk.sold, milk.limit) == (Sold.RECALLED, 3)
    assert (milk.content, milk.measure, milk.unit_price) == (1000, Measure.MILLILITRE, milk.price)
    assert (water.sold, water.limit, water.unit_price) == (Sold.NOT_FOR_SALE, 0, None)


def test_very_many_findings_are_counted_and_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first ones are held."""
    monkeypatch.setattr(kiosk.catalogue_import, "MAX_FINDINGS", 3)
    monkeypatch.setattr(kiosk.catalogue_import, "STEP", 4)
    bench.source.write_text(f"{HEAD}\n{MILK}\n" + f"{MILK}\n" * 9)
    told: list[Finding] = []
    steps: list[int] = []
    report = import_catalogue(
        bench.source, bench.target, NOW, tell=told.append, progress=steps.append
    )
    assert (len(report.findings), len(told), report.left_out) == (3, 9, 9)
    assert report.counts == ((Fault.DUPLICATE, 9),)
    assert steps == [4, 8]


def test_a_file_of_bad_rows_only_writes_nothing(bench: Bench) -> None:
    """The shop does not lose its articles to a wrong export."""
    bench.run(f"{HEAD}\n{MILK}\n")
    assert bench.run(f"{HEAD}\n1,x,1,7\n").articles == 0
    assert len(bench.articles()) == 1


def test_a_new_snapshot_replaces_the_old_in_one_step(bench: Bench) -> None:
    """Who has the old one open keeps reading it."""
    bench.run(f"{HEAD}\n{MILK}\n")
    reader = Catalogue(bench.target)
    bench.run(f"{HEAD}\n4012345000023,Wasser,1,19\n")
    assert [each.name for each in reader.all()] == ["Bio-Vollmilch"]
    reader.close()
    assert [each.name for each in bench.articles()] == ["Wasser"]
    assert [path.name for path in bench.target.parent.iterdir()] == ["catalogue.db"]


@pytest.mark.parametrize("at", ["insert", "replace"])
def test_an_import_killed_half_way_leaves_the_old_catalogue(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """A real process dies in the middle; the next import is not disturbed by what it left."""
    bench.run(f"{HEAD}\n{MILK}\n")
    bench.source.write_text(f"{HEAD}\n" + "".join(f"{row}\n" for row in many(5000)))
    child = os.fork()
    if child == 0:
        try:
            _die(at)
            import_catalogue(bench.source, bench.target, NOW)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(bench.articles()) == 1
    assert import_catalogue(bench.source, bench.target, NOW).articles == 5000
    assert len(bench.articles()) == 5000


def _die(at: str) -> None:
    if at == "replace":
        Path.replace = lambda self, target: os._exit(9)  # type: ignore[method-assign]
        return
    connect = sqlite3.connect

    class Dying(sqlite3.Connection):
        def commit(self) -> None:
            os._exit(9)

    kiosk.catalogue_import.sqlite3.connect = lambda path: connect(path, factory=Dying)  # type: ignore[attr-defined]


def many(count: int) -> list[str]:
    keys = (f"40{number:010d}" for number in range(count))
    return [f"{key}{check_digit(key)},Artikel,1.00,19" for key in keys]


def _real_rows() -> list[tuple[str, str]]:
    """GTINs and names as people typed them; a handful of the same kinds where the file is absent."""
    if REAL.exists():
        with REAL.open(encoding="utf-8", newline="") as file:
            return [(row["gtin"], row["name"]) for row in csv.DictReader(file)]
    return [
        ("4001956217012", "Rein Rind"),
        ("4001956218811", 'Geflügel; "Salami" Light'),
        ("4001956230776", "Paprika&#8209;salami "),
        ("4001956236861", "Chorizo, falsche Prüfziffer"),
    ]


def test_a_file_of_numbers_and_names_is_imported_by_said_defaults(tmp_path: Path) -> None:
    """Every row is sold, kept with a note, or left out with a reason: none is lost in silence."""
    source, rows = REAL, _real_rows()
    if not REAL.exists():
        source = tmp_path / "real.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("gtin", "name"), *rows])
    with pytest.raises(ValueError, match="lacks the column price, vat"):
        import_catalogue(source, tmp_path / "catalogue.db", NOW)
    told: list[Finding] = []
    plan = plan_of(defaults=["price=1.00", "vat=7"])
    report = import_catalogue(source, tmp_path / "catalogue.db", NOW, plan, tell=told.append)
    assert report.articles + report.left_out == len(rows)
    assert sum(count for _, count in report.counts) == len(told)
    wrong = {n for n, (gtin, _) in enumerate(rows, 2) if gtin[-1] != check_digit(gtin[:-1])}
    assert {each.line for each in told if each.fault is Fault.CHECK_DIGIT} == wrong
    escaped = {n for n, (_, name) in enumerate(rows, 2) if "&quot;" in name or "&#" in name}
    assert escaped <= {each.line for each in told}
    catalogue = Catalogue(tmp_path / "catalogue.db")
    assert all("&quot;" not in each.name and "&#" not in each.name for each in catalogue.all())
    catalogue.close()


def test_names_as_people_typed_them(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    """Every valid GTIN is imported, every wrong check digit named with its line."""
    rows = _real_rows()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("gtin", "name", "price", "vat"))
    writer.writerows((gtin, name, "1.99", "7") for gtin, name in rows)
    report = bench.run(text.getvalue())
    right = {gtin for gtin, _ in rows if gtin[-1] == check_digit(gtin[:-1])}
    wrong = {gtin for gtin, _ in rows} - right
    nameless = {gtin for gtin, name in rows if not name.strip()}
    imported = {f"{article.gtin:013d}" for article in bench.articles()}
    named = {part for each in report.findings for part in each.reason.split('"') if part in wrong}
    assert imported == right - nameless
    assert named == wrong
    assert wrong
    with capfd.disabled():
        origin = "" if REAL.exists() else " (a sample: no file beside the project)"
        print(f"\n  import: {len(imported)} articles, {len(report.findings)} left out{origin}")
