"""Every command before the simulated terminal, as bytes made from the specification's chapters."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.zvt.scenes import Fault
from tests.drivers.zvt.talk import REGISTERED, Talk, terminal

RESULT = (
    "040F3F 2700 04000000000119 490978 0B000001 0C130000 0D1121 1970 22F0F96725EEEEEEEEE4711F"
    " 2952001234 870001 88000001 8A05 8BF0F96769726F6361726400"
)
"""A payment of 1.19 at 13:00 on 21 November."""
PAY = "> 06010A 04000000000119 490978"


def ready(profile: str = "standard", **options: Any) -> Talk:
    """A registered till."""
    return Talk(terminal(profile, **options), REGISTERED)


def paid(**options: Any) -> Talk:
    """One payment of 1.19 with receipt 1."""
    return ready(**options).says(f"{PAY} | < 800000 | < 040F* | < 060F00")


@pytest.mark.parametrize(
    ("chapter", "dialogue"),
    [
        ("2.1", "> 060006 000000 00 0840 | < 841E03 6F0978"),
        ("2.1", "> 060004 000000 86 | < 800000 | < 060F0A 1900 2952001234 490978"),
        (
            "2.1",
            (
                "> 06001E 000000 BE 0978 0616 1F7303000000 120130 1A0203FF 1401FE 26040A0206D3"
                "| < 800000 | < 060F2F 1900 2952001234 490978 0623 120130 1401FE 27031401FE 1A0203FF"
                " 260C0A0206D10A0206D30A0206E6 1F7303000000"
            ),
        ),
        ("2.2", f"{PAY} | < 800000 | < {RESULT} | < 060F00"),
        ("2.2", "> 060107 04000000000119 | < 800000 | < 040F* | < 060F00"),
        ("2.2", "> 06010A 04000000000119 490840 | < 800000 | < 061E04 6F490978"),
        ("2.2", "> 060109 04000000000119 1942 | < 800000 | < 040F*2765* | < 061E0165"),
        ("2.6", "> 060C0A 04000000000020 870001 | < 800000 | < 040F*27B5* | < 061E01B5"),
        ("2.10.1", "> 062303 87FFFF | < 800000 | < 061E04 B887FFFF"),
        ("2.17", "> 067000 | < 800000 | < 040108 AA261121 0C130000 | < 060F00"),
        ("2.18", "> 069303 000000 | < 800000 | < 060F00"),
        ("2.19", "> 061205 000000 0001 | < 800000 | < 061E0166"),
        ("2.20", "> 062003 000000 | < 800000 | < 061E0166"),
        ("2.22", "> 085000 | < 800000"),
        ("2.24", "> 060200 | < 800000"),
        ("2.25", "> 06910B 000000 AA261224 0C180000 | < 800000 | < 060F00"),
        ("2.25", "> 06910B 000000 AA261324 0C180000 | < 800000 | < 061E0166"),
        ("2.26", "> 06E008 F005 F1F0F3486569 | < 800000"),
        ("2.30", "> 06E205 F1F0F24142 | < 847500"),
        ("2.33", "> 06F000 | < 800000"),
        ("2.36", "> 083001 01 | < 800000 | < 060F00"),
        ("2.36", "> 083001 10 | < 800000 | < 061E0166"),
        ("2.43", "> 061003 000000 | < 800000 | < 040F*60F0F5F3* | < 060F00"),
        ("2.44", "> 061800 | < 800000 | < 060F00"),
        ("2.45", "> 061A00 | < 800000 | < 060F00"),
        ("2.46", "> 061B08 000000 2987654321 | < 800000 | < 060F00"),
        ("2.48", "> 067900 | < 800000 | < 060F00"),
        ("2.49", "> 069506 000000 123456 | < 800000 | < 060F02 2700"),
        ("2.56", "> 050100 | < 800000 | < 060F0B F0F0F753494D20312E3000"),
        ("2.56", "> 050105 000000 0302 | < 800000 | < 060F0100"),
        ("2.66", "> 0FFF00 | < 848300"),
        ("13", "> 060109 04000000000119 FF00 | < 848300"),
    ],
)
def test_a_command_by_its_bytes(chapter: str, dialogue: str) -> None:
    """What is answered, to the last byte where it matters."""
    del chapter
    ready().says(dialogue)


def test_a_payment_that_is_reversed_by_its_receipt_number() -> None:
    """The amount has to match; a second time it is done already, and nothing else is."""
    talk = paid()
    talk.says("> 06300D 000000 870001 04000000000118 | < 800000 | < 040F*27B5* | < 061E01B5")
    talk.says("> 063006 000000 870002 | < 800000 | < 040F*27B5* | < 061E01B5")
    assert talk.simulator.memory.turnover() == 119
    talk.says(
        "> 06300D 000000 870001 04000000000119 | < 800000"
        "| < 040F*2700*0B00000237000001*870002* | < 060F00"
    )
    assert talk.simulator.memory.turnover() == 0
    talk.says("> 063006 000000 870001 | < 800000 | < 040F*27B4* | < 061E01B4")
    talk.says("> 063003 000000 | < 848300")


def test_a_refund_needs_no_payment() -> None:
    """It is taken off the turnover."""
    talk = paid()
    talk.says("> 06310A 000000 04000000000050 | < 800000 | < 040F*2700* | < 060F00")
    assert talk.simulator.memory.turnover() == 69
    assert [each.amount for each in talk.simulator.memory.standing()] == [119]


def test_a_tip_goes_to_a_payment_of_the_day() -> None:
    """It can be reversed like one."""
    talk = paid().says("> 060C0A 04000000000020 870001 | < 800000 | < 040F*870002* | < 060F00")
    assert talk.simulator.memory.turnover() == 139
    talk.says("> 063006 000000 870002 | < 800000 | < 040F*37000002* | < 060F00")
    assert talk.simulator.memory.turnover() == 119


RESERVED = "> 062207 04000000010000 | < 800000 | < 040F*2700*870001* | < 060F00"


@pytest.mark.parametrize(
    ("dialogue", "stands", "open_"),
    [
        ("> 06230A 870001 04000000004000 | < 800000 | < 040F*04000000006000* | < 060F00", 6000, 0),
        ("> 06230A 870001 04000000010001 | < 800000 | < 040F*27B7* | < 061E01B7", 0, 1),
        ("> 06230A 870001 04000000010000 | < 800000 | < 040F*37000001* | < 060F00", 0, 0),
        ("> 062304 0B000001 | < 800000 | < 040F*04000000010000* | < 060F00", 10000, 0),
        ("> 06240A 870001 04000000006000 | < 800000 | < 040F*04000000006000* | < 060F00", 6000, 0),
        ("> 06240A 870001 04000000010001 | < 800000 | < 040F*27B7* | < 061E01B7", 0, 1),
        ("> 062403 870009 | < 800000 | < 040F*27B8* | < 061E01B8", 0, 1),
        ("> 062503 870001 | < 800000 | < 040F*37000001* | < 060F00", 0, 0),
        ("> 06250A 870001 04000000000001 | < 800000 | < 040F*27B7* | < 061E01B7", 0, 1),
        ("> 06220B 04000000002000 0B000001 | < 800000 | < 040F*04000000012000* | < 060F00", 0, 1),
        ("> 062303 87FFFF | < 800000 | < 061E04 B8870001", 0, 1),
    ],
)
def test_a_reservation_becomes(dialogue: str, stands: int, open_: int) -> None:
    """Booked in part or whole, given up, made larger, or told as open."""
    talk = ready().says(RESERVED).says(dialogue)
    assert talk.simulator.memory.turnover() == stands
    assert len(talk.simulator.memory.reservations()) == open_


def test_a_till_with_containers_gets_a_list_of_open_reservations() -> None:
    """Tag 23."""
    talk = Talk(terminal(), "> 060008 000000 00 0978 0600 | < 800000 | < 060F*")
    again = RESERVED.replace("870001", "870002")
    talk.says(RESERVED).says(again)
    talk.says("> 062303 87FFFF | < 800000 | < 061E10 B8870001 060A 2308 08020001 08020002")


def test_an_end_of_day_empties_the_turnover_and_can_be_repeated() -> None:
    """Totals by kind of card, the receipt once more, and numbers that go on."""
    talk = paid()
    totals = (
        "< 040F* 04000000000119 490978 0B000002* 60F0F5F3 00010001"
        " 01000000000119 00000000000000 00000000000000 00000000000000"
        " 00000000000000 00000000000000 00000000000000"
    )
    talk.says(f"> 065003 000000 | < 800000 | {totals} | < 060F00")
    assert talk.simulator.memory.turnover() == 0
    talk.says(f"> 062005 000000 0303 | < 800000 | {totals} | < 060F00")
    talk.says("> 063009 000000 870001 490978 | < 800000 | < 040F*27B5* | < 061E01B5")
    talk.says(f"{PAY} | < 800000 | < 040F*0B000003*870002* | < 060F00")
    talk.says("> 062005 000000 0303 | < 800000 | < 040F*0B000003* | < 060F00")
    talk.says(f"> 06200B 000000 0303 0604 1F010104 | < 800000 | {totals} | < 060F00")


def test_an_end_of_day_that_fails_locks_sales_until_one_succeeds() -> None:
    """F0 for whatever moves money; the status says it too."""
    talk = paid(faults={Fault.CLOSING_FAILS})
    talk.says("> 065003 000000 | < 800000 | < 061E0177")
    for command in (PAY, "> 063006 000000 870001", "> 062207 04000000000100"):
        talk.says(f"{command} | < 800000 | < 061E01F0")
    talk.says("> 050105 000000 0302 | < 800000 | < 060F01F0")
    assert talk.simulator.memory.turnover() == 119
    talk.says("> 065003 000000 | < 800000 | < 040F* | < 060F00")
    talk.says(f"{PAY} | < 800000 | < 040F* | < 060F00")


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (0x51, "> 069303 000000 | < 800000 | < 060F00"),
        (0xC2, "> 067000 | < 800000 | < 0401* | < 060F00"),
        (0x62, "> 06910B 000000 AA261224 0C180000 | < 800000 | < 060F00"),
    ],
)
def test_a_locked_terminal_aborts_all_but_a_few(state: int, remedy: str) -> None:
    """7.1: 06 1E with its state, until the command that helps."""
    talk = ready(locked=state)
    for command in ("060107 04000000000119", "065003 000000", "062003 000000", "061003 000000"):
        talk.says(f"> {command} | < 800000 | < 061E01{state:02X}")
    talk.says(f"> 050105 000000 0302 | < 800000 | < 060F01{state:02X}")
    talk.says("> 06E008 F005 F1F0F3486569 | < 800000 | > 06B000 | < 800000")
    talk.says("> 06C001 05 | < 800000 | < 040F*")
    assert talk.simulator.authorisations == 0
    talk.says(remedy).says(f"{PAY} | < 800000 | < 040F* | < 060F00")


def test_a_registration_tells_what_a_locked_terminal_needs() -> None:
    """Its status byte: 01 initialisation, 02 diagnosis, 10 vending mode."""
    for state, bits in ((0x51, "01"), (0xC2, "02"), (0xDF, "00")):
        Talk(terminal(locked=state), f"> 060004 000000 00 | < 800000 | < 060F0A 19{bits}*")
    Talk(terminal("feig"), "> 060004 000000 00 | < 800000 | < 060F0A 1910*")


def test_a_wrong_password_is_refused() -> None:
    """Before anything happens; a change takes effect at once."""
    talk = paid().says("> 069506 000000 123456 | < 800000 | < 060F02 2700")
    for command in ("063006 000000 870001", "065003 000000", "060004 000000 00"):
        talk.says(f"> {command} | < 848300")
    talk.says("> 065003 123456 | < 800000 | < 040F* | < 060F00")


def test_a_card_is_read_without_a_completion() -> None:
    """The word is the till's again after 04 0F; 06 1E 6C if nobody comes."""
    talk = ready().says("> 06C001 05 | < 800000 | < 040F* 2700 22F0F9* | > 800000")
    talk.says(f"{PAY} | < 800000 | < 040F* | < 060F00")
    talk.simulator.automatic = "loyalty"
    talk.says("> 06C001 05 | < 800000 | < 040F* 2700 0611 4C0704A1B2C3D4E5F6 1F45050578807102")
    talk.simulator.automatic = None
    talk.says("> 06C001 05 | < 800000 | + 6 | < 061E016C")
    talk.says("> 06C001 05 | < 800000 | > 06B000 | < 800000 | < 061E016C")


