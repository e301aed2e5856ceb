"""What stands inside an envelope: fixed layouts, big-endian, texts padded to one size.

Layouts are tables (`Layout`): one line a field, so that they read like docs/lookup-v1.md.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

EVIDENCE_BYTES = 512
SHOWING_BYTES = 16
"""Random bytes before a proof, of this time of showing it (`EvidenceKind`)."""


class Malformed(ValueError):
    """Bytes that are no message of this version; the message says what is wrong, never what it held."""


class Kind(IntEnum):
    """What a request asks for. LOOKUP, CONSENT, SALE and SLIP are answered; the rest is reserved."""

    LOOKUP = 0x01
    STEP = 0x02
    """Relay of one card APDU, bound to kiosk and purchase."""
    RESERVE = 0x03
    CAPTURE = 0x04
    VOID = 0x05
    CONSENT = 0x06
    """Withdraw: see `service.wire.consent`."""
    PROFILE = 0x07
    SALE = 0x08
    SLIP = 0x09
    """Hold or release a deposit slip: see `service.wire.slip`."""


class Purpose(IntEnum):
    """Why a kiosk asks. The service gives nothing that the purpose does not need."""

    CHECKOUT = 0x01
    """A customer identifies at the start of, or during, a purchase."""


class Field(IntFlag):
    """What a kiosk may ask for. Nothing else about a customer exists for it."""

    NAME = 0x0001
    """The form of the name the customer chose to be greeted with."""
    BALANCE = 0x0002
    TIER = 0x0004
    PRICE_GROUP = 0x0008
    LANGUAGE = 0x0010
    OFFERS = 0x0020


ALL_FIELDS = Field(0x003F)


class EvidenceKind(IntEnum):
    """What the customer showed. The service derives the level from the proof in it.

    Kinds with a proof begin with a showing: 16 random bytes that the kiosk made for this time of
    showing it. They tell a question that is repeated from a proof that was kept.
    """

    NUMBER = 0x01
    """A number that anybody can copy: level 0."""
    TEST_CARD = 0x02
    """A number typed at the bench; taken only by a service that runs for tests, there as level 1."""
    CARD_UID = 0x03
    """4, 7 or 10 bytes that anybody can copy: level 0. Not 4 bytes that begin with 08: those change."""
    FELICA_IDM = 0x04
    """8 bytes that anybody can copy: level 0."""
    NDEF_TOKEN = 0x05
    """Showing(16), length of the UID(1), UID, COSE_Sign1 bound to that UID: level 1."""
    SUN = 0x06
    """Showing(16), the link of an NTAG 424 DNA as read, ASCII: level 2, each counter once."""
    COSE_TOKEN = 0x07
    """Showing(16), COSE_Sign1 in Base45 without its prefix: level 1, once."""


class Status(IntEnum):
    """How the service answers. FOUND is also said where nothing may be told of them: points count."""

    FOUND = 0x01
    UNKNOWN = 0x02
    CLOCK = 0x03
    """The request's time is off: take the signed time of this answer and ask anew."""
    SLOW_DOWN = 0x04
    BOOKED = 0x05
    CONFLICT = 0x06
    """A sale id came before with other contents; nothing was changed and people are told."""
    NOT_SERVED = 0x07
    """A kind that is reserved, or a purpose that does not allow it."""


# --- texts ------------------------------------------------------------------------------------


def put_text(text: str, size: int) -> bytes:
    """Length byte, UTF-8, zeros: `size` bytes in all. Raises Malformed if it does not fit."""
    raw = text.encode()
    if len(raw) > min(size - 1, 255):
        raise Malformed(f"a text of {len(raw)} bytes does not fit {size - 1}")
    return bytes((len(raw),)) + raw + bytes(size - 1 - len(raw))


def clip_text(text: str, size: int) -> str:
    """As much of a text as fits into `put_text`'s `size`; never half a character."""
    return text.encode()[: min(size - 1, 255)].decode(errors="ignore")


def text_span(data: memoryview, at: int, size: int) -> memoryview:
    """The UTF-8 bytes of a padded text, without making a copy. Raises Malformed."""
    length = data[at]
    if length > size - 1 or any(data[at + 1 + length : at + size]):
        raise Malformed("a text is not padded with zeros")
    return data[at + 1 : at + 1 + length]


# --- the customer, as a kiosk may see them ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A personal offer in words; what it is worth is decided by the service at capture."""

    text: str


@dataclass(frozen=True, slots=True)
class Customer:
    """What the service tells of a member. Fields that were not granted are empty.

    `level`: how well the customer proved to be it, 0 to 3. `balance` counts points.
    """

    level: int
    granted: Field
    name: str = ""
    balance: int = 0
    tier: str = ""
    price_group: str = ""
    language: str = ""
    offers: tuple[Offer, ...] = ()


