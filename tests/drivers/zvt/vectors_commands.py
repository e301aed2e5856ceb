"""Commands beyond payment, and their answers, made from the specification's tables."""

from __future__ import annotations

from drivers.zvt.fields import ALL_RECEIPTS, Container, Tag
from drivers.zvt.messages import (
    KINDS,
    Abort,
    AbortCommand,
    ActivateCardReader,
    Authorization,
    BookTip,
    BookTotal,
    CardPoll,
    ChangePassword,
    Completion,
    Diagnosis,
    DisplayImage,
    DisplayText,
    DisplayTextWithInput,
    DisplayTextWithKey,
    EndOfDay,
    Initialisation,
    Message,
    PartialReversal,
    PrintConfiguration,
    PrintReceipts,
    ReadCard,
    Refund,
    Reservation,
    ReservationReversal,
    ResetTerminal,
    Reversal,
    SelectLanguage,
    SelfTest,
    SendTotals,
    SetClock,
    SetTerminalId,
    SetTillClock,
    SingleTotals,
    SoftwareUpdate,
    StatusInformation,
    Totals,
)

SYNC = Container.of(Tag(0x1F1F, b"\x01\x17"))
NONE_YET = Container.of(Tag(0x1F1F, b""))
OPEN = Container.of(Tag(0x23, (Tag(0x08, b"\x00\x12"), Tag(0x08, b"\x00\x13"))))
UID = Container.of(Tag(0x4C, bytes(3) + b"\x04\xab\xcd\xef\x01\x02\x03"))
FULL = Container.of(Tag(0x1B, b"\x02"))
JOB = Container.of(Tag(0x0F, b"4711"))
PIXELS = Container.of(Tag(0x1C, b"\x89PNG"))
CARDS = Container.of(Tag(0x1F15, b"\x40"), Tag(0x1F60, b"\x04"))
DAY = SingleTotals(
    23, 42, tuple(Totals(2 * at, 1010 * at) if at < 2 else Totals(0, 0) for at in range(len(KINDS)))
)

