"""A receipt as a record (JSON): our own schema with the field names of the DFKA taxonomy.

The schema is `docs/receipt-v1.schema.json`. Amounts are decimal texts with two places, so that no
reader rounds them; moments are UTC. `read` takes what `write` gives and refuses everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kiosk.basket import Unit
from kiosk.fiscal import PLACES, Paid, Security, moment
from kiosk.ids import Gtin, SaleId
from kiosk.money import Money
from kiosk.pricing import VatRow
from kiosk.receipt import Item, Kind, Receipt, Shop, Slip, Tender
from kiosk.weighing import Weighed
from kiosk.words import PRINTED, Language

VERSION = 1
CASES = {
    Kind.GOODS: "Umsatz",
    Kind.RETURN: "Umsatz",
    Kind.DEPOSIT: "Pfand",
    Kind.DEPOSIT_RETURN: "PfandRueckzahlung",
    Kind.DISCOUNT: "Rabatt",
    Kind.COUPON: "Rabatt",
}
"""Business cases of the taxonomy; ours tell a little more."""


class NoReceipt(ValueError):
    """A record that is no receipt of this schema."""


def write(receipt: Receipt) -> dict[str, Any]:
    """The record: nothing but JSON's own types. No member is in it, as none is in the receipt."""
    return {
        "version": VERSION,
        "cash_register": {"serial_number": receipt.kiosk},
        "head": _head(receipt),
        "data": {
            "full_amount_incl_vat": _text(receipt.total),
            "currency_code": receipt.total.currency,
            "payment_types": [_tender(tender) for tender in receipt.tenders],
            "amounts_per_vat_id": [_vat(row) for row in receipt.vat],
            "lines": [_line(place, item) for place, item in enumerate(receipt.items)],
        },
        "slips": [_slip(slip) for slip in receipt.slips if slip.for_customer],
        "security": {
            "tse": _security(receipt.security) if receipt.security else None,
            "outage": receipt.outage,
        },
    }


def _head(receipt: Receipt) -> dict[str, Any]:
    shop = receipt.shop
    return {
        "number": receipt.number,
        "id": receipt.sale,
        "type": "AVTraining" if receipt.training else "Beleg",
        "copy": receipt.copy,
        "language": receipt.language.value,
        "timestamp_start": moment(receipt.started),
        "timestamp_end": moment(receipt.ended),
        "time_zone": shop.zone,
        "seller": {
            "name": shop.name,
            "address": list(shop.address),
            "tax_number": shop.tax_number,
        },
        "footer": list(shop.footer),
    }


def _tender(tender: Tender) -> dict[str, Any]:
    return {
        "type": tender.kind.value,
        "amount": _text(tender.amount),
        "name": tender.scheme,
        "card_number_masked": tender.card,
        "terminal_id": tender.terminal_id,
        "trace_number": tender.trace,
        "terminal_receipt_number": tender.receipt,
    }


def _vat(row: VatRow) -> dict[str, Any]:
    return {
        "vat_definition_export_id": PLACES[row.rate] + 1 if row.rate in PLACES else None,
        "percentage": _hundredths(row.rate),
        "incl_vat": _text(row.gross),
        "excl_vat": _text(row.net),
        "vat": _text(row.tax),
    }


def _line(place: int, item: Item) -> dict[str, Any]:
    """Of goods that were weighed at the kiosk alone it tells how."""
    weighed = {} if item.weighed is None else {"weighed": _weighed(item.weighed)}
    return {
        "lineitem_export_id": place + 1,
        "parent": None if item.parent is None else item.parent + 1,
        "kind": item.kind.value,
        "business_case": CASES[item.kind],
        "text": item.name,
        "vat_percentage": _hundredths(item.vat),
        "incl_vat": _text(item.amount),
        "item": {
            "gtin": None if item.gtin is None else str(item.gtin),
            "quantity": item.quantity,
            "quantity_measure": item.unit.value,
            "weight_grams": item.grams,
            "price_per_unit": None if item.price is None else _text(item.price),
        }
        | weighed,
    }


def _weighed(weighed: Weighed) -> dict[str, Any]:
    return {
        "gross_grams": weighed.gross,
        "tare_grams": weighed.tare,
        "legal_for_trade": weighed.legal,
    }


def _slip(slip: Slip) -> dict[str, Any]:
    return {"kind": slip.kind, "lines": list(slip.lines), "styles": list(slip.styles)}


def _security(signed: Security) -> dict[str, Any]:
    return {
        "serial_number": signed.device,
        "transaction_number": signed.transaction,
        "signature_number": signed.counter,
        "signature": signed.signature,
        "timestamp_start": moment(signed.started),
        "timestamp_end": moment(signed.logged),
        "process_type": signed.process_type,
        "process_data": signed.process_data,
        "signature_algorithm": signed.algorithm,
        "log_time_format": signed.time_format,
        "public_key": signed.public_key,
        "first_order": moment(signed.first_order) if signed.first_order else None,
    }


