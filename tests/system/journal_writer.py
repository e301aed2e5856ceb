"""Writes records and says after each that it is acknowledged: watched by the power-loss test."""

from __future__ import annotations

import os
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kiosk.journal
from kiosk.checkout.events import LanguageChosen, StartPressed
from kiosk.journal import Journal
from kiosk.words import Language

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Careless(Journal):
    """The mutant: what was acknowledged may still be in the machine's memory."""

    def _prepare(self, kiosk: str) -> None:
        real = self._db

        class Shim:
            def execute(self, text: str, *values: Any) -> sqlite3.Cursor:
                if text == "PRAGMA synchronous=FULL":
                    return real.execute("PRAGMA synchronous=NORMAL")
                if text == "PRAGMA synchronous":
                    return real.execute("SELECT 2")
                return real.execute(text, *values)

            def close(self) -> None:
                real.close()

        self._db = Shim()  # type: ignore[assignment]
        super()._prepare(kiosk)


def main(folder: str, kind: str, count: str) -> None:
    kiosk.journal.RESERVE_BYTES = 512
    journal = (Careless if kind == "careless" else Journal)(Path(folder) / "journal.db", "K1")
    for number in range(1, int(count) + 1):
        event = LanguageChosen(Language.EN, at=AT) if number % 2 else StartPressed(at=AT)
        journal.append(event, f"digest-{number}")
        os.write(1, b"ack %d\n" % number)
    os._exit(0)  # power is lost before the file is closed


if __name__ == "__main__":
    main(*sys.argv[1:])