COMMANDS: tuple[tuple[str, str, Message], ...] = (
    (
        "4.2",
        "060111 04000000001010 490978 0605 1F1F020117",
        Authorization(1010, 978, tlv=SYNC),
    ),
    ("4.2, new till", "06010C 04000000000001 0603 1F1F00", Authorization(1, tlv=NONE_YET)),
    (
        "2.2, pump, card by hand",
        "06011F 04000000002000 490978 0502 22F0F4 67251234 0E2712 3A123F 8A05 3CF0F0F0",
        Authorization(
            2000,
            978,
            pump=2,
            card_number="67251234",
            expiry="2712",
            check_value="123f",
            card_type=5,
            text="",
            order=(0x04, 0x49, 0x05, 0x22, 0x0E, 0x3A, 0x8A, 0x3C),
        ),
    ),
    (
        "2.2, tracks",
        "060110 2DF0F24142 23F0F21D20 24F0F0F21D21",
        Authorization(track1=b"AB", track2="1d20", track3="1d21"),
    ),
    ("2.65", "06E60A 04000000001010 490978", CardPoll(1010, 978)),
    ("2.6", "060C0A 04000000000150 870045", BookTip(150, 45)),
    ("2.8", "06220A 04000000005000 490978", Reservation(5000, 978)),
    (
        "2.8, longer",
        "062214 04000000006000 0B000123 3B3132333435363738",
        Reservation(6000, trace=123, authorisation=b"12345678"),
    ),
    ("2.10", "06230D 870012 04000000003000 490978", PartialReversal(12, 3000, 978)),
    ("2.10.1", "062303 87FFFF", PartialReversal(ALL_RECEIPTS)),
    ("2.13", "06240A 870012 04000000002000", BookTotal(12, 2000)),
    ("2.14", "062503 870012", ReservationReversal(12)),
    ("2.9", "06300D 123456 870045 04000000001010", Reversal(123456, 45, 1010)),
    ("2.15", "06310D 000000 04000000001010 490978", Refund(0, 1010, 978)),
    ("2.16", "065003 000000", EndOfDay(0)),
    ("2.43", "061003 000000", SendTotals(0)),
    ("2.19", "061205 000000 0012", PrintReceipts(0, 12)),
    ("2.19, from to", "061207 000000 0012 0020", PrintReceipts(0, 12, 20)),
    ("2.23, card out", "06B002 D200", AbortCommand(card_output=0)),
    ("2.21", "06C000", ReadCard()),
    ("2.21", "06C00F 1E 1910 FC01 0608 1F150140 1F600104", ReadCard(30, 0x10, 1, CARDS)),
    ("2.21, seconds that look like a bitmap", "06C001 19", ReadCard(0x19)),
    ("2.25", "06910B 000000 AA261122 0C093000", SetClock(0, 261122, 93000)),
    ("2.46", "061B08 000000 2952001234", SetTerminalId(0, 52001234)),
    ("2.46, none", "061B03 000000", SetTerminalId(0)),
    ("2.49", "069506 000000 123456", ChangePassword(0, 123456)),
    ("2.17", "067005 0603 1B0102", Diagnosis(FULL)),
    ("2.18", "069303 000000", Initialisation(0)),
    ("2.37", "081008 0606 0F0434373131", SoftwareUpdate(JOB)),
    ("2.36", "083001 01", SelectLanguage(1)),
    ("2.22", "085002 FA00", ActivateCardReader(0)),
    (
        "2.26",
        "06E010 F005 F1F0F548616C6C6F F2F0F141 F901",
        DisplayText(5, "Hallo", "A", beeps=1),
    ),
    ("2.28", "06E108 F1F0F548616C6C6F", DisplayTextWithKey(line_1="Hallo")),
    (
        "2.30",
        "06E213 F1F0F15A E904 EA00 EB0102030405060708 FB00",
        DisplayTextWithInput(
            line_1="Z",
            longest=4,
            echo=0,
            mac=bytes(range(1, 9)),
            confirm=0,
            order=(0xF1, 0xE9, 0xEA, 0xEB, 0xFB),
        ),
    ),
    (
        "2.33",
        "06F01C 7000000007 7203 7301 F00A 7100000004 7401 7500 0606 1C0489504E47",
        DisplayImage(7, 3, 1, 10, 4, 1, 0, PIXELS),
    ),
    ("2.33.2", "06F000", DisplayImage()),
    ("2.44", "061800", ResetTerminal()),
    ("2.45", "061A00", PrintConfiguration()),
    ("2.48", "067900", SelfTest()),
    ("3.4", "040108 AA261122 0C093000", SetTillClock(261122, 93000)),
    ("2.37.3", "060F0A 2700 0C093000 AA261122", Completion(None, None, 0, 93000, 261122)),
    (
        "3.1.3",
        (
            "040F46 2700 04000000001010 60F0F5F3 0023 0042 00000000000000 02000000001010"
            " 00000000000000 00000000000000 00000000000000 00000000000000 00000000000000 0B000099"
        ),
        StatusInformation(0, 1010, trace=99, totals=DAY, order=(0x27, 0x04, 0x60, 0x0B)),
    ),
    ("2.10.1, a list", "061E10 B8 870012 060A 2308 08020012 08020013", Abort(0xB8, 12, tlv=OPEN)),
    (
        "2.65, a card that does not pay",
        "061E0F 7A 060C 4C0A 00000004ABCDEF010203",
        Abort(0x7A, tlv=UID),
    ),
    (
        "13, bitmaps 8C A0 BA",
        "040F0A 8C05 A0C8 BA0102030405",
        StatusInformation(
            network_card_type=5, host_result=0xC8, authorisation_parameter=b"\1\2\3\4\5"
        ),
    ),
)
