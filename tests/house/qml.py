"""qmllint over all QML, with the types of the Python view models."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[2]
QML = ROOT / "ui" / "qml"
UI = ROOT / "ui"
_MODULE = "Kiosk.Models"
# Bases first: the dump knows a class as a QObject only when it has seen its base.
_ORDER = (
    *(
        "mirror",
        "actions",
        "sheets",
        "lines",
        "header",
        "member",
        "weigh",
        "briefing",
        "scan",
        "receipt",
    ),
    "views",
    "kiosk",
)
_QT = Path(PySide6.__file__).parent / "Qt"
_SECONDS = 60


def lint(qml: Path = QML) -> list[str]:
    """What qmllint finds wrong in all QML below `qml`, line by line; empty if nothing."""
    with tempfile.TemporaryDirectory() as folder:
        types = Path(folder)
        _write_types(types)
        files = [str(path) for path in sorted(qml.rglob("*.qml"))]
        done = _run(
            "pyside6-qmllint", "--max-warnings", "0", "-I", str(qml), "-I", str(types), *files
        )
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode == 0:
        return []
    return said or [f"qmllint ended with {done.returncode}"]


def _write_types(folder: Path) -> None:
    module = folder.joinpath(*_MODULE.split("."))
    module.mkdir(parents=True)
    (module / "qmldir").write_text(f"module {_MODULE}\ntypeinfo models.qmltypes\ndepends QtQuick\n")
    dump = folder / "models.json"
    sources = [str(UI / "viewmodels" / f"{name}.py") for name in _ORDER]
    _checked("pyside6-metaobjectdump", *sources, str(UI / "lab.py"), "-o", str(dump))
    dump.write_text(json.dumps(_with_qml_types(json.loads(dump.read_text()))))
    foreign = ",".join(
        str(_QT / "metatypes" / f"qt6{part}_metatypes.json")
        for part in ("core", "qml", "gui", "quick")
    )
    _checked(
        "pyside6-qmltyperegistrar",
        f"--generate-qmltypes={module / 'models.qmltypes'}",
        "-o", str(folder / "ignored.cpp"),
        "--import-name", _MODULE, "--major-version", "1", "--minor-version", "0",
        f"--foreign-types={foreign}", str(dump),
    )  # fmt: skip


def _with_qml_types(dumped: list[dict[str, object]]) -> list[dict[str, object]]:
    """The dump names Python types; QML wants lists by their own name and objects as pointers."""
    classes: list[dict[str, object]] = [
        each for unit in dumped for each in unit["classes"]  # type: ignore[attr-defined]
    ]  # fmt: skip
    objects = {each["className"] for each in classes}
    for each in classes:
        for entry in each.get("properties", []):  # type: ignore[attr-defined]
            # A property without a signal is `constant=True`; a test holds that at run time.
            entry["constant"] = "notify" not in entry
            if entry["type"] == "list":
                entry["type"] = "QVariantList"
            elif entry["type"] in objects:
                entry["type"] = f"{entry['type']}*"
    return dumped


def _checked(tool: str, *words: str) -> None:
    done = _run(tool, *words)
    if done.returncode != 0:
        raise RuntimeError(f"{tool}: {done.stderr.strip()}")


def _run(tool: str, *words: str) -> subprocess.CompletedProcess[str]:
    here = Path(sys.executable).parent / tool
    path = str(here) if here.exists() else shutil.which(tool)
    if path is None:
        raise RuntimeError(f"{tool} is not installed")
    return subprocess.run(
        [path, *words], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
