"""The receipt as a page: whole, escaped, readable without eyes, and nothing comes from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.document import Doc, Picture, Role, Section, Text
from drivers.printer.html import CSS, CSS_HASH, PAGE_COLUMNS, as_html
from drivers.printer.layout import lay_out
from drivers.printer.specimen import SHOP, specimen
from kiosk.receipt import Receipt, Slip
from kiosk.words import PRINTED, Language

SNAPSHOTS = Path(__file__).parent / "snapshots"
VOID = {"meta", "hr", "img", "path"}


class Seen(HTMLParser):
    """Elements, attributes and texts; fails on what is not closed in its order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())

    def named(self, tag: str) -> list[dict[str, str]]:
        """Attributes of all elements of this name."""
        return [attributes for found, attributes in self.elements if found == tag]


def page(receipt: Receipt) -> str:
    """As the central service shows it."""
    return as_html(lay_out(receipt, PAGE_COLUMNS), receipt.language.value, f"Bon {receipt.number}")


@pytest.mark.parametrize("language", PRINTED)
def test_the_page_is_as_agreed(language: Language) -> None:
    """Kept in the repository and looked at in a browser when it changes."""
    snapshot = SNAPSHOTS / f"receipt-{language.value}.html"
    assert page(specimen(5, language=language, secured=True)) == snapshot.read_text("utf-8")


def test_a_reader_without_eyes_finds_its_way() -> None:
    """A language, one main heading, a heading a section, headers of rows and columns, a named code."""
    seen = Seen(page(specimen(5, secured=True, copy=True)))
    assert seen.named("html") == [{"lang": "de"}]
    assert len(seen.named("h1")) == 1
    assert (
        len(seen.named("h2")) == len(seen.named("section")) - 1
    )  # the copy mark speaks for itself
    assert all(each["scope"] in ("row", "col") for each in seen.named("th"))
    (code,) = seen.named("svg")
    assert code["role"] == "img"
    assert code["aria-label"] == "Prüfcode für das Finanzamt"
    assert "KOPIE" in " ".join(seen.texts)


def test_everything_on_paper_is_on_the_page() -> None:
    """Names, prices, weights, tax, card, times, and what the code holds."""
    receipt = specimen(5, secured=True)
    told = " ".join(Seen(page(receipt)).texts)
    for wanted in (
        "0,744 kg",
        "7,94 €",
        "************1234",
        "Kundenbeleg",
        "16:03:09",
        "V0;K1;",
        "4711",
    ):
        assert wanted in told


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """No address outside, no script; the one style sheet is the one whose hash is told."""
    seen = Seen(page(specimen(5, secured=True)))
    assert {tag for tag, _ in seen.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "p"),
        *("strong", "table", "thead", "tbody", "tr", "th", "td", "pre", "figure", "svg", "path"),
        *("details", "summary"),
    }
    assert all("src" not in each and "href" not in each for _, each in seen.elements)
    (css,) = re.findall(r"<style>(.*?)</style>", page(specimen(1)), re.DOTALL)
    assert css == CSS
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert f"sha256-{digest}" == CSS_HASH
    assert "url(" not in css


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_no_name_becomes_an_element(name: str) -> None:
    """Whatever the shop or the goods are called."""
    for evil in (name, f"<script>{name}</script>", f'"><img src=x onerror={name}>'):
        receipt = specimen(1)
        item = replace(receipt.items[0], name=evil)
        made = replace(receipt, items=(item,), shop=replace(SHOP, name=evil, footer=(evil,)))
        seen = Seen(page(made))
        assert not seen.named("script")
        assert not seen.named("img")


def test_a_slip_stays_in_one_piece() -> None:
    """Wide and centred lines too: the terminal's own characters, blanks and all."""
    lines = ("Händlername", "  Beleg  1", "TOTAL   5,00", "Zahlung erfolgt")
    styles = ("centre", "", "wide", "centre tall")
    receipt = replace(specimen(1), slips=(Slip("customer", lines, styles),))
    (slip,) = re.findall(r"<pre>(.*?)</pre>", page(receipt), re.DOTALL)
    assert slip.splitlines() == ["  Händlername", "  Beleg  1", "TOTAL   5,00", "Zahlung erfolgt"]


def test_a_logo_is_part_of_the_page() -> None:
    """With words for who does not see it; a section without content says nothing."""
    logo = Picture(8, b"\xff\x00", 'the "shop"')
    doc = Doc(PAGE_COLUMNS, (logo, Section(Role.SHOP, "Laden"), Text("x")))
    seen = Seen(as_html(doc, "de", "Bon"))
    (image,) = seen.named("img")
    assert image["alt"] == 'the "shop"'
    assert image["src"].startswith("data:image/png;base64,")


def test_who_shows_the_page_may_end_it_with_something_of_its_own() -> None:
    """As it is: it is HTML already. It stands inside of the page's main part."""
    doc = lay_out(specimen(1), PAGE_COLUMNS)
    plain, ended = as_html(doc, "de", "Bon"), as_html(doc, "de", "Bon", below="<p>x &amp; y</p>\n")
    assert ended.replace("<p>x &amp; y</p>\n", "") == plain
    assert "</section>\n<p>x &amp; y</p>\n</main>" in ended
