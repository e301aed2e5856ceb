"""One record: sold on these terms, or left out for this reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.articles.plan import KNOWN
from kiosk.articles.rows import MAX_MINOR, BadRow, Fault, row_of
from kiosk.gtin import check_digit

GOOD = {"gtin": "4012345000016", "name": "Milch", "price": "1.19", "vat": "7"}


def fault(**more: str) -> Fault:
    with pytest.raises(BadRow) as caught:
        row_of(GOOD | more)
    return caught.value.fault


def test_what_is_not_said_is_as_usual() -> None:
    """A piece, for sale, without deposit, age, limit and content."""
    row, note = row_of(GOOD)
    assert row == (
        4012345000016, "Milch", 0, 119, "EUR", 700, "piece", 0, 0, "yes", 0, "g",
    )  # fmt: skip
    assert note == ""


@pytest.mark.parametrize(
    ("content", "unit", "kept"),
    [
        ("500", "g", (500, "g")),
        ("1,5", "KG", (1500, "g")),
        ("0.75", "l", (750, "ml")),
        ("330", "ml", (330, "ml")),
        ("20", "piece", (20, "piece")),
        ("", "", (0, "g")),
    ],
)
def test_content_is_kept_in_whole_units(content: str, unit: str, kept: tuple[int, str]) -> None:
    """Grams, millilitres or pieces."""
    row, _ = row_of(GOOD | {"content": content, "content_unit": unit})
    assert (row[2], row[-1]) == kept


@pytest.mark.parametrize(
    ("column", "text", "named"),
    [
        ("price", "0", Fault.ZERO),
        ("price", "-1.19", Fault.NEGATIVE),
        ("price", "\N{MINUS SIGN}1", Fault.NEGATIVE),
        ("price", "10000.01", Fault.TOO_HIGH),
        ("price", "99999999999999999999", Fault.TOO_HIGH),
        ("price", "9" * 31, Fault.AMOUNT),
        ("price", "1.999", Fault.AMOUNT),
        ("price", "\N{ARABIC-INDIC DIGIT ONE}", Fault.AMOUNT),
        ("deposit", "-0.25", Fault.NEGATIVE),
        ("gtin", "401234500001", Fault.CHECK_DIGIT),
        ("gtin", "00000000", Fault.GTIN),
        ("gtin", "x", Fault.GTIN),
        ("vat", "8", Fault.VAT),
        ("age", "17", Fault.AGE),
        ("age", "9" * 5000, Fault.AGE),
        ("sold", "maybe", Fault.SOLD),
        ("limit", "100", Fault.LIMIT),
        ("limit", "-1", Fault.LIMIT),
        ("content", "500", Fault.CONTENT),
        ("content_unit", "g", Fault.CONTENT),
        ("unit", "litre", Fault.UNIT),
        ("currency", "CHF", Fault.CURRENCY),
        ("name", " ", Fault.NAME),
    ],
)
def test_a_doubt_is_of_a_kind(column: str, text: str, named: Fault) -> None:
    """Counted in the report by these words."""
    assert fault(**{column: text}) is named


@pytest.mark.parametrize(
    ("content", "unit"), [("0", "g"), ("-5", "g"), ("0.0005", "l"), ("0.5", "g"), ("9999", "kg")]
)
def test_content_that_no_pack_has_is_left_out(content: str, unit: str) -> None:
    """A unit price is never made of it."""
    assert fault(content=content, content_unit=unit) is Fault.CONTENT


@pytest.mark.parametrize(
    ("gtin", "good"),
    [
        ("281234500000", True),
        ("221234000000", True),
        ("9401234500001", True),
        ("401234500001", False),
        ("281234500678", False),
        ("1401234500001", False),
    ],
)
def test_what_is_sold_by_weight_has_a_number_for_it(gtin: str, good: bool) -> None:
    """In-store with nothing measured, or a GTIN-14 of variable measure."""
    whole = gtin + check_digit(gtin)
    if good:
        assert row_of(GOOD | {"gtin": whole, "unit": "kg"})[0][0] == int(whole)
    else:
        assert fault(gtin=whole, unit="kg") is Fault.GTIN


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Paprika&#8209;salami", "Paprika\N{NON-BREAKING HYPHEN}salami"),
        ("&quot;Royal&quot;", '"Royal"'),
        ("Saft &amp;quot;neu&amp;quot;", 'Saft "neu"'),
        ("Glas &#40;660 G&#41", "Glas (660 G)"),
        ("H&M; Bon&bon", "H&M; Bon&bon"),
        ("Lust&mehr", "Lust&mehr"),
        ("&#0;Wasser&#7;", "\N{REPLACEMENT CHARACTER}Wasser"),
    ],
)
def test_entities_are_put_right_and_told(text: str, name: str) -> None:
    """An ampersand is not an entity."""
    row, note = row_of(GOOD | {"name": text})
    assert row[1] == name
    assert bool(note) is (text != name)


def test_a_name_escaped_without_end_is_left_out() -> None:
    """Three times is an accident."""
    assert fault(name="&amp;amp;amp;amp;amp;lt;") is Fault.NAME


@given(st.dictionaries(st.sampled_from(KNOWN), st.text(max_size=30)))
def test_any_record_is_a_row_or_a_reason(record: dict[str, str]) -> None:
    """Never another exception, never price 0."""
    try:
        row, _ = row_of(GOOD | record)
    except BadRow:
        return
    assert 0 < row[3] <= MAX_MINOR
    assert row[1]
