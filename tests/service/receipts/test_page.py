"""What is shown of a record: the page with its link and its time, in the receipt's language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from drivers.printer.html import CSS
from drivers.printer.specimen import specimen
from kiosk.receipt_record import NoReceipt
from kiosk.words import Language
from service.receipts.page import LATER, NOTHING_HERE, opened, receipt_page, receipt_pdf
from tests.receipt_stand import packed
from tests.service_stand import NOW

LINK = "A" * 22


def test_a_record_opens_to_the_receipt_it_was() -> None:
    receipt = specimen(5, secured=True)
    assert opened(packed(receipt)) == receipt
    for bad in (b"{}", b'{"version": 1}'):
        with pytest.raises(NoReceipt):
            opened(bad)
    with pytest.raises(ValueError, match="Expecting"):
        opened(b"")


@pytest.mark.parametrize(
    ("language", "title", "save", "until"),
    [
        (Language.DE, "Kassenbon 17", "Als PDF speichern", "18.11.2026"),
        (Language.EN, "Receipt 17", "Save as PDF", "18"),
    ],
)
def test_the_page_says_what_to_do_with_it(
    language: Language, title: str, save: str, until: str
) -> None:
    page = receipt_page(specimen(2, language=language), LINK, NOW)
    assert f"<title>{title}</title>" in page
    assert f'<a href="{LINK}.pdf">{save}</a>' in page
    assert until in page
    assert page.count("</main>") == 1
    assert page.index(save) < page.index("</main>")


def test_the_moment_is_the_shops() -> None:
    receipt = specimen(1)
    here = receipt_page(receipt, LINK, NOW)
    there = receipt_page(
        replace(receipt, shop=replace(receipt.shop, zone="America/New_York")), LINK, NOW
    )
    stamps = [re.findall(r"gilt bis ([\d.]+ [\d:]+)", page) for page in (here, there)]
    assert all(stamps)
    assert stamps[0] != stamps[1]


def test_the_file_is_a_pdf_with_the_same_name() -> None:
    assert receipt_pdf(specimen(1)).startswith(b"%PDF-")


@pytest.mark.parametrize("page", [NOTHING_HERE, LATER])
def test_small_pages_need_nothing_from_elsewhere(page: bytes) -> None:
    text = page.decode()
    assert re.findall(r"<style>(.*?)</style>", text, re.DOTALL) == [CSS]
    assert not re.search(r"<script|src=|href=|style=", text)
    assert text.count("<h1>") == 1
