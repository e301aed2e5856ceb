"""The goods without a code: read strictly, and wrong ones named by their place."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.front import Tile
from kiosk.demo import ARTICLES, SHELF
from kiosk.goods.shelf import TILES_MOST, WrongShelf, read_shelf
from kiosk.ids import Gtin
from kiosk.offers.promotions import Name
from ui.images import ASSETS

APPLE = {"gtin": 2800017000004, "name": {"de": "Äpfel", "en": "Apples"}}


def document(*goods: Any, **more: Any) -> str:
    group = {"name": {"de": "Obst"}, "goods": list(goods)}
    return json.dumps({"format": 1, "groups": [group]} | more)


def test_a_shelf_is_read() -> None:
    """With everything that can stand in it, and with the least."""
    full = APPLE | {"months": [10, 9, 9], "picture": "apple", "number": 4101}
    shelf = read_shelf(document(full, {"gtin": 20000004, "name": {"de": "Brot"}}))
    names = (Name("de", "Äpfel"), Name("en", "Apples"))
    assert shelf.tiles[0] == Tile(Gtin(2800017000004), names, 0, (9, 10), "apple", 4101)
    assert shelf.tiles[0].name("en") == "Apples"
    assert shelf.tiles[1].name("en") == "Brot"
    assert shelf.groups == ((Name("de", "Obst"),),)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "no JSON"),
        ("[]", "no object"),
        (document(format=2), "format 1"),
        (document(more=1), "unknown field 'more'"),
        (document(APPLE, APPLE), "GTIN 2800017000004 stands there twice"),
        (document(APPLE | {"gtin": 2800017000005}), "goods 1: gtin"),
        (document(APPLE | {"gtin": "2800017000004"}), "goods 1: gtin"),
        (document(APPLE | {"gtin": True}), "goods 1: gtin"),
        (document(APPLE | {"name": {}}), "name is wanted"),
        (document(APPLE | {"name": {"de": " "}}), "'de' has 1 to"),
        (document(APPLE | {"name": {"de": "x" * 61}}), "'de' has 1 to"),
        (document(APPLE | {"months": [13]}), "months"),
        (document(APPLE | {"months": [True]}), "months"),
        (document(APPLE | {"number": -1}), "number is from"),
        (document(APPLE | {"number": 100_000}), "number is from"),
        (document(APPLE | {"picture": "../secret"}), "picture"),
        (document(APPLE | {"price": 1}), "unknown field 'price'"),
        (document(*[APPLE] * (TILES_MOST + 1)), "at most"),
        (
            document(APPLE | {"number": 7}, {"gtin": 20000004, "name": {"de": "B"}, "number": 7}),
            "number 7",
        ),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_what_is_wrong_is_named(wrong: str, said: str) -> None:
    """Nothing is guessed, and nothing that is not understood is passed over."""
    with pytest.raises(WrongShelf, match=said):
        read_shelf(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["gtin", "name", "goods", "months", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_document_is_read_or_refused(groups: Any, goods: Any) -> None:
    """With our own error and no other."""
    for text in (json.dumps({"format": 1, "groups": groups}), document(goods)):
        with contextlib.suppress(WrongShelf):
            read_shelf(text)


def test_the_demo_s_shelf_is_sold_and_drawn() -> None:
    """Each picture exists, and each article stands in the demo's catalogue."""
    shelf = read_shelf(SHELF.read_text("utf-8"))
    sold = {line.split(",")[0] for line in ARTICLES.read_text("utf-8").splitlines()}
    for each in shelf.tiles:
        assert str(each.gtin) in sold
        assert (ASSETS / "tiles" / f"{each.picture}.svg").is_file()
