"""Actions: what a screen offers, and one of them as a button sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
from kiosk.screens.values import (
    Action,
    AttractView,
    Choice,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    StillView,
    ThanksView,
    View,
    WeighView,
)
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

NONE = Action("", "", None)
Press = Callable[[str], None]


def language_name(choice: Choice) -> str:
    """The action name of a language: `language-de`."""
    return f"language-{choice.language.value}"


def offered(screen: Screen) -> dict[str, Action]:
    """All actions of a screen by name; the languages where they stand side by side."""
    from kiosk.checkout.events import LanguageChosen  # the first frame does not wait for all events

    behind = () if screen.sheet else _of_view(screen.view)
    found = {action.name: action for action in behind if action is not None}
    header = screen.header
    for action in (header.language, header.comfort, header.help, *_of_sheet(screen.sheet)):
        if action is not None:
            found[action.name] = action
    for choice in header.languages if _side_by_side(screen) else ():
        event = None if choice.current else LanguageChosen(choice.language)
        name = language_name(choice)
        found[name] = Action(name, choice.label, event)
    return found


def _side_by_side(screen: Screen) -> bool:
    return isinstance(screen.view, AttractView) and screen.sheet is None


def _of_view(view: View) -> Iterator[Action | None]:
    match view:
        case AttractView():
            yield from (view.again, view.start)
            yield view.briefing.more if view.briefing else None
        # What lies over the list is all there is to touch.
        case ScanView(still=StillView() as still):
            yield still.here
        case ScanView(weigh=WeighView() as weigh):
            yield from (*weigh.tares, weigh.cancel)
        case ScanView():
            for line in view.lines:
                yield from (line.less, line.more, line.remove)
            yield from (view.hero.undo if view.hero else None, view.pay)
            yield view.briefing.more if view.briefing else None
            yield from (view.member.data, view.member.not_me) if view.member else ()
            yield from (option.action for option in (*view.shortcuts, *view.favourites))
        case PayingView():
            yield view.cancel
        case ReceiptView():
            yield from (view.again, view.waive)
        case ThanksView():
            yield view.done
        case _:
            return


def _of_sheet(sheet: Sheet | None) -> list[Action]:
    """Everything to touch on a sheet but the digits."""
    match sheet:
        case ChoiceSheet():
            chosen = [option.action for section in sheet.sections for option in section.options]
            return [*chosen, sheet.close]
        case GoodsSheet():
            groups = [option.action for option in sheet.groups]
            tiles = [tile.action for tile in sheet.tiles]
            return [*groups, *tiles, *sheet.keys, sheet.back, sheet.close]
        case NoteSheet():
            return [*(option.action for option in sheet.options), sheet.close]
        case ReviewSheet():
            return [*(option.action for option in sheet.tenders), sheet.close]
        case KeypadSheet():
            return [sheet.close]
        case None:
            return []


@QmlElement
@QmlUncreatable("comes with a screen")
class ActionModel(Mirror):
    """One button's words. `present` is false where the screen has no such action now."""

    name_changed = Signal()
    label_changed = Signal()
    spoken_changed = Signal()
    event_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._press = press
        self._action = NONE
        self._armed: Action | None = None

    def renew(self, action: Action | None) -> None:
        """Show this action, or none."""
        old, self._action = self._action, action or NONE
        self.tell(old, self._action)

    @Property(str, notify=name_changed)
    def name(self) -> str:
        return self._action.name

    @Property(bool, notify=name_changed)
    def present(self) -> bool:
        return bool(self._action.name)

    @Property(str, notify=label_changed)
    def label(self) -> str:
        return plain(self._action.label)

    @Property(str, notify=spoken_changed)
    def spoken(self) -> str:
        return plain(self._action.spoken)

    @Property(bool, notify=event_changed)
    def enabled(self) -> bool:
        return self._action.event is not None

    @Slot()
    def arm(self) -> None:
        """A finger came down: what it saw then is what it means."""
        self._armed = self._action

    @Slot()
    def press(self) -> None:
        """The finger went up. If the action became another one meanwhile, nothing was meant."""
        armed, self._armed = self._armed, None
        if armed is None or armed.event == self._action.event:
            self._press(self._action.name)
