"""One receipt in five forms, from the command line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from drivers.__main__ import main
from drivers.printer.document import as_text
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.tools.receipt import FORMS
from drivers.tools.receipt_words import FORMS as NAMED
from kiosk.receipt_record import write

RECEIPT = specimen(3, secured=True)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A receipt's file."""
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(write(RECEIPT)), encoding="utf-8")
    return path


def made(record: Path, form: str, *more: str) -> bytes:
    """What the tool writes."""
    out = record.with_name("out")
    assert main(["receipt", str(record), "--as", form, "--out", str(out), *more]) == 0
    return out.read_bytes()


def test_five_forms_of_one_receipt(record: Path) -> None:
    """Each as the library makes it."""
    assert tuple(FORMS) == NAMED
    assert made(record, "text").decode() == as_text(lay_out(RECEIPT))
    assert made(record, "escpos", "--columns", "32") == encode(lay_out(RECEIPT, 32)).data
    assert json.loads(made(record, "json")) == write(RECEIPT)
    assert b'<html lang="de">' in made(record, "html")
    with Image.open(io.BytesIO(made(record, "png", "--large", "--columns", "42"))) as picture:
        assert picture.width == 504


def test_a_made_up_one_where_no_file_is_given(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """In a language of one's choice."""
    assert main(["receipt", "--language", "en"]) == 0
    assert "TOTAL" in capfdbinary.readouterr().out.decode()


def test_from_a_pipe_to_a_pipe(record: Path) -> None:
    """Bytes stay bytes."""
    words = [sys.executable, "-m", "drivers", "receipt", "-", "--as", "escpos"]
    done = subprocess.run(words, input=record.read_bytes(), capture_output=True, check=True)
    assert done.stdout == encode(lay_out(RECEIPT)).data


def test_the_shop_s_own_words(record: Path) -> None:
    """From the text file, which is checked on the way."""
    own = record.with_name("own.txt")
    own.write_text("Guten Tag\n{receipt}\n", encoding="utf-8")
    assert made(record, "text", "--stationery", str(own)).decode().lstrip().startswith("Guten Tag")
    own.write_text("nichts", encoding="utf-8")
    assert main(["receipt", str(record), "--stationery", str(own)]) == 78


@pytest.mark.parametrize(
    ("content", "code"), [(b"{}", 65), (b"[]", 65), (b"\xff", 65), (b"[" * 100_000, 65), (None, 66)]
)
def test_what_is_no_receipt(
    record: Path, content: bytes | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the file."""
    if content is None:
        record.unlink()
    else:
        record.write_bytes(content)
    assert main(["receipt", str(record)]) == code
    assert "receipt.json: " in capsys.readouterr().err


def test_a_place_that_cannot_be_written(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Says so."""
    assert main(["receipt", str(record), "--out", str(record.parent)]) == 73
    assert "Is a directory" in capsys.readouterr().err
