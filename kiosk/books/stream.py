"""An export as one JSON document, entry by entry: a year of sales needs no more memory than a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TextIO

from kiosk.books.entries import Entry
from kiosk.books.plain import Plainly, Totals

FORMAT = 1


def write_json(
    out: TextIO, head: dict[str, Any], entries: Iterable[Entry], plainly: Plainly
) -> None:
    """An entry a line. What breaks off is no JSON: half an export is never taken for a whole one."""
    told = json.dumps({"format": FORMAT, **head}, ensure_ascii=False)
    out.write(told[:-1] + ', "entries": [')
    totals, mark = Totals(), "\n"
    for entry in entries:
        totals.add(entry)
        out.write(mark + json.dumps(plainly.entry(entry), ensure_ascii=False))
        mark = ",\n"
    out.write('\n], "totals": ' + json.dumps(totals.plain()) + "}\n")


def head_of(kiosk: str, epoch: str, zone: str, first: date, last: date) -> dict[str, Any]:
    """Whose books, and which days of the shop's calendar, both included."""
    days = {"from": first.isoformat(), "to": last.isoformat()}
    return {"kiosk": kiosk, "epoch": epoch, "zone": zone, **days}
