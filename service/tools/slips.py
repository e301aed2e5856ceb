"""`./run service slips ...`: deposit slips that a kiosk holds, and letting go of one by hand."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from service.audit import Act
from service.slips import SlipRow
from service.store.port import KioskRow
from service.tools.session import Session, complain, run, show

EXAMPLES = """examples:
  ./run service slips list                      what is held, by which kiosk, since when
  ./run service --json slips list
  ./run service slips free 00417 --cents 250    the slip 00417 over 2.50, worth what it was when held
  ./run service slips forget 00417 --cents 250  it is worth 2.50 again, whatever became of it

A kiosk holds a slip from the scan until the purchase is over. Free one by hand only where that kiosk
will not come back: what it used of the slip and has not told is then worth something once more.
Forget one that is refused though it is new: its number has come round, or another machine has it.
"""


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs."""
    plain = argparse.RawDescriptionHelpFormatter
    slips = verbs.add_parser(
        "slips", help="deposit slips that kiosks hold", epilog=EXAMPLES, formatter_class=plain
    )
    acts = slips.add_subparsers(metavar="ACT", required=True)
    acts.add_parser("list", help="all that are held, the longest held first").set_defaults(
        run=_list
    )
    free = acts.add_parser(
        "free", help="let go of one by hand", epilog=EXAMPLES, formatter_class=plain
    )
    free.set_defaults(run=_free)
    forget = acts.add_parser(
        "forget", help="make one whole that is refused", epilog=EXAMPLES, formatter_class=plain
    )
    for each in (free, forget):
        each.add_argument("number", metavar="NUMBER", help="as it is printed, with its zeros")
        each.add_argument(
            "--cents",
            required=True,
            type=int,
            metavar="FACE",
            help="what it was printed with, in cents",
        )
    forget.set_defaults(run=_forget)


def _row(row: SlipRow, kiosks: dict[bytes, KioskRow]) -> dict[str, Any]:
    kiosk = kiosks.get(row.holder)
    return {
        "number": row.number,
        "face": row.face,
        "left": row.left,
        "kiosk": row.holder.hex(),
        "name": kiosk.name if kiosk else "",
        "standing": kiosk.standing.value if kiosk else "",
        "since": datetime.fromtimestamp(row.at / 1000, UTC).isoformat(timespec="minutes"),
    }


def _list(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        kiosks = {kiosk.id: kiosk for kiosk in await session.store.kiosks()}
        rows = [_row(row, kiosks) for row in await session.store.held_slips()]
        lines = [
            f"{row['number']:<15}  {row['left']} of {row['face']} cents  held since {row['since']} by "
            f"{row['kiosk']}  {row['name']} ({row['standing'] or 'unknown'})"
            for row in rows
        ]
        show({"slips": rows}, as_json=options.json, lines=lines or ["No kiosk holds a slip."])
        return 0

    return run(options.at, act)


def _forget(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        if not await session.store.forget_slip(options.number, options.cents):
            return complain("no kiosk has shown this slip; it is worth what is printed on it")
        await session.audit(Act.SLIP_FORGOTTEN)
        told = {"number": options.number, "face": options.cents}
        lines = [f"Forgotten: it is worth {options.cents} cents, once."]
        show(told, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)


def _free(options: argparse.Namespace) -> int:
    async def act(session: Session) -> int:
        held = await session.store.held_slips()
        named = (options.number, options.cents)
        row = next((row for row in held if (row.number, row.face) == named), None)
        if row is None or not await session.store.free_slip(row, session.clock.now_ms()):
            return complain("no kiosk holds this slip; `slips list` says which are held")
        await session.audit(Act.SLIP_FREED, row.holder)
        told = {"number": row.number, "face": row.face, "left": row.left}
        lines = [f"Free: any kiosk may redeem it, worth {row.left} cents."]
        show(told, as_json=options.json, lines=lines)
        return 0

    return run(options.at, act)
