"""Every message in the code exists in every language, with the same placeholders.

Paper speaks fewer languages than the screen: what stands in `receipt.po` is said on paper alone.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import polib
import pytest

from kiosk.words import PRINTED, Language, words_of

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


TRANSLATED = [each for each in Language if each is not Language.EN]


def messages(*folders: str) -> set[str]:
    """Every literal first argument of a call of `words`, or of its `count`."""
    found = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args and _is_words(node.func):
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        found.add(first.value)
    return found


def _is_words(func: ast.expr) -> bool:
    if isinstance(func, ast.Attribute):
        counted = func.attr == "count" and getattr(func.value, "id", "") == "words"
        return counted or func.attr == "words"
    return isinstance(func, ast.Name) and func.id == "words"


def catalogue(language: Language, name: str = "*") -> dict[str, polib.POEntry]:
    entries: dict[str, polib.POEntry] = {}
    for path in (ROOT / "kiosk" / "words" / language).glob(f"{name}.po"):
        entries |= {entry.msgid: entry for entry in polib.pofile(str(path))}
    return entries


def of_paper() -> set[str]:
    return set(catalogue(Language.DE, "receipt"))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_with_its_placeholders(language: Language) -> None:
    """A word missing in one language, or a placeholder lost in it, is a defect."""
    entries = catalogue(language)
    paper = set() if language in PRINTED else of_paper()
    assert messages("kiosk", "drivers") - entries.keys() - paper == set()
    for msgid, entry in entries.items():
        wanted = set(PLACEHOLDER.findall(msgid))
        for text in texts(entry):
            assert text, msgid
            if not entry.msgid_plural:
                assert set(PLACEHOLDER.findall(text)) == wanted, msgid


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_number_is_said_or_has_a_form_of_its_own(language: Language) -> None:
    """`one article` may do without its number; a form that several numbers share may not."""
    for entry in catalogue(language).values():
        if entry.msgid_plural:
            words = words_of(language)
            said = [words.count(entry.msgid, entry.msgid_plural, number) for number in range(130)]
            assert len(set(said)) == 130, entry.msgid
            forms = re.search(r"nplurals=(\d)", words._catalogue.info()["plural-forms"])
            assert forms is not None
            assert len(entry.msgstr_plural) == int(forms[1])


def test_no_screen_says_what_only_paper_says() -> None:
    """It would stand there in English."""
    assert messages("kiosk/screens") & of_paper() == set()


@pytest.mark.parametrize("language", [each for each in TRANSLATED if each not in PRINTED])
def test_the_catalogues_have_the_same_messages_and_none_left_in_german(language: Language) -> None:
    """Short ones may be the same word; no sentence is."""
    german, own = catalogue(Language.DE), catalogue(language)
    assert own.keys() == german.keys() - of_paper()
    assert [
        msgid
        for msgid, entry in own.items()
        if len(msgid.split()) > 3 and set(texts(entry)) & {msgid, *texts(german[msgid])}
    ] == []


def test_no_message_stands_in_two_catalogues() -> None:
    """Two translations of one message would leave it to chance which one is said."""
    files = (ROOT / "kiosk" / "words" / Language.DE).glob("*.po")
    said = [entry.msgid for path in files for entry in polib.pofile(str(path))]
    assert len(said) == len(set(said))


def test_no_catalogue_holds_a_message_nobody_says() -> None:
    """Dead words are deleted with the code that said them."""
    sources = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "drivers").rglob("*.py")]
    literals = {
        node.value
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert catalogue(Language.DE).keys() - literals == set()
