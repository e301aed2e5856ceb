"""What waits for staff: it never stops scanning, and is settled before paying."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.commands import Authorize
from kiosk.checkout.events import ArticleScanned, PayPressed, QuantitySet, UndoPressed
from kiosk.checkout.floor import Intervention, Kind, Limits, Severity
from kiosk.checkout.regions.interventions import interventions
from kiosk.checkout.states import InDoubt, Payment, Shopping, State
from kiosk.ids import LineId
from kiosk.money import Money
from tests.story import BEFORE, MILK, NOW, P1, WATER, WINE, Story, shopping

LIMITED = Limits(void=Money(100))


def kinds(state: State) -> list[Kind]:
    return [each.kind for each in interventions(state)]


def test_age_waits_until_paying() -> None:
    """The highest limit of the basket, once; scanning goes on."""
    state = (Story(shopping(WINE)) >> ArticleScanned(MILK)).ends_in(Shopping)
    assert interventions(state) == (Intervention(Kind.AGE, Severity.BEFORE_PAY, 16),)
    assert interventions(shopping(WINE, released=16)) == ()
    story = Story(shopping(WINE)) >> PayPressed(1, WINE.price)
    assert not [each for each in story._commands if isinstance(each, Authorize)]


def test_goods_taken_out_count_by_their_price() -> None:
    """More than the limit waits for staff, whatever is left in the basket."""
    state = replace(shopping(MILK, WATER, MILK), limits=LIMITED)
    first, second = LineId(101), LineId(102)
    one = (Story(state) >> QuantitySet(second, 0)).ends_in(Shopping)
    assert isinstance(one.phase, Shopping)
    assert one.phase.sale.voided == WATER.price.minor
    assert kinds(one) == []
    two = (Story(one) >> QuantitySet(first, 1)).state
    assert kinds(two) == [Kind.VOID]
    story = Story(two) >> PayPressed(1, MILK.price)
    assert not [each for each in story._commands if isinstance(each, Authorize)]


def test_what_is_undone_at_once_is_no_void() -> None:
    """A slip of the scanner is nobody's business; nor is more of something."""
    state = replace(shopping(), limits=LIMITED)
    scanned = (Story(state) >> ArticleScanned(WINE)).ends_in(Shopping)
    assert isinstance(scanned.phase, Shopping)
    line = scanned.phase.sale.basket.lines[0].id
    assert kinds((Story(scanned) >> UndoPressed(line)).state) == []
    more = (Story(scanned) >> QuantitySet(line, 3)).state
    assert isinstance(more.phase, Shopping)
    assert more.phase.sale.voided == 0


def test_without_a_limit_nothing_is_counted() -> None:
    """So that older journals are replayed to the same state."""
    state = (Story(shopping(MILK, WATER)) >> QuantitySet(LineId(101), 0)).ends_in(Shopping)
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.voided == 0


def test_a_payment_nobody_can_judge_blocks() -> None:
    """The gravest comes first."""
    phase = shopping(WINE).phase
    assert isinstance(phase, Shopping)
    doubt = InDoubt(phase.sale, Payment(P1, WINE.price, BEFORE, NOW), staff=True)
    found = interventions(replace(shopping(), phase=doubt))
    assert [(each.kind, each.severity) for each in found] == [
        (Kind.PAYMENT, Severity.BLOCKING),
        (Kind.AGE, Severity.BEFORE_PAY),
    ]
