"""Which column is which: said, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.articles.plan import Plan, plan_of

FILE = 'ignore = ["Lager"]\n[columns]\ngtin = "EAN"\nprice = "VK"\n[defaults]\nvat = "19"\n'


def test_words_and_a_file_make_one_plan(tmp_path: Path) -> None:
    """What is said by hand outranks the file; names of columns are of any case."""
    path = tmp_path / "plan.toml"
    path.write_text(FILE)
    plan = plan_of(["price=Preis,name= Text"], ["vat=7"], ["Farbe,Regal"], path)
    assert plan == Plan(
        {"gtin": "ean", "price": "preis", "name": "text"},
        {"vat": "7"},
        frozenset({"lager", "farbe", "regal"}),
    )
    assert [plan.ours(each) for each in ("EAN", " Text", "age", "Regal")] == [
        "gtin", "name", "age", None,
    ]  # fmt: skip


def test_a_column_is_never_guessed() -> None:
    """Unknown, or ours beside the one that is mapped to it."""
    plan = plan_of(["price=VK"])
    with pytest.raises(ValueError, match='unknown column "ager"'):
        plan.ours("Ager")
    with pytest.raises(ValueError, match='column price stands beside "vk"'):
        plan.ours("Price")


@pytest.mark.parametrize(
    ("mapped", "defaults", "reason"),
    [
        (["preis=VK"], [], 'no column "preis"'),
        ([], ["preis=1"], 'no column "preis"'),
        (["price"], [], '"price" is not of the form'),
        (["price="], [], "is not of the form"),
        (["price=VK"], ["price=1"], "has a default, too"),
        (["price=VK,deposit=vk"], [], "mapped to two of ours"),
    ],
)
def test_words_that_make_no_plan_are_told(
    mapped: list[str], defaults: list[str], reason: str
) -> None:
    """Before a row is read."""
    with pytest.raises(ValueError, match=reason):
        plan_of(mapped, defaults)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "plan.toml: "),
        ("rows = 5", "rows: unknown key"),
        ("columns = 5", "columns: a table of texts"),
        ("[defaults]\nvat = 7", "defaults: a table of texts"),
        ("ignore = 5", "ignore: a list of texts"),
    ],
)
def test_a_file_that_is_no_plan_is_told(tmp_path: Path, text: str, reason: str) -> None:
    """Named with what is wrong."""
    path = tmp_path / "plan.toml"
    with pytest.raises(ValueError, match="No such file"):
        plan_of(file=path)
    path.write_text(text)
    with pytest.raises(ValueError, match=reason):
        plan_of(file=path)
