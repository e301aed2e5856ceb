"""The verb: what is said of an import, and to whom."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.catalog import Catalogue
from kiosk.importing import EVERY_SECONDS, _Progress

HEAD = "EAN,name,VK,Lager\n"
GOOD = "4012345000016,Milch &amp; mehr,1.19,5\n"


def run(folder: Path, text: str, *words: str) -> int:
    source = folder / "articles.csv"
    source.write_text(text, encoding="utf-8")
    plan = ["--map", "gtin=EAN,price=VK", "--default", "vat=7", "age=16", "--ignore", "lager"]
    target = folder / "catalogue.db"
    return main(["import-catalogue", str(source), "--to", str(target), *plan, *words])


def test_an_office_file_is_imported_by_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was put right is said, and what was left out, and how many of what."""
    text = HEAD + GOOD + "4012345000017,x,1,1\n4012345000023,x,0,1\n" + GOOD
    assert run(tmp_path, text) == 0
    said = capsys.readouterr().out
    assert 'articles.csv:2: kept: name "Milch &amp; mehr" is read as "Milch & mehr"' in said
    assert "articles.csv:3: gtin" in said
    assert "articles.csv:4: price is 0" in said
    assert "articles.csv:5: GTIN 4012345000016 appeared before" in said
    for fault in ("entities", "check_digit", "zero", "duplicate"):
        assert f"1  {fault}\n" in said
    catalogue = Catalogue(tmp_path / "catalogue.db")
    [milk] = catalogue.all()
    catalogue.close()
    assert (milk.name, milk.price.minor, milk.vat, milk.age) == ("Milch & mehr", 119, 700, 16)


def test_a_report_names_every_doubtful_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where there are more than are held in memory; those are counted on the screen."""
    monkeypatch.setattr("kiosk.catalogue_import.MAX_FINDINGS", 5)
    report = tmp_path / "report.json"
    text = HEAD + GOOD + "4012345000023,x,-1,1\n" * 20
    assert run(tmp_path, text, "--report", str(report)) == 0
    told = json.loads(report.read_text())
    assert [each["line"] for each in told["findings"]] == list(range(2, 23))
    assert {each["fault"] for each in told["findings"]} == {"entities", "negative"}
    assert (told["articles"], told["left_out"]) == (1, 20)
    assert told["counts"] == {"negative": 20, "entities": 1}
    assert "15 more; --report FILE has them all" in capsys.readouterr().out


def test_a_file_does_not_play_with_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it holds is shown without its control characters."""
    assert run(tmp_path, HEAD + GOOD + "\x1b[2J,x,1,1\n4012345000023,&lt;\x07,1,1\n") == 0
    said = capsys.readouterr().out
    assert 'gtin "?[2J" has not 8' in said
    assert "\x1b" not in said
    assert "\x07" not in said


def test_a_report_of_a_useless_file_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is whole JSON all the same."""
    report = tmp_path / "report.json"
    assert run(tmp_path, "nothing\n", "--report", str(report)) == 65
    assert "lacks the column" in json.loads(report.read_text())["error"]
    assert "lacks the column" in capsys.readouterr().err


def test_what_cannot_be_done_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan that cannot be, and reports that would overwrite what is read or written."""
    for words in (
        ["--map", "preis=VK"],
        ["--plan", str(tmp_path / "none.toml")],
        ["--report", str(tmp_path / "articles.csv")],
        ["--report", str(tmp_path / "catalogue.db")],
        ["--report", str(tmp_path / "none" / "report.json")],
    ):
        assert run(tmp_path, HEAD + GOOD, *words) == 65
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert (tmp_path / "articles.csv").read_text() == HEAD + GOOD


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_told_now_and_then() -> None:
    """In one line before eyes, in lines where nobody watches, and not at all where it is short."""
    now = [0.0]
    watched, alone = _Terminal(), io.StringIO()
    for out in (watched, alone):
        now[0] = 0.0
        progress = _Progress(lambda: now[0], out)
        for _ in range(11):
            now[0] += EVERY_SECONDS / 10
            progress(round(now[0] * 20_000))
        progress.end()
    assert watched.getvalue().startswith("\r10,000 rows, 20,000 a second\r20,000 rows")
    assert watched.getvalue().endswith("\n")
    assert alone.getvalue() == "kiosk: 100,000 rows, 20,000 a second\n"
    quiet = io.StringIO()
    _Progress(lambda: 0.0, quiet).end()
    assert quiet.getvalue() == ""


def test_an_import_that_nobody_sells_from_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a catalogue of the service was taken, the imported one is the way back only."""
    assert run(tmp_path, HEAD + GOOD) == 0
    assert "catalogue status" not in capsys.readouterr().err
    (tmp_path / "catalogue.db.fetched").mkdir()
    (tmp_path / "catalogue.db.fetched" / "standing.json").write_text("{}")
    assert run(tmp_path, HEAD + GOOD) == 0
    assert "./run kiosk catalogue status" in capsys.readouterr().err
