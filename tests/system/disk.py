"""What a disk may hold after power loss, from the system calls a program really made."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTOR = 512
CALLS = "openat,pwrite64,write,fdatasync,fsync,ftruncate,unlink"
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<.*>)?$")
_FD = re.compile(r"^(\d+)<([^>]*)>")


@dataclass(frozen=True)
class Call:
    """One system call: `write`, `sync`, `truncate`, `delete`, or `ack` of record `at`."""

    kind: str
    path: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class File:
    """What is certain of a file, and what was asked for since its last sync."""

    durable: bytes = b""
    pending: list[Call] = field(default_factory=list)

    def apply(self, calls: list[Call]) -> bytes | None:
        """The content after these calls; None if the file is gone."""
        if any(call.kind == "delete" for call in calls):
            return None
        content = bytearray(self.durable)
        for call in calls:
            if call.kind == "truncate":
                del content[call.at :]
                continue
            content.extend(bytes(max(call.at + len(call.data) - len(content), 0)))
            content[call.at : call.at + len(call.data)] = call.data
        return bytes(content)


def record(folder: Path, module: str, *words: str) -> list[Call]:
    """Run a module of the tests under strace; its calls on files in `folder`, and its acks."""
    trace = folder.with_suffix(".trace")
    subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(trace),
         sys.executable, "-m", module, str(folder), *words],
        check=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    return list(parse(trace.read_text(), str(folder)))


def parse(trace: str, folder: str) -> Iterator[Call]:
    """The calls of a trace that concern `folder` or standard output."""
    for line in trace.splitlines():
        found = _LINE.match(line)
        if not found or int(found[3]) < 0:
            continue
        name, arguments = found[1], found[2]
        fd = _FD.match(arguments)
        path = _path(fd[2]) if fd else ""
        if name == "write" and fd and fd[1] == "1":
            text = _bytes(arguments).decode()
            if text.startswith("ack"):
                yield Call("ack", at=int(text.split()[1]))
        elif name == "unlink" and _bytes(arguments).decode().startswith(folder):
            yield Call("delete", _bytes(arguments).decode())
        elif not path.startswith(folder):
            continue
        elif name == "pwrite64":
            yield Call("write", path, int(arguments.rsplit(",", 1)[1]), _bytes(arguments))
        elif name in ("fdatasync", "fsync"):
            yield Call("sync" if path != folder else "sync-folder", path)
        elif name == "ftruncate":
            yield Call("truncate", path, int(arguments.rsplit(",", 1)[1]))


def _path(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text


def _bytes(arguments: str) -> bytes:
    hexed = arguments.split('"')[1]
    return bytes.fromhex(hexed.replace("\\x", ""))


def images(calls: list[Call], seed: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """For every moment: records acknowledged so far, and what the disk may hold then."""
    chance = random.Random(seed)
    files: dict[str, File] = {}
    acknowledged = 0
    for call in calls:
        if call.kind == "ack":
            acknowledged = call.at
        elif call.kind == "sync-folder":  # deletions are certain from now on
            files = {
                path: file for path, file in files.items() if file.apply(file.pending) is not None
            }
        elif call.kind == "sync":
            file = files.setdefault(call.path, File())
            file.durable, file.pending = file.apply(file.pending) or b"", []
        else:
            files.setdefault(call.path, File()).pending.append(call)
        for keep in (_none, _all, _some, _torn):
            kept = {path: file.apply(keep(file.pending, chance)) for path, file in files.items()}
            yield acknowledged, {path: data for path, data in kept.items() if data is not None}


def _none(pending: list[Call], chance: random.Random) -> list[Call]:
    del pending, chance
    return []


def _all(pending: list[Call], chance: random.Random) -> list[Call]:
    del chance
    return pending


def _some(pending: list[Call], chance: random.Random) -> list[Call]:
    return [call for call in pending if chance.random() < 0.5]


def _torn(pending: list[Call], chance: random.Random) -> list[Call]:
    """Whole sectors of each write arrive, or do not, in no order."""
    torn = []
    for call in pending:
        if call.kind != "write":
            torn.append(call)
            continue
        for start in range(0, len(call.data), SECTOR):
            if chance.random() < 0.5:
                part = call.data[start : start + SECTOR]
                torn.append(Call("write", call.path, call.at + start, part))
    return torn
