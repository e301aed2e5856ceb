"""The test page and text files as documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.printer.document import as_text
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.profiles import PROFILES, Profile
from drivers.printer.specimen import specimen
from drivers.tools.printer_page import MOST_BYTES, Unprintable, document_of, page, text_of
from kiosk.receipt_record import write


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_page_fits_every_paper(profile: Profile) -> None:
    """No line is wider; small print may be. Every character but one is the printer's own."""
    doc = page(profile.columns, profile.about)
    lines = as_text(doc).splitlines()
    assert all(len(line) <= profile.columns for line in lines if not line.startswith("klein"))
    assert encode(doc).replaced == ("ẞ",)


def test_a_text_keeps_its_lines_and_loses_what_steers_a_printer() -> None:
    """Tabs become blanks; control characters are dropped, so no file can cut or open a drawer."""
    assert as_text(text_of("\ufeffa\tb\r\n\n\x1bpx\x10\x14".encode(), 32)) == "a    b\n\npx\n"


def test_a_file_that_is_no_receipt_is_refused(tmp_path: Path) -> None:
    """Too long, not there, not UTF-8."""
    (tmp_path / "long").write_bytes(b"x" * (MOST_BYTES + 1))
    (tmp_path / "bytes").write_bytes(b"ab\xff")
    for name, why in (("long", "100000 at most"), ("gone", "No such"), ("bytes", "byte 2")):
        with pytest.raises(Unprintable, match=why):
            document_of(tmp_path / name, 48)


def test_a_receipt_s_record_comes_out_as_a_copy(tmp_path: Path) -> None:
    """Whoever prints it: it may be on paper already."""
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(write(specimen(2))), encoding="utf-8")
    assert as_text(document_of(path, 48)) == as_text(lay_out(specimen(2, copy=True)))
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(Unprintable, match="no receipt"):
        document_of(path, 48)
