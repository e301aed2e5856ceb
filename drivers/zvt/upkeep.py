"""Commands that move no money: state, clock, host, software, display, and cards that are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from drivers.zvt import reading
from drivers.zvt.calls import Calls, refused
from drivers.zvt.charsets import write
from drivers.zvt.codes import state_of
from drivers.zvt.dialogue import T3_SECONDS
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import (
    Abort,
    AbortCommand,
    Diagnosis,
    DisplayImage,
    DisplayText,
    DisplayTextWithInput,
    DisplayTextWithKey,
    Initialisation,
    LogOff,
    ReadCard,
    ResetTerminal,
    SelectLanguage,
    SelfTest,
    SetClock,
    SetTerminalId,
    SoftwareUpdate,
    StatusEnquiry,
    StatusInformation,
)
from drivers.zvt.receipts import printable
from drivers.zvt.results import CardSeen, Condition, Done, Refused
from kiosk.ports import Cancel, RemoteProtocolError

CONTACTLESS_UID = 0x40
"""Card reading control (tag 1F15): tell the UID of a contactless card."""
ALL_READERS = 0x07
"""Card technologies (tag 1F60): stripe, chip, contactless."""
IMAGE_CHUNK = 60_000
"""Bytes of a picture in one APDU of two length bytes (2.33.1)."""
PNG, PLAIN = 3, 1
"""Type and encoding of an image (2.33 tables 8 and 9)."""


class Upkeep(Calls):
    """What a technician does."""

    def status(self) -> Condition:
        """2.56: whether it is ready, and what helps if it is not."""
        heard = self._talk(StatusEnquiry(self._password, 0x04 if self._containers else None))
        code, version = 0, ""
        if heard.refusal:
            code = 0 if heard.refusal.code == reading.UNSUPPORTED else heard.refusal.code
        elif isinstance(heard.final, Abort):
            code = heard.final.result
        elif heard.final:
            code, version = heard.final.status or 0, heard.final.version or ""
        said = state_of(code)
        return Condition(code, said.german, said.english, said.next, printable(version))

    def diagnose(self, kind: int | None = None) -> Done | Refused:
        """2.17: call the host. `kind` (tag 1B): 1 line, 2 extended, 3 configuration, 4 EMV."""
        tlv = Container.of(Tag(0x1B, bytes((kind,)))) if kind else None
        return self._done(Diagnosis(tlv))

    def initialise(self) -> Done | Refused:
        """2.18: send an initialisation to the host."""
        return self._done(Initialisation(self._password))

    def set_clock(self, at: datetime) -> Done | Refused:
        """2.25: the terminal's local date and time."""
        local = at.astimezone(self.link.settings.zone)
        date = local.year % 100 * 10_000 + local.month * 100 + local.day
        time = local.hour * 10_000 + local.minute * 100 + local.second
        return self._done(SetClock(self._password, date, time))

    def set_terminal_id(self, terminal_id: int | None) -> Done | Refused:
        """2.46: with an empty turnover only; None takes the id away."""
        return self._done(SetTerminalId(self._password, terminal_id))

    def update(self, assignment: str = "") -> Done | Refused:
        """2.37: fetch new software. It may be silent for long: ask `status` until it is ready."""
        tlv = Container.of(Tag(0x0F, assignment.encode("ascii"))) if assignment else None
        return self._done(SoftwareUpdate(tlv))

    def select_language(self, number: int) -> Done | Refused:
        """2.36: 0 German, 1 English, 2 French, 3 Italian, ..."""
        return self._done(SelectLanguage(number))

    def self_test(self) -> Done | Refused:
        """2.48: test itself and print the result."""
        return self._done(SelfTest())

    def reset(self) -> Done | Refused:
        """2.44: restart; the line drops."""
        return self._done(ResetTerminal())

    # --- cards and display ------------------------------------------------------------------------

    def read_card(self, seconds: int = 30, *, cancel: Cancel | None = None) -> CardSeen | Refused:
        """2.21: a card held or put in within 1 to 255 seconds; for ever is not offered (2.21 note)."""
        if not 0 < seconds < 256:
            raise ValueError(f"{seconds} is no number of seconds from 1 to 255")
        wanted = Container.of(
            Tag(0x1F15, bytes((CONTACTLESS_UID,))), Tag(0x1F60, bytes((ALL_READERS,)))
        )
        command = ReadCard(seconds, 0x10, tlv=wanted if self._containers else None)
        heard = self._talk(command, cancel=cancel)
        no = refused(heard)
        if no:
            return no
        return seen(heard.last or StatusInformation())

    def display(self, *lines: str, seconds: int = 10) -> Done | Refused:
        """2.26: up to eight lines on the terminal's display."""
        return self._brief(self._text(DisplayText(), lines, seconds))

    def ask_key(self, *lines: str, seconds: int = 30) -> Done | Refused:
        """2.28: lines, and the function key that was pressed."""
        return self._brief(self._text(DisplayTextWithKey(), lines, seconds), seconds + T3_SECONDS)

    def ask_number(
        self, mac: bytes, *lines: str, seconds: int = 30, most: int = 20
    ) -> Done | Refused:
        """2.30: lines, and the digits that were pressed. `mac`: 8 bytes, from the terminal's maker."""
        command = replace(DisplayTextWithInput(), mac=mac, longest=most)
        return self._brief(self._text(command, lines, seconds), seconds + T3_SECONDS)

    def abort(self) -> Done | Refused:
        """2.23: give a card back, or take a text away, while the terminal does nothing else."""
        return self._brief(AbortCommand())

    def log_off(self) -> Done | Refused:
        """2.24: the till leaves; the next command registers anew."""
        done = self._brief(LogOff())
        self.link.close()
        return done

    def display_image(self, png: bytes, *, seconds: int = 30, number: int = 1) -> Done | Refused:
        """2.33: a PNG on the terminal's display, in chunks where it is large. No abort takes it away."""
        if not png or len(png) > 255 * IMAGE_CHUNK:
            raise ValueError(f"a picture of {len(png)} bytes cannot be shown")
        pieces = [png[at : at + IMAGE_CHUNK] for at in range(0, len(png), IMAGE_CHUNK)]
        first = DisplayImage(image_type=PNG, image_encoding=PLAIN, seconds=seconds)
        if len(pieces) > 1:
            first = replace(first, image_id=number, size=len(png), chunks=len(pieces), index=0)
        for index, piece in enumerate(pieces):
            picture = Container.of(Tag(0x1C, piece))
            command = first if not index else DisplayImage(number, seconds=seconds, index=index)
            done = self._brief(replace(command, tlv=picture))
            if isinstance(done, Refused):
                return done
        return Done()

    def clear_image(self) -> Done | Refused:
        """2.33.2: take the picture away."""
        return self._brief(DisplayImage())

    def _text(self, command: DisplayText, lines: tuple[str, ...], seconds: int) -> DisplayText:
        if len(lines) > 8:
            raise ValueError(f"a display shows 8 lines, not {len(lines)}")
        self.link.open()
        charset = self.link.registered.charset
        rows = {f"line_{number}": write(text, charset) for number, text in enumerate(lines, 1)}
        return replace(command, seconds=seconds, **rows)  # type: ignore[arg-type]


def seen(told: StatusInformation) -> CardSeen:
    """A card's numbers, unpadded."""

    def data(*path: int) -> bytes:
        found = told.tlv.find(*path) if told.tlv else None
        return found.data if found else b""

    kind = data(0xE6, 0x1F4C) or data(0x1F4C)
    listed = told.tlv.find(0x62) or told.tlv.find(0x61) if told.tlv else None
    applications = listed.value if listed and not isinstance(listed.value, bytes) else ()
    types = tuple(
        int.from_bytes(each.data, "big")
        for application in applications
        if not isinstance(application.value, bytes)
        for each in application.value
        if each.number == 0x41
    )
    if told.result:
        raise RemoteProtocolError(f"a card came with result {told.result:02X}")
    return CardSeen(
        data(0x4C).lstrip(b"\0"),
        data(0x1F45),
        int.from_bytes(kind, "big") if kind else None,
        data(0x1F14),
        types,
    )
