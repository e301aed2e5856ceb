"""The `[scale]` table: what is wrong is named by its key; nothing is legal on somebody's word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import seal
from kiosk.checkout.weigh_events import WeighingTerms
from kiosk.config import load
from kiosk.ports import ConfigError
from kiosk.scale_config import CERTIFIED, ScaleConfig, check_scale, sealed, terms_of
from kiosk.weighing import Limits
from tests.kiosk.test_config import GOOD

SCALE = ScaleConfig("toledo8217", "tcp://127.0.0.1:1", tares=(5, 12))
DIALOG = replace(SCALE, driver="dialog06", polynomial="1A2b")
LEGAL = replace(
    SCALE,
    legal_for_trade=True,
    certificate="DE-00-NAWID-00-000",
    notified_body="0000",
    serial_number="123456",
    module_sha256=seal.sha256(),
)


@pytest.mark.parametrize("scale", [SCALE, DIALOG, LEGAL, replace(SCALE, tares=())])
def test_what_is_right_is_taken(scale: ScaleConfig) -> None:
    """With the terms that follow from it, the seal among them."""
    check_scale(scale)
    terms = terms_of(scale)
    assert terms.limits == Limits(20, 15_000)
    assert terms.tares == (0, *scale.tares)
    assert terms.legal is scale.legal_for_trade
    assert seal.sha256().startswith(terms.module)
    assert len(terms.module) == 16


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"minimum": 0}, "scale.minimum"),
        ({"minimum": 15_000}, "scale.minimum"),
        ({"capacity": 100_000}, "scale.minimum"),
        ({"tares": (0,)}, "scale.tares"),
        ({"tares": (-5,)}, "scale.tares"),
        ({"tares": (2_001,)}, "scale.tares"),
        ({"tares": (1, 2, 3, 4)}, "scale.tares"),
        ({"polynomial": "1234"}, "scale.polynomial"),
        ({"driver": "dialog06", "polynomial": "12345"}, "scale.polynomial"),
        ({"driver": "dialog06", "polynomial": "x"}, "scale.polynomial"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], key: str) -> None:
    """Before anything is opened."""
    with pytest.raises(ConfigError, match=rf"^{key}:"):
        check_scale(replace(SCALE, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", CERTIFIED)
@pytest.mark.parametrize("empty", ["", "  "])
def test_legal_for_trade_needs_all_that_proves_it(missing: str, empty: str) -> None:
    """Certificate, notified body, serial number of the scale, and the seal."""
    with pytest.raises(ConfigError, match=rf"^scale\.{missing}: is missing"):
        check_scale(replace(LEGAL, **{missing: empty}))  # type: ignore[arg-type]


def test_legal_for_trade_is_the_module_that_was_certified() -> None:
    """Another one stops the start, and tells its own seal."""
    with pytest.raises(ConfigError, match=seal.sha256()):
        check_scale(replace(LEGAL, module_sha256="0" * 64))
    check_scale(replace(LEGAL, module_sha256=seal.sha256().upper()))


def test_the_start_says_which_code_weighs_and_by_what_right() -> None:
    """For whoever reads the log."""
    assert sealed(SCALE) == f"weighing module {seal.sha256()}; not legal for trade, and marked so"
    assert LEGAL.certificate in sealed(LEGAL)


def test_by_default_nothing_is_legal_for_trade() -> None:
    """Not even with a certificate: somebody has to say so."""
    assert not terms_of(SCALE).legal
    assert not terms_of(replace(LEGAL, legal_for_trade=False)).legal
    assert not WeighingTerms(Limits(1, 2)).legal


def test_the_table_in_a_file(tmp_path: Path) -> None:
    """Read, checked, and named where it is wrong; absent, there is no scale."""
    path = tmp_path / "kiosk.toml"
    path.write_text(GOOD)
    assert load(path).scale is None
    table = '\n[scale]\ndriver = "dialog06"\naddress = "serial:///dev/x"\ntares = [5, 12]\n'
    path.write_text(GOOD + table)
    scale = load(path).scale
    assert scale is not None
    assert scale.tares == (5, 12)
    for wrong, key in (
        ("legal_for_trade = true\n", "scale.certificate"),
        ("polynomial = 'zz'\n", "scale.polynomial"),
        ("certified = true\n", "scale.certified"),
    ):
        path.write_text(GOOD + table + wrong)
        with pytest.raises(ConfigError, match=key):
            load(path)
    path.write_text(GOOD + table.replace("[5, 12]", '["5"]'))
    with pytest.raises(ConfigError, match=r"scale\.tares: a list of whole numbers"):
        load(path)
    path.write_text(GOOD + table.replace("[5, 12]", "[true]"))
    with pytest.raises(ConfigError, match=r"scale\.tares"):
        load(path)