NAME_BYTES, TIER_BYTES, GROUP_BYTES, OFFER_BYTES, OFFERS_MOST = 80, 32, 16, 96, 4
_CUSTOMER = struct.Struct(f">BHq2s{NAME_BYTES}s{TIER_BYTES}s{GROUP_BYTES}sB")
_CUSTOMER_HEAD = struct.Struct(f">BHq2s{NAME_BYTES}x{TIER_BYTES}x{GROUP_BYTES}xB")
"""The same without its texts: unpacking those would leave copies that nobody can wipe."""
NAME_AT = 1 + 2 + 8 + 2
TIER_AT = NAME_AT + NAME_BYTES
GROUP_AT = TIER_AT + TIER_BYTES
OFFERS_AT = _CUSTOMER.size
CUSTOMER_BYTES = OFFERS_AT + OFFERS_MOST * OFFER_BYTES


def pack_customer(customer: Customer) -> bytes:
    """CUSTOMER_BYTES, whatever is in them. Raises Malformed for a text that is too long."""
    head = _CUSTOMER.pack(
        customer.level,
        customer.granted,
        customer.balance,
        customer.language.encode().ljust(2, b"\0"),
        put_text(customer.name, NAME_BYTES),
        put_text(customer.tier, TIER_BYTES),
        put_text(customer.price_group, GROUP_BYTES),
        len(customer.offers),
    )
    offers = b"".join(put_text(each.text, OFFER_BYTES) for each in customer.offers)
    return (head + offers).ljust(CUSTOMER_BYTES, b"\0")


class CustomerView:
    """A customer in somebody else's buffer: reads where it lies, so that wiping the buffer is all."""

    __slots__ = ("_data", "balance", "granted", "language", "level", "offer_count", "price_group")

    def __init__(self, data: memoryview) -> None:
        """Checks everything once. Raises Malformed."""
        if len(data) < CUSTOMER_BYTES:
            raise Malformed("a customer is shorter than its layout")
        level, granted, balance, language, count = _CUSTOMER_HEAD.unpack_from(data)
        if count > OFFERS_MOST or granted & ~ALL_FIELDS:
            raise Malformed("a customer with unknown fields")
        self._data = data
        self.level: int = level
        self.granted = Field(granted)
        self.balance: int = balance
        self.language: str = _ascii(language.rstrip(b"\0"))
        self.price_group: str = _ascii(bytes(text_span(data, GROUP_AT, GROUP_BYTES)))
        self.offer_count: int = count
        for index in range(count):
            self.offer(index)
        _ = self.name, self.tier

    @property
    def name(self) -> memoryview:
        """UTF-8, in the buffer."""
        return text_span(self._data, NAME_AT, NAME_BYTES)

    @property
    def tier(self) -> memoryview:
        """UTF-8, in the buffer."""
        return text_span(self._data, TIER_AT, TIER_BYTES)

    def offer(self, index: int) -> memoryview:
        """UTF-8, in the buffer."""
        return text_span(self._data, OFFERS_AT + index * OFFER_BYTES, OFFER_BYTES)


def _ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("a code that is not ASCII") from error


# --- bodies of requests -------------------------------------------------------------------------

_EVIDENCE = struct.Struct(f">BH{EVIDENCE_BYTES}s")
EVIDENCE_FIELD_BYTES = _EVIDENCE.size


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was shown, with its kind."""

    kind: EvidenceKind
    data: bytes


def put_evidence(
    into: memoryview, kind: EvidenceKind, data: bytes | bytearray | memoryview
) -> None:
    """Write evidence into a zeroed buffer, without a copy in between. Raises Malformed."""
    if not 1 <= len(data) <= EVIDENCE_BYTES:
        raise Malformed(f"evidence has 1 to {EVIDENCE_BYTES} bytes, not {len(data)}")
    struct.pack_into(">BH", into, 0, kind, len(data))
    into[3 : 3 + len(data)] = data


def evidence_in(body: bytes) -> Evidence:
    """The evidence at the start of a body. Raises Malformed."""
    if len(body) < EVIDENCE_FIELD_BYTES:
        raise Malformed("evidence is shorter than its layout")
    kind, length, padded = _EVIDENCE.unpack_from(body)
    if not 1 <= length <= EVIDENCE_BYTES or padded[length:] != bytes(EVIDENCE_BYTES - length):
        raise Malformed("evidence is not padded with zeros")
    try:
        return Evidence(EvidenceKind(kind), padded[:length])
    except ValueError as error:
        raise Malformed(f"no evidence of kind {kind:#04x}") from error
