"""A snapshot gives back what was put in, and tells what it cannot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.basket import Article, Measure, Sold
from kiosk.catalog import ArticleRow, Catalogue, CatalogueError, Writer
from kiosk.fingerprint import fingerprint
from kiosk.ids import Gtin
from kiosk.money import Money

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = 4012345000016
MILK: ArticleRow = (KEY, "Milch", 1000, 119, "EUR", 700, "piece", 25, 16, "recall", 3, "ml")
PLAIN: ArticleRow = (23, "Brot", 0, 119, "EUR", 700, "piece", 0, 0, "yes", 0, "g")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue of two articles."""
    made = tmp_path / "catalogue.db"
    with closing(sqlite3.connect(made)) as db:
        writer = Writer(db)
        assert writer.add(MILK)
        assert not writer.add((KEY, "Another", *PLAIN[2:]))
        writer.add_all([PLAIN])
        writer.finish(NOW)
        db.commit()
    return made


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
        db.commit()


def test_what_is_found_is_an_article_like_any_other(path: Path) -> None:
    """Equal to one made in the common way, of the same digest, and as little to be changed."""
    with closing(Catalogue(path)) as catalogue:
        found = catalogue.find(Gtin(KEY))
        assert catalogue.find(Gtin(1)) is None
        assert [each.gtin for each in catalogue.all()] == [23, KEY]
        assert catalogue.size == 2
    made = Article(
        Gtin(KEY), "Milch", Money(119), 700, deposit=Money(25), age=16,
        sold=Sold.RECALLED, limit=3, content=1000, measure=Measure.MILLILITRE,
    )  # fmt: skip
    assert type(found) is Article
    assert found == made
    assert hash(found) == hash(made)
    assert fingerprint(found) == fingerprint(made)
    with pytest.raises(FrozenInstanceError):
        found.age = 18  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["missing", "noise", "format", "empty"])
def test_what_is_no_catalogue_is_not_opened(path: Path, kind: str) -> None:
    """Said in one line that names the file; one of an earlier program is to be imported anew."""
    match kind:
        case "missing":
            path.unlink()
        case "noise":
            path.write_bytes(b"no database at all" * 500)
        case "format":
            change(path, "UPDATE head SET format=2")
        case _:
            change(path, "DELETE FROM head")
    wanted = r"catalogue\.db: .*import it anew" if kind == "format" else r"catalogue\.db"
    with pytest.raises(CatalogueError, match=wanted):
        Catalogue(path)


def test_an_article_without_its_terms_is_not_sold(path: Path) -> None:
    """A damaged snapshot is told, never guessed."""
    change(path, "DELETE FROM terms")
    with (
        closing(Catalogue(path)) as catalogue,
        pytest.raises(CatalogueError, match="terms 1"),
    ):
        catalogue.find(Gtin(KEY))
