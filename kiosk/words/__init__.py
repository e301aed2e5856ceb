"""Every word a person reads or hears: one catalogue for screen, receipt, speech and remedies.

The source is English; each further language has a folder of gettext catalogues (`de/screen.po`).
Placeholders are named (`{total}`); a test holds that all languages carry the same ones.
"""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from kiosk.money import Money

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


class Language(StrEnum):
    """Languages by ISO 639-1 code."""

    DE = "de"
    EN = "en"


OWN_NAMES = {Language.DE: "Deutsch", Language.EN: "English"}
_SYMBOLS = {"EUR": "€"}


class Words:
    """All words of one language. Get one by `words_of`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def __call__(self, message: str, **values: object) -> str:
        """The message in this language, its named placeholders filled."""
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form that fits `number`, which is also the placeholder `{number}`."""
        return self._catalogue.ngettext(one, many, number).format(number=number, **values)

    def money(self, amount: Money) -> str:
        """`1.234,50 €` or `€1,234.50`, with the true minus."""
        sign = MINUS if amount.minor < 0 else ""
        whole, cents = divmod(abs(amount.minor), 100)
        symbol = _SYMBOLS.get(amount.currency, amount.currency)
        if self.language is Language.EN:
            return f"{sign}{symbol}{whole:,}.{cents:02d}"
        return f"{sign}{self.grouped(whole)},{cents:02d}{NBSP}{symbol}"

    def grouped(self, number: int) -> str:
        """A whole number with the language's thousands mark."""
        text = f"{number:,}"
        return text if self.language is Language.EN else text.replace(",", ".")

    def decimal(self, thousandths: int, places: int = 3) -> str:
        """`0,742` or `0.742`: a number given in thousandths, cut to `places`."""
        sign = MINUS if thousandths < 0 else ""
        whole, rest = divmod(abs(thousandths), 1000)
        mark = "." if self.language is Language.EN else ","
        tail = f"{rest:03d}"[:places]
        return f"{sign}{self.grouped(whole)}{mark}{tail}" if places else f"{sign}{whole}"

    def percent(self, hundredths: int) -> str:
        """`19 %`, `5,5 %`: a rate given in hundredths of a percent."""
        whole, rest = divmod(hundredths, 100)
        tail = f"{rest:02d}".rstrip("0")
        mark = "." if self.language is Language.EN else ","
        gap = "" if self.language is Language.EN else NBSP
        return f"{whole}{mark}{tail}{gap}%" if tail else f"{whole}{gap}%"

    def moment(self, at: datetime) -> str:
        """Date and time to the second; the caller has brought `at` to the shop's zone."""
        pattern = "%d.%m.%Y %H:%M:%S" if self.language is Language.DE else "%d %b %Y %H:%M:%S"
        return at.strftime(pattern)


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
