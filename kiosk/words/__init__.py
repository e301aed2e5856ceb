"""Every word a person reads or hears: one catalogue for screen, receipt, speech and remedies."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages by ISO 639-1 code."""

    DE = "de"
    EN = "en"
