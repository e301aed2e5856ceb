"""Title, languages, and messages: what every screen has."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens.values import Header, Notice, Tone
from ui.viewmodels.actions import ActionModel, Press, language_name
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("comes with a screen")
class HeaderModel(Mirror):
    """Top of every screen."""

    title_changed = Signal()
    subtitle_changed = Signal()
    languages_changed = Signal()
    called_changed = Signal()
    tender_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._press = press
        self._view = Header("", "", ())
        self._language = ActionModel(press, self)
        self._comfort = ActionModel(press, self)
        self._help = ActionModel(press, self)

    def renew(self, view: Header) -> None:
        """Show this header."""
        old, self._view = self._view, view
        self._language.renew(view.language)
        self._comfort.renew(view.comfort)
        self._help.renew(view.help)
        self.tell(old, view)

    @Property(ActionModel, constant=True)
    def own(self) -> ActionModel:
        """Opens the languages."""
        return self._language

    @Property(ActionModel, constant=True)
    def comfort(self) -> ActionModel:
        """Opens the layouts."""
        return self._comfort

    @Property(ActionModel, constant=True)
    def help(self) -> ActionModel:
        """Opens help."""
        return self._help

    @Property(bool, notify=called_changed)
    def called(self) -> bool:
        """Staff have been called."""
        return self._view.called

    @Property(str, notify=title_changed)
    def title(self) -> str:
        return plain(self._view.title)

    @Property(str, notify=subtitle_changed)
    def subtitle(self) -> str:
        return plain(self._view.subtitle)

    @Property(str, notify=tender_changed)
    def tender(self) -> str:
        """How one can pay here; empty where it is said elsewhere."""
        return plain(self._view.tender)

    @Property(list, notify=languages_changed)
    def languages(self) -> list[str]:
        """The languages by their own names."""
        return [plain(choice.label) for choice in self._view.languages]

    @Property(list, notify=languages_changed)
    def language_names(self) -> list[str]:
        """The action names of the languages."""
        return [language_name(choice) for choice in self._view.languages]

    @Property(int, notify=languages_changed)
    def language(self) -> int:
        """Which of them is current, -1 if none."""
        current = [row for row, choice in enumerate(self._view.languages) if choice.current]
        return current[0] if current else -1

    @Slot(str)
    def press(self, name: str) -> None:
        """A language was touched."""
        self._press(name)


@QmlElement
@QmlUncreatable("comes with a screen")
class NoticeModel(Mirror):
    """The message of the moment."""

    tone_changed = Signal()
    text_changed = Signal()
    remedy_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view = Notice(Tone.INFO, "")

    def renew(self, view: Notice | None) -> None:
        """Show this message, or none."""
        old, self._view = self._view, view or Notice(Tone.INFO, "")
        self.tell(old, self._view)

    @Property(bool, notify=text_changed)
    def present(self) -> bool:
        return bool(self._view.text)

    @Property(str, notify=tone_changed)
    def tone(self) -> str:
        return self._view.tone.value

    @Property(str, notify=text_changed)
    def text(self) -> str:
        return plain(self._view.text)

    @Property(str, notify=remedy_changed)
    def remedy(self) -> str:
        return plain(self._view.remedy)
