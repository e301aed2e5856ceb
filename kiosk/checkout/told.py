"""What a customer or staff were last told, to be put into words by the screens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Told(StrEnum):
    """What the customer was last told."""

    CODE_UNKNOWN = "code_unknown"
    CODE_CHECK_DIGIT = "code_check_digit"
    CODE_TORN = "code_torn"
    CODE_FOREIGN = "code_foreign"
    NOT_NOW = "not_now"
    QUANTITY_LIMIT = "quantity_limit"
    TOTAL_CHANGED = "total_changed"
    DECLINED = "declined"
    STOPPED = "stopped"
    NOT_CHARGED = "not_charged"
    TERMINAL_AWAY = "terminal_away"
    AGE_RELEASED = "age_released"
    SIGNATURE = "signature"
    REVERSED = "reversed"
    REFUNDED = "refunded"
    NOT_CORRECTED = "not_corrected"
    CARD_UNKNOWN = "card_unknown"
    CARD_NOT_TAKEN = "card_not_taken"
    CARD_AWAY = "card_away"
    CARD_FORGOTTEN = "card_forgotten"
    CARD_TORN = "card_torn"
    CARD_SEVERAL = "card_several"
    CARD_UNREADABLE = "card_unreadable"
    CARD_CHANGING = "card_changing"
    WITHDRAWN = "withdrawn"
    WITHDRAW_UNSURE = "withdraw_unsure"
    """The service gave no answer: nobody knows whether the consent is withdrawn."""
    WITHDRAW_UNKNOWN = "withdraw_unknown"
    """The service does not take for this what was shown a while ago."""
    CARD_AT_TERMINAL = "card_at_terminal"
    """A card was held before the reader where the terminal waits for one."""
    PARKED = "parked"
    AT_TILL = "at_till"
    """Parked, to be paid at the checkout with staff."""
    NOT_PARKED = "not_parked"
    """Nothing is parked under this number."""
    WRONG_PIN = "wrong_pin"
    PIN_RESTS = "pin_rests"
    VOIDED = "voided"
    """Staff ended the purchase."""
    LINES_TAKEN_OUT = "lines_taken_out"
    CODE_MISLABELLED = "code_mislabelled"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_FOR_SALE = "code_not_for_sale"
    CODE_RECALLED = "code_recalled"
    SLIP_TAKEN = "slip_taken"
    SLIP_REDEEMED = "slip_redeemed"
    SLIP_IN_USE = "slip_in_use"
    """It is in this purchase already, or in a parked one."""
    COUPON_TAKEN = "coupon_taken"
    COUPON_WAITS = "coupon_waits"
    """It counts as soon as its goods are in the basket."""
    COUPON_TWICE = "coupon_twice"
    COUPON_OVER = "coupon_over"
    """It holds nothing now: over, or not begun."""
    CODE_UNWEIGHED = "code_unweighed"
    """An article by the kilogram without a weight, and there is no scale here."""
    SCALE_AWAY = "scale_away"
    NOT_WEIGHED = "not_weighed"
    """The weighing was given up; the basket is as it was."""
    TOO_LIGHT = "too_light"
    TOO_HEAVY = "too_heavy"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that goes away by itself. `code` is a terminal's result code where one spoke."""

    told: Told
    code: int = 0
