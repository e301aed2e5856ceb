"""A configuration is right, or the key that is wrong is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.zvt import charsets
from kiosk.config import CHARSETS, Config, DisplayConfig, GoodsConfig, ServiceConfig, load
from kiosk.goods.templates import GERMANY
from kiosk.ports import ConfigError
from kiosk.words import Language

ROOT = Path(__file__).parents[2]
GOOD = """
[kiosk]
id = "K1"
journal = "state/journal.db"
catalogue = "/srv/catalogue.db"
language = "en"

[shop]
name = "Markt"
address = ["Weg 1", "12345 Ort"]
tax_number = "12/345"

[terminal]
driver = "zvt"
address = "tcp://127.0.0.1:1"

[printer]
driver = "escpos"
address = "tcp://127.0.0.1:1"

[scanner]
driver = "serial"
address = "tcp://127.0.0.1:1"
"""


def read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_a_good_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    """Relative paths count from its folder; what is not said has a default."""
    config = read(tmp_path, GOOD)
    assert config.kiosk.journal == tmp_path / "state" / "journal.db"
    assert config.kiosk.catalogue == Path("/srv/catalogue.db")
    assert config.kiosk.language is Language.EN
    assert config.shop.address == ("Weg 1", "12345 Ort")
    assert config.printer.columns == 0
    assert not config.terminal.keep_waiting
    assert config.staff.release_sha256 == ""


def test_what_may_be_said_is_read(tmp_path: Path) -> None:
    """A whole number where a fraction may stand, and every optional table."""
    sha = "AB" * 32
    config = read(
        tmp_path,
        GOOD + f'[display]\ndiagonal_inch = 15\nwidth = 800\n[staff]\nrelease_sha256 = "{sha}"\n',
    )
    assert (config.display.diagonal_inch, config.display.width) == (15.0, 800)
    assert config.staff.release_sha256 == sha


def test_every_character_set_that_may_be_named_is_known() -> None:
    """What the configuration takes is what the driver can read."""
    assert set(CHARSETS) == set(charsets.NAMES)


def test_the_central_service_may_be_absent(tmp_path: Path) -> None:
    """As a whole; half of it is a slip."""
    path = tmp_path / "kiosk.toml"
    path.write_text(GOOD)
    assert load(path).service is None
    path.write_text(GOOD + '[service]\nidentity = "identity"\noutbox = "/srv/outbox.db"\n')
    assert load(path).service == ServiceConfig(tmp_path / "identity", Path("/srv/outbox.db"))
    for table, named in (("identity = 'a'", "service.outbox"), ("url = 'a'", "service.url")):
        path.write_text(f"{GOOD}[service]\n{table}\n")
        with pytest.raises(ConfigError, match=named):
            load(path)
    path.write_text("service = 1\n" + GOOD)
    with pytest.raises(ConfigError, match="service: a table"):
        load(path)


@pytest.mark.parametrize(("inch", "side", "mm"), [(5, 320, 200), (100.0, 8000, 3000)])
def test_a_display_may_be_as_small_and_as_large_as_said(
    tmp_path: Path, inch: float, side: int, mm: int
) -> None:
    """The ends of the ranges are within."""
    text = f"diagonal_inch = {inch}\nwidth = {side}\nheight = {side}\ndistance_mm = {mm}\n"
    display = read(tmp_path, GOOD + "[display]\n" + text).display
    assert display == DisplayConfig(inch, side, side, mm)


WRONG = {
    "unknown table": (GOOD + "[colour]\nx=1\n", "colour: unknown key; known are kiosk, shop"),
    "unknown key": (GOOD.replace("id =", "di ="), "kiosk.di: unknown key"),
    "missing key": (GOOD.replace('id = "K1"\n', ""), "kiosk.id: is missing"),
    "missing table": (GOOD.partition("[scanner]")[0], "scanner: is missing"),
    "no table": ("kiosk = 5\n", "kiosk: a table is wanted"),
    "empty": ("", "kiosk: is missing"),
    "wrong type": (GOOD.replace('"K1"', "1"), "kiosk.id: str is wanted, not int"),
    "bool for int": (
        GOOD.replace("[printer]", "password = true\n[printer]"),
        "terminal.password: int is wanted, not bool",
    ),
    "charset": (
        GOOD.replace("[printer]", 'charset = "ebcdic"\n[printer]'),
        "terminal.charset: one of cp437, utf-8",
    ),
    "wrong path": (GOOD.replace('"/srv/catalogue.db"', "7"), "kiosk.catalogue: Path is wanted"),
    "wrong list": (
        GOOD.replace('["Weg 1", "12345 Ort"]', '"Weg 1"'),
        "shop.address: a list of texts",
    ),
    "mixed list": (GOOD.replace('"12345 Ort"', "5"), "shop.address: a list of texts"),
    "language": (
        GOOD.replace('"en"', '"xx"'),
        'kiosk.language: "xx" is none of de, en, fr, tr, pl, uk, ar',
    ),
    "id": (GOOD.replace('"K1"', '"Kasse 1"'), "kiosk.id: one to twelve letters and digits"),
    "columns": (
        GOOD.replace("[scanner]", "columns = 40\n[scanner]"),
        "printer.columns: 32, 42 or 48",
    ),
    "password": (
        GOOD.replace("[printer]", "password = 1000000\n[printer]"),
        "terminal.password: six digits at most",
    ),
    "digest": (GOOD + '[staff]\nrelease_sha256 = "12"\n', "staff.release_sha256: 64 hex digits"),
    "no name": (GOOD.replace('"Markt"', '" "'), "shop.name: is empty"),
    "no tax number": (GOOD.replace('"12/345"', '""'), "shop.tax_number: is empty"),
    **{
        f"display {key} {value}": (
            GOOD + f"[display]\n{key} = {value}\n",
            f"display.{key}: {wanted} is wanted, not {value}",
        )
        for key, values, wanted in (
            ("diagonal_inch", ("nan", "inf", "-inf", "-21.5", "4.9", "100.1"), "5 to 100"),
            ("width", (0, 319, 8001), "320 to 8000"),
            ("height", (-1920, 319, 8001), "320 to 8000"),
            ("distance_mm", (0, 199, 3001), "200 to 3000"),
        )
        for value in values
    },
    "toml": (GOOD + "x", "kiosk.toml: "),
    **{
        f"zone {zone[:20]}": (
            GOOD.replace("[terminal]", f'zone = "{zone}"\n[terminal]'),
            f'shop.zone: "{zone}" is no time zone',
        )
        for zone in ("Europe/Bonn", "", "Europe", "../etc/passwd", "/etc/localtime", "x" * 300)
    },
}

WRONG_ADDRESS = {
    "terminal address": (
        GOOD.replace("tcp://127.0.0.1:1", "tcp://127.0.0.1", 1),
        'terminal.address: "tcp://127.0.0.1" lacks a host or a port',
    ),
    "printer address": (
        GOOD.replace('"escpos"\naddress = "tcp:', '"escpos"\naddress = "lpt:'),
        'printer.address: "lpt://127.0.0.1:1" is no device address',
    ),
    "scanner address": (
        GOOD.replace(
            '"serial"\naddress = "tcp://127.0.0.1:1',
            '"serial"\naddress = "serial:///dev/ttyS0?baut=9600',
        ),
        'scanner.address: "serial:///dev/ttyS0?baut=9600": unknown option baut',
    ),
}
"""Read without complaint; the drivers' addresses are checked when they are put together."""


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    """The key, dotted, and what is wanted there."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Absent, a folder, or not UTF-8."""
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match="directory"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[kiosk]\nid = "\xe4"\n')
    with pytest.raises(ConfigError, match=r"latin\.toml"):
        load(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "case",
    [
        *("unknown key", "missing key", "wrong type", "zone Europe", "toml"),
        *("terminal address", "printer address", "scanner address"),
    ],
)
def test_the_kiosk_ends_with_one_line_and_78(tmp_path: Path, case: str) -> None:
    """What an operator sees: one line that names the key, no traceback."""
    text, message = (WRONG | WRONG_ADDRESS)[case]
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--config", str(path)],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 78
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("kiosk: ")
    assert message in line


