"""How customers pay at the simulated terminal, and what the till says to their results."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.zvt.memory import Memory
from drivers.zvt.scenes import CUSTOMERS, Unacknowledged
from tests.drivers.zvt.talk import REGISTERED, Talk, terminal

PAY = "> 06010A 04000000000119 490978 | < 800000"
TLV = "> 060008 000000 08 0978 0600 | < 800000 | < 060F*"
"""A till that takes containers and wants intermediate status."""
BLOCKS = "> 06000E 000000 8A 0978 0606 26040A0206D3 | < 800000 | < 060F*"


@pytest.mark.parametrize(
    ("customer", "dialogue", "stands"),
    [
        ("approve", "< 04FF*0A* | < 04FF*0E* | < 040F*2F0C 1F100102 1F110101 1F120101*", True),
        ("chip", "< 04FF*0A* | < 04FF*01* | < 04FF*0E* | < 040F*1F100102*1F120101*", True),
        ("contactless", "< 04FF*0A* | < 04FF*0E* | < 040F*1960*1F100100*1F120102*", True),
        ("signature", "< 04FF*0A* | < 04FF*0E* | < 040F*1F100101*1F120101*", True),
        ("stripe", "< 04FF*0A* | < 04FF*0E* | < 040F*1F100101*1F120100*", True),
        (
            "pin-wrong",
            (
                "< 04FF*0A* | < 04FF*01* | < 040F*2737* | < 04FF*15* | < 04FF*01* | < 04FF*0E*"
                "| < 040F*2700*"
            ),
            True,
        ),
        ("pin-timeout", "< 04FF*0A* | < 04FF*01* | < 04FF*0E* | + 30 | < 040F*276C*", False),
        ("host-lost", "< 04FF*0A* | < 04FF*0E* | + 5 | < 040F*279B*", False),
        ("host-slow", "< 04FF*0A* | < 04FF*0E* | + 20 | < 040F*2700*", True),
        ("host-minutes", "< 04FF*0A* | < 04FF* 0E10 * | + 300 | < 040F*2700*", True),
        (
            "card-slow",
            "< 04FF*0A* | < 04FF*0E* | < 04FF* 4B03 * | + 3 | < 04FF* 4B03 * | + 3 | < 040F*2700*",
            True,
        ),
        ("stop", "< 04FF*0A* | < 040F*276C*", False),
        ("loyalty", "< 04FF*0A* | < 040F*277A*", False),
        (0x05, "< 04FF*0A* | < 040F*2705*", False),
    ],
)
def test_a_customer_pays(customer: str | int, dialogue: str, stands: bool) -> None:
    """What the till hears on the way, and whether money stands at the end."""
    end = "< 060F00" if stands else "< 061E*"
    talk = Talk(terminal(automatic=customer), TLV, f"{PAY} | {dialogue} | {end}")
    assert talk.simulator.memory.turnover() == (119 if stands else 0)


def test_every_customer_ends_a_payment() -> None:
    """None of the scenes hangs."""
    for name in CUSTOMERS:
        talk = Talk(terminal(automatic=name), REGISTERED)
        talk.sends("06010A 04000000000119 490978")
        for _ in range(20):
            came = talk.drained()
            if any(each.startswith(("060F", "061E")) for each in came):
                break
            reported = any(each.startswith("04") for each in came)
            talk.sends("800000") if reported else talk.waits(400)
        else:
            pytest.fail(f"{name} never ends")


def test_a_stop_is_in_time_while_a_card_is_wanted_and_too_late_after() -> None:
    """The till hears 80 00, or 84 83 and then the approval."""
    talk = Talk(terminal(automatic=None), REGISTERED)
    talk.says(f"{PAY} | > 06B000 | < 800000 | < 040F*276C* | < 061E016C").says(PAY)
    talk.presses("host-slow")
    talk.says("> 06B000 | < 848300 | + 20 | < 040F*2700* | < 060F00")
    assert talk.simulator.memory.turnover() == 119


def test_a_signature_gets_its_line_on_the_merchants_slip_only() -> None:
    """Tag 1F37 says so too: 83 with a signature field, 81 without."""
    talk = Talk(terminal(automatic="signature"), BLOCKS)
    talk.says(f"{PAY} | < 04FF* | < 04FF* | < 040F* | < 06D3* | < 06D3* | < 060F00")
    merchant, customer = (each for each in talk.heard if each.startswith("06D3"))
    assert "1F070101" in merchant
    assert "1F370183" in merchant
    assert b"Unterschrift:".hex().upper() in merchant
    assert "1F070102" in customer
    assert "1F370181" in customer
    assert b"Unterschrift:".hex().upper() not in customer
    assert merchant.endswith("090181")


def test_blocks_are_no_longer_than_the_till_takes() -> None:
    """Tag 1A; only the last one of a slip ends it."""
    agreed = "> 060012 000000 8A 0978 060A 26040A0206D3 1A020080 | < 800000 | < 060F*"
    talk = Talk(terminal(), agreed)
    talk.says(f"{PAY} | < 04FF* | < 04FF* | < 040F* |" + "< 06D3* |" * 4 + "< 060F00")
    blocks = [each for each in talk.heard if each.startswith("06D3")]
    assert all(len(each) // 2 <= 0x80 for each in blocks)
    assert [each.endswith("090181") for each in blocks] == [False, True, False, True]


@pytest.mark.parametrize(
    ("charset", "wanted"),
    [("FF", "48846E646C65"), ("FE", "48C3A46E646C65"), ("01", "48E46E646C65")],
)
def test_slips_are_in_the_character_set_that_was_agreed(charset: str, wanted: str) -> None:
    """Tag 14, answered in 14 and 27."""
    agreed = f"> 06000B 000000 82 0978 0603 1401{charset} | < 800000 | < 060F*1401{charset}*"
    talk = Talk(terminal(), agreed)
    talk.says(f"{PAY} | < 040F* | < 06D1*{wanted}* |" + "< 06D1* |" * 15 + "< 060F00")


def test_lines_are_as_wide_as_the_tills_printer() -> None:
    """Tag 12, within what the terminal can do."""
    agreed = "> 06000B 000000 82 0978 0603 120132 | < 800000 | < 060F*120132*"
    talk = Talk(terminal(), agreed)
    talk.says(f"{PAY} | < 040F* |" + "< 06D1* |" * 16 + "< 060F00")
    widths = {int(each[4:6], 16) - 1 for each in talk.heard if each.startswith("06D1")}
    assert 32 in widths


# --- what the till says to a result ---------------------------------------------------------------


GOODS = "> 06010B 04000000000119 {} | < 800000"


def test_goods_may_take_their_time() -> None:
    """84 9C asks again after two seconds, as often as bitmap 02 says and once more."""
    talk = Talk(terminal(), REGISTERED)
    wait = "< 040F*2700* | > 849C00 | + 2 |"
    talk.says(GOODS.format("011E 0202") + "|" + wait * 2 + "< 040F*2700* | < 060F00")
    assert talk.simulator.memory.turnover() == 119
    last = "< 040F*2700* | > 849C00 | < 040F02276C | < 061E016C"
    talk.says(GOODS.format("011E 0202") + "|" + wait * 2 + last)
    assert talk.simulator.memory.turnover() == 119


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [("0105 0202", 5), ("0140 0202", 64), ("0202 1940", 30), ("1940 0500", 5)],
)
def test_goods_that_take_longer_than_was_said_are_not_sold(fields: str, seconds: int) -> None:
    """Bitmap 01 replaces T3; without it a till that names bitmap 02 has thirty seconds."""
    talk = Talk(terminal(), REGISTERED)
    talk.hears_without_answer(GOODS.format(fields) + " | < 040F*")
    talk.waits(seconds - 1)
    assert not talk.simulator.hangs_up()
    talk.waits(1)
    assert talk.simulator.hangs_up()
    assert talk.simulator.memory.turnover() == 0


def test_a_part_of_the_goods_is_paid_for() -> None:
    """84 9D with a price; a price above the amount takes all of it back."""
    talk = Talk(terminal(), REGISTERED)
    talk.says(f"{PAY} | < 040F* | > 849D07 04000000000040 | < 060F00")
    assert [each.amount for each in talk.simulator.memory.standing()] == [40]
    for answer in ("849D07 04000000000120", "849D00", "849D07 0400000000004F", "846600"):
        talk.says(f"{PAY} | < 040F* | > {answer} | < 061E0166")
    assert talk.simulator.memory.turnover() == 40


def test_84_00_is_a_yes() -> None:
    """As good as 80 00."""
    talk = Talk(terminal(), REGISTERED, f"{PAY} | < 040F* | > 840000 | < 060F00")
    assert talk.simulator.memory.turnover() == 119


# --- power loss -----------------------------------------------------------------------------------


@pytest.mark.parametrize("on_disk", [True, False])
@pytest.mark.parametrize(
    ("dialogue", "policy", "turnover"),
    [
        (f"{PAY} | < 040F* | > ", Unacknowledged.REVERSE, 0),
        (f"{PAY} | < 040F* | > ", Unacknowledged.KEEP, 119),
        (f"{PAY} | < 040F* | > ", Unacknowledged.DECLINE, 0),
        (f"{PAY} | < 040F* | < 060F00", Unacknowledged.REVERSE, 119),
        ("> 065003 000000 | < 800000 | < 040F* | > ", Unacknowledged.REVERSE, 0),
        ("> 062207 04000000000119 | < 800000 | < 040F* | > ", Unacknowledged.KEEP, 0),
    ],
)
def test_power_is_lost(
    tmp_path: Path, on_disk: bool, dialogue: str, policy: Unacknowledged, turnover: int
) -> None:
    """What is on disk is all a terminal knows when it is up again."""
    path = tmp_path / "terminal.json" if on_disk else None
    talk = Talk(terminal(memory=path, unacknowledged=policy), REGISTERED)
    silent = dialogue.removesuffix("> ")
    talk.hears_without_answer(silent) if silent != dialogue else talk.says(dialogue)
    again = talk.simulator.restarted()
    assert again.memory is not talk.simulator.memory
    assert again.memory.turnover() == turnover
    assert again.memory.pending is None
    assert not again.till.known
    if path:
        assert Memory.at(path) == again.memory


def test_everything_remembered_comes_back(tmp_path: Path) -> None:
    """Reservations, refunds, the end of day, the password, the id, a due end of day."""
    path = tmp_path / "terminal.json"
    talk = Talk(terminal(memory=path), REGISTERED)
    talk.says("> 061B08 000000 2987654321 | < 800000 | < 060F00")
    talk.says(f"{PAY} | < 040F* | < 060F00")
    talk.says("> 065003 000000 | < 800000 | < 040F* | < 060F00")
    talk.says("> 062207 04000000000119 | < 800000 | < 040F* | < 060F00")
    talk.says("> 06310A 000000 04000000000050 | < 800000 | < 040F* | < 060F00")
    talk.says("> 069506 000000 123456 | < 800000 | < 060F02 2700")
    kept = Memory.at(path)
    assert kept == talk.simulator.memory
    assert (kept.turnover(), len(kept.reservations()), kept.password) == (-50, 1, 123456)
    assert kept.closing is not None
    assert kept.closing.amount == 119
    assert talk.simulator.restarted().terminal_id == 87654321


def test_a_memory_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    """Without the fields that came later."""
    path = tmp_path / "terminal.json"
    entry = '{"kind":"payment","trace":7,"receipt":5,"amount":250,"at":"2026-11-21T13:00:00"}'
    path.write_text(
        f'{{"trace":7,"receipt":5,"entries":[{entry}],"pending":null,"reversal_due":false}}'
    )
    assert Memory.at(path).turnover() == 250
    talk = Talk(terminal(memory=path), REGISTERED)
    talk.says("> 062005 000000 0303 | < 800000 | < 040F*0B000007* | < 060F00")
