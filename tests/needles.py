"""Whether something private is found where nothing of it may be: in files, and in a process's memory."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 24
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+\s*(.*)")


def forms(text: str) -> dict[str, bytes]:
    """The bytes that a text leaves, by the name of the form: as programs, Qt and printers keep it."""
    raw = text.encode()
    found = {
        "utf-8": raw,
        "utf-16le": text.encode("utf-16-le"),
        "cp858": text.encode("cp858", "replace"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
    }
    for skipped in range(3):
        found[f"base64+{skipped}"] = base64_of(raw, skipped)
    return found


def base64_of(raw: bytes, skipped: int) -> bytes:
    """What stands in any Base64 text that holds `raw` after so many bytes, modulo three."""
    first = (0, 2, 3)[skipped]  # letters that also depend on what stood before
    whole = base64.b64encode(bytes(skipped) + raw).rstrip(b"=")
    last = len(whole) if (skipped + len(raw)) % 3 == 0 else len(whole) - 1
    return whole[first:last]


def hits_in(data: bytes | bytearray, needles: dict[str, bytes]) -> Counter[str]:
    """How often each form stands in these bytes."""
    return Counter({name: count for name, each in needles.items() if (count := data.count(each))})


def hits_in_files(paths: Iterable[Path], needles: dict[str, bytes]) -> Counter[str]:
    """As `file: form`, over all files given; whole folders are looked through."""
    found: Counter[str] = Counter()
    for path in paths:
        for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if each.is_file():
                for name, count in hits_in(each.read_bytes(), needles).items():
                    found[f"{each.name}: {name}"] += count
    return found


def hits_in_process(pid: int, needles: dict[str, bytes]) -> Counter[str]:
    """As `region: form`, over all memory of a process, which stands still meanwhile.

    Needs the right to trace it; raises PermissionError without.
    """
    found: Counter[str] = Counter()
    overlap = max(map(len, needles.values()))
    os.kill(pid, signal.SIGSTOP)
    try:
        with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
            for start, end, name in _regions(pid):
                for at in range(start, end, CHUNK):
                    with contextlib.suppress(OSError, OverflowError):  # a guard page, or a device
                        memory.seek(at)
                        data = memory.read(min(CHUNK + overlap - 1, end - at))
                        for form, count in hits_in(data, needles).items():
                            found[f"{name}: {form}"] += count
    finally:
        os.kill(pid, signal.SIGCONT)
    return found


def _regions(pid: int) -> list[tuple[int, int, str]]:
    found = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = _REGION.fullmatch(line)
        if match and match[3] not in ("[vvar]", "[vsyscall]"):
            found.append((int(match[1], 16), int(match[2], 16), match[3] or "anonymous"))
    return found
