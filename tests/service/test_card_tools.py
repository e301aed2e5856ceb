"""Issuing, listing and revoking as operators type it, and the demo's cards."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from service.errors import SettingsError
from service.settings import Settings, load, write
from service.setup import store_url
from service.stand import DEMO_CODES, DEMO_HOST, DEMO_UIDS, make_demo_cards, make_stand
from service.store.schema import migrate
from service.wire import base45, token
from tests.card_stand import Proof, SunCard, card_token, code, level_told, shown
from tests.service.test_cards import play
from tests.service.test_tools import CARD, said, told
from tests.service_stand import Inside

UID = "04A1B2C3D4E5F6"


@pytest.fixture
def shop(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A service with a member and a host for links."""
    write(replace(load(folder), card_hosts=("karte.example",)))
    told(capsys, folder, "member", "add", "--card", CARD, "--name", "Erika", "--consent", "all")
    return folder


def issue(
    capsys: pytest.CaptureFixture[str], shop: Path, kind: str, *words: str
) -> dict[str, object]:
    """A card of the member."""
    return told(capsys, shop, "card", "issue", "--card", CARD, "--type", kind, *words)


def test_a_code_is_printed_and_drawn(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = shop / "code.png"
    made = issue(capsys, shop, "code", "--out", str(picture))
    text = str(made["code"])
    (seen,) = zxingcpp.read_barcodes(Image.open(picture))
    assert seen.text == text
    assert text.startswith("OK1:") and not text.endswith(" ")  # noqa: PT018
    assert len(token.read(base45.decode(text.removeprefix("OK1:"))).claims) > 0
    assert stat.S_IMODE(picture.stat().st_mode) == 0o600


def test_a_token_is_an_ndef_message(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = shop / "card.ndef"
    made = issue(capsys, shop, "token", "--uid", UID, "--out", str(written))
    message = written.read_bytes()
    assert message.hex() == made["ndef"]
    assert message[:19] == b"\xd2\x10\x84application/cose"
    assert len(message) == 19 + 0x84


def test_keys_of_a_card_stay_unless_they_are_asked_for(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = said(capsys, shop, "card", "issue", "--card", CARD, "--type", "sun", "--uid", UID)
    made = issue(capsys, shop, "sun", "--uid", UID, "--show-key")
    assert len(str(made["meta_key"])) == len(str(made["file_key"])) == 32
    assert str(made["file_key"]) not in out
    assert str(made["meta_key"]) not in out
    assert "--show-key" in out
    assert made["uri"] == (f"https://karte.example/c?picc_data={'0' * 32}&cmac={'0' * 16}")
    file = b"\0\0" + b"\xd1\x01\x00U\x04" + str(made["uri"]).removeprefix("https://").encode()
    assert file[int(str(made["picc_offset"])) :][:32] == b"0" * 32
    assert file[: int(str(made["mac_offset"]))].endswith(b"&cmac=")
    listed = told(capsys, shop, "card", "list")["cards"]
    assert isinstance(listed, list)
    assert [each["type"] for each in listed] == ["sun"]
    assert UID.lower() not in json.dumps(listed).lower()


def test_a_card_with_lrp_has_room_for_24_bytes(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same card, key for key, with another link; without --lrp all is told as ever."""
    aes = issue(capsys, shop, "sun", "--uid", UID, "--show-key")
    lrp = issue(capsys, shop, "sun", "--uid", UID, "--show-key", "--lrp")
    uri = f"https://karte.example/c?picc_data={'0' * 48}&cmac={'0' * 16}"
    moved = {name: int(str(aes[name])) + 16 for name in ("mac_offset", "mac_input_offset")}
    assert lrp == {**aes, **moved, "uri": uri, "lrp": True}
    file = b"\0\0" + b"\xd1\x01\x00U\x04" + uri.removeprefix("https://").encode()
    assert file[int(str(lrp["picc_offset"])) :][:48] == b"0" * 48
    assert file[: int(str(lrp["mac_offset"]))].endswith(b"0&cmac=")
    assert len(file) == int(str(lrp["mac_offset"])) + 16
    words = ("card", "issue", "--card", CARD, "--type", "sun", "--uid", UID)
    assert "LRP" not in said(capsys, shop, *words)[0]
    out, _ = said(capsys, shop, *words, "--lrp")
    assert "Switch it over to LRP first" in out
    assert uri in out


def test_from_issuing_to_revoking(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, shop, "card", "list")
    assert "There are no cards yet." in out
    for kind, number in (("uid", UID), ("idm", "0114B2C3D4E5F6A7")):
        issue(capsys, shop, kind, "--uid", number, "--days", "730")
    made = issue(capsys, shop, "token", "--uid", UID)
    out, _ = said(capsys, shop, "card", "list", "--member", str(made["member"]))
    assert out.count("active") == 3
    assert told(capsys, shop, "card", "list", "--member", "00") == {"cards": []}
    out, _ = said(capsys, shop, "card", "revoke", str(made["card"]))
    assert "for ever" in out
    out, _ = said(capsys, shop, "card", "list")
    assert (out.count("active"), out.count("revoked  ")) == (2, 1)
    out, _ = said(capsys, shop, "audit", "verify")
    assert out.startswith("5 entries") and "all stand" in out  # noqa: PT018
    out, _ = said(capsys, shop, "status")
    assert "card       3" in out


def test_a_number_from_standard_input(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CARD}\n"))
    assert told(capsys, shop, "card", "issue", "--card", "-", "--type", "code")["code"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--type", "token", "--uid", "04"), "uid: 4, 7 or 10 bytes"),
        (("--type", "token"), "uid: 4, 7 or 10 bytes"),
        (("--type", "token", "--uid", "08A1B2C3"), "changes with each reading"),
        (("--type", "uid", "--uid", "08A1B2C3"), "changes with each reading"),
        (("--type", "uid", "--uid", "xyz"), "hexadecimal"),
        (("--type", "idm", "--uid", UID), "idm: 8 bytes"),
        (("--type", "idm", "--uid", "01FE000000000000"), "changes with each reading"),
        (("--type", "sun", "--uid", "04A1B2C3"), "has 7 bytes"),
        (("--type", "code", "--uid", UID), "lies on no card"),
        (("--type", "code", "--days", "2"), "1 to 24 hours"),
        (("--type", "code", "--tier", "256"), "tier: 0 to 255"),
        (("--type", "token", "--uid", UID, "--days", "400"), "1 to 366 days"),
        (("--type", "uid", "--uid", UID, "--days", "-1"), "days: 1 to 36500"),
        (("--type", "uid", "--uid", UID, "--days", "36501"), "days: 1 to 36500"),
        (("--type", "sun", "--uid", UID, "--days", "3000000"), "days: 1 to 36500"),
        (("--type", "uid", "--uid", UID, "--days", "9" * 30), "days: 1 to 36500"),
        (("--type", "uid", "--uid", UID, "--out", "x"), "only codes and tokens"),
        (("--type", "token", "--uid", UID, "--lrp"), "lrp: only an NTAG 424 DNA"),
    ],
)
def test_what_cannot_be_issued_is_told(
    shop: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    _, err = said(capsys, shop, "card", "issue", "--card", CARD, *words, code=65)
    assert hint in err
    assert UID not in err


def test_a_card_for_a_hundred_years_is_listed(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue(capsys, shop, "uid", "--uid", UID, "--days", "36500")
    out, _ = said(capsys, shop, "card", "list")
    assert "until 21" in out


@pytest.mark.parametrize("kind", ["code", "token"])
def test_what_cannot_be_written_is_told_all_the_same(
    shop: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    (shop / "file").touch()
    out = str(shop / "file" / "code.png")
    words = ["--card", CARD, "--type", kind, "--out", out, *(["--uid", UID] * (kind == "token"))]
    text, err = said(capsys, shop, "--json", "card", "issue", *words, code=65)
    assert json.loads(text)["code" if kind == "code" else "ndef"]
    assert "it is issued" in err


def test_no_card_is_left_behind_for_a_damaged_member(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(shop / "store.db") as db:
        db.execute("UPDATE member_key SET wrapped = zeroblob(length(wrapped))")
    db.close()
    words = ("--card", CARD, "--type", "uid", "--uid", UID)
    _, err = said(capsys, shop, "card", "issue", *words, code=65)
    assert "damaged" in err
    assert told(capsys, shop, "card", "list") == {"cards": []}


def test_who_and_what_is_not_there(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, shop, "card", "issue", "--card", "000000", "--type", "code", code=65)
    assert "no such member" in err
    for card, hint in (("0011223344556677", "no such card"), ("x", "hexadecimal")):
        _, err = said(capsys, shop, "card", "revoke", card, code=65)
        assert hint in err
    issue(capsys, shop, "uid", "--uid", UID)
    words = ("card", "issue", "--card", CARD, "--type", "uid", "--uid", UID)
    _, err = said(capsys, shop, *words, code=65)
    assert "registered already" in err
    write(replace(load(shop), card_hosts=()))
    words = ("card", "issue", "--card", CARD, "--type", "sun", "--uid", UID)
    _, err = said(capsys, shop, *words, code=65)
    assert "card_hosts" in err


def test_a_card_goes_to_nobody_else(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its keys are told once more for its own member only, and not once it is revoked."""
    first = issue(capsys, shop, "sun", "--uid", UID, "--show-key")
    assert issue(capsys, shop, "sun", "--uid", UID, "--show-key") == first
    told(capsys, shop, "member", "add", "--card", "47110002")
    other = ("card", "issue", "--card", "47110002", "--type", "sun", "--uid", UID, "--show-key")
    _, err = said(capsys, shop, *other, code=65)
    assert "registered already" in err
    said(capsys, shop, "card", "revoke", str(first["card"]))
    same = ("card", "issue", "--card", CARD, "--type", "sun", "--uid", UID)
    _, err = said(capsys, shop, *same, code=65)
    assert "revoked ones stay so" in err


def test_keys_are_not_told_once_more_after_a_new_master(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest master's would be told, and the card was written with another one's."""
    first = issue(capsys, shop, "sun", "--uid", UID, "--show-key")
    (shop / "keys" / "card-master-0002.key").write_bytes(b"n" * 16)
    (shop / "keys" / "card-master-0002.key").chmod(0o600)
    words = ("card", "issue", "--card", CARD, "--type", "sun", "--uid", UID, "--show-key")
    text, err = said(capsys, shop, *words, code=65)
    assert "take a new card" in err
    assert not text
    other = issue(capsys, shop, "sun", "--uid", UID[:-1] + "0", "--show-key")
    assert other["meta_key"] != first["meta_key"]


def test_a_service_from_before_makes_its_keys_at_the_first_card(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("card-master-0001.key", "issuer-0001.key"):
        (shop / "keys" / key).unlink()
    issue(capsys, shop, "code")
    assert (shop / "keys" / "card-master-0001.key").stat().st_size == 16
    assert stat.S_IMODE((shop / "keys" / "issuer-0001.key").stat().st_mode) == 0o600
    (shop / "keys" / "issuer-0001.key").unlink()
    words = ("card", "issue", "--card", CARD, "--type", "code")
    _, err = said(capsys, shop, *words, code=78)
    assert "restore it from a backup" in err  # a new one would make every token foreign
    assert not (shop / "keys" / "issuer-0001.key").exists()


def test_the_demos_cards_are_taken(tmp_path: Path) -> None:
    """As a simulated reader finds them in their file; made anew, the codes are fresh ones."""
    folder = tmp_path / "service"
    settings = Settings(
        folder, "markt", "DE", "sqlite:store.db", test_cards=True, card_hosts=(DEMO_HOST,)
    )
    make_stand(settings, [])
    path = make_demo_cards(settings)
    first = json.loads(path.read_text())
    found = json.loads(make_demo_cards(settings).read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (len(found["codes"]), found["code"]) == (DEMO_CODES, found["codes"][0])
    assert not set(found["codes"]) & set(first["codes"])
    assert [found[name] == first[name] for name in ("sun", "lrp")] == [True, True]
    assert (found["sun"]["lrp"], found["lrp"]["lrp"]) == (False, True)
    path.unlink()  # lost: the cards are still there
    found = json.loads(make_demo_cards(settings).read_text())
    assert (found["uid"], found["sun"]) == (first["uid"], first["sun"])
    play(settings, lambda service: _taken(service, [first, found]))


def test_a_demo_with_a_new_master_is_begun_anew(tmp_path: Path) -> None:
    """Nobody can say any more with which keys its card counts."""
    settings = Settings(
        tmp_path, "markt", "DE", "sqlite:store.db", test_cards=True, card_hosts=(DEMO_HOST,)
    )
    make_stand(settings, [])
    make_demo_cards(settings)
    (tmp_path / "keys" / "card-master-0002.key").write_bytes(b"n" * 16)
    (tmp_path / "keys" / "card-master-0002.key").chmod(0o600)
    with pytest.raises(SettingsError, match="begin anew"):
        make_demo_cards(settings)


def _chip(told: dict[str, Any], counter: int) -> SunCard:
    uid, meta, key = (bytes.fromhex(told[name]) for name in ("uid", "meta_key", "key"))
    return SunCard(uid, meta, key, told["lrp"], counter)


async def _taken(service: Inside, files: list[dict[str, Any]]) -> None:
    rows = await service.store.cards()
    service.clock.ms = max(row.issued for row in rows)
    for file in files:
        plain, resilient = (_chip(file[name], files.index(file)) for name in ("sun", "lrp"))
        uid, ndef = (bytes.fromhex(file["token"][name]) for name in ("uid", "ndef"))
        proofs: list[tuple[Proof, int]] = [
            (plain.tap(), 2),
            (resilient.tap(), 2),
            (card_token(uid, ndef), 1),
            (code(file["code"]), 1),
        ]
        for proof, level in proofs:
            assert await level_told(service, shown(proof)) == level
    assert DEMO_UIDS["uid"] == files[0]["uid"]["uid"]


def test_a_shop_is_no_demo(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(replace(load(shop), card_hosts=("karte.markt.example",), test_cards=False))
    migrate(store_url(load(shop)), "0001")
    before = (shop / "service.toml").read_bytes()
    _, err = said(capsys, shop, "demo", "--identity", str(shop / "K1"), code=78)
    assert "test_cards" in err
    assert (shop / "service.toml").read_bytes() == before
    _, err = said(capsys, shop, "card", "list", code=78)
    assert "of another version" in err


def test_a_demo_keeps_its_hosts(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvloop.run", lambda serving: serving.close())
    monkeypatch.setattr("service.tools.upkeep.make_demo_cards", lambda settings: None)
    monkeypatch.setattr("service.tools.upkeep._set_limits", lambda: None)
    write(replace(load(shop), card_hosts=("karte.markt.example",)))
    for _ in range(2):
        said(capsys, shop, "demo", "--identity", str(shop / "K1"))
        assert load(shop).card_hosts == ("karte.markt.example", DEMO_HOST)


def test_a_stand_of_a_shop_gets_no_cards(embedded: Settings) -> None:
    with pytest.raises(SettingsError, match="test_cards"):
        make_demo_cards(replace(embedded, test_cards=False))
