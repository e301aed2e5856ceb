"""What the documents show works, and what must not stand in the tree does not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kiosk.__main__ import _parser as kiosk_parser
from kiosk.__main__ import main
from kiosk.config import load

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / name for name in names.stdout.splitlines()]


def test_the_example_configuration_loads() -> None:
    """A newcomer copies it and changes addresses only."""
    config = load(ROOT / "docs" / "kiosk.example.toml")
    assert config.kiosk.id == "K1"
    assert config.terminal.driver == "zvt"


def test_the_example_names_devices_as_the_rules_do() -> None:
    """Every name under /dev/kiosk is one that a rule makes."""
    rules = (ROOT / "udev" / "70-kiosk.rules").read_text()
    made = re.findall(r'SYMLINK\+="kiosk/([a-z0-9]+-)\$', rules)
    for path in ("docs/kiosk.example.toml", "udev/README.md"):
        named = re.findall(r":///dev/kiosk/([^?`\"]+)", (ROOT / path).read_text())
        assert named, path
        assert all(name.startswith(tuple(made)) for name in named), path


def test_links_in_documents_lead_somewhere() -> None:
    """Every relative link of a Markdown file names a file that exists."""
    for path in tracked():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize(
    "verb", ["import-catalogue", "catalogue", "journal", "export", "sale", "resolve", "demo"]
)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` answers for each."""
    with pytest.raises(SystemExit) as ended:
        kiosk_parser().parse_args([verb, "--help"])
    assert ended.value.code == 0
    assert verb in capsys.readouterr().out


@pytest.mark.parametrize("verb", [["journal"], ["resolve", "--payment=P", "--paid", "--reason=r"]])
def test_the_configuration_stands_before_the_verb_or_after(
    verb: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same file is read either way; without one it is usage."""
    given = ["--config", str(tmp_path / "nowhere.toml")]
    for words in ([*given, *verb], [*verb, *given]):
        assert main(words) == 78
        assert "nowhere.toml: No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(verb)
    assert ended.value.code == 2
    assert "--config is missing" in capsys.readouterr().err


def test_no_file_names_a_package_host_or_is_too_long() -> None:
    """Locks carry hashes, not hosts; no source file is over 400 lines."""
    host = re.compile(r"https?://[^\s\"')]*(?:pypi|pythonhosted|npmjs)", re.IGNORECASE)
    for path in tracked():
        if path.suffix in {".py", ".lock", ".toml", ".md", ".txt", ".qml", ".rules"}:
            text = path.read_text()
            assert not host.search(text), path
            if path.suffix in {".py", ".qml"}:
                assert text.count("\n") <= 400, path
