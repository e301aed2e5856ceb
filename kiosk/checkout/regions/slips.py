"""Deposit slips: taken off what is to be paid, and redeemed when it is; what is left stays theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.checkout.goods_events import DepositSlipScanned
from kiosk.checkout.regions.prices import bill_of
from kiosk.checkout.states import DepositSlip, Redeemed, Sale, Shopping, State, Told
from kiosk.checkout.step import Step, stay, tell
from kiosk.money import Money

SLIPS_MOST = 500
"""Redeemed slips that are known; the numbers of a machine come round again after more than these."""


def scanned(state: State, phase: Shopping, event: DepositSlipScanned) -> Step:
    """A slip counts once, here or in a parked basket; of one that was used in part, the rest."""
    slip = DepositSlip(event.number, event.amount)
    sales = (phase.sale, *(parked.sale for parked in state.parked))
    if any(
        each.number == slip.number and each.face == slip.face for s in sales for each in s.slips
    ):
        return tell(stay(state), Told.SLIP_IN_USE)
    left = _left(state, slip)
    if left.minor <= 0:
        return tell(stay(state), Told.SLIP_REDEEMED)
    sale = replace(phase.sale, slips=(*phase.sale.slips, replace(slip, left=left)))
    return tell(Step(replace(state, phase=replace(phase, sale=sale))), Told.SLIP_TAKEN)


def _left(state: State, slip: DepositSlip) -> Money:
    for known in reversed(state.redeemed):
        if (known.number, known.face) == (slip.number, slip.face):
            return known.left
    return slip.face


def spent(state: State, sale: Sale, at: datetime) -> State:
    """The sale is paid: its slips are worth only what it did not need."""
    if not sale.slips:
        return state
    fresh = tuple(
        Redeemed(slip.number, slip.face, slip.worth - used, at)
        for slip, used in zip(sale.slips, bill_of(sale).amounts, strict=True)
    )
    keys = {(each.number, each.face) for each in fresh}
    others = tuple(each for each in state.redeemed if (each.number, each.face) not in keys)
    return replace(state, redeemed=(*others, *fresh)[-SLIPS_MOST:])