def test_the_card_read_before_can_pay() -> None:
    """Payment type 02."""
    talk = ready().says("> 06C001 05 | < 800000 | < 040F*")
    talk.simulator.automatic = None
    talk.says("> 060109 04000000000119 1942 | < 800000 | < 040F*2700* | < 060F00")


def test_a_card_poll_pays_or_tells_the_other_card() -> None:
    """06 E6."""
    talk = ready().says("> 06E607 04000000000119 | < 800000 | < 040F*2700* | < 060F00")
    talk.simulator.automatic = "loyalty"
    talk.says(
        "> 06E607 04000000000119 | < 800000 | < 061E* 7A 06* 4C0704A1B2C3D4E5F6 1F45*"
        " E6* 1F120102 1F4C0101 1F4F020344 1F500120"
    )
    assert talk.simulator.memory.turnover() == 119
    assert talk.simulator.authorisations == 2


def test_a_key_is_asked_for() -> None:
    """06 E1: the key, the time-out, or the till's stop before it."""
    asks = "> 06E105 F1F0F24A3F"
    talk = ready().says(asks)
    talk.types(b"\x0d")
    talk.says("< 8000010D").says(f"{asks} | + 5 | < 8000016C")
    talk.says(f"{asks} | > 06B000 | < 800000 | < 8000011B")
    talk.says(f"{PAY} | < 800000 | < 040F* | < 060F00")


