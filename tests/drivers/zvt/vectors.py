"""APDUs and their meaning, made from the specification's tables: chapter, bytes, message.

Chapters are those of PA00P015 13.08, or of PA00P016 where it says so. None is a capture.
"""

from __future__ import annotations

from drivers.zvt.fields import ALL_RECEIPTS, Container, Tag
from drivers.zvt.messages import (
    Abort,
    AbortCommand,
    Authorization,
    Completion,
    IntermediateStatus,
    LogOff,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    Registration,
    RepeatReceipt,
    StatusEnquiry,
    StatusInformation,
    Unknown,
)
from tests.drivers.zvt.vectors_commands import COMMANDS

BLOCKS = Container.of(Tag(0x26, (Tag(0x0A, b"\x06\xd3"),)))
DISPLAY = Container.of(Tag(0x24, (Tag(0x07, b"Hal"),)))
CONTACTLESS = Container.of(Tag(0x2F, (Tag(0x1F10, b"\x02"), Tag(0x1F12, b"\x02"))))
SLIP = Container.of(Tag(0x1F07, b"\x02"), Tag(0x25, (Tag(0x07, b"Total"),)))

VECTORS: tuple[tuple[str, str, Message], ...] = (
    ("PA00P016 5.2.3", "800000", Positive()),
    ("5", "800008 0606 1F7303000007", Positive(tlv=Container.of(Tag(0x1F73, b"\0\0\7")))),
    ("2.28", "800001 0D", Positive(keys=b"\r")),
    ("PA00P016 5.2.3", "840000", Negative(code=0)),
    ("2.2.6", "846600", Negative(code=0x66)),
    ("2.2.6", "849C00", Negative(code=0x9C)),
    ("2.2.6", "849D07 04000000000400", Negative(code=0x9D, tail=b"\x04\0\0\0\0\4\0")),
    ("2.1", "060004 000000 86", Registration(0, 0x86)),
    ("2.1", "060008 123456 86 0978 0302", Registration(123456, 0x86, 978, service=2)),
    ("2.1", "06000E 000000 BE 0978 0606 26040A0206D3", Registration(0, 0xBE, 978, tlv=BLOCKS)),
    ("2.2", "06010A 04000000001010 490978", Authorization(1010, 978)),
    (
        "2.2, 13",
        "060110 04000000000001 490978 1940 011E 020F",
        Authorization(1, 978, payment_type=0x40, timeout=30, max_status_infos=15),
    ),
    ("2.24", "060200", LogOff()),
    ("2.20", "062005 000000 0303", RepeatReceipt(0, 3)),
    ("2.23", "06B000", AbortCommand()),
    ("2.56", "050100", StatusEnquiry()),
    ("2.56", "050103 123456", StatusEnquiry(123456)),
    ("2.56", "050105 000000 0302", StatusEnquiry(0, 2)),
    ("3.7", "04FF01 0A", IntermediateStatus(0x0A)),
    ("3.7", "04FF02 0E15", IntermediateStatus(0x0E, 0x15)),
    ("3.7", "04FF02 0E06", IntermediateStatus(0x0E, 0x06)),
    ("3.7", "04FF0B 0A03 0607 2405070348616C", IntermediateStatus(0x0A, 3, DISPLAY)),
    ("3.7", "04FF0B 0A06 0607 2405070348616C", IntermediateStatus(0x0A, 6, DISPLAY)),
    (
        "3.7, minutes left out",
        "04FF0A 0A 0607 2405070348616C",
        IntermediateStatus(10, None, DISPLAY),
    ),
    (
        "3.1.1",
        (
            "040F2D 2700 04000000001010 490978 0B000123 0C142233 0D1121 2952001234"
            " 870045 8A05 8BF0F9 6769726F6361726400"
        ),
        StatusInformation(
            0,
            1010,
            978,
            123,
            time=142233,
            date=1121,
            terminal_id=52001234,
            receipt=45,
            card_type=5,
            card_name="girocard\0",
        ),
    ),
    (
        "3.1.1, 13",
        "040F0F 2705 3CF0F0F9 416267656C65686E74",
        StatusInformation(5, additional_text="Abgelehnt"),
    ),
    (
        "3.1.1, after a reversal",
        "040F11 2700 04000000001010 0B000124 37000123",
        StatusInformation(0, 1010, trace=124, original_trace=123),
    ),
    (
        "13, bitmap 22",
        "040F0C 22F0F9 6725EEEEEEEEE4711F",
        StatusInformation(card_number="6725eeeeeeeee4711f"),
    ),
    (
        "13, bitmaps 2A and 3B",
        "040F19 2A303030303030303132333435363738 3B3132333435363738",
        StatusInformation(merchant_id="000000012345678", authorisation=b"12345678"),
    ),
    (
        "13, bitmaps 0E 17 19 88",
        "040F0C 0E2712 170001 1970 88000017",
        StatusInformation(expiry="2712", card_sequence=1, payment_type=0x70, turnover=17),
    ),
    (
        "9.4, tag 2F",
        "040F0E 2700 060A 2F08 1F100102 1F120102",
        StatusInformation(0, tlv=CONTACTLESS),
    ),
    (
        "13, order is free",
        "040F05 870007 2700",
        StatusInformation(0, receipt=7, order=(0x87, 0x27)),
    ),
    ("3.2", "060F00", Completion()),
    (
        "2.1.4",
        "060F0A 1900 2952001234 490978",
        Completion(status_byte=0, terminal_id=52001234, currency=978),
    ),
    (
        "2.1.4, diagnosis and OPT needed",
        "060F0A 1906 2952001234 490978",
        Completion(status_byte=6, terminal_id=52001234, currency=978),
    ),
    ("2.16.4", "060F02 27E0", Completion(result=0xE0)),
    ("2.56.2", "060F0B F0F0F7 5A565420312E32 00", Completion(version="ZVT 1.2", status=0)),
    ("2.56.2", "060F01 9C", Completion(status=0x9C)),
    ("2.56.2", "060F05 E0 0602 2400", Completion(status=0xE0, tlv=Container.of(Tag(0x24, ())))),
    ("3.3", "061E01 6C", Abort(0x6C)),
    ("2.2.10", "061E04 6F 490978", Abort(0x6F, currency=978)),
    ("2.10", "061E04 B8 87FFFF", Abort(0xB8, ALL_RECEIPTS)),
    ("3.5", "06D104 00 414243", PrintLine(0, "ABC")),
    ("3.5", "06D103 40 B084", PrintLine(0x40, "░ä")),
    ("3.5", "06D101 81", PrintLine(0x81)),
    ("3.6", "06D30F 060D 1F070102 25070705546F74616C", PrintTextBlock(tlv=SLIP)),
    ("2.66", "0FCA02 0102", Unknown(code=0x0FCA, data=b"\1\2")),
    *COMMANDS,
)
"""Everything a terminal and this till say to each other, and some of what others say."""