def read(record: Mapping[str, Any]) -> Receipt:
    """The receipt of a record. Raises NoReceipt for what is none or does not add up."""
    try:
        if record["version"] != VERSION:
            raise NoReceipt(f"version {record['version']} is not known")
        return _read(record)
    except NoReceipt:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise NoReceipt(f"no receipt: {type(error).__name__} {error}") from error


def _read(record: Mapping[str, Any]) -> Receipt:
    head, data, security = record["head"], record["data"], record["security"]
    currency = _str(data["currency_code"])
    tse = security["tse"]
    receipt = Receipt(
        number=_int(head["number"]),
        sale=SaleId(_str(head["id"])),
        kiosk=_str(record["cash_register"]["serial_number"]),
        shop=_read_shop(head),
        started=_moment(head["timestamp_start"]),
        ended=_moment(head["timestamp_end"]),
        items=tuple(_read_line(line, currency) for line in data["lines"]),
        vat=tuple(_read_vat(row, currency) for row in data["amounts_per_vat_id"]),
        total=_money(data["full_amount_incl_vat"], currency),
        tenders=tuple(_read_tender(each, currency) for each in data["payment_types"]),
        slips=tuple(
            Slip(_str(slip["kind"]), _strings(slip["lines"]), _strings(slip["styles"]))
            for slip in record["slips"]
        ),
        language=_printed(head["language"]),
        copy=head["copy"] is True,
        training=head["type"] == "AVTraining",
        security=_read_security(tse) if tse else None,
        outage=security["outage"] is True,
    )
    if write(receipt) != record:
        raise NoReceipt("no receipt: it holds more than a receipt, or tells things in another way")
    return receipt


def _printed(value: Any) -> Language:
    language = Language(value)
    if language not in PRINTED:
        raise NoReceipt(f"no receipt is in {language}")
    return language


def _read_shop(head: Mapping[str, Any]) -> Shop:
    seller = head["seller"]
    return Shop(
        _str(seller["name"]),
        _strings(seller["address"]),
        _str(seller["tax_number"]),
        _str(head["time_zone"]),
        _strings(head["footer"]),
    )


def _read_line(line: Mapping[str, Any], currency: str) -> Item:
    item = line["item"]
    price, grams, gtin, parent = (
        item["price_per_unit"],
        item["weight_grams"],
        item["gtin"],
        line["parent"],
    )
    return Item(
        Kind(line["kind"]),
        _str(line["text"]),
        _money(line["incl_vat"], currency),
        _minor(line["vat_percentage"]),
        _int(item["quantity"]),
        None if price is None else _money(price, currency),
        Unit(item["quantity_measure"]),
        None if grams is None else _int(grams),
        None if gtin is None else Gtin(int(gtin)),
        None if parent is None else _int(parent) - 1,
        _read_weighed(item["weighed"]) if "weighed" in item else None,
    )


def _read_weighed(data: Mapping[str, Any]) -> Weighed:
    legal = data["legal_for_trade"] is True
    return Weighed(_int(data["gross_grams"]), _int(data["tare_grams"]), legal)


def _read_vat(row: Mapping[str, Any], currency: str) -> VatRow:
    gross, net, tax = (_money(row[key], currency) for key in ("incl_vat", "excl_vat", "vat"))
    return VatRow(_minor(row["percentage"]), gross, net, tax)


def _read_tender(tender: Mapping[str, Any], currency: str) -> Tender:
    return Tender(
        _money(tender["amount"], currency),
        _str(tender["name"]),
        _str(tender["card_number_masked"]),
        _str(tender["terminal_id"]),
        _int(tender["trace_number"]),
        _int(tender["terminal_receipt_number"]),
        Paid(tender["type"]),
    )


def _read_security(tse: Mapping[str, Any]) -> Security:
    first = tse["first_order"]
    return Security(
        _str(tse["serial_number"]),
        _int(tse["transaction_number"]),
        _int(tse["signature_number"]),
        _str(tse["signature"]),
        _moment(tse["timestamp_start"]),
        _moment(tse["timestamp_end"]),
        _str(tse["process_data"]),
        _str(tse["signature_algorithm"]),
        _str(tse["log_time_format"]),
        _str(tse["public_key"]),
        _str(tse["process_type"]),
        _moment(first) if first else None,
    )


def _text(amount: Money) -> str:
    return _hundredths(amount.minor)


def _hundredths(minor: int) -> str:
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def _money(text: object, currency: str) -> Money:
    return Money(_minor(text), currency)


def _minor(text: object) -> int:
    whole, mark, cents = _str(text).partition(".")
    if mark != "." or len(cents) != 2 or len(whole) > 15:
        raise NoReceipt(f"no receipt: {text!r} is no amount")
    return int(whole + cents)


def _moment(text: object) -> datetime:
    return datetime.strptime(_str(text), "%Y-%m-%dT%H:%M:%S.000Z").replace(tzinfo=UTC)


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise NoReceipt(f"no receipt: {value!r} is no text")
    return value


def _strings(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise NoReceipt(f"no receipt: {values!r} is no list")
    return tuple(map(_str, values))


def _int(value: object) -> int:
    if type(value) is not int:
        raise NoReceipt(f"no receipt: {value!r} is no number")
    return value