def test_digits_are_asked_for() -> None:
    """06 E2: at least as many as wanted, and only for texts with a MAC."""
    talk = ready().says("> 06E212 F1F0F24A3F EB0102030405060708 E004 F014")
    assert talk.simulator.waiting_for_keys
    talk.types(b"12")
    talk.says("")
    talk.types(b"1234")
    talk.says("< 80000431323334")


def test_an_image_comes_in_chunks() -> None:
    """In their order, and of the size that was told."""
    first = "> 06F01B 7000000001 7203 7301 F005 7100000005 7402 7500 0605 1C03 010203"
    talk = ready().says(f"{first} | < 800000")
    assert talk.simulator.display == ("Willkommen",)
    talk.says("> 06F00F 7000000001 F005 7501 0604 1C02 0405 | < 800000")
    assert talk.simulator.display == ("[Bild, 5 Bytes]",)
    talk.says("+ 6 |")
    assert talk.simulator.display == ("Willkommen",)
    talk.says(f"{first} | < 800000 | > 06F00F 7000000002 F005 7501 0604 1C02 0405 | < 846600")
    talk.says(f"{first} | < 800000 | > 06F00E 7000000001 F005 7501 0603 1C01 04 | < 846600")
    talk.says("> 06F009 F005 0605 1C03 010203 | < 846600")
    Talk(terminal(), "> 06F000 | < 846B00")