def test_codes_of_the_shop_are_read_as_its_patterns_say(tmp_path: Path) -> None:
    """Without the table Germany's in-store codes, and no deposit slip is worth anything."""
    plain = read(tmp_path, GOOD).goods
    assert plain.in_store == GERMANY
    assert plain.deposit_slips == ()
    table = '[goods]\nin_store = ["28IIIIVWWWWWK"]\ndeposit_slips = ["98SSSSSPPPPPK"]\n'
    assert read(tmp_path, GOOD + table).goods == GoodsConfig(("28IIIIVWWWWWK",), ("98SSSSSPPPPPK",))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('in_store = ["28IIIIVWWWWW"]', 'goods.in_store: "28IIIIVWWWWW" is no pattern'),
        ('deposit_slips = ["98IIIIIPPPPPK"]', "goods.deposit_slips: .* wants S and P"),
        ('deposit_slips = ["28SSSSSPPPPPK"]', "goods: .* begin alike"),
        ("in_store = 5", "goods.in_store: a list of texts"),
    ],
)
def test_a_pattern_that_cannot_be_stops_the_start(tmp_path: Path, table: str, reason: str) -> None:
    """The key is named."""
    with pytest.raises(ConfigError, match=reason):
        read(tmp_path, f"{GOOD}[goods]\n{table}\n")


