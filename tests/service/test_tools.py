"""What operators do by hand, as they type it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from service.__main__ import main
from service.settings import load, write

CARD = "4711000099"


@pytest.fixture
def shop(folder: Path) -> Path:
    """A folder with its settings file."""
    write(load(folder))
    return folder


def said(
    capsys: pytest.CaptureFixture[str], folder: Path, *words: str, code: int = 0
) -> tuple[str, str]:
    """What a command prints."""
    assert main(["--at", str(folder), *words]) == code
    return capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> dict[str, object]:
    """What a command prints for programs."""
    found: dict[str, object] = json.loads(said(capsys, folder, "--json", *words)[0])
    return found


def test_a_service_is_made_and_says_what_to_take_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = said(capsys, tmp_path / "new", "init", "--tenant", "markt", "--region", "DE")
    assert f"take {tmp_path / 'new-offline'} away" in out
    assert (tmp_path / "new-offline" / "root.key").exists()
    assert not list((tmp_path / "new").rglob("root.key"))
    assert not list((tmp_path / "new").rglob("keyset.key"))
    out, _ = said(capsys, tmp_path / "new", "status")
    assert "member     0" in out


def test_a_member_from_adding_to_withdrawing(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CARD}\n"))
    words = ["--name", "Erika", "--balance", "1250", "--consent", "display,points"]
    added = told(capsys, shop, "member", "add", "--card", "-", *words)
    seen = told(capsys, shop, "member", "show", "--card", CARD)
    assert (seen["id"], seen["name"], seen["balance"]) == (added["member"], "Erika", 1250)
    assert seen["consents"] == ["display", "points"]
    assert "price_group" not in seen  # no consent, so an operator does not see it either
    out, _ = said(capsys, shop, "member", "consent", "display", "--card", CARD, "--withdrawn")
    assert "withdrawn" in out
    seen = told(capsys, shop, "member", "show", "--id", str(added["member"]))
    assert "name" not in seen
    decisions = seen["decisions"]
    assert isinstance(decisions, list)
    assert [each["given"] for each in decisions] == [True, True, False]
    out, _ = said(capsys, shop, "audit", "verify")
    assert out.startswith("4 entries") and "all stand" in out  # noqa: PT018


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--card", "1"), "card: 4 to 32"),
        (("--card", CARD, "--name", "x" * 80), "name: at most 79"),
        (("--card", CARD, "--consent", "all,nothing"), "none of display"),
        (("--card", CARD, *["--offer", "x"] * 5), "offers: at most 4"),
        (("--card", CARD, "--price-group", "Größe"), "ASCII"),
    ],
)
def test_a_bad_member_is_told_without_its_data(
    shop: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], hint: str
) -> None:
    _, err = said(capsys, shop, "member", "add", *words, code=65)
    assert hint in err
    assert CARD not in err


def test_one_card_belongs_to_one_member(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, shop, "member", "add", "--card", CARD)
    _, err = said(capsys, shop, "member", "add", "--card", CARD, code=65)
    assert "belongs to a member already" in err
    _, err = said(capsys, shop, "member", "show", "--card", "0000000000", code=65)
    assert "no such member" in err


def test_kiosks_that_are_not_there(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, shop, "kiosk", "approve", "AAAA-BBBB", code=65)
    assert "no kiosk with this fingerprint waits" in err
    _, err = said(capsys, shop, "kiosk", "lost", "K1", code=65)
    assert "no active kiosk" in err
    out, _ = said(capsys, shop, "kiosk", "list")
    assert "There are no kiosks yet." in out


def test_a_code_is_printed_as_the_command_to_type(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = said(capsys, shop, "kiosk", "invite", "K1", "--place", "kasse.example:8444")
    assert out.rstrip().endswith("@kasse.example:8444")
    assert "./run kiosk enrol " in out


def test_keys_are_extended_with_the_offline_key(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offline = str(tmp_path / "offline")
    before = told(capsys, shop, "keys", "status")
    assert told(capsys, shop, "keys", "extend", "--offline", offline)["version"] == 2
    assert told(capsys, shop, "keys", "rotate", "--offline", offline)["version"] == 3
    said(capsys, shop, "keys", "pepper")
    assert (shop / "keys" / "pepper-0002.key").exists()
    old = (shop / "tls" / "server.pem").read_bytes()
    said(capsys, shop, "keys", "certificate")
    assert (shop / "tls" / "server.pem").read_bytes() != old
    assert before["version"] == 1
    _, err = said(capsys, shop, "keys", "extend", "--offline", str(tmp_path / "none"), code=78)
    assert "keyset.key" in err


def test_a_schema_that_went_back_is_told(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, shop, "migrate", "--to", "base")
    _, err = said(capsys, shop, "status", code=78)
    assert "./run service migrate" in err
    said(capsys, shop, "migrate")
    said(capsys, shop, "status")


def test_no_service_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, tmp_path, "status", code=78)
    assert "./run service init" in err


@pytest.mark.parametrize(
    "verb", ["init", "serve", "kiosk", "member", "slips", "keys", "audit", "migrate"]
)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert verb in capsys.readouterr().out
