"""Web addresses that carry a GTIN: read as GS1 says, and opened by nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.goods.links import LONGEST, is_link, link_elements

MILK = ("01", "04012345000016")
GOOD = {
    "https://id.gs1.org/01/04012345000016": [MILK],
    "HTTPS://Example.com/01/4012345000016": [MILK],
    "http://example.com:8080/some/shop/01/04012345000016/": [MILK],
    "https://example.com/01/96385074": [("01", "00000096385074")],
    "https://example.com/01/04012345000016/22/2A/10/ABC/21/12%2F34": [MILK],
    "https://example.com/01/04012345000016?3103=000742&15=261231": [
        MILK,
        ("3103", "000742"),
        ("15", "261231"),
    ],
    "https://example.com/01/04012345000016?utm=x;17=261231#top": [MILK, ("17", "261231")],
    "https://example.com/01/lesson/01/04012345000016": [MILK],
}


@pytest.mark.parametrize(("text", "elements"), GOOD.items(), ids=lambda each: str(each)[:50])
def test_a_link_is_its_element_strings(text: str, elements: list[tuple[str, str]]) -> None:
    """Whoever's host it is; what is no application identifier is not listened to."""
    assert is_link(text)
    assert link_elements(text) == elements


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/",
        "https://example.com/01/",
        "https://example.com/01/123",
        "https://example.com/01/04012345000016/99/x",
        "https://example.com/8003/04012345000016",
        "https://example.com/01/٠٤٠١٢٣٤٥٠٠٠٠١٦",
        "https://example.com/AQnYUc1gmiERBhQ",
        "https:///01/04012345000016",
        "https://example.com/?01=04012345000016",
        "https://example.com/01/04012345000016 ",
        "ftp://example.com/01/04012345000016",
        "https://example.com/" + "x" * LONGEST + "/01/04012345000016",
    ],
)
def test_another_address_says_nothing(text: str) -> None:
    """Compressed ones, other keys, and near misses."""
    assert link_elements(text) is None


@given(
    st.one_of(
        st.text(max_size=600),
        st.lists(st.sampled_from(["/01", "/04012345000016", "/10", "/a", "?", "&", "3103=1"])).map(
            lambda parts: "https://a" + "".join(parts)
        ),
    )
)
def test_any_text_gets_an_answer_soon(text: str) -> None:
    """No address makes the pattern stumble."""
    found = link_elements(text)
    assert found is None or found[0][0] == "01"
