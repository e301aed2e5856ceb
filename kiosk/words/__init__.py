"""Every word a person reads or hears: one catalogue for screen, receipt, speech and remedies.

The source is English; each further language has a folder of gettext catalogues (`de/screen.po`).
Placeholders are named (`{total}`); a test holds that all languages carry the same ones. Paper speaks
German and English only (`PRINTED`), so `receipt.po` exists in German alone.
"""

from __future__ import annotations

import gettext
import io
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from kiosk.money import Money

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
LRM = "\N{LEFT-TO-RIGHT MARK}"
RLM = "\N{RIGHT-TO-LEFT MARK}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_STEERING = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""What turns the direction of a text; a name may not bring its own."""


class Language(StrEnum):
    """Languages by ISO 639-1 code."""

    DE = "de"
    EN = "en"
    FR = "fr"
    TR = "tr"
    PL = "pl"
    UK = "uk"
    AR = "ar"


OWN_NAMES = {
    Language.DE: "Deutsch",
    Language.EN: "English",
    Language.FR: "Français",
    Language.TR: "Türkçe",
    Language.PL: "Polski",
    Language.UK: "Українська",
    Language.AR: "العربية",
}
PRINTED = (Language.DE, Language.EN)
"""What is on paper is read by a tax office too, and set in a code page of the printer."""
_SYMBOLS = {"EUR": "€"}


def on_paper(language: Language, home: Language) -> Language:
    """The language of a receipt: the customer's, else the shop's own, else German."""
    return next((each for each in (language, home) if each in PRINTED), Language.DE)


@dataclass(frozen=True, slots=True)
class _Style:
    """How numbers and times are written, as the Unicode CLDR has it."""

    group: str
    point: str
    money: str = f"{{number}}{NBSP}{{symbol}}"
    percent: str = "{number}%"
    moment: str = "%d.%m.%Y %H:%M:%S"


_STYLES = {
    Language.DE: _Style(".", ",", percent=f"{{number}}{NBSP}%"),
    Language.EN: _Style(",", ".", "{symbol}{number}", moment="%d %b %Y %H:%M:%S"),
    Language.FR: _Style(_NARROW, ",", percent=f"{{number}}{_NARROW}%", moment="%d/%m/%Y %H:%M:%S"),
    Language.TR: _Style(".", ",", "{symbol}{number}", "%{number}"),
    Language.PL: _Style(NBSP, ","),
    Language.UK: _Style(NBSP, ","),
    # Western digits, which Arabic is written with as well: they are those of the labels on the
    # shelf, of the scale, of the card terminal and of the receipt.
    Language.AR: _Style(",", ".", moment="%d/%m/%Y %H:%M:%S"),
}


class Words:
    """All words of one language. Get one by `words_of`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.leftward = language is Language.AR
        """It runs from right to left."""
        self._catalogue = _catalogue(language)
        self._style = _STYLES[language]

    def __call__(self, message: str, **values: object) -> str:
        """The message in this language, its named placeholders filled."""
        text = self._catalogue.gettext(message)
        return text.format(**self._apart(values)) if values else text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form that fits `number`, which is also the placeholder `{number}`."""
        text = self._catalogue.ngettext(one, many, number)
        return text.format(number=number, **self._apart(values))

    def _beside(self, text: str) -> str:
        """The text between marks of its own direction, where the words around it run leftwards.

        Without them, the sign of an amount and the end of a name would change sides. Isolates would
        do it better, but no font we ship has a glyph for them.
        """
        strong = (unicodedata.bidirectional(letter) for letter in text)
        own = next((kind for kind in strong if kind in {"L", "R", "AL"}), "L")
        mark = LRM if own == "L" else RLM
        return f"{mark}{text.translate(_STEERING)}{mark}"

    def _apart(self, values: dict[str, object]) -> dict[str, object]:
        if not self.leftward:
            return values
        return {
            name: self._beside(value) if isinstance(value, str) else value
            for name, value in values.items()
        }

    def money(self, amount: Money) -> str:
        """`1.234,50 €` or `€1,234.50`, with the true minus."""
        sign = MINUS if amount.minor < 0 else ""
        whole, cents = divmod(abs(amount.minor), 100)
        number = f"{self.grouped(whole)}{self._style.point}{cents:02d}"
        symbol = _SYMBOLS.get(amount.currency, amount.currency)
        return sign + self._style.money.format(number=number, symbol=symbol)

    def grouped(self, number: int) -> str:
        """A whole number with the language's thousands mark."""
        return f"{number:,}".replace(",", self._style.group)

    def decimal(self, thousandths: int, places: int = 3) -> str:
        """`0,742` or `0.742`: a number given in thousandths, cut to `places`."""
        sign = MINUS if thousandths < 0 else ""
        whole, rest = divmod(abs(thousandths), 1000)
        tail = f"{rest:03d}"[:places]
        return (
            f"{sign}{self.grouped(whole)}{self._style.point}{tail}" if places else f"{sign}{whole}"
        )

    def percent(self, hundredths: int) -> str:
        """`19 %`, `5,5 %`: a rate given in hundredths of a percent."""
        whole, rest = divmod(hundredths, 100)
        tail = f"{rest:02d}".rstrip("0")
        number = f"{whole}{self._style.point}{tail}" if tail else f"{whole}"
        return self._style.percent.format(number=number)

    def moment(self, at: datetime) -> str:
        """Date and time to the second; the caller has brought `at` to the shop's zone."""
        return at.strftime(self._style.moment)


@cache
def words_of(language: Language) -> Words:
    """The words of a language, read once."""
    return Words(language)


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.EN:
        return gettext.NullTranslations()
    import polib  # only where a catalogue has to be read

    merged = polib.POFile()
    for path in sorted((Path(__file__).parent / language.value).glob("*.po")):
        catalogue = polib.pofile(str(path), encoding="utf-8")
        merged.metadata |= catalogue.metadata
        merged.extend(catalogue)
    return gettext.GNUTranslations(io.BytesIO(merged.to_binary()))
