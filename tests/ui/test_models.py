"""Bridge and view models: what crosses, and what is told to QML."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMetaProperty, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kiosk.checkout.events import Event, QuantitySet
from kiosk.ids import LineId
from tests.ui.bench import FakeBench
from tests.ui.conftest import Stand, spin
from tests.ui.samples import EVERY, LINES, line, scan, screen
from ui.app import report_faults
from ui.bridge import Bridge
from ui.lab import BenchModel, BenchWindow, demo_window
from ui.viewmodels.kiosk import KioskModel
from ui.viewmodels.member import lend_nobody
from ui.viewmodels.receipt import no_code

OnClose = Callable[[Callable[[], None]], None]


class Counted(QObject):
    told = Signal(bool)


def nothing(_event: Event) -> None:
    """Posts go nowhere."""


def test_signals_leave_true_and_none_alone(qapp: QGuiApplication) -> None:
    """PySide6 6.12.0 drops a reference at every emit and ends CPython 3.11; this one must not."""
    source = Counted()
    heard: list[bool] = []
    source.told.connect(heard.append)
    source.told.emit(True)
    gc.collect()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(100):
        source.told.emit(True)
    heard.clear()
    lost = before[0] - sys.getrefcount(True), before[1] - sys.getrefcount(None)
    assert max(lost) < 50


def test_the_bridge_coalesces_from_another_thread(qapp: QGuiApplication) -> None:
    """A thousand screens from an engine thread are few arrivals here, and the last one is shown."""
    bridge = Bridge(nothing)
    model = KioskModel(bridge, lend_nobody, no_code)
    arrivals: list[str] = []
    bridge.arrived.connect(lambda: arrivals.append(threading.current_thread().name))

    def engine() -> None:
        for version in range(1, 1001):
            bridge.publish(replace(EVERY["scan"], version=version))
        bridge.publish(replace(EVERY["closed"], version=1001))

    worker = threading.Thread(target=engine)
    worker.start()
    worker.join()
    spin()
    assert arrivals == [threading.main_thread().name]
    assert model.property("view") == "closed"


def test_only_what_changed_is_told(qapp: QGuiApplication) -> None:
    """Another total tells of the total, and of nothing else."""
    bridge = Bridge(nothing)
    model = KioskModel(bridge, lend_nobody, no_code)
    bridge.publish(screen(scan()))
    spin()
    told: list[str] = []
    part = model._scan
    for name in ("total", "total_label", "sums", "lines", "empty", "age_banner"):
        getattr(part, f"{name}_changed").connect(lambda name=name: told.append(name))
    model._header.title_changed.connect(lambda: told.append("title"))
    bridge.publish(screen(scan(total="24,00 €"), version=2))
    spin()
    assert told == ["total"]


def test_the_list_changes_in_place(qapp: QGuiApplication) -> None:
    """Removed, inserted and changed rows; never a reset."""
    bridge = Bridge(nothing)
    model = KioskModel(bridge, lend_nobody, no_code)
    bridge.publish(screen(scan(LINES[:5])))
    spin()
    lines = model._scan._lines
    told: list[str] = []
    for name in ("modelReset", "rowsInserted", "rowsRemoved", "rowsMoved", "dataChanged"):
        getattr(lines, name).connect(lambda *_, name=name: told.append(name))
    changed = line(1, "Bio-Vollmilch 3,8 %", "3 × 1,59 €", "4,77 €", 3)
    wanted = (changed, LINES[4], LINES[2], LINES[6])
    bridge.publish(screen(scan(wanted), version=2))
    spin()
    assert set(told) == {"dataChanged", "rowsInserted", "rowsRemoved"}
    roles = {bytes(name.data()).decode(): number for number, name in lines.roleNames().items()}
    names = [lines.data(lines.index(row), roles["name"]) for row in range(lines.rowCount())]
    assert [name.split()[0] for name in names] == [
        "Bio-Vollmilch",
        "Mehrkornbrötchen",
        "Bananen",
        "Tragetasche",
    ]


def test_the_list_keeps_its_scroll_position(portrait: Stand) -> None:
    """A changed or removed line leaves the list where it is; a new one is shown."""
    portrait.show(EVERY["scan"])
    items = portrait.window.item("lines")
    end = items.property("contentY")
    portrait.window.stage.invoke(items, "reveal", 1)
    spin()
    before = items.property("contentY")
    assert before < end
    fewer = (
        *LINES[:9],
        line(10, "Spülmittel Zitrone 500 ml", "2 × 0,95 €", "1,90 €", 2),
        *LINES[10:12],
    )
    portrait.show(screen(scan(fewer), version=2))
    assert items.property("contentY") == before
    portrait.show(screen(scan((*fewer, LINES[12])), version=3))
    assert items.property("contentY") > before


def test_every_property_is_constant_or_tells(portrait: Stand) -> None:
    """QML never reads a value it would not be told about again."""
    models = [portrait.window.model, *portrait.window.model.findChildren(QObject), BenchModel()]
    for model in models:
        meta = model.metaObject()
        rows = range(QObject().metaObject().propertyCount(), meta.propertyCount())
        silent = [p.name() for p in map(meta.property, rows) if mute(p)]
        assert silent == [], meta.className()


def mute(found: QMetaProperty) -> bool:
    return not found.isConstant() and not found.hasNotifySignal()


def test_faults_in_slots_are_reported(
    qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception nobody caught reaches the engine by kind and place, without its values."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told: list[str] = []
    report_faults(told.append)

    def fail() -> None:
        raise ValueError("Frau Mustermann")

    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert len(told) == 1
    assert "ValueError" in told[0]
    assert "Mustermann" not in told[0]


def test_the_bench_is_worked_from_one_thread(qapp: QGuiApplication, on_close: OnClose) -> None:
    """Taps become orders in their order, states come back, and Qt's thread never waits for it."""
    bench = FakeBench()
    posted: list[Event] = []
    window = demo_window(900, posted.append, bench, motion=False)
    on_close(window.close)
    window.show()
    window.bridge.publish(EVERY["scan-few"])
    spin(200)
    for name in (
        "shelf-4006381333931",
        "digit-4",
        "digit-2",
        "digit-back",
        "digit-scan",
        "approve",
        "decline",
    ):
        window.tap(name)
        spin(10)
    window.tap("fault-printer-paper-out")
    spin(400)
    window.tap("fault-printer-paper-out")
    window.tap("line-1-plus")
    spin(400)
    assert bench.done == [
        ("scan", "4006381333931"), ("scan", "4"), ("approve",), ("decline",),
        ("fault", "printer-paper-out"), ("clear", "printer-paper-out"),
    ]  # fmt: skip
    assert bench.threads == {"bench"}
    assert posted == [QuantitySet(LineId(1), 13)]


