"""What staff do about a printer: one remedy for each fault, for the tools and a staff screen."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkout.events import PrintFault
from kiosk.words import Words


def printer_trouble(fault: PrintFault, words: Words) -> str:
    """What is wrong, by name."""
    match fault:
        case PrintFault.PAPER_OUT:
            return words("Paper end")
        case PrintFault.COVER_OPEN:
            return words("Cover open")
        case PrintFault.CUTTER:
            return words("Cutter jammed")
        case PrintFault.HARDWARE:
            return words("Printer defective")
        case PrintFault.HEAD_HOT:
            return words("Print head too hot")
        case PrintFault.OFFLINE:
            return words("Printer off-line or not connected")
        case PrintFault.UNCONFIRMED:
            return words("Receipt not confirmed")
        case PrintFault.LOCKED:
            return words("Printer locked: it may hold a piece of an earlier receipt")
        case _:
            assert_never(fault)


def printer_remedy(fault: PrintFault, words: Words) -> str:
    """What helps."""
    match fault:
        case PrintFault.PAPER_OUT:
            return words("Put in a new roll, tear off what hangs out, and close the cover.")
        case PrintFault.COVER_OPEN:
            return words("Close the printer's cover until it clicks.")
        case PrintFault.CUTTER:
            return words(
                "Open the cover, take out the jammed paper, close it; if the cover does not open,"
                " turn the cutter's wheel first."
            )
        case PrintFault.HARDWARE:
            return words("Switch the printer off and on; if it says so again, have it repaired.")
        case PrintFault.HEAD_HOT:
            return words("Wait a few minutes; it goes on by itself. Keep its vents free.")
        case PrintFault.OFFLINE:
            return words("Check power and cable, switch the printer on, and press its feed button.")
        case PrintFault.UNCONFIRMED:
            return words("Look whether the receipt is complete; if not, print a copy.")
        case PrintFault.LOCKED:
            return words(
                "Switch the printer off and on, take away all paper that hangs out, then scan the"
                " staff code at the kiosk."
            )
        case _:
            assert_never(fault)


def paper_low_remedy(words: Words) -> str:
    """Before it is too late."""
    return words("The paper is running out: have a new roll ready.")
