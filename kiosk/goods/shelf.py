"""The goods without a code as a JSON document, read strictly. The fields: docs/goods.md."""

from __future__ import annotations

import json
from typing import Any

from kiosk.checkout.front import Shelf, Tile
from kiosk.gtin import check_digit
from kiosk.ids import Gtin
from kiosk.offers.promotions import Name

FORMAT = 1
TILES_MOST, GROUPS_MOST, NAME_MOST, NUMBER_MOST = 500, 12, 60, 99_999


class WrongShelf(ValueError):
    """The document is not to be used; the text says where and why."""


def read_shelf(text: str) -> Shelf:
    """The shelf of a document. Raises WrongShelf; nothing that is not understood is passed over."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongShelf(f"no JSON: {error}") from error
    top = _fields(found, "the shelf", {"format", "groups"})
    if top.get("format") != FORMAT:
        raise WrongShelf(f"no shelf of format {FORMAT}")
    groups = _list(top.get("groups"), "groups", GROUPS_MOST)
    names, tiles = [], []
    for place, group in enumerate(groups):
        where = f"group {place + 1}"
        body = _fields(group, where, {"name", "goods"})
        names.append(_names(body.get("name"), where))
        for number, each in enumerate(_list(body.get("goods"), where, TILES_MOST), 1):
            tiles.append(_tile(each, place, f"{where}, goods {number}"))
    if len(tiles) > TILES_MOST:
        raise WrongShelf(f"more than {TILES_MOST} goods")
    _once([tile.gtin for tile in tiles], "GTIN")
    _once([tile.number for tile in tiles if tile.number], "number")
    return Shelf(tuple(names), tuple(tiles))


def _tile(found: Any, group: int, where: str) -> Tile:
    body = _fields(found, where, {"gtin", "name", "months", "picture", "number"})
    gtin = body.get("gtin")
    if type(gtin) is not int or not _is_gtin(gtin):
        raise WrongShelf(f"{where}: gtin is no GTIN with its check digit")
    months = _list(body.get("months", []), f"{where}, months", 12)
    if any(type(month) is not int or not 1 <= month <= 12 for month in months):
        raise WrongShelf(f"{where}: months are numbers from 1 to 12")
    number = body.get("number", 0)
    if type(number) is not int or not 0 <= number <= NUMBER_MOST:
        raise WrongShelf(f"{where}: number is from 1 to {NUMBER_MOST}")
    picture = body.get("picture", "")
    if not isinstance(picture, str) or not (picture == "" or picture.isidentifier()):
        raise WrongShelf(f"{where}: picture is the name of one that the kiosk has")
    name = _names(body.get("name"), where)
    return Tile(Gtin(gtin), name, group, tuple(sorted(set(months))), picture, number)


def _is_gtin(number: int) -> bool:
    digits = str(number)
    return 8 <= len(digits) <= 14 and digits[-1] == check_digit(digits[:-1])


def _fields(found: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise WrongShelf(f"{where} is no object")
    unknown = found.keys() - known
    if unknown:
        raise WrongShelf(f"{where}: unknown field {min(unknown)!r}")
    return found


def _list(found: Any, where: str, most: int) -> list[Any]:
    if not isinstance(found, list) or len(found) > most:
        raise WrongShelf(f"{where}: a list of at most {most} is wanted")
    return found


def _names(found: Any, where: str) -> tuple[Name, ...]:
    if not isinstance(found, dict) or not found:
        raise WrongShelf(f'{where}: name is wanted by language, like {{"de": "Äpfel"}}')
    for language, text in found.items():
        if not isinstance(text, str) or not text.strip() or len(text) > NAME_MOST:
            raise WrongShelf(f"{where}: the name in {language!r} has 1 to {NAME_MOST} characters")
    return tuple(Name(language, text) for language, text in found.items())


def _once(numbers: list[int], what: str) -> None:
    seen: set[int] = set()
    for number in numbers:
        if number in seen:
            raise WrongShelf(f"{what} {number} stands there twice")
        seen.add(number)