def test_a_text_stands_for_its_time() -> None:
    """And goes at a stop."""
    talk = ready().says("> 06E00A F003 F1F0F54865692121 | < 800000")
    assert talk.simulator.display == ("Hei!!",)
    talk.waits(4)
    assert talk.simulator.display == ("Willkommen",)


def test_a_clock_that_is_set_dates_what_follows() -> None:
    """And the diagnosis tells it."""
    talk = ready().says("> 06910B 000000 AA261224 0C180000 | < 800000 | < 060F00")
    talk.says(f"{PAY} | < 800000 | < 040F*0C1800000D1224* | < 060F00")


def test_a_terminal_id_is_set_while_nothing_is_stored() -> None:
    """Otherwise 6A."""
    talk = ready().says("> 061B08 000000 2987654321 | < 800000 | < 060F00")
    talk.says("> 060004 000000 00 | < 800000 | < 060F0A 1900 2987654321 490978")
    talk.says(f"{PAY} | < 800000 | < 040F* | < 060F00")
    talk.says("> 061B03 000000 | < 800000 | < 061E016A")


def test_an_update_is_silent_then_busy_then_over() -> None:
    """7.2: the completion comes first."""
    talk = ready(update_seconds=20).says("> 081000 | < 800000 | < 060F0A 2700 0C130000 AA261121")
    talk.says("> 050100 | + 19 | > 050100 | + 2")
    talk.simulator.connected()
    talk.says("> 050105 000000 0302 | < 800000 | < 060F019C")
    talk.says(f"{PAY} | < 800000 | < 061E019C | + 20")
    talk.says(f"{PAY} | < 800000 | < 040F* | < 060F00")


def test_a_reset_drops_the_line_and_forgets_the_registration() -> None:
    """Silent until it is up."""
    talk = ready(boot_seconds=5).says("> 061800 | < 800000 | < 060F00")
    assert talk.simulator.hangs_up()
    talk.simulator.connected()
    talk.says("> 050100 | + 6")
    talk.simulator.connected()
    talk.says(f"{PAY} | < 800000 | < 040F* |" + "< 06D1* |" * 16 + "< 060F00")


def test_a_host_that_is_not_there() -> None:
    """9B for whatever needs it; 77 for the end of day."""
    talk = ready(faults={Fault.NO_HOST})
    talk.says("> 067000 | < 800000 | < 061E019B").says("> 069303 000000 | < 800000 | < 061E019B")
    talk.says(f"{PAY} | < 800000 | < 040F*279B* | < 061E019B")
    talk.says("> 065003 000000 | < 800000 | < 061E0177")
