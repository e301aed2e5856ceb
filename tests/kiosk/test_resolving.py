"""Staff's word on a payment in doubt, and the journal for people."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kiosk.journal
from kiosk.__main__ import main
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceOnline,
    Event,
    LastOutcome,
    PayPressed,
    Restarted,
    SlipReceived,
    StartPressed,
    TerminalReady,
)
from kiosk.checkout.states import InDoubt, Paid, Settling, Shopping, State
from kiosk.config import Config
from kiosk.journal import Journal, digest_of, replay
from kiosk.ports import KioskError
from kiosk.receipt import Slip
from kiosk.resolving import resolve
from tests.kiosk.test_assembly import configured
from tests.story import MILK, NOW, SHOP, TID, card, silence, transaction

ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    return configured(tmp_path)


def doubtful(config: Config, *, asking: bool = False) -> str:
    """A journal that ends in doubt; the payment's id."""
    journal = Journal(config.kiosk.journal, "K1")
    state = State("K1", journal.epoch)

    def keep(event: Event) -> State:
        stamped = replace(event, at=NOW)
        after = decide(state, stamped).state
        journal.append(stamped, digest_of(after))
        return after

    memory = TerminalReady(TID, transaction(trace=6))
    for event in (Restarted(SHOP), DeviceOnline(Device.TERMINAL), memory, StartPressed()):
        state = keep(event)
    state = keep(ArticleScanned(MILK))
    state = keep(PayPressed(1, MILK.price))
    payment = state.phase.payment.id  # type: ignore[union-attr]
    state = keep(CardApproved(payment, card()))
    state = keep(SlipReceived(payment, Slip("customer", ("ok",))))
    assert isinstance(state.phase, Settling)
    state = keep(silence(payment))
    if not asking:
        state = keep(LastOutcome(payment, TID, transaction(trace=9, reversal_of=7)))
    assert isinstance(state.phase, InDoubt)
    journal.close()
    return str(payment)


def state_of(config: Config) -> State:
    journal = Journal(config.kiosk.journal, "K1")
    try:
        return replay(journal, lambda state, event: decide(state, event).state)
    finally:
        journal.close()


@pytest.mark.parametrize(("paid", "phase"), [(True, Paid), (False, Shopping)])
def test_staff_decide_with_the_slip_in_hand(config: Config, paid: bool, phase: type) -> None:
    """Journalled with its reason; the kiosk goes on from there."""
    payment = doubtful(config)
    said = resolve(config, payment, "Beleg 0012", paid=paid)
    assert said.startswith(f"{payment}: {'paid' if paid else 'not paid'}")
    assert isinstance(state_of(config).phase, phase)
    with pytest.raises(KioskError, match="not in doubt"):
        resolve(config, payment, "again", paid=paid)


def test_another_payment_is_not_decided(config: Config) -> None:
    """The reference on the screen, letter by letter."""
    doubtful(config)
    with pytest.raises(KioskError, match="not in doubt at kiosk K1"):
        resolve(config, "K1-abc-p999999", "?", paid=True)
    assert isinstance(state_of(config).phase, InDoubt)


def test_a_question_under_way_is_not_overruled(config: Config) -> None:
    """The kiosk died while it asked: it asks once more first."""
    payment = doubtful(config, asking=True)
    with pytest.raises(KioskError, match="start it once more"):
        resolve(config, payment, "?", paid=True)
    assert isinstance(state_of(config).phase, InDoubt)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_the_journal_reads_as_a_story(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Number, local time, event and phase; amounts as amounts, nothing of a card but its mask."""
    doubtful(config)
    assert main(["journal", "--config", str(tmp_path / "kiosk.toml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("journal of kiosk K1, epoch ")
    assert len(lines) == 11
    assert "2026-11-21 13:00:00.000" in lines[1]
    assert "Restarted shop='Markt' language=de" in lines[1]
    assert "'Bio-Vollmilch' €1.19" in lines[5]
    assert lines[5].endswith("-> Shopping")
    assert "card=€1.19 girocard ****4711 trace 7" in lines[7]
    assert "customer slip of 1 lines" in lines[8]
    assert "outcome_known=False" in lines[9]
    assert "last=€1.19 trace 9 result 00 reverses 7" in lines[10]
    assert lines[10].endswith("-> InDoubt")


def test_the_verbs_say_what_is_wrong_in_one_line(config: Config, tmp_path: Path) -> None:
    """Each with its own exit code, none with a traceback."""
    file = str(tmp_path / "kiosk.toml")
    absent = run("journal", "--config", file)
    assert (absent.returncode, "kiosk.journal" in absent.stderr) == (78, True)
    payment = doubtful(config)
    wrong = run("resolve", "--config", file, "--payment", "P", "--paid", "--reason", "x")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (69, 1)
    odd = run("resolve", "--config", file, "--payment", payment, "--paid", "--reason", "\udcff")
    assert (odd.returncode, len(odd.stderr.splitlines())) == (70, 1)
    right = run("resolve", "--config", file, "--payment", payment, "--not-paid", "--reason", "x")
    assert (right.returncode, right.stderr) == (0, "")
    assert payment in right.stdout


def test_a_kiosk_without_a_configuration_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing starts by accident."""
    assert main([]) == 64
    assert "--config" in capsys.readouterr().out


def test_an_import_reports_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people, as JSON, and for a file that is none."""
    source, target = tmp_path / "a.csv", tmp_path / "c.db"
    words = ["import-catalogue", str(source), "--to", str(target)]
    assert main(words) == 65
    assert "No such file" in capsys.readouterr().err
    source.write_text("gtin,name,price,vat\n4012345000016,Milch,1.19,7\n1,x,1,7\n")
    assert main(words) == 0
    said = capsys.readouterr().out
    assert f"{source}:3: gtin" in said
    assert "1 articles, 1 rows left out; written to" in said
    assert main([*words, "--json"]) == 0
    assert '"articles": 1' in capsys.readouterr().out
    source.write_text("gtin,name,price,vat\n1,x,1,7\n")
    assert main(words) == 65
    assert "nothing was written" in capsys.readouterr().out
