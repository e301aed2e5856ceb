"""How terminals of the market differ, as data: one row a vendor.

Sources: card complete's public paper on its deviations (edition 22), and what authors of till software
report of the others. The first row is the specification itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.zvt import charsets
from drivers.zvt.scenes import Unacknowledged


class AfterClosing(StrEnum):
    """What follows an end of day; the completion tells it by its result code."""

    NOTHING = "nothing"
    UPDATE = "update"
    """E0: silent while software is loaded, then not ready while parameters are."""
    REBOOT = "reboot"
    """FC: silent, and the line drops."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of terminal."""

    name: str
    port: int = 20007
    version: str = "SIM 1.0"
    charsets: tuple[int, ...] = (charsets.CP437, charsets.UTF_8, charsets.LATIN_1)
    """What tag 14 can choose."""
    charset: int | None = None
    """What texts are in whatever the till chose."""
    lines: bool = True
    """Knows 06 D1."""
    tlv_always: bool = False
    """Sends containers to tills that never sent one."""
    tlv_behind_lines: bool = False
    """Puts a container behind the text of 06 D1."""
    receipt_digits: int = 4
    """Of its own receipt numbers; on the wire there are the last four."""
    synchronises: bool = True
    """Knows tag 1F1F (chapter 4)."""
    tells_number_again: bool = True
    """Sends it in the answer to 06 20 as well, which the specification does not ask for."""
    sequence_ids: bool = True
    """Knows tag 1F73 (chapter 5)."""
    unacknowledged: Unacknowledged = Unacknowledged.REVERSE
    reverses_last_only: bool = False
    final_after_decline: bool = True
    """Ends a declined payment with 06 1E. Without, the declined 04 0F is the last word."""
    vending: bool = False
    most_polls: int | None = None
    """How often 84 9C is taken, whatever bitmap 02 says."""
    silent_cancel: bool = False
    """84 6C 01 21 takes a payment back without a word on the display."""
    pin_again: bool = True
    """Asks for the PIN again after a wrong one."""
    after_closing: AfterClosing = AfterClosing.NOTHING
    tells_closing_due: bool = False
    """A sale before a due end of day gets a 04 0F with F0 before the abort."""
    wrong_password: int = 0x83
    """84 with this. The specification names none; 83 is its code for what is not possible."""
    card_poll: bool = True
    """Knows 06 E6."""


STANDARD = Profile("standard")

PROFILES: dict[str, Profile] = {
    each.name: each
    for each in (
        STANDARD,
        Profile(
            "card-complete",
            charset=charsets.LATIN_1,
            synchronises=False,
            sequence_ids=False,
            unacknowledged=Unacknowledged.DECLINE,
            most_polls=3,
            silent_cancel=True,
            pin_again=False,
            after_closing=AfterClosing.UPDATE,
            tells_closing_due=True,
            wrong_password=0x37,
            card_poll=False,
        ),
        Profile(
            "hobex",
            lines=False,
            receipt_digits=6,
            synchronises=False,
            sequence_ids=False,
            reverses_last_only=True,
            card_poll=False,
        ),
        Profile(
            "ccv",
            tlv_behind_lines=True,
            synchronises=False,
            sequence_ids=False,
            final_after_decline=False,
            after_closing=AfterClosing.REBOOT,
            card_poll=False,
        ),
        Profile(
            "feig",
            port=22000,
            tlv_always=True,
            synchronises=False,
            sequence_ids=False,
            vending=True,
        ),
    )
}
