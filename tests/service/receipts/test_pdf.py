"""The receipt as a PDF: read by programs that are not ours, and nothing in it tells of the machine."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.printer.specimen import specimen
from kiosk.fiscal import qr_text
from kiosk.receipt import Receipt
from kiosk.words import NBSP, PRINTED, Language, words_of
from service.receipts.pdf import as_pdf
from tests.symbol_readers import by_zxing

TITLE = "Kassenbon 17"


def told(data: bytes, folder: Path, *options: str) -> str:
    """The text of a PDF, by poppler."""
    path = folder / "receipt.pdf"
    path.write_bytes(data)
    words = ["pdftotext", *options, str(path), "-"]
    return subprocess.run(words, check=True, capture_output=True, timeout=60).stdout.decode()


def shown(data: bytes, folder: Path, dots: int = 200) -> Path:
    """Its first page as a picture, by poppler."""
    path = folder / "receipt.pdf"
    path.write_bytes(data)
    words = ["pdftoppm", "-r", str(dots), "-png", "-singlefile", str(path), str(folder / "page")]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return folder / "page.png"


def facts(data: bytes, folder: Path) -> dict[str, str]:
    """What pdfinfo says."""
    path = folder / "receipt.pdf"
    path.write_bytes(data)
    done = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, timeout=60)
    pairs = (line.partition(":") for line in done.stdout.decode().splitlines())
    return {name: value.strip() for name, _, value in pairs}


@pytest.mark.parametrize("language", PRINTED)
def test_its_text_can_be_searched(language: Language, tmp_path: Path) -> None:
    receipt = specimen(8, language=language, secured=True)
    words = words_of(language)
    text = told(as_pdf(receipt, TITLE), tmp_path, "-layout")
    total = words.money(receipt.total).replace(NBSP, " ")
    assert re.search(rf"{re.escape(words('TOTAL'))} +{re.escape(total)}", text)
    for wanted in ("Markt am Grünen Ring", "Müsterstadt", "************1234", receipt.sale):
        assert wanted in text
    assert words("Check code for the tax office") in text


def test_the_code_for_the_tax_office_is_read_from_it(tmp_path: Path) -> None:
    receipt = specimen(3, secured=True)
    assert receipt.security
    wanted = qr_text(receipt.kiosk, receipt.security).encode()
    assert by_zxing(shown(as_pdf(receipt, TITLE), tmp_path)) == [wanted]


def test_the_same_receipt_makes_the_same_bytes(tmp_path: Path) -> None:
    receipt = specimen(3, secured=True)
    data = as_pdf(receipt, TITLE)
    assert as_pdf(receipt, TITLE) == data
    assert as_pdf(replace(receipt, number=18), TITLE) != data
    known = facts(data, tmp_path)
    assert known["Title"] == TITLE
    assert known["CreationDate"].startswith("Wed Jul 15 14:03:09 2026")  # of the purchase
    assert not {"Producer", "Creator", "Author", "ModDate"} & set(known)
    assert b"/Lang (de)" in data


def test_it_is_one_page_as_wide_as_the_paper_and_as_long_as_the_receipt(tmp_path: Path) -> None:
    sizes = []
    for lines in (1, 60, 300):
        known = facts(as_pdf(specimen(lines), TITLE), tmp_path)
        width, _, height = known["Page size"].split()[:3]
        assert known["Pages"] == "1"
        assert float(width) == pytest.approx(80 / 25.4 * 72, abs=0.1)
        sizes.append(float(height))
    assert sizes == sorted(sizes)


def test_a_receipt_longer_than_any_page_goes_on_with_all_its_lines(tmp_path: Path) -> None:
    data = as_pdf(specimen(2000), TITLE)
    known = facts(data, tmp_path)
    assert int(known["Pages"]) > 1
    assert told(data, tmp_path).count("Bio-Vollmilch") == 400


def test_nothing_is_drawn_outside_of_the_paper(tmp_path: Path) -> None:
    """The widest line ends where the printed part ends: 48 characters, or 24 large ones."""
    data = as_pdf(specimen(2, secured=True), TITLE)
    boxes = told(data, tmp_path, "-bbox")
    ends = [float(found) for found in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(ends) <= 76.1 / 25.4 * 72
    assert max(ends) >= 75 / 25.4 * 72


def test_names_that_look_like_pdf_are_names(tmp_path: Path) -> None:
    evil = r") Tj ET \(x\) << /OpenAction 1 0 R >> endstream %"
    made = _named(specimen(1), evil)
    text = " ".join(told(as_pdf(made, evil), tmp_path).split())
    assert ") Tj ET \\(x\\) << /OpenAction" in text
    assert facts(as_pdf(made, evil), tmp_path)["Title"] == evil


def _named(receipt: Receipt, name: str) -> Receipt:
    return replace(receipt, items=(replace(receipt.items[0], name=name),))
