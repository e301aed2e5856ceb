"""A receipt as a record: to our schema, there and back, and nothing else is taken."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.document import as_text
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from kiosk.basket import Article, Basket, Unit
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from kiosk.receipt import Receipt
from kiosk.receipt_record import NoReceipt, read, write
from kiosk.weighing import Weighed
from tests.kiosk.test_receipt import receipt
from tests.strategies import baskets

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "receipt-v1.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def through_json(made: Receipt) -> dict[str, Any]:
    """The record as somebody else reads it."""
    record: dict[str, Any] = json.loads(json.dumps(write(made)))
    return record


@settings(deadline=None)
@given(baskets())
def test_there_and_back(basket: Basket) -> None:
    """Every receipt comes back as it was, and its record is to the schema."""
    made = receipt(basket)
    record = through_json(made)
    VALIDATOR.validate(record)
    assert read(record) == made


def test_everything_optional_comes_back_too() -> None:
    """Evidence, copy, training, outage."""
    made = specimen(4, secured=True, copy=True)
    for each in (made, replace(made, training=True), replace(made, security=None, outage=True)):
        record = through_json(each)
        VALIDATOR.validate(record)
        assert read(record) == each


@pytest.mark.parametrize("weighed", [Weighed(747, 5, False), Weighed(742, 0, True)])
def test_goods_weighed_at_the_kiosk_tell_how(weighed: Weighed) -> None:
    """Gross, tare and whether it was legal for trade; on paper what a customer has to know."""
    apples = Article(Gtin(2800017000004), "Äpfel", Money(249), 700, Unit.KILOGRAM)
    made = receipt(Basket().add(LineId(1), apples, weighed.net, weighed=weighed))
    record = through_json(made)
    VALIDATOR.validate(record)
    assert read(record) == made
    assert record["data"]["lines"][0]["item"]["weighed"]["tare_grams"] == weighed.tare
    text = as_text(lay_out(made))
    assert ("Tara 5 g" in text) is bool(weighed.tare)
    assert ("nicht eichfähig" in text) is not weighed.legal


def test_a_label_of_the_counter_tells_nothing_of_a_scale() -> None:
    """Its record is as ever, and nothing is said of trade."""
    apples = Article(Gtin(2800017000004), "Äpfel", Money(249), 700, Unit.KILOGRAM)
    made = receipt(Basket().add(LineId(1), apples, 742))
    assert "weighed" not in through_json(made)["data"]["lines"][0]["item"]
    assert "eichfähig" not in as_text(lay_out(made))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something may be changed."""
    found = [path] if path else []
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    for key in keys:
        found += places(value[key], (*path, key))
    return found


RECORD = through_json(specimen(3, secured=True))
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({})
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(places(RECORD)), JUNK)
def test_a_changed_record_is_read_as_it_is_or_refused(path: tuple[Any, ...], junk: Any) -> None:
    """Never a receipt that says something else than the record."""
    record = copy.deepcopy(RECORD)
    inner = record
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    try:
        made = read(record)
    except NoReceipt:
        return
    assert through_json(made) == record


@given(st.recursive(JUNK, lambda inner: st.dictionaries(st.text(), inner), max_leaves=8))
def test_no_record_at_all(junk: Any) -> None:
    """Whatever it is, the answer is one error."""
    with pytest.raises(NoReceipt):
        read(junk if isinstance(junk, dict) else {"version": junk})


def test_a_record_is_in_a_language_of_paper() -> None:
    """Pages and files are made in those alone."""
    with pytest.raises(NoReceipt, match="no receipt is in fr"):
        read({**RECORD, "head": {**RECORD["head"], "language": "fr"}})


def test_a_record_may_not_hold_more() -> None:
    """What we do not know we do not keep: it could be a person."""
    with pytest.raises(NoReceipt, match="more than a receipt"):
        read(RECORD | {"member": "M-1"})
