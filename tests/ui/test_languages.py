"""Seven languages on screen: every letter is there, lines run where they should, nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import polib
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QFont, QGuiApplication, QTextLayout
from PySide6.QtQuick import QQuickItem

import kiosk.words
from kiosk.checkout.states import Devices, Link, Notice, Told
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.sheet_values import KeypadSheet
from kiosk.screens.values import Screen
from kiosk.words import LRM, OWN_NAMES, RLM, Language, Words, words_of
from tests.kiosk.screens.test_present import STATES
from tests.ui.conftest import PROFILES, Stand, spin
from tests.ui.test_comfort import KEYS
from tests.ui.test_screens import rectangle
from ui.fonts import FALLBACK, FAMILY, load_fonts
from ui.profile import TARGET_MM
from ui.stage import reveal
from ui.viewmodels.actions import offered
from ui.viewmodels.plain import _looked_through, plain

SHOWN = {name: state for name, state in STATES.items() if name != "sheet-goods"}
NEW = [each for each in Language if each not in (Language.DE, Language.EN)]
HEIGHT = 1.4
"""Of a line, in em: what the screens are laid out for."""


@pytest.fixture(params=list(PROFILES), scope="module")
def panel(request: pytest.FixtureRequest, qapp: QGuiApplication) -> Iterator[Stand]:
    """One window of each orientation for all languages."""
    made = Stand(PROFILES[request.param])
    yield made
    made.window.close()


def draw(stand: Stand, screen: Screen) -> None:
    """Shown and laid out, without waiting for what does not move."""
    newest = stand.window.bridge.latest
    version = newest.version + 1 if newest else 1
    stand.window.bridge.publish(replace(screen, version=version))
    spin(1)
    stand.window.grab()


def visible(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible() and child.opacity():
            yield child
            yield from visible(child)


def seen(item: QQuickItem) -> QRectF:
    """Where an item is drawn: what is scrolled shows no more than its area."""
    face = rectangle(item)
    area: QQuickItem | None = item.parentItem()
    while area is not None:
        if area.objectName() in {"scroll", "lines"}:
            face = face.intersected(rectangle(area))
        area = area.parentItem()
    return face


def wrong(stand: Stand, screen: Screen) -> list[tuple[str, str]]:
    """What cannot be named, hit or told apart."""
    found = []
    window = rectangle(stand.window.item("customer"))
    names = (*offered(screen), *(KEYS if isinstance(screen.sheet, KeypadSheet) else ()))
    items = {name: stand.window.item(name) for name in names}
    faces = {name: seen(item) for name, item in items.items()}
    for one, other in combinations(faces, 2):
        both = faces[one].intersected(faces[other])
        if min(both.width(), both.height()) >= 1:
            found.append((one, f"over {other}"))
    for name, item in items.items():
        reveal(item)
        face = rectangle(item)
        if min(face.width(), face.height()) / stand.profile.px_per_mm < TARGET_MM:
            found.append((name, "small"))
        if not window.contains(face):
            found.append((name, "outside"))
        spoken = QAccessible.queryAccessibleInterface(item)
        assert spoken is not None
        if not spoken.text(QAccessible.Text.Name):
            found.append((name, "nameless"))
    return found


def said(language: Language) -> list[str]:
    """All words of a language, and numbers as it writes them."""
    folder = Path(kiosk.words.__file__).parent / language
    entries = [entry for path in folder.glob("*.po") for entry in polib.pofile(str(path))]
    words = words_of(language)
    numbers = [words.money(Money(-123_456_789)), words.decimal(-1_234_567), words.percent(550)]
    texts = [text for each in entries for text in (each.msgstr, *each.msgstr_plural.values())]
    return [OWN_NAMES[language], *numbers, *filter(None, texts)]


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.EN])
@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.Bold])
def test_every_letter_is_in_a_font_we_ship(
    qapp: QGuiApplication, language: Language, weight: QFont.Weight
) -> None:
    """No box in place of a letter, no letter from a font that happens to be installed."""
    load_fonts()
    font = QFont(FAMILY)
    font.setPixelSize(40)
    font.setWeight(weight)
    families = set()
    for text in said(language):
        layout = QTextLayout(f"{text} {LRM}1 €{LRM}" if language is Language.AR else text, font)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        assert line.height() <= HEIGHT * 40, text
        for run in layout.glyphRuns():
            families.add(run.rawFont().familyName())
            assert 0 not in run.glyphIndexes(), text
    assert families == {FAMILY, FALLBACK} if language is Language.AR else {FAMILY}


@pytest.mark.parametrize("language", NEW)
def test_nothing_is_cut_and_nothing_lies_on_another(panel: Stand, language: Language) -> None:
    """The screens with most words and most buttons, and the longest messages."""
    buying = replace(SHOWN["shopping"], devices=Devices(Link.READY, None))
    told = (Told.SIGNATURE, Told.SCALE_AWAY, Told.CARD_FORGOTTEN, Told.COUPON_WAITS, Told.DECLINED)
    states = [SHOWN[name] for name in ("attract", "staff", "owed", "sheet-help", "sheet-comfort")]
    for state in (*states, *(replace(buying, notice=Notice(each, 0x6F)) for each in told)):
        screen = present(replace(state, language=language), 1)
        draw(panel, screen)
        assert wrong(panel, screen) == []
        root = panel.window.stage.view.contentItem()
        assert [item.property("text") for item in visible(root) if item.property("truncated")] == []


def test_lines_run_leftwards_in_arabic_and_digits_do_not(panel: Stand) -> None:
    """Words begin at the right, amounts end at the left; keys and letters keep their order."""
    at: dict[str, dict[str, float]] = {}
    for language in (Language.DE, Language.AR):
        places = at.setdefault(language, {})
        for name in ("shopping", "sheet-digits", "sheet-staff"):
            draw(panel, present(replace(SHOWN[name], language=language), 1))
            for item in ("undo", "total", "line-101-less", "line-101-more", "digit-1", "digit-3"):
                found = next(panel.window.stage.items(item), None)
                if found is not None:
                    places[item] = rectangle(found).center().x()
        scrolled = next(panel.window.stage.items("scroll"))
        [bar] = [each for each in visible(scrolled) if each.property("orientation") is not None]
        option = panel.window.item("act-void-sale-mistake")
        assert not seen(option).intersects(rectangle(bar))
    german, arabic = at[Language.DE], at[Language.AR]
    assert arabic["total"] < german["total"]
    assert german["line-101-less"] < german["line-101-more"]
    assert arabic["line-101-less"] > arabic["line-101-more"]
    assert arabic["digit-1"] < arabic["digit-3"]


@pytest.fixture
def longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message is 40 % longer, with marks above and below."""
    words, count = Words.__call__, Words.count

    def stretched(text: str) -> str:
        more = "Ęẞğ ņ̃ïşų "
        return text + (more * len(text))[: -(-len(text) * 2 // 5)].rstrip()

    def said_longer(self: Words, message: str, **values: object) -> str:
        return stretched(words(self, message, **values))

    def counted_longer(self: Words, one: str, many: str, number: int, **values: object) -> str:
        return stretched(count(self, one, many, number, **values))

    monkeypatch.setattr(Words, "__call__", said_longer)
    monkeypatch.setattr(Words, "count", counted_longer)


@pytest.mark.parametrize("name", SHOWN)
def test_words_may_be_longer_than_german_ones(panel: Stand, longer: None, name: str) -> None:
    """In a language we do not know yet: all controls named, 20 mm, inside, and beside each other."""
    screen = present(SHOWN[name], 1)
    draw(panel, screen)
    assert wrong(panel, screen) == []


def test_marks_of_direction_come_in_pairs_or_not_at_all() -> None:
    """Ours keep an amount in order; a single one came with a name, to turn what is beside it."""
    assert plain(f"دفع {LRM}−€1{LRM}") == f"دفع {LRM}−€1{LRM}"
    assert plain(f"a{RLM}b") == "ab"
    assert plain(f"{LRM}a{RLM}") == "a"


def test_what_is_not_looked_through_has_nothing_to_find() -> None:
    """The short way gives what the long one would, for each letter of the pages it knows and of others."""
    for code in range(0x2300):
        for text in (f"a{chr(code) * 3}b", chr(code)):
            assert plain(text) == _looked_through.__wrapped__(text), hex(code)
