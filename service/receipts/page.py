"""What the public door shows: a receipt as page or PDF, and small pages where there is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from drivers.printer.html import CSS, CSS_HASH, PAGE_COLUMNS, as_html
from drivers.printer.layout import lay_out
from kiosk.receipt import Receipt
from kiosk.receipt_record import read
from kiosk.words import Language, words_of
from service.receipts.pdf import as_pdf

STYLE_HASH = CSS_HASH
"""The one style sheet, of all pages."""
_TITLE = {Language.DE: "Kassenbon {number}", Language.EN: "Receipt {number}"}
_SAVE = {Language.DE: "Als PDF speichern", Language.EN: "Save as PDF"}
_UNTIL = {
    Language.DE: "Dieser Link gilt bis {moment}. Wer ihn hat, kann den Bon lesen.",
    Language.EN: "This link works until {moment}. Whoever has it can read the receipt.",
}


def opened(record: bytes) -> Receipt:
    """The receipt of a record as it was sealed. Raises ValueError (NoReceipt) for what is none."""
    return read(json.loads(record))


def receipt_page(receipt: Receipt, link: str, expires: int) -> str:
    """The receipt, with a link to its PDF. `link`: the last part of this page's own address."""
    language = receipt.language
    until = datetime.fromtimestamp(expires / 1000, UTC).astimezone(ZoneInfo(receipt.shop.zone))
    note = _UNTIL[language].format(moment=words_of(language).moment(until))
    below = (
        f'<p class="foot"><a href="{escape(link)}.pdf">{escape(_SAVE[language])}</a></p>\n'
        f'<p class="foot">{escape(note)}</p>\n'
    )
    doc = lay_out(receipt, PAGE_COLUMNS)
    return as_html(doc, language.value, _title(receipt), below=below)


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt as a file to keep."""
    return as_pdf(receipt, _title(receipt))


def _title(receipt: Receipt) -> str:
    return _TITLE[receipt.language].format(number=receipt.number)


def _small(heading: str, sentence: str, heading_en: str, sentence_en: str) -> bytes:
    """A page of a heading and a sentence, in two languages since nobody is known here."""
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex, nofollow">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(heading)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(heading)}</h1>\n<p>{escape(sentence)}</p>\n"
        f'<section lang="en">\n<h2>{escape(heading_en)}</h2>\n<p>{escape(sentence_en)}</p>\n'
        "</section>\n</main>\n</body>\n</html>\n"
    ).encode()


NOTHING_HERE = _small(
    "Hier ist kein Kassenbon",
    "Vielleicht ist er noch unterwegs: versuchen Sie es in einigen Minuten wieder. "
    "Oder es fehlt ein Stück des Links, oder er gilt nicht mehr. "
    "Fragen Sie bitte im Markt: Ein Bon kann auch später noch gedruckt werden.",
    "There is no receipt here",
    "It may be on its way: try again in some minutes. "
    "Or a part of the link is missing, or it no longer works. "
    "Please ask in the shop: a receipt can still be printed later.",
)
LATER = _small(
    "Bitte gleich noch einmal",
    "Gerade geht es nicht. Versuchen Sie es in einer Minute wieder.",
    "Please try again",
    "It does not work right now. Try again in a minute.",
)