def test_a_shops_look_is_read_and_looked_through_at_load(tmp_path: Path) -> None:
    """A colour nobody could read stops the start."""
    assert read(tmp_path, GOOD + '[look]\naccent = "#7a1f5c"\n').look.accent == "#7a1f5c"
    with pytest.raises(ConfigError, match=r"look.accent: #ffff00 on #f3f3ee has a contrast of 1"):
        read(tmp_path, GOOD + '[look]\naccent = "#ffff00"\n')


@pytest.mark.parametrize(
    "names", ['[""]', '["a\\nb"]', f'["{"x" * 41}"]', '["1", "2", "3", "4", "5"]']
)
def test_neighbours_are_names_that_fit_on_the_screen(tmp_path: Path, names: str) -> None:
    """A few, printable, short."""
    good = GOOD.replace("[shop]", 'neighbours = ["Kasse 3 (links)"]\n[shop]')
    assert read(tmp_path, good).kiosk.neighbours == ("Kasse 3 (links)",)
    with pytest.raises(ConfigError, match=r"kiosk\.neighbours"):
        read(tmp_path, GOOD.replace("[shop]", f"neighbours = {names}\n[shop]"))


def test_a_till_is_named_as_people_call_it(tmp_path: Path) -> None:
    """And whether what was bought is shown once more is a yes or a no."""
    kiosk = read(tmp_path, GOOD).kiosk
    assert (kiosk.review, kiosk.till) == (False, "")
    good = GOOD.replace("[shop]", 'review = true\ntill = "Kasse 1"\n[shop]')
    kiosk = read(tmp_path, good).kiosk
    assert (kiosk.review, kiosk.till) == (True, "Kasse 1")
    with pytest.raises(ConfigError, match=r"kiosk\.till: one to 40 printable characters"):
        read(tmp_path, GOOD.replace("[shop]", f'till = "{"x" * 41}"\n[shop]'))
    with pytest.raises(ConfigError, match=r"kiosk\.review"):
        read(tmp_path, GOOD.replace("[shop]", 'review = "yes"\n[shop]'))


@pytest.mark.parametrize("line", ['driver = "loud"', "volume = 101", "volume = -1"])
def test_sounds_are_played_or_not(tmp_path: Path, line: str) -> None:
    """By one of two drivers, between nothing and everything."""
    assert read(tmp_path, GOOD + '[sound]\ndriver = "silent"\n').sound.driver == "silent"
    with pytest.raises(ConfigError, match=r"sound\."):
        read(tmp_path, GOOD + f"[sound]\n{line}\n")
