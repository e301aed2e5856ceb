"""Dialog 06, the part that weighs: the records of both roles, and the kiosk's side of the dialogue.

Mettler-Toledo DIVA service manual, 6.1.8 (and OHAUS Aviator, 6.1.3): 9600 baud, 7 bits, odd parity. The
kiosk begins with EOT STX record ETX, the scale says ACK or NAK; EOT ENQ asks for the result. After NAK
record 08 asks why. Before some weighings the scale wants checksums (record 11), answered by record 10.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from drivers.scale.checksums import Keys
from drivers.scale.frames import STX, Framer, Signal
from drivers.scale.reading import Attempt, NoWeight, Reading, Request, Weight
from kiosk import weighing
from kiosk.checkout.weigh_events import ScaleSays
from kiosk.errors import LocalProtocolError, RemoteProtocolError, Unavailable

ETX, EOT, ENQ, ACK, NAK, ESC = 0x03, 0x04, 0x05, 0x06, 0x15, 0x1B
POLL = bytes((EOT, ENQ))
MOST_CENTS, MOST_TARE, TEXT = 999_999, 9_999, 13
ROUNDS = 3
"""How often a weighing is begun anew because the scale wanted checksums in between."""

_RESULT = re.compile(rb"02\x1b([0-3])\x1b([0-9]{5})\x1b([0-9]{5,6})\x1b([0-9]{6})")
_STATUS = re.compile(rb"09\x1b([0-9]{2})")
_WANTED = re.compile(rb"11\x1b2([0-9A-Fa-f]{2})")
_JUDGED = re.compile(rb"11\x1b([01])")
KILOGRAMS = b"3"

SAYS = {
    20: NoWeight(ScaleSays.MOVING, pending=True),
    21: NoWeight(ScaleSays.UNMOVED),
    22: NoWeight(ScaleSays.MOVING, pending=True),
    30: NoWeight(ScaleSays.TOO_LIGHT),
    31: NoWeight(ScaleSays.BELOW_ZERO),
    32: NoWeight(ScaleSays.OVERLOAD),
}
"""Codes of record 09 that pass; 00 is no error at all."""
OUR_FAULT = {10: "an invalid record", 11: "an invalid price", 12: "an invalid tare", 13: "a text"}


@dataclass(frozen=True, slots=True)
class Result:
    """Record 02: net grams, cents a kilogram, cents to pay."""

    grams: int
    price: int
    to_pay: int
    unit: bytes = KILOGRAMS


@dataclass(frozen=True, slots=True)
class Status:
    """Record 09."""

    code: int


@dataclass(frozen=True, slots=True)
class ChecksumsWanted:
    """Record 11 with a random number."""

    random: int


@dataclass(frozen=True, slots=True)
class ChecksumsJudged:
    """Record 11 in answer to record 10."""

    valid: bool


Record = Result | Status | ChecksumsWanted | ChecksumsJudged


def framed(*fields: bytes) -> bytes:
    """STX, fields apart by ESC, ETX."""
    return bytes((STX,)) + bytes((ESC,)).join(fields) + bytes((ETX,))


def asked(*fields: bytes) -> bytes:
    """A record of the kiosk: whatever was under way is over."""
    return bytes((EOT,)) + framed(*fields)


STATUS_REQUEST = asked(b"08")


def encode(record: Record) -> bytes:
    """A record as the scale sends it."""
    match record:
        case Result(grams=grams, price=price, to_pay=to_pay, unit=unit):
            numbers = (f"{grams:05d}", f"{price:06d}", f"{to_pay:06d}")
            return framed(b"02", unit, *(each.encode() for each in numbers))
        case Status(code=code):
            return framed(b"09", f"{code:02d}".encode())
        case ChecksumsWanted(random=random):
            return framed(b"11", f"2{random:02X}".encode())
        case ChecksumsJudged(valid=valid):
            return framed(b"11", b"1" if valid else b"0")


def parse(body: bytes) -> Record:
    """What stood between STX and ETX. Raises RemoteProtocolError."""
    if found := _RESULT.fullmatch(body):
        return Result(int(found[2]), int(found[3]), int(found[4]), found[1])
    if found := _STATUS.fullmatch(body):
        return Status(int(found[1]))
    if found := _WANTED.fullmatch(body):
        return ChecksumsWanted(int(found[1], 16))
    if found := _JUDGED.fullmatch(body):
        return ChecksumsJudged(found[1] == b"1")
    raise RemoteProtocolError("no record of Dialog 06; set the scale to this protocol")


def price_record(request: Request) -> bytes:
    """Record 01, 03, 04 or 05, by what there is to tell. Raises LocalProtocolError."""
    if not 0 < request.price <= MOST_CENTS or not 0 <= request.tare <= MOST_TARE:
        raise LocalProtocolError("a price or tare that Dialog 06 cannot carry")
    price, tare = f"{request.price:06d}".encode(), f"{request.tare:04d}".encode()
    text = plain(request.name)
    if request.tare and text:
        return asked(b"05", price, tare, text)
    if request.tare:
        return asked(b"03", price, tare)
    return asked(b"04", price, text) if text else asked(b"01", price, b"")


def plain(name: str) -> bytes:
    """A name in thirteen ASCII characters at most, padded; nothing of it can end a record."""
    spread = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    letters = "".join(each for each in spread if " " <= each <= "~")[:TEXT]
    return letters.ljust(TEXT).encode() if letters.strip() else b""


class Dialog06:
    """The kiosk's side. Without `keys` a scale that wants checksums cannot be used."""

    parity = "O"
    guards = True

    def __init__(self, keys: Keys | None = None) -> None:
        self._keys = keys

    def framer(self) -> Framer:
        """Records and single characters; the EOT that ends a scale's turn says nothing more."""
        return Framer(ETX, bytes((ACK, NAK)), bytes((EOT,)))

    def weigh(self, request: Request, *, pending: bool = False) -> Attempt:
        """One weighing, with checksums in between where the scale wants them."""
        for _ in range(ROUNDS):
            answer = ACK if pending else _read((yield price_record(request)))
            if answer == ACK:
                answer = _read((yield POLL))
            pending = False
            if isinstance(answer, ChecksumsWanted):
                yield from self._proved(answer)
                continue
            if answer == NAK:
                return (yield from self.look())
            if not isinstance(answer, Result):
                raise RemoteProtocolError("no result of a weighing where one was due")
            return _checked(answer, request)
        raise RemoteProtocolError(f"it wants checksums again and again; {_KEYS}")

    def look(self) -> Attempt:
        """Record 08, record 09."""
        answer = _read((yield STATUS_REQUEST))
        if isinstance(answer, ChecksumsWanted):
            return NoWeight(ScaleSays.MOVING)  # it will ask again when it is weighed with
        if not isinstance(answer, Status):
            raise RemoteProtocolError("no status where one was due")
        return _meaning(answer.code)

    def _proved(self, wanted: ChecksumsWanted) -> Attempt:
        if self._keys is None:
            raise Unavailable(
                "the scale wants checksums; ask its maker for the polynomial of your software,"
                " and configure scale.polynomial"
            )
        sent = asked(b"10", self._keys.answer(wanted.random).encode())
        if _read((yield sent)) != ACK:
            raise RemoteProtocolError("it does not take the checksums")
        judged = _read((yield POLL))
        if not isinstance(judged, ChecksumsJudged):
            raise RemoteProtocolError("it does not judge the checksums")
        if not judged.valid:
            raise Unavailable(f"the scale finds the checksums wrong; {_KEYS}")
        return NoWeight(ScaleSays.MOVING)


_KEYS = "compare scale.polynomial and the module's seal with what the scale was set up for"


def _read(signal: Signal) -> Record | int:
    return signal if isinstance(signal, int) else parse(signal)


def _meaning(code: int) -> Reading:
    if code in OUR_FAULT:
        raise LocalProtocolError(f"the scale says that we sent {OUR_FAULT[code]} ({code})")
    if code == 2:
        raise RemoteProtocolError("a parity error; set its line to 9600 baud, 7 bits, odd parity")
    if code in SAYS:
        return SAYS[code]
    if code:
        raise RemoteProtocolError(f"error {code:02d}; switch the scale off and on")
    return NoWeight(ScaleSays.MOVING)


def _checked(result: Result, request: Request) -> Reading:
    """What the scale shows to the customer has to be what is charged, to the cent."""
    if result.unit != KILOGRAMS:
        raise RemoteProtocolError("it weighs in pounds; set it to kilograms")
    if not result.grams:
        return NoWeight(ScaleSays.TOO_LIGHT)
    if (result.price, result.to_pay) != (
        request.price,
        weighing.price(result.grams, request.price),
    ):
        raise RemoteProtocolError("it computes another price; look at its decimals and rounding")
    return Weight(result.grams + request.tare)
