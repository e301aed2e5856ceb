"""What was learnt of each printer by asking it once, kept in one small file.

Keyed by address and by what the printer says it is: another one in its place is noticed and asked
anew. Whether a printer may hold a piece of a receipt is kept as well, so that a restart does not
forget that only a person can get rid of it. Nothing of a receipt is kept.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.printer.profiles import Clear, Confirm

Identity = tuple[str, ...]
"""Maker, model and serial number, as far as it tells them."""
VERSION = 1


@dataclass(frozen=True, slots=True)
class Capabilities:
    """How far the word of one printer goes, and how it is made to forget."""

    identity: Identity
    confirm: Confirm
    clear: Clear

    def as_json(self) -> dict[str, Any]:
        """For the file, and for people who ask."""
        return {"identity": list(self.identity), "confirm": self.confirm, "clear": self.clear}


@dataclass(slots=True)
class Memory:
    """The file; without one, the same for as long as the program runs. For one thread.

    A file that cannot be read is as good as none, and one that cannot be written costs the next
    start a question: neither keeps anybody from a receipt.
    """

    path: Path | None = None
    _known: dict[str, Capabilities] = field(default_factory=dict)
    _holding: set[str] = field(default_factory=set)
    _read: bool = False

    def find(self, address: str, identity: Identity) -> Capabilities | None:
        """What is known of the printer that is there now."""
        self._load()
        found = self._known.get(address)
        return found if found and found.identity == identity else None

    def keep(self, address: str, learnt: Capabilities) -> None:
        """Remember it, in place of whatever was there before."""
        self._load()
        if self._known.get(address) != learnt:
            self._known[address] = learnt
            self._save()

    def forget(self, address: str) -> None:
        """Have the printer asked again: it did not do what it is known for."""
        self._load()
        if self._known.pop(address, None):
            self._save()

    def holds(self, address: str) -> bool:
        """Whether the printer may hold a piece of a receipt that no command drops."""
        self._load()
        return address in self._holding

    def set_holding(self, address: str, holding: bool) -> None:
        """Note it, on disk by the return."""
        self._load()
        if holding != (address in self._holding):
            (self._holding.add if holding else self._holding.discard)(address)
            self._save()

    def _load(self) -> None:
        if self._read or self.path is None:
            return
        self._read = True
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            body = json.loads(self.path.read_text("utf-8"))
            if body["version"] != VERSION:
                return
            self._holding = {str(address) for address in body["holding"]}
            for address, row in body["printers"].items():
                identity = tuple(str(name) for name in row["identity"])
                clear, confirm = Clear(row["clear"]), Confirm(row["confirm"])
                self._known[str(address)] = Capabilities(identity, confirm, clear)

    def _save(self) -> None:
        if self.path is None:
            return
        rows = {address: known.as_json() for address, known in sorted(self._known.items())}
        body = {"version": VERSION, "printers": rows, "holding": sorted(self._holding)}
        beside = self.path.with_suffix(".new")
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(body, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
