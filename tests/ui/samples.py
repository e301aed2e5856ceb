"""Screens to draw: one of every view, in German and in English."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.events import (
    LanguageChosen,
    PaymentCancelPressed,
    PayPressed,
    PrintAgainPressed,
    QuantitySet,
    ReceiptWaived,
    StartPressed,
    UndoPressed,
)
from kiosk.checkout.floor import Tenders
from kiosk.checkout.floor_events import AttendantArrived, HelpPressed, MoreTimePressed
from kiosk.checkout.front import Front, Sheet
from kiosk.checkout.front_events import LettersTyped, SheetOpened
from kiosk.checkout.member_events import NotMePressed
from kiosk.checkout.states import Attract, Known, Link, Member
from kiosk.checkout.weigh_events import TareChosen, WeighingCancelled
from kiosk.demo import SHELF
from kiosk.goods.shelf import read_shelf
from kiosk.ids import Handle, LineId
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.values import (
    Action,
    AttractView,
    Child,
    Choice,
    ClosedView,
    DoubtView,
    Header,
    Hero,
    LineView,
    MemberState,
    MemberView,
    Notice,
    Option,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    StillView,
    SumRow,
    ThanksView,
    Tone,
    View,
    WeighView,
)
from kiosk.words import OWN_NAMES, Language
from tests.story import MILK, WINE, Story, shopping

_DE = Language.DE


def header(title: str, subtitle: str = "", language: Language = _DE) -> Header:
    """A header with both languages."""
    choices = tuple(Choice(each, OWN_NAMES[each], each is language) for each in Language)
    return Header(
        title,
        subtitle,
        choices,
        Action("language", OWN_NAMES[language], SheetOpened(Sheet.LANGUAGE), "Sprache"),
        Action("comfort", "Bedienung erleichtern", SheetOpened(Sheet.COMFORT)),
        Action("help", "Hilfe", SheetOpened(Sheet.HELP)),
    )


def screen(
    view: View,
    version: int = 1,
    language: Language = _DE,
    title: str = "Artikel scannen",
    subtitle: str = "Strichcode vor den Scanner halten",
    notice: Notice | None = None,
    banners: tuple[Notice, ...] = (),
) -> Screen:
    """A screen around a view."""
    top = header(title, subtitle, language)
    return Screen(version, language, top, view, notice, banners, speech="")


SHORTCUTS = (
    Option(Action("open-goods", "Ohne Strichcode", SheetOpened(Sheet.GOODS)), "apple"),
    Option(Action("open-digits", "Nummer eintippen", SheetOpened(Sheet.DIGITS)), "keypad"),
)


def line(
    number: int,
    name: str,
    detail: str,
    amount: str,
    quantity: int = 1,
    badge: str = "",
    children: tuple[Child, ...] = (),
    weighed: bool = False,
) -> LineView:
    """One line, with the actions the checkout would give it."""
    id_ = LineId(number)

    def act(kind: str, label: str, wanted: int | None) -> Action:
        event = None if wanted is None else QuantitySet(id_, wanted)
        return Action(f"line-{number}-{kind}", label, event, f"{name}: {label}")

    less = act("minus", "weniger", quantity - 1 if quantity > 1 else None)
    return LineView(
        id_,
        name,
        detail,
        amount,
        "" if weighed else str(quantity),
        badge,
        children,
        None if weighed else less,
        None if weighed else act("plus", "mehr", quantity + 1),
        act("remove", "entfernen", 0),
    )


LINES = (
    line(1, "Bio-Vollmilch 3,8 %", "12 × 1,59 €", "19,08 €", 12),
    line(2, "Mineralwasser 1,0 l", "2 × 0,89 €", "1,78 €", 2, "", (Child("Pfand", "0,50 €"),)),
    line(3, "Bananen", "0,742 kg × 1,79 €/kg", "1,33 €", weighed=True),
    line(4, "Riesling trocken 0,75 l", "1 × 6,99 €", "6,99 €", 1, "ab 16"),
    line(5, "Mehrkornbrötchen mit Sonnenblumenkernen", "4 × 0,45 €", "1,80 €", 4),
    line(6, "Kaffee ganze Bohne 1 kg", "1 × 13,99 €", "13,99 €", 1),
    line(7, "Tragetasche Papier", "1 × 0,20 €", "0,20 €", 1),
    line(8, "Gouda jung in Scheiben 400 g", "3 × 3,29 €", "9,87 €", 3),
    line(9, "Pils 20 × 0,5 l", "1 × 17,99 €", "17,99 €", 1, "ab 16", (Child("Pfand", "3,10 €"),)),
    line(10, "Spülmittel Zitrone 500 ml", "1 × 0,95 €", "0,95 €", 1),
    line(11, "Tomaten am Zweig", "0,514 kg × 2,99 €/kg", "1,54 €", weighed=True),
    line(12, "Geschirrspültabs Alles-in-einem 60 St.", "99 × 11,99 €", "1.187,01 €", 99),
    line(13, "Butter mild gesäuert 250 g", "2 × 2,29 €", "4,58 €", 2),
)
PAY = Action("pay", "Bezahlen", PayPressed(1, Money(2383)), "Bezahlen, 23,83 Euro")


def scan(
    lines: tuple[LineView, ...] = LINES,
    hero: int | None = 3,
    age: str = "",
    total: str = "23,83 €",
    member: MemberView | None = None,
) -> ScanView:
    """The running list; `hero` is the index of the line touched last."""
    shown = lines[hero] if hero is not None and lines else None
    last = None
    if shown is not None:
        undo = Action("undo", "Rückgängig", UndoPressed(shown.id), f"{shown.name} zurücknehmen")
        last = Hero(shown.name, shown.detail, shown.amount, shown.badge, undo)
    pay = PAY if lines else replace(PAY, event=None)
    sums = (SumRow("Pfand enthalten", "3,60 €"),) if lines else ()
    count = len(lines)
    return ScanView(
        lines, last, "Halten Sie Ihren ersten Artikel vor den Scanner.", age, sums,
        f"Summe, {count} Artikel", total if lines else "0,00 €", pay, member,
        shortcuts=SHORTCUTS,
    )  # fmt: skip


NOT_ME = Action("not-me", "Nicht ich", NotMePressed(), "Das bin ich nicht")
FOUND = MemberView(MemberState.FOUND, Handle("f00d"), "Hallo", "Punkte", ".", NOT_ME)
LATER = replace(FOUND, state=MemberState.LATER, greeting="Ihre Punkte werden später gutgeschrieben")


WEIGH = WeighView(
    "Bitte auf die Waage legen", "Äpfel Elstar aus dem Alten Land", "2,49 €/kg", "0,742 kg",
    "Einen Moment, es wird gewogen.", False, "Testgewicht, nicht eichfähig",
    (Action("tare-0", "Ohne Tüte", None), Action("tare-5", "Mit Tüte 5 g", TareChosen(5))),
    Action("weighing-cancel", "Abbrechen", WeighingCancelled(), "Äpfel nicht wiegen"),
)  # fmt: skip
UNMOVED = replace(
    WEIGH, weight="", hint="Bitte herunternehmen und noch einmal auflegen.", warns=True, tares=()
)
STILL = StillView(
    "Sind Sie noch da?", "Ihre Artikel bleiben erhalten; ohne Antwort werden sie geparkt.",
    Action("still-here", "Ich bin noch da", MoreTimePressed()),
)  # fmt: skip


ATTRACT = AttractView(
    ("Artikel scannen", "Mit Karte oder Telefon bezahlen", "Kassenbon mitnehmen"),
    "Nur Kartenzahlung: girocard, Mastercard, Visa",
    Action("start", "Hier tippen und starten", StartPressed()),
)
CANCEL = Action("cancel", "Zahlung abbrechen", PaymentCancelPressed())
PAYING = PayingView(
    "Zu zahlen", "1.287,41 €", ("Karte vorhalten,", "einstecken oder durchziehen"),
    "Halten Sie Ihre Karte oder Ihr Telefon an das Terminal unter dem Bildschirm.",
    approved=False, cancel=CANCEL,
)  # fmt: skip
APPROVED = replace(
    PAYING, terminal=("Zahlung erfolgt",), hint="Bitte Karte entnehmen.", approved=True, cancel=None
)
DOUBT = DoubtView(
    "Betrag", "23,83 €",
    ("Bitte nicht noch einmal bezahlen.",
     "Das Terminal antwortet nicht. Wir fragen gerade nach, ob Ihre Zahlung ankam.",
     "Ihre Artikel bleiben gespeichert."),
    staff=False, reference="",
)  # fmt: skip
STAFF = replace(
    DOUBT, staff=True, reference="Zahlung K1-9f3a61-p000042",
    steps=("Bitte nicht noch einmal bezahlen.", "Wir kommen zu Ihnen und sehen gemeinsam nach."),
)  # fmt: skip
PRINTING = ReceiptView("Bezahlt", "23,83 €", printing=True, again=None, waive=None)
CHOICE = ReceiptView(
    "Bezahlt", "23,83 €", printing=False,
    again=Action("print-again", "Noch einmal drucken", PrintAgainPressed()),
    waive=Action("waive-receipt", "Ohne Kassenbon weiter", ReceiptWaived()),
)  # fmt: skip
THANKS = ThanksView(
    "Bon-Nr.", "000 042",
    ("Vielen Dank für Ihren Einkauf!", "Vergessen Sie Ihre Karte und Ihren Kassenbon nicht."),
    Action("done", "Fertig", StartPressed()),
)  # fmt: skip
CLOSED = ClosedView("Diese Kasse ist geschlossen.", "Bitte gehen Sie zu einer anderen Kasse.")
NO_PAPER = Notice(
    Tone.WARNING, "Kein Kassenbon möglich", "Das Papier ist zu Ende. Sie können trotzdem einkaufen."
)
OFFLINE = Notice(Tone.INFO, "Bonuspunkte später", "Wir holen es nach.")
UNKNOWN = Notice(
    Tone.ERROR, "Diesen Code kennen wir nicht", "Versuchen Sie es noch einmal, oder rufen Sie uns."
)

EVERY: dict[str, Screen] = {
    "attract": screen(ATTRACT, title="Willkommen", subtitle="Hier bezahlen Sie selbst"),
    "scan": screen(scan()),
    "scan-empty": screen(scan(())),
    "scan-few": screen(scan(LINES[:4], age="Ab 16: wir prüfen Ihr Alter vor dem Bezahlen.")),
    "scan-undone": screen(scan(LINES[:6], hero=None)),
    "scan-notice": screen(scan(), notice=UNKNOWN, banners=(NO_PAPER,)),
    "scan-banners": screen(scan(hero=4, age="Ab 16"), banners=(NO_PAPER, OFFLINE)),
    "member": screen(scan(LINES[:4], member=FOUND)),
    "member-later": screen(scan(LINES, member=LATER), banners=(NO_PAPER,)),
    "member-empty": screen(scan((), member=FOUND)),
    "weighing": screen(replace(scan(LINES[:4]), weigh=WEIGH)),
    "weighing-unmoved": screen(replace(scan(()), weigh=UNMOVED), banners=(NO_PAPER,)),
    "still": screen(replace(scan(LINES[:4]), still=STILL)),
    "paying": screen(PAYING, title="Bezahlen", subtitle=""),
    "approved": screen(APPROVED, title="Bezahlen", subtitle=""),
    "doubt": screen(DOUBT, title="Einen Moment bitte", subtitle=""),
    "staff": screen(STAFF, title="Wir helfen Ihnen", subtitle=""),
    "printing": screen(PRINTING, title="Ihr Kassenbon wird gedruckt", subtitle="Einen Moment"),
    "choice": screen(
        CHOICE, title="Bezahlt", subtitle="Der Kassenbon kam nicht heraus", notice=NO_PAPER
    ),
    "fetch": screen(
        replace(CHOICE, slot=Handle("feed"), fetch="Beleg mit dem Handy abholen",
                fetch_hint="Code mit der Kamera scannen. Ohne App, ohne Anmeldung."),
        title="Bezahlt", subtitle="Der Kassenbon kam nicht heraus", banners=(NO_PAPER,)),
    "thanks": screen(THANKS, title="Bezahlt", subtitle=""),
    "closed": screen(CLOSED, title="Geschlossen", subtitle="", banners=(NO_PAPER,)),
    "english": screen(
        replace(ATTRACT, steps=("Scan your articles", "Pay by card or phone", "Take your receipt"),
                tenders="Cards only", start=Action("start", "Touch to start", StartPressed())),
        language=Language.EN, title="Welcome", subtitle="Pay here yourself"),
}  # fmt: skip
LANGUAGE_EVENTS = {f"language-{each.value}": LanguageChosen(each) for each in Language}


def _in_front() -> dict[str, Screen]:
    """Every sheet, as the checkout itself gives it."""
    shelf = read_shelf(SHELF.read_text("utf-8"))
    buying = replace(shopping(MILK, WINE), shelf=shelf)
    idle = replace(buying, phase=Attract())
    called = (Story(buying) >> HelpPressed() >> SheetOpened(Sheet.HELP)).state
    staff = (Story(buying) >> HelpPressed() >> AttendantArrived("staff")).state
    joins = replace(buying, service=True, joins=True)
    known = replace(joins, member=Member(Handle("9a5e"), Known.FOUND))
    states = {
        f"sheet-{sheet}": replace(buying, front=Front(sheet, month=11))
        if sheet not in (Sheet.DATA, Sheet.JOIN, Sheet.WITHDRAW)
        else replace(known if sheet is Sheet.WITHDRAW else joins, front=Front(sheet))
        for sheet in Sheet
    }
    states |= {
        "sheet-resume": (Story(idle) >> SheetOpened(Sheet.RESUME)).state,
        "sheet-called": called,
        "sheet-staff": staff,
    }
    full = replace(shopping(*(MILK,) * 40), tenders=Tenders(till="Kasse 1 (links am Ausgang)"))
    states["sheet-review"] = (Story(full) >> SheetOpened(Sheet.REVIEW)).state
    lost = replace(full.devices, terminal=Link.LOST, printer=Link.LOST)
    states["sheet-review-no-card"] = replace(states["sheet-review"], devices=lost)
    search = SheetOpened(Sheet.GOODS)
    states["sheet-search"] = (Story(buying) >> search >> LettersTyped("P")).state
    states["sheet-nothing"] = (Story(buying) >> search >> LettersTyped("PX")).state
    return {name: present(state, 1) for name, state in states.items()}


EVERY |= _in_front()
