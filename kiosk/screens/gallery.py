"""One state of every look there is, to be drawn side by side: what to show people who judge screens."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.basket import Article, Basket, Unit
from kiosk.checkout.events import Card, PrintFault
from kiosk.checkout.floor import Attendant, Help, Tenders
from kiosk.checkout.front import Front, Sheet, Shelf
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Closed,
    Devices,
    InDoubt,
    Known,
    Link,
    Live,
    Member,
    Notice,
    OnScale,
    OutOfService,
    Paid,
    Paying,
    Payment,
    ReceiptOwed,
    Sale,
    Settling,
    Shopping,
    Sold,
    State,
    Thanks,
    Told,
)
from kiosk.checkout.weigh_events import ScaleSays, ScaleShown, WeighingTerms
from kiosk.ids import Gtin, Handle, JobId, LineId, PaymentId, SaleId, WeighingId
from kiosk.money import Money
from kiosk.pricing import total
from kiosk.receipt import Shop
from kiosk.replacing import replace
from kiosk.weighing import Limits

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
GUEST = Handle("9a5e")
"""The member's slot in the vault: who draws the gallery lends a name for it."""
DECLINED = 0x6F
_GOODS = (
    Article(Gtin(4012345000016), "Bio-Vollmilch 3,8 %", Money(159), 700, deposit=Money(15)),
    Article(Gtin(4012345000023), "Mehrkornbrötchen mit Sonnenblumenkernen", Money(45), 700),
    Article(Gtin(4012345000047), "Riesling trocken 0,75 l", Money(699), 1900, age=16),
)
_APPLES = Article(Gtin(2812345000007), "Äpfel Elstar", Money(299), 700, Unit.KILOGRAM)
_READY = Devices(Link.READY, Baseline("52001234", 6, 6), Link.READY, Link.READY)


def gallery(shop: Shop, shelf: Shelf) -> dict[str, State]:
    """By name: every phase, every sheet, every message, every fault of a device."""
    start = State("K1", "gallery", shop, Attract(), _READY, shelf=shelf)
    buying = replace(start, phase=Shopping(_sale()), undo=LineId(4))
    beside = replace(start, neighbours=("Kasse 3 (links)", "Kasse 5", "Kassen am Ausgang"))
    looks = {f"closed-{why}": replace(start, phase=OutOfService(why)) for why in Closed}
    looks["closed-neighbours"] = replace(beside, phase=OutOfService(Closed.PAUSED))
    looks["attract-gate"] = replace(start, departed=Thanks(42, printed=True, ended=AT))
    looks |= {"attract": start, "empty": replace(start, phase=Shopping(_sale(Basket())))}
    looks |= {"scan": buying, "released": replace(buying, phase=Shopping(_sale(released=16)))}
    looks |= {f"member-{known}": replace(buying, member=_member(known)) for known in Known}
    looks["member-leaving"] = replace(buying, member=replace(_member(Known.FOUND), leaving=True))
    looks["attract-briefing"] = replace(start, service=True)
    looks["scan-briefing"] = replace(buying, service=True)
    looks["empty-briefing"] = replace(looks["empty"], service=True)
    looks["still"] = replace(buying, phase=Shopping(_sale(), warned=True))
    looks |= _weighing(buying) | _money(buying) | _sheets(start, buying)
    looks |= {f"told-{told}": replace(buying, notice=Notice(told, DECLINED)) for told in Told}
    choice = replace(buying, tenders=Tenders(till="Kasse 1 (Ausgang)"))
    looks["told-at_till"] = replace(looks["told-at_till"], phase=Attract(), tenders=choice.tenders)
    checked = replace(choice, phase=Shopping(_sale(released=16)))
    looks["sheet-review"] = replace(checked, front=Front(Sheet.REVIEW))
    lost = replace(_READY, terminal=Link.LOST)
    looks["sheet-review-no-card"] = replace(looks["sheet-review"], devices=lost)
    for device in ("terminal", "scanner", "printer"):
        looks[f"lost-{device}"] = replace(buying, devices=replace(_READY, **{device: Link.LOST}))
    return looks


def _sale(basket: Basket | None = None, released: int = 0) -> Sale:
    if basket is None:
        basket = Basket()
        for number, article in enumerate(_GOODS, 1):
            basket = basket.add(LineId(number), article)
        basket = basket.add(LineId(4), _APPLES, 742)
    return Sale(SaleId("K1-gallery-s000001"), AT, basket, released)


def _member(known: Known) -> Member:
    return Member(GUEST, known)


def _weighing(buying: State) -> dict[str, State]:
    """What the scale may say while it is waited for."""
    terms = WeighingTerms(Limits(40, 6000), (0, 5))
    what = OnScale(WeighingId("K1-gallery-w000004"), _APPLES, terms)
    waiting = replace(buying, phase=Shopping(_sale(), weighing=what))
    return {
        f"weighing-{says}": replace(waiting, live=Live(scale=ScaleShown(what.id, says, 742)))
        for says in ScaleSays
    }


def _money(buying: State) -> dict[str, State]:
    """From the card to goodbye."""
    sale = _sale(released=16)
    amount = total(sale.basket)
    payment = Payment(PaymentId("K1-gallery-p000002"), amount, Baseline("52001234", 6, 6), AT)
    card = Card(amount, "52001234", 7, 7, "girocard", "****4711", AT)
    sold = Sold(sale, payment, card, (), 42, AT)
    paying = replace(
        buying, phase=Paying(sale, payment), live=Live(0, ("Karte vorhalten", "oder einstecken"))
    )
    phases = {
        "stopping": Paying(sale, payment, cancel_asked=True),
        "settling": Settling(sale, payment, card),
        "doubt": InDoubt(sale, payment),
        "doubt-staff": InDoubt(sale, payment, staff=True),
        "paid": Paid(sold, JobId("K1-gallery-j000003")),
        **{f"owed-{fault}": ReceiptOwed(sold, fault, partial=False) for fault in PrintFault},
        "owed-link": ReceiptOwed(sold, PrintFault.CUTTER, partial=False, offer=Handle("feed")),
        "thanks": Thanks(42, printed=True),
        "thanks-unprinted": Thanks(42, printed=False),
        "thanks-gate": Thanks(42, printed=True, ended=AT),
    }
    return {"paying": paying} | {
        name: replace(buying, phase=phase) for name, phase in phases.items()
    }


def _sheets(start: State, buying: State) -> dict[str, State]:
    """What stands in front of the list; a parked purchase is gone on with where nobody buys."""
    looks = {
        f"sheet-{sheet}": replace(
            start if sheet is Sheet.RESUME else buying, front=Front(sheet, month=11)
        )
        for sheet in Sheet
    }
    looks["sheet-search"] = replace(buying, front=Front(Sheet.GOODS, "P", month=11))
    looks["sheet-nothing"] = replace(buying, front=Front(Sheet.GOODS, "PX", month=11))
    helped = Help(AT)
    looks["sheet-called"] = replace(looks["sheet-help"], help=helped)
    joins = replace(buying, service=True, joins=True)
    looks["sheet-data-join"] = replace(joins, front=Front(Sheet.DATA))
    invited = Front(Sheet.JOIN, invitation=Handle("feed"))
    looks["sheet-join-code"] = replace(joins, front=invited)
    looks["sheet-join-refused"] = replace(joins, front=Front(Sheet.JOIN, refused=True))
    known = replace(buying, service=True, member=_member(Known.FOUND))
    looks["sheet-data-member"] = replace(known, front=Front(Sheet.DATA))
    looks["sheet-staff"] = replace(buying, help=helped, attendant=Attendant("staff", AT))
    return looks
