"""Terminals of different makers, and chapter 4: who knows which receipt number."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.zvt.profiles import PROFILES
from drivers.zvt.scenes import Unacknowledged
from tests.drivers.zvt.talk import REGISTERED, Talk, terminal

PAY = "> 06010A 04000000000119 490978 | < 800000"
LINES = "> 06000B 000000 82 0978 0603 1401FF | < 800000 | < 060F*"
BLOCKS = "> 06000E 000000 82 0978 0606 26040A0206D3 | < 800000 | < 060F*"
SLIPS = "< 06D1* |" * 16
CLOSE = "> 065003 000000 | < 800000 | < 040F*"


@pytest.mark.parametrize("name", list(PROFILES))
def test_every_profile_takes_a_payment_and_closes_its_day(name: str) -> None:
    """Whatever else is different."""
    talk = Talk(
        terminal(name), REGISTERED, f"{PAY} | < 040F*2700* | < 060F00", f"{CLOSE} | < 060F*"
    )
    assert talk.simulator.memory.closing is not None
    assert talk.simulator.memory.closing.amount == 119


# --- card complete --------------------------------------------------------------------------------


def test_card_complete_writes_latin_1_whatever_was_agreed() -> None:
    """And agrees on nothing."""
    agreed = "> 06000B 000000 82 0978 0603 1401FE | < 800000 | < 060F0A*"
    talk = Talk(terminal("card-complete"), agreed)
    talk.says(f"{PAY} | < 040F* | < 06D1*48E46E646C6572* |" + "< 06D1* |" * 15 + "< 060F00")


def test_card_complete_marks_a_payment_as_declined_instead_of_reversing_it() -> None:
    """One transaction, not two; the repetition tells it."""
    talk = Talk(terminal("card-complete"), REGISTERED)
    talk.hears_without_answer(f"{PAY} | < 040F*0B000001*")
    talk.simulator.disconnected()
    assert talk.simulator.memory.turnover() == 0
    assert [each.kind for each in talk.simulator.memory.entries] == ["decline"]
    talk = Talk(
        talk.simulator, "> 062005 000000 0303 | < 800000 | < 040F*2766*0B000001* | < 060F00"
    )
    talk.says(f"{PAY} | < 040F*0B000002* | > 846600 | < 061E0166")
    assert [each.kind for each in talk.simulator.memory.entries] == ["decline", "decline"]


@pytest.mark.parametrize(
    ("name", "answer", "display"),
    [
        ("card-complete", "846C01 21", "Bitte warten"),
        ("card-complete", "846C00", "Zahlung storniert"),
        ("standard", "846C01 21", "Zahlung storniert"),
    ],
)
def test_a_silent_cancel(name: str, answer: str, display: str) -> None:
    """84 6C 01 21 shows nothing where the terminal knows it."""
    talk = Talk(terminal(name), REGISTERED)
    talk.says(f"{PAY} | < 040F* | > {answer} | < 061E0166")
    assert talk.simulator.display[0] == display
    assert talk.simulator.memory.turnover() == 0


def test_card_complete_takes_three_polls() -> None:
    """Whatever bitmap 02 says."""
    wait = "< 040F*2700* | > 849C00 | + 2 |"
    talk = Talk(terminal("card-complete"), REGISTERED)
    goods = "> 06010B 04000000000119 011E 0210 | < 800000 |"
    talk.says(goods + wait * 3 + "< 040F*2700* | > 849C00 | < 040F02276C | < 061E016C")


def test_card_complete_loads_software_after_an_end_of_day() -> None:
    """E0, then silence, then E0 to whoever asks."""
    talk = Talk(terminal("card-complete"), REGISTERED, f"{CLOSE} | < 060F02 27E0")
    talk.says("> 050100 | + 20.5 | > 050105 000000 0302 | < 800000 | < 060F01E0")
    talk.says("+ 20 | > 050105 000000 0302 | < 800000 | < 060F0100")
    talk.says("> 081000 | < 800000 | < 061E01E0")


def test_card_complete_updates_only_without_turnover() -> None:
    """6A otherwise; and says why a sale cannot be before the day is closed."""
    talk = Talk(terminal("card-complete"), REGISTERED, f"{PAY} | < 040F* | < 060F00")
    talk.says("> 081000 | < 800000 | < 061E016A")
    talk.simulator.memory.closing_due = True
    talk.says(f"{PAY} | < 040F*27F0*3C* | < 061E01F0")


def test_card_complete_asks_for_a_pin_once_and_names_a_wrong_password() -> None:
    """37 both times."""
    talk = Talk(terminal("card-complete", automatic="pin-wrong"), REGISTERED)
    talk.says(f"{PAY} | < 040F*2737* | < 040F*2737* | < 061E0137")
    talk.simulator.memory.password = 123456
    talk.says("> 065003 000000 | < 843700")


# --- the others -----------------------------------------------------------------------------------


def test_hobex_sends_no_lines() -> None:
    """Blocks, or nothing at all."""
    Talk(terminal("hobex"), LINES, f"{PAY} | < 040F* | < 060F00")
    Talk(terminal("hobex"), BLOCKS, f"{PAY} | < 040F* | < 06D3* | < 06D3* | < 060F00")


def test_hobex_cuts_its_receipt_numbers() -> None:
    """Six digits on the slip, the last four on the wire; which name it again."""
    talk = Talk(terminal("hobex"), BLOCKS)
    talk.simulator.memory.receipt = 123_455
    talk.says(f"{PAY} | < 040F*873456* | < 06D3* | < 06D3* | < 060F00")
    assert b"Bel. 123456".hex().upper() in talk.heard[-2]
    talk.says("> 063006 000000 873456 | < 800000 | < 040F*37000001* | < 06D3* | < 06D3* | < 060F00")


def test_hobex_reverses_the_last_payment_only() -> None:
    """B5 for the one before."""
    talk = Talk(terminal("hobex"), REGISTERED)
    for _ in range(2):
        talk.says(f"{PAY} | < 040F* | < 060F00")
    talk.says("> 063006 000000 870001 | < 800000 | < 040F*27B5* | < 061E01B5")
    talk.says("> 063006 000000 870002 | < 800000 | < 040F* | < 060F00")


def test_ccv_ends_with_the_declined_result() -> None:
    """No 06 1E behind it; the till has the word at once."""
    talk = Talk(terminal("ccv", automatic=0x05), REGISTERED, f"{PAY} | < 040F*2705*")
    talk.simulator.automatic = "approve"
    talk.says(f"{PAY} | < 040F*2700* | < 060F00")


def test_ccv_puts_a_container_behind_a_line() -> None:
    """And restarts after the day is closed."""
    talk = Talk(terminal("ccv"), LINES)
    talk.says(f"{PAY} | < 040F* | {'< 06D1*0603090100 |' * 16} < 060F00")
    talk.says(f"{CLOSE} | < 060F02 27FC")
    assert talk.simulator.hangs_up()
    talk.simulator.connected()
    talk.says("> 050100 | + 5 | > 050105 000000 0302 | < 800000 | < 060F0100")


def test_feig_sends_containers_to_anybody() -> None:
    """And is at another port."""
    talk = Talk(terminal("feig"), REGISTERED, f"{PAY} | < 040F*2F0C1F10* | < 060F00")
    Talk(terminal(), REGISTERED, f"{PAY} | < 040F*6400 | < 060F00")
    assert talk.simulator.profile.port == 22_000


def test_what_a_profile_does_not_know_is_not_possible() -> None:
    """06 E6 and 1F73."""
    talk = Talk(terminal("hobex"), REGISTERED, "> 06E607 04000000000119 | < 848300")
    talk.says("> 06000E 000000 82 0978 0606 1F7303000000 | < 800000 | < 060F0A*")


# --- chapter 4 ------------------------------------------------------------------------------------


SYNC = "> 060008 000000 00 0978 0600 | < 800000 | < 060F*"


def pays(tag: str) -> str:
    """A payment that brings tag 1F1F with this content."""
    content = bytes.fromhex(tag)
    inner = bytes((0x1F, 0x1F, len(content))) + content
    container = bytes((0x06, len(inner))) + inner
    data = bytes.fromhex("04000000000119") + container
    return f"> 0601{len(data):02X}{data.hex()} | < 800000"


def unheard(first: str = "") -> Talk:
    """Receipt 1 was paid and acknowledged; 2 was paid, and the till never heard of it."""
    talk = Talk(terminal(), SYNC)
    talk.says(f"{pays(first)} | < 040F*870001*1F1F020001* | < 060F00")
    talk.hears_without_answer(f"{pays('0001')} | < 040F*870002*1F1F020002*")
    talk.simulator.disconnected()
    assert talk.simulator.memory.turnover() == 238
    return Talk(talk.simulator, SYNC)


@pytest.mark.parametrize(
    ("tag", "receipt", "turnover"),
    [
        ("0001", "0002", 238),
        ("0002", "0003", 357),
        ("0000", "0003", 357),
        ("0003", "0003", 357),
        ("", "0003", 357),
    ],
)
def test_a_till_one_receipt_behind_undoes_what_it_never_heard_of(
    tag: str, receipt: str, turnover: int
) -> None:
    """The number is given again; in step, far off or new, nothing is undone."""
    talk = unheard().says(f"{pays(tag)} | < 040F*87{receipt}* | < 060F00")
    assert talk.simulator.memory.turnover() == turnover
    talk.says(f"{pays(receipt)} | < 040F* | < 060F00")
    assert talk.simulator.memory.turnover() == turnover + 119


@pytest.mark.parametrize("tag", ["0000", "0001", "270F", "FFFF", "00000001"])
def test_a_terminal_with_nothing_to_undo_ignores_any_number(tag: str) -> None:
    """A new one, before a till that knows another."""
    Talk(terminal(), SYNC, f"{pays(tag)} | < 040F*870001* | < 060F00")


def test_what_was_acknowledged_is_undone_as_well() -> None:
    """Chapter 4 asks for no more: a till that mirrors an old word loses a good payment."""
    talk = Talk(terminal(), SYNC)
    for receipt in ("0001", "0002"):
        talk.says(f"{pays('')} | < 040F*87{receipt}* | < 060F00")
    talk.says(f"{pays('0001')} | < 040F*870002* | < 060F00")
    assert talk.simulator.memory.turnover() == 238


def test_a_declined_payment_between_changes_nothing() -> None:
    """It has no receipt number of its own."""
    talk = unheard()
    talk.simulator.automatic = 0x05
    talk.says(f"{PAY} | < 040F*2705* | < 061E0105")
    talk.simulator.automatic = "approve"
    talk.says(f"{pays('0001')} | < 040F*870002* | < 060F00")
    assert [each.amount for each in talk.simulator.memory.standing()] == [119, 119]


@pytest.mark.parametrize(
    ("policy", "stands"), [(Unacknowledged.REVERSE, 0), (Unacknowledged.KEEP, 119)]
)
def test_without_the_tag_the_old_rule_holds(policy: Unacknowledged, stands: int) -> None:
    """Whatever the terminal knows."""
    talk = Talk(terminal(unacknowledged=policy), SYNC)
    talk.hears_without_answer(f"{PAY} | < 040F*1F1F020001*")
    talk.simulator.disconnected()
    assert talk.simulator.memory.turnover() == stands


def test_a_terminal_that_knows_no_tag_1f1f_keeps_to_its_rule() -> None:
    """And tells no number."""
    talk = Talk(terminal("hobex"), SYNC)
    talk.hears_without_answer(f"{pays('')} | < 040F*")
    assert "1F1F" not in talk.heard[-1]
    talk.simulator.disconnected()
    assert talk.simulator.memory.turnover() == 0


def test_synchronisation_survives_a_power_loss(tmp_path: Path) -> None:
    """In the balance, and after it was kept."""
    path = tmp_path / "terminal.json"
    talk = Talk(terminal(memory=path), SYNC)
    talk.says(f"{pays('')} | < 040F* | < 060F00")
    talk.hears_without_answer(f"{pays('0001')} | < 040F*")
    up = talk.simulator.restarted().restarted()
    assert up.memory.turnover() == 238
    Talk(up, SYNC, f"{pays('0001')} | < 040F*870002* | < 060F00")
    assert up.memory.turnover() == 238


def test_the_first_receipt_number_comes_behind_the_last() -> None:
    """9999 is one behind 1."""
    talk = Talk(terminal(), SYNC)
    talk.simulator.memory.receipt = 9_998
    talk.says(f"{pays('')} | < 040F*879999* | < 060F00")
    talk.hears_without_answer(f"{pays('270F')} | < 040F*870001*")
    talk.simulator.disconnected()
    Talk(talk.simulator, SYNC, f"{pays('270F')} | < 040F*870001* | < 060F00")
    assert talk.simulator.memory.turnover() == 238


def test_a_reversal_nobody_heard_of_is_undone_too() -> None:
    """Then the payment stands again."""
    talk = Talk(terminal(), SYNC, f"{pays('')} | < 040F* | < 060F00")
    talk.hears_without_answer(
        "> 06300D 000000 870001 0605 1F1F020001 | < 800000 | < 040F*37000001*"
    )
    talk.simulator.disconnected()
    assert talk.simulator.memory.turnover() == 0
    Talk(talk.simulator, SYNC, f"{pays('0001')} | < 040F*870002* | < 060F00")
    assert talk.simulator.memory.turnover() == 238


def test_an_end_of_day_synchronises_first() -> None:
    """Tag 1F1F in 06 50."""
    talk = unheard().says(
        "> 06500A 000000 0605 1F1F020001 | < 800000 | < 040F*04000000000119* | < 060F00"
    )
    assert talk.simulator.memory.turnover() == 0
