"""Sheets in front of the screen: choices, goods by pictures, and a keypad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens.sheet_values import (
    ChoiceSheet,
    GoodsSheet,
    KeypadSheet,
    NoteSheet,
    ReviewSheet,
    Sheet,
)
from kiosk.screens.values import Option, SumRow
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.mirror import QmlUncreatable
from ui.viewmodels.plain import plain, plain_all
from ui.viewmodels.receipt import Code, Modules

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

Typed = Callable[[str], None]
DOT = "\N{BLACK CIRCLE}"


@QmlElement
@QmlUncreatable("comes with a sheet")
class OptionModel(ActionModel):
    """One thing to choose."""

    look_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(press, parent)
        self._option = Option(NONE)

    def choose(self, option: Option) -> None:
        """Show this option."""
        old, self._option = self._option, option
        self.renew(option.action)
        if replace(old, action=option.action) != option:
            self.look_changed.emit()

    @Property(str, notify=look_changed)
    def glyph(self) -> str:
        return self._option.glyph

    @Property(bool, notify=look_changed)
    def current(self) -> bool:
        return self._option.current

    @Property(bool, notify=look_changed)
    def primary(self) -> bool:
        return self._option.primary


@QmlElement
@QmlUncreatable("comes with a sheet")
class OptionList(QObject):
    """Options in their order; objects are kept and filled anew, so that focus stays."""

    items_changed = Signal()
    heading_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._press = press
        self._pool: list[OptionModel] = []
        self._count = 0
        self._heading = ""

    def renew(self, options: Sequence[Option], heading: str = "") -> None:
        """Show these, below a heading."""
        if heading != self._heading:
            self._heading = heading
            self.heading_changed.emit()
        while len(self._pool) < len(options):
            self._pool.append(OptionModel(self._press, self))
        for model, option in zip(self._pool, options, strict=False):
            model.choose(option)
        if len(options) != self._count:
            self._count = len(options)
            self.items_changed.emit()

    @Property(list, notify=items_changed)
    def items(self) -> list[OptionModel]:
        return self._pool[: self._count]

    @Property(str, notify=heading_changed)
    def heading(self) -> str:
        return plain(self._heading)


@QmlElement
@QmlUncreatable("comes with a screen")
class SheetModel(QObject):
    """What is in front. `kind`: empty, `choice`, `goods`, `keypad`, `note` or `review`."""

    kind_changed = Signal()
    text_changed = Signal()
    rows_changed = Signal()
    typed_changed = Signal()
    sections_changed = Signal()

    def __init__(self, press: Press, typed: Typed, code: Code, parent: QObject) -> None:
        """`typed` is told the digits of a keypad when they are complete, empty for a mere touch."""
        super().__init__(parent)
        self._code = code
        self._sheet: Sheet | None = None
        self._kind = ""
        self._typed = ""
        self._send = typed
        self._press = press
        self._sections: list[OptionList] = []
        self._section_count = 0
        self._groups = OptionList(press, self)
        self._tiles = OptionList(press, self)
        self._keys = OptionList(press, self)
        self._options = OptionList(press, self)
        self._close = ActionModel(press, self)
        self._back = ActionModel(press, self)

    def renew(self, sheet: Sheet | None) -> None:
        """Show this sheet, or none."""
        old, self._sheet = self._sheet, sheet
        if old == sheet:
            return
        match sheet:
            case ChoiceSheet():
                self._divide(sheet)
            case GoodsSheet():
                self._groups.renew(sheet.groups)
                self._tiles.renew([Option(each.action, each.picture) for each in sheet.tiles])
                self._keys.renew([Option(key) for key in sheet.keys])
                self._back.renew(sheet.back)
            case NoteSheet():
                self._options.renew(sheet.options)
            case ReviewSheet():
                self._options.renew(sheet.tenders)
            case _:
                pass
        self._close.renew(sheet.close if sheet else None)
        if self._typed and not _same_pad(old, sheet):
            self._clear()
        if _rows(old) != _rows(sheet):  # each row is made anew
            self.rows_changed.emit()
        self.text_changed.emit()
        kind = _kind(sheet)
        if kind != self._kind:  # last: what is made now finds its models filled
            self._kind = kind
            self.kind_changed.emit()

    def _divide(self, sheet: ChoiceSheet) -> None:
        while len(self._sections) < len(sheet.sections):
            self._sections.append(OptionList(self._press, self))
        for model, section in zip(self._sections, sheet.sections, strict=False):
            model.renew(section.options, section.heading)
        if len(sheet.sections) != self._section_count:
            self._section_count = len(sheet.sections)
            self.sections_changed.emit()

    @Property(str, notify=kind_changed)
    def kind(self) -> str:
        return self._kind

    @Property(str, notify=text_changed)
    def title(self) -> str:
        return plain(self._sheet.title) if self._sheet else ""

    @Property(str, notify=text_changed)
    def text(self) -> str:
        """What is said under the title."""
        match self._sheet:
            case ChoiceSheet(text=text):
                return plain(text)
            case ReviewSheet(question=question):
                return plain(question)
            case KeypadSheet(hint=hint) | GoodsSheet(hint=hint):
                return plain(hint)
            case _:
                return ""

    @Property(str, notify=text_changed)
    def letters(self) -> str:
        """The first letters typed, of goods."""
        return plain(self._sheet.letters) if isinstance(self._sheet, GoodsSheet) else ""

    @Property(str, notify=text_changed)
    def none(self) -> str:
        return plain(self._sheet.none) if isinstance(self._sheet, GoodsSheet) else ""

    def modules(self) -> Modules | None:
        """The code to draw on a note, lent for the moment."""
        sheet = self._sheet
        return self._code(sheet.slot) if isinstance(sheet, NoteSheet) and sheet.slot else None

    @Property(str, notify=text_changed)
    def slot(self) -> str:
        """Where in the vault the link of a note lies; empty: there is none."""
        return self._sheet.slot if isinstance(self._sheet, NoteSheet) else ""

    @Property(list, notify=text_changed)
    def paragraphs(self) -> list[str]:
        """What there is to read, of a note."""
        return plain_all(self._sheet.paragraphs) if isinstance(self._sheet, NoteSheet) else []

    @Property(list, notify=rows_changed)
    def row_labels(self) -> list[str]:
        """What was bought, before it is paid."""
        return plain_all(tuple(row.label for row in _rows(self._sheet)[0]))

    @Property(list, notify=rows_changed)
    def row_amounts(self) -> list[str]:
        """What each of them comes to."""
        return plain_all(tuple(row.amount for row in _rows(self._sheet)[0]))

    @Property(list, notify=rows_changed)
    def sum_labels(self) -> list[str]:
        """What makes the total."""
        return plain_all(tuple(row.label for row in _rows(self._sheet)[1]))

    @Property(list, notify=rows_changed)
    def sum_amounts(self) -> list[str]:
        return plain_all(tuple(row.amount for row in _rows(self._sheet)[1]))

    @Property(str, notify=text_changed)
    def total_label(self) -> str:
        """What the total is of."""
        return plain(self._sheet.total_label) if isinstance(self._sheet, ReviewSheet) else ""

    @Property(str, notify=text_changed)
    def total(self) -> str:
        """What is to be paid."""
        return plain(self._sheet.total) if isinstance(self._sheet, ReviewSheet) else ""

    @Property(OptionList, constant=True)
    def options(self) -> OptionList:
        """What can be done about a note, or the ways to pay."""
        return self._options

    @Property(list, notify=sections_changed)
    def sections(self) -> list[OptionList]:
        """Choices that belong together, each below its heading."""
        return self._sections[: self._section_count]

    @Property(OptionList, constant=True)
    def groups(self) -> OptionList:
        return self._groups

    @Property(OptionList, constant=True)
    def tiles(self) -> OptionList:
        return self._tiles

    @Property(OptionList, constant=True)
    def keys(self) -> OptionList:
        return self._keys

    @Property(ActionModel, constant=True)
    def close(self) -> ActionModel:
        return self._close

    @Property(ActionModel, constant=True)
    def back(self) -> ActionModel:
        return self._back

    # --- the keypad ---------------------------------------------------------------------------

    @Property(str, notify=typed_changed)
    def typed(self) -> str:
        """What stands in the field: digits, or a dot for each that is secret."""
        pad = self._sheet
        secret = isinstance(pad, KeypadSheet) and pad.secret
        return DOT * len(self._typed) if secret else self._typed

    @Property(str, notify=text_changed)
    def done(self) -> str:
        return plain(self._sheet.done) if isinstance(self._sheet, KeypadSheet) else ""

    @Property(str, notify=text_changed)
    def spoken_back(self) -> str:
        return plain(self._sheet.spoken_back) if isinstance(self._sheet, KeypadSheet) else ""

    @Slot(str)
    def digit(self, digit: str) -> None:
        """A key was touched."""
        pad = self._sheet
        if not isinstance(pad, KeypadSheet) or digit not in set("0123456789"):
            return
        self._send("")
        if len(self._typed) < pad.longest:
            self._typed += digit
            self.typed_changed.emit()

    @Slot()
    def rub(self) -> None:
        """The last digit was wrong."""
        self._send("")
        self._typed = self._typed[:-1]
        self.typed_changed.emit()

    @Slot()
    def finish(self) -> None:
        """Complete: the digits are told once, and forgotten here."""
        typed = self._typed
        self._clear()
        if typed:
            self._send(typed)

    def _clear(self) -> None:
        self._typed = ""
        self.typed_changed.emit()


def _rows(sheet: Sheet | None) -> tuple[tuple[SumRow, ...], tuple[SumRow, ...]]:
    """Articles, and what makes the total."""
    return (sheet.rows, sheet.sums) if isinstance(sheet, ReviewSheet) else ((), ())


def _same_pad(old: Sheet | None, new: Sheet | None) -> bool:
    pads = isinstance(old, KeypadSheet) and isinstance(new, KeypadSheet)
    return pads and old.made is new.made  # type: ignore[union-attr]


def _kind(sheet: Sheet | None) -> str:
    match sheet:
        case None:
            return ""
        case ChoiceSheet():
            return "choice"
        case GoodsSheet():
            return "goods"
        case KeypadSheet():
            return "keypad"
        case NoteSheet():
            return "note"
        case ReviewSheet():
            return "review"
