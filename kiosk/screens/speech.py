"""The whole screen as one would say it: every view has a script."""

from __future__ import annotations

from typing import assert_never

from kiosk.screens.sheet_values import (
    ChoiceSheet,
    GoodsSheet,
    KeypadSheet,
    NoteSheet,
    ReviewSheet,
    Sheet,
)
from kiosk.screens.values import (
    AttractView,
    Briefing,
    ClosedView,
    DoubtView,
    Notice,
    PayingView,
    ReceiptView,
    ScanView,
    ThanksView,
    View,
    WeighView,
)

_ENDS = (".", "!", "?", "\N{ARABIC QUESTION MARK}")
READ_OUT = 8
"""Tiles that are named; who hears more than that has forgotten the first."""


def spoken(
    title: str,
    subtitle: str,
    view: View,
    notice: Notice | None,
    banners: tuple[Notice, ...],
    sheet: Sheet | None = None,
) -> str:
    """Sentences in the order of their weight: what happened first, then where one is.

    A sheet is read instead of what waits behind it.
    """
    parts = [notice.text, notice.remedy] if notice else []
    parts += _in_front(sheet) if sheet else [title, subtitle, *_body(view)]
    for banner in banners:
        parts += [banner.text, banner.remedy]
    sentences = [part if part.endswith(_ENDS) else f"{part}." for part in parts if part]
    return " ".join(sentences)


def _weighing(view: WeighView) -> list[str]:
    shown = [view.name, view.price, view.weight, view.hint, view.legal]
    return [view.title, *shown, *(action.label for action in (*view.tares, view.cancel))]


def _body(view: View) -> list[str]:
    match view:
        case AttractView():
            again = [view.again.label] if view.again else []
            briefed = _briefed(view.briefing)
            return [*view.steps, view.tenders, *briefed, *again, view.start.label]
        case ScanView():
            hero = (
                [view.hero.name, view.hero.detail, view.hero.badge, view.hero.amount]
                if view.hero
                else [view.empty]
            )
            member = [view.member.greeting] if view.member else _briefed(view.briefing)
            still = [view.still.question, view.still.hint] if view.still else []
            weigh = _weighing(view.weigh) if view.weigh else []
            return [
                *still,
                *weigh,
                *member,
                *hero,
                view.age_banner,
                f"{view.total_label}: {view.total}",
            ]
        case PayingView():
            return [f"{view.amount_label}: {view.amount}", *(view.terminal or (view.hint,))]
        case DoubtView():
            return [f"{view.amount_label}: {view.amount}", *view.steps]
        case ReceiptView():
            choices = [action.label for action in (view.again, view.waive) if action]
            return [f"{view.amount_label}: {view.amount}", view.fetch, *choices]
        case ThanksView():
            return [view.exit, *view.steps, f"{view.number_label} {view.number}"]
        case ClosedView():
            return [view.reason, view.remedy, view.nearest, view.others]
        case _:
            assert_never(view)


def _briefed(briefing: Briefing | None) -> list[str]:
    return [briefing.what, briefing.without] if briefing else []


def _in_front(sheet: Sheet) -> list[str]:
    match sheet:
        case ChoiceSheet():
            found = [sheet.title, sheet.text]
            for section in sheet.sections:
                found.append(section.heading)
                found += [option.action.spoken or option.action.label for option in section.options]
            return [*found, sheet.close.label]
        case GoodsSheet():
            names = [tile.action.label for tile in sheet.tiles[:READ_OUT]]
            return [sheet.title, sheet.letters, sheet.none, *names, sheet.close.label]
        case KeypadSheet():
            return [sheet.title, sheet.hint, sheet.close.label]
        case ReviewSheet():
            rows = [f"{row.label}: {row.amount}" for row in sheet.rows[:READ_OUT]]
            rows += [sheet.further, *(f"{row.label}: {row.amount}" for row in sheet.sums)]
            total = f"{sheet.total_label}: {sheet.total}"
            tenders = [option.action.spoken or option.action.label for option in sheet.tenders]
            return [sheet.title, total, *rows, sheet.question, *tenders, sheet.close.label]
        case NoteSheet():
            options = [option.action.label for option in sheet.options]
            return [sheet.title, *sheet.paragraphs, *options, sheet.close.label]
        case _:
            assert_never(sheet)
