"""In-store codes by patterns: what is inside, and which patterns cannot be."""

from __future__ import annotations

import pytest
from biip import ParseConfig, ParseError
from biip.checksums import gs1_price_weight_check_digit
from biip.gtin import Gtin as BiipGtin
from biip.rcn import Rcn, RcnRegion
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.events import CodeFault
from kiosk.goods.found import DepositSlip, Goods
from kiosk.goods.templates import GERMANY, Templates, inner_check, template
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.money import Money

CHECKED = ("22IIIIVPPPPPK", "25IIIIVNNNNNK", "28IIIIVWWWWWK")


def whole(digits: str) -> Gtin:
    return Gtin(int(digits + check_digit(digits)))


def read(digits: str, *patterns: str) -> object:
    return Templates(patterns or GERMANY).read(whole(digits))


@given(st.integers(0, 99_999), st.integers(0, 9_999))
def test_inner_check_digits_are_those_of_gs1(five: int, four: int) -> None:
    """Another implementation of the same tables agrees."""
    assert inner_check(f"{five:05d}") == str(gs1_price_weight_check_digit(f"{five:05d}"))
    assert inner_check(f"{four:04d}") == str(gs1_price_weight_check_digit(f"{four:04d}"))


@given(st.sampled_from(["22", "25", "28"]), st.text("0123456789", min_size=10, max_size=10))
def test_germanys_rules_are_read_as_another_program_reads_them(prefix: str, rest: str) -> None:
    """Weight, price and count; and an inner check digit is wrong for both or for none."""
    found = read(prefix + rest, *CHECKED)
    config = ParseConfig(rcn_region=RcnRegion.GERMANY)
    try:
        other = BiipGtin.parse(f"{whole(prefix + rest):013d}", config=config)
    except ParseError:
        assert found is CodeFault.MISLABELLED
        return
    assert isinstance(other, Rcn)
    value = int(rest[5:])
    if isinstance(found, Goods) and found.loose:
        assert (prefix, value) == ("28", 0)
        assert found.gtin == whole(prefix + rest)
    elif isinstance(found, Goods):
        assert found.gtin == int(other.without_variable_measure().value)
        measures = (other.weight, other.price, other.count)
        told = (found.grams, found.price and found.price.minor, found.count)
        assert [each is None for each in measures] == [each is None for each in told]
        assert value in told
    else:
        assert found is CodeFault.FOREIGN
        assert not value or prefix == "22" or (prefix == "25" and value > 99)


def test_the_weight_that_gs1_prints_as_an_example() -> None:
    """2811111068708 is 6.870 kg."""
    assert Templates(CHECKED).read(Gtin(2811111068708)) == Goods(whole("281111000000"), grams=6870)


def test_a_wrong_inner_check_digit_is_a_wrong_label() -> None:
    """The code was read well: scanning it again helps nobody."""
    assert read("281111206870", *CHECKED) is CodeFault.MISLABELLED


@pytest.mark.parametrize("digits", ["220001000000", "250001000000"])
def test_nothing_measured_is_nothing_sold(digits: str) -> None:
    """Price and count of 0."""
    assert read(digits) is CodeFault.FOREIGN


@pytest.mark.parametrize("patterns", [(), CHECKED])
def test_the_number_of_goods_by_weight_is_for_the_scale(patterns: tuple[str, ...]) -> None:
    """Nothing is weighed yet; it is the number they have in the catalogue."""
    assert read("280001000000", *patterns) == Goods(whole("280001000000"), loose=True)


def test_a_price_above_what_goods_cost_is_refused() -> None:
    """Only a longer pattern can hold it."""
    assert read("221000001000", "22IIIIPPPPPPK") == Goods(whole("221000000000"), price=Money(1000))
    assert read("221001000001", "22IIIPPPPPPPK") is CodeFault.FOREIGN


def test_other_numbers_are_articles() -> None:
    """A prefix without a pattern, a pattern without a measure, and a common GTIN."""
    assert read("401234500001") == Goods(whole("401234500001"))
    assert read("201234567890") == Goods(whole("201234567890"))
    assert read("201234567890", "20IIIIIIIIIIK") == Goods(whole("201234567890"))
    assert Templates().read(Gtin(96385074)) == Goods(Gtin(96385074))
    assert Templates().read(Gtin(12812345006785)) == Goods(Gtin(12812345006785))


def test_upc_a_with_prefix_2_is_02() -> None:
    """Twelve digits of the same kind."""
    pattern = "02IIIIVPPPPPK"
    digits = "021234" + inner_check("00599") + "00599"
    assert read(digits, pattern) == Goods(whole("021234000000"), price=Money(599))


def test_the_longest_prefix_is_not_guessed() -> None:
    """Two patterns under one prefix of two digits are told apart by the third."""
    patterns = ("280IIIIWWWWWK", "281IIIIPPPPPK")
    assert read("280123400500", *patterns) == Goods(whole("280123400000"), grams=500)
    assert read("281123400500", *patterns) == Goods(whole("281123400000"), price=Money(500))
    assert read("282123400500", *patterns) == Goods(whole("282123400500"))


def test_a_deposit_slip_is_of_its_own_kind() -> None:
    """Number and amount; worth nothing where none is configured, and never worth nothing."""
    table = Templates(slips=("980SSSSPPPPPK",))
    assert table.read(whole("980123400325")) == DepositSlip("1234", Money(325))
    assert table.read(whole("980123400000")) is CodeFault.FOREIGN
    assert Templates().read(whole("980123400325")) == Goods(whole("980123400325"))


WRONG = {
    "28IIIIIWWWWW": "13 places",
    "28IIIIIWWWWWKK": "13 places",
    "28IIIIIWWWWWX": "13 places",
    "28IIIIIwwwwwK": "13 places",
    "28" + "I" * 300: "13 places",
    "40IIIIIWWWWWK": "does not begin as such codes do",
    "98IIIIIWWWWWK": "does not begin as such codes do",
    "28IIIWWWWWIIK": "I in two places",
    "28WWWWWWWWWWK": "wants I",
    "28IIIIPPPWWWK": "at most one of P, W and N",
    "28SSSSSPPPPPK": "no S",
    "28IIVVPPPPPPK": "V that is no check digit",
    "28IIIIIIIVPPK": "V that is no check digit",
    "28IIIIIIIIIVK": "V that is no check digit",
}


@pytest.mark.parametrize(("pattern", "reason"), WRONG.items(), ids=lambda each: each[:20])
def test_a_pattern_that_cannot_be_is_told(pattern: str, reason: str) -> None:
    """Before the first code is read by it."""
    with pytest.raises(ValueError, match=reason):
        template(pattern, slip=False)


@pytest.mark.parametrize("pattern", ["98SSSSSSSSSSK", "98IIIIIPPPPPK", "98SSSVPPPPPPK"])
def test_a_slip_has_a_number_and_an_amount(pattern: str) -> None:
    """And nothing else."""
    with pytest.raises(ValueError, match="wants S and P"):
        template(pattern, slip=True)


def test_two_patterns_never_read_one_code() -> None:
    """Also a slip's and an article's."""
    with pytest.raises(ValueError, match="begin alike"):
        Templates(("28IIIIIWWWWWK", "280IIIIWWWWWK"))
    with pytest.raises(ValueError, match="begin alike"):
        Templates(("28IIIIIWWWWWK",), ("28SSSSSPPPPPK",))
