"""The customer's strip. Name and points are drawn glyph by glyph from memory that is lent and wiped.

Qt keeps UTF-16 copies of every text it is given, and Python of every `str`: nobody could wipe those. So
no text longer than one character is made of what is private, here or in QML.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from PySide6.QtCore import Property, QObject, QPointF, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGlyphRun, QPainter, QRawFont
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from kiosk.ids import Handle
from kiosk.screens.values import MemberState, MemberView
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

Lend = Callable[[Handle], tuple[memoryview, int | None] | None]
"""Name (UTF-8) and points of a slot, lent for the moment; None if nobody is there any more."""
_BLANK = MemberView(MemberState.LATER, Handle(""), "", "", "", NONE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def lend_nobody(handle: Handle) -> None:
    """Where no customer is known."""
    del handle


@QmlElement
@QmlUncreatable("comes with a screen")
class MemberModel(Mirror):
    """Whether somebody is known, and the words around them."""

    state_changed = Signal()
    slot_changed = Signal()
    greeting_changed = Signal()
    points_changed = Signal()
    drawn_changed = Signal()

    def __init__(self, press: Press, lend: Lend, parent: QObject) -> None:
        super().__init__(parent)
        self._view = _BLANK
        self._lend = lend
        self._drawn = 0
        self._not_me = ActionModel(press, self)
        self._data = ActionModel(press, self)

    def renew(self, view: MemberView | None) -> None:
        """Show this customer, or none."""
        old, self._view = self._view, view or _BLANK
        self.tell(old, self._view)
        self._not_me.renew(view.not_me if view else None)
        self._data.renew(view.data if view else None)
        if self._view != old:
            self._drawn += 1
            self.drawn_changed.emit()

    def letters(self, part: str) -> Iterator[str]:
        """`name` or `points`, a character at a time; nothing where nobody is found."""
        lent = self._lend(self._view.slot) if self._view.state is MemberState.FOUND else None
        if lent is None:
            return
        name, points = lent
        if part == "name":
            yield from characters(name)
        elif points is not None:
            yield from figures(points, self._view.mark)

    @Property(int, notify=drawn_changed)
    def drawn(self) -> int:
        """Another number whenever what `PrivateText` draws is another."""
        return self._drawn

    @Property(bool, notify=slot_changed)
    def present(self) -> bool:
        return bool(self._view.slot)

    @Property(str, notify=state_changed)
    def state(self) -> str:
        return self._view.state.value

    @Property(str, notify=greeting_changed)
    def greeting(self) -> str:
        return plain(self._view.greeting)

    @Property(str, notify=points_changed)
    def points(self) -> str:
        return plain(self._view.points)

    @Property(ActionModel, constant=True)
    def not_me(self) -> ActionModel:
        return self._not_me

    @Property(ActionModel, constant=True)
    def data(self) -> ActionModel:
        return self._data


def characters(utf8: memoryview) -> Iterator[str]:
    """Each visible character of a text, decoded by hand: no `str` of the whole is made."""
    at = 0
    while at < len(utf8):
        first = utf8[at]
        size = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        code = first if size == 1 else first & (0x7F >> size)
        for byte in utf8[at + 1 : at + size]:
            code = code << 6 | byte & 0x3F
        at += size
        letter = chr(code) if code <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(letter) not in _UNSEEN:
            yield letter


def figures(number: int, mark: str) -> Iterator[str]:
    """The digits of a number with `mark` between thousands, and the true minus."""
    if number < 0:
        yield "\N{MINUS SIGN}"
    left = abs(number)
    places = 1
    while left >= 10**places:
        places += 1
    for place in reversed(range(places)):
        yield chr(ord("0") + left // 10**place % 10)
        if place and place % 3 == 0:
            yield mark


@QmlElement
class PrivateText(QQuickPaintedItem):
    """One line drawn from the vault: `part` is `name` or `points`. Cut where there is no room."""

    member_changed = Signal()
    drawn_changed = Signal()
    part_changed = Signal()
    family_changed = Signal()
    size_changed = Signal()
    tone_changed = Signal()
    filled_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._member: MemberModel | None = None
        self._drawn = -1
        self._part = "name"
        self._family = ""
        self._size = 1
        self._tone = QColor()
        self._filled = False

    def paint(self, painter: QPainter) -> None:
        """Glyph by glyph; a run of one is no text that anybody could find."""
        painter.setPen(self._tone)
        raw, metrics = self._font()
        at, before, room = 0.0, 0, self.width() + 1
        dots = _glyph(raw, _ELLIPSIS)
        reserve = _advance(raw, dots)
        rest = self._wanted(raw)
        for letter in self._letters():
            glyph = _glyph(raw, letter)
            at += _kerning(raw, before, glyph)
            step = _advance(raw, glyph)
            rest -= step
            if at + step + (reserve if rest > 0.5 and at + step + rest > room else 0) > room:
                _draw(painter, raw, dots, QPointF(at, metrics.ascent()))
                return
            _draw(painter, raw, glyph, QPointF(at, metrics.ascent()))
            at, before = at + step, glyph

    def measure(self) -> None:
        """Take the room that the text wants."""
        raw, metrics = self._font()
        wanted = self._wanted(raw)
        self.setImplicitSize(-(-wanted // 1), -(-metrics.height() // 1))
        self.setBaselineOffset(metrics.ascent())
        if self._filled != (wanted > 0):
            self._filled = wanted > 0
            self.filled_changed.emit()
        self.update()

    def _letters(self) -> Iterator[str]:
        return self._member.letters(self._part) if self._member else iter(())

    def _wanted(self, raw: QRawFont) -> float:
        wide, before = 0.0, 0
        for letter in self._letters():
            glyph = _glyph(raw, letter)
            wide += _kerning(raw, before, glyph) + _advance(raw, glyph)
            before = glyph
        return wide

    def _font(self) -> tuple[QRawFont, QFontMetricsF]:
        font = QFont(self._family)
        font.setPixelSize(self._size)
        font.setWeight(QFont.Weight.DemiBold)
        return QRawFont.fromFont(font), QFontMetricsF(font)

    @Property(MemberModel, notify=member_changed)
    def member(self) -> MemberModel | None:
        return self._member

    @member.setter  # type: ignore[no-redef]
    def member(self, member: MemberModel | None) -> None:
        self._member = member
        self.member_changed.emit()
        self.measure()

    @Property(int, notify=drawn_changed)
    def drawn(self) -> int:
        """Bound to the member's: it is drawn anew when this changes."""
        return self._drawn

    @drawn.setter  # type: ignore[no-redef]
    def drawn(self, drawn: int) -> None:
        self._drawn = drawn
        self.drawn_changed.emit()
        self.measure()

    @Property(str, notify=part_changed)
    def part(self) -> str:
        return self._part

    @part.setter  # type: ignore[no-redef]
    def part(self, part: str) -> None:
        self._part = part
        self.part_changed.emit()
        self.measure()

    @Property(str, notify=family_changed)
    def family(self) -> str:
        return self._family

    @family.setter  # type: ignore[no-redef]
    def family(self, family: str) -> None:
        self._family = family
        self.family_changed.emit()
        self.measure()

    @Property(int, notify=size_changed)
    def size(self) -> int:
        """Of the font, in pixels."""
        return self._size

    @size.setter  # type: ignore[no-redef]
    def size(self, size: int) -> None:
        self._size = max(1, size)
        self.size_changed.emit()
        self.measure()

    @Property(QColor, notify=tone_changed)
    def tone(self) -> QColor:
        return self._tone

    @tone.setter  # type: ignore[no-redef]
    def tone(self, tone: QColor) -> None:
        self._tone = tone
        self.tone_changed.emit()
        self.update()

    @Property(bool, notify=filled_changed)
    def filled(self) -> bool:
        """There is something to draw."""
        return self._filled


def _glyph(raw: QRawFont, letter: str) -> int:
    found = raw.glyphIndexesForString(letter)
    return int(found[0]) if found else 0


def _advance(raw: QRawFont, glyph: int) -> float:
    return raw.advancesForGlyphIndexes([glyph])[0].x()


def _kerning(raw: QRawFont, before: int, glyph: int) -> float:
    """How much closer this pair stands than its glyphs alone."""
    if not before:
        return 0.0
    kerned = raw.advancesForGlyphIndexes([before, glyph], QRawFont.LayoutFlag.KernedAdvances)
    return kerned[0].x() - _advance(raw, before)


def _draw(painter: QPainter, raw: QRawFont, glyph: int, at: QPointF) -> None:
    run = QGlyphRun()
    run.setRawFont(raw)
    run.setGlyphIndexes([glyph])
    run.setPositions([QPointF()])
    painter.drawGlyphRun(at, run)