def test_a_card_is_tapped_or_held_before_the_benchs_reader(
    qapp: QGuiApplication, on_close: OnClose
) -> None:
    """A touch taps it, a long touch keeps it there, another touch takes it away; and codes of an app."""
    bench = FakeBench()
    window = BenchWindow(800, bench, motion=False)
    on_close(window.close)
    window.show()
    spin(300)
    window.stage.tap("card-foreign")
    button = next(window.stage.items("card-sun"))
    middle = button.mapToScene(QPointF(button.width() / 2, button.height() / 2)).toPoint()
    for press in (QTest.mousePress, QTest.mouseRelease):
        press(window.stage.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
        spin(1000)
    bench.become(card_held="sun")
    spin(300)
    window.stage.tap("card-sun")
    window.stage.tap("card-code")
    spin(300)
    assert bench.done == [("tap", "foreign"), ("hold", "sun"), ("take",), ("code",)]


def test_the_bench_shows_every_new_receipt(qapp: QGuiApplication, on_close: OnClose) -> None:
    """A picture that is not there, or no picture at all, does not disturb it."""
    bench = FakeBench()
    window = BenchWindow(800, bench, motion=False)
    on_close(window.close)
    window.show()
    bench.become(paper_png="gone.png", paper_count=1)
    spin(300)
    assert window.bench.property("paper_count") == 1


def test_a_bench_that_fails_is_asked_again(qapp: QGuiApplication, on_close: OnClose) -> None:
    """Simulators that are gone are reported; the window lives on."""

    class Gone(FakeBench):
        def do(self, verb: str, *words: str) -> str:
            raise ConnectionError("gone")

    window = BenchWindow(800, Gone(), motion=False)
    on_close(window.close)
    window.show()
    QTimer.singleShot(50, lambda: window.bench.order("approve"))
    spin(400)
    assert "ConnectionError" in str(window.bench.property("said"))


def test_a_warning_while_loading_does_not_hang(tmp_path: Path) -> None:
    """QML that Qt warns of from its loader thread, with our handler installed, loads or fails."""
    (tmp_path / "Bad.qml").write_text("import QtQuick\nimport QtQuick.Templates as T\nInner {}\n")
    (tmp_path / "Inner.qml").write_text(
        "import QtQuick\nimport QtQuick.Templates as T\n"
        "T.AbstractButton { required property int action }\n"
    )
    program = (
        "import sys; from pathlib import Path\n"
        "from ui.app import make_app\nfrom ui.profile import DisplayProfile\n"
        "from ui.stage import Stage\n"
        "app = make_app(offscreen=True)\n"
        "stage = Stage(DisplayProfile.portrait().tokens(), motion=False)\n"
        "try:\n    stage.load(Path(sys.argv[1]), {}, 100, 100)\n"
        "except RuntimeError:\n    print('refused')\n"
        "stage.close()\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "Bad.qml")],
        capture_output=True, text=True, timeout=20, check=False, cwd=root,
    )  # fmt: skip
    assert done.stdout.strip() == "refused"
