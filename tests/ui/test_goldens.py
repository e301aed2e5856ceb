"""Every screen looks as it did, to the last bit: software renderer, our fonts, our configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.words import Language
from tests.ui.goldens import FOLDER, MOST, Easel, Look, looks

LOOKS = list(looks())


@pytest.fixture(scope="module")
def easel(qapp: QGuiApplication) -> Iterator[Easel]:
    made = Easel()
    yield made
    made.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.file.removesuffix(".png"))
def test_a_screen_looks_as_it_did(easel: Easel, look: Look, tmp_path: Path) -> None:
    """Where it does not: the picture, the one wanted, and what differs, side by side in a folder."""
    wanted = QImage(str(FOLDER / look.file))
    found = easel.draws(look).convertToFormat(wanted.format())
    if found != wanted:
        pytest.fail(f"{look.file} is another one: {_evidence(found, look, tmp_path)}")


def _evidence(found: QImage, look: Look, folder: Path) -> Path:
    drawn = folder / "drawn.png"
    found.save(str(drawn))
    golden = Image.open(FOLDER / look.file).convert("RGB")
    golden.save(folder / "wanted.png")
    difference = ImageChops.difference(Image.open(drawn).convert("RGB"), golden)
    difference.point(lambda level: 255 if level else 0).save(folder / "difference.png")
    return folder


def test_there_are_as_many_pictures_as_looks() -> None:
    """None too few, none left over, and not more than people look through."""
    assert {path.name for path in FOLDER.glob("*.png")} == {look.file for look in LOOKS}
    assert len(LOOKS) <= MOST


def test_a_picture_that_differs_in_one_point_is_found(easel: Easel) -> None:
    """The comparison is of all points."""
    image = easel.draws(LOOKS[0])
    other = image.copy()
    other.setPixelColor(3, 3, "#123456")
    assert other != image
    assert image == easel.draws(LOOKS[0])


@pytest.mark.parametrize("name", [look.name for look in LOOKS if look == Look(look.name)])
def test_another_language_and_back_changes_nothing(easel: Easel, name: str) -> None:
    """On every screen, into letters that run the other way."""
    before = easel.draws(Look(name))
    assert easel.draws(Look(name, language=Language.AR)) != before
    assert easel.draws(Look(name)) == before
