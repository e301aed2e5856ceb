"""One sale for people: lines, acts, payments and receipt, each with its time."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.books.plain import Plain


def view(sale: Plain) -> Iterator[str]:
    """The lines of a page, from what an export tells of the sale."""
    yield f"receipt {sale['number']}   {sale['total']} {sale['currency']}   sale {sale['id']}"
    yield f"  began {_time(sale['started'])}   {sale['outcome']} {_time(sale['at'])}"
    yield "lines"
    for item in sale["items"]:
        yield _item(item)
    for tax in sale["taxes"]:
        yield f"  {tax['vat']:>6} %  gross {tax['gross']}  net {tax['net']}  tax {tax['tax']}"
    if sale["voids"]:
        yield "taken out before paying"
    for void in sale["voids"]:
        what = f"{void['quantity']} x {void['text']}"
        yield f"  {_time(void['at'])}  {what:<34} {void['amount']:>9}  by {void['by']}"
    for each in sale["parked"]:
        yield f"parked as {each['number']} {_time(each['at'])}"
    if sale["acts"]:
        yield "acts of staff"
    for act in sale["acts"]:
        reason = f" ({act['reason']})" if act["reason"] else ""
        detail = f" {act['detail']}" if act["detail"] else ""
        yield f"  {_time(act['at'])}  {act['act']}{reason}{detail}  by {act['by']}"
    for payment in sale["payments"]:
        yield from _payment(payment)
    if not sale["payments"]:
        yield "nothing was to be paid"
    if sale["receipt"]:
        yield f"receipt: {sale['receipt']['fate']}"
        yield from (_word(word) for word in sale["receipt"]["story"])


def _item(item: Plain) -> str:
    indent = "    " if item["parent"] else "  "
    count = f"{item['grams']} g" if item["grams"] else f"{item['quantity']} x"
    name = item["text"] or item["kind"]
    cause = f"  [{item['promotion']}]" if item["promotion"] else ""
    at = f"  {_time(item['at'])}" if item["at"] else ""
    shown = f"{count} {name}" if item["price"] else name
    return f"{indent + shown:<46} {item['amount']:>9}  {item['vat']:>5} %{at}{cause}"


def _payment(payment: Plain) -> Iterator[str]:
    told = f"{payment['amount']} {payment['currency']}  {payment['outcome']}"
    decided = f", as {payment['decided_by']} said" if payment["decided_by"] else ""
    yield f"payment {payment['id']}  {told}{decided}"
    yield from (_word(word) for word in payment["story"])


def _word(word: Plain) -> str:
    return f"  {_time(word['at'])}  {word['what']:<20} {word['detail']}".rstrip()


def _time(text: str) -> str:
    """`2026-11-21 13:00:09.123 +01:00`."""
    return f"{text[:10]} {text[11:23]} {text[23:]}"
