"""Is the audit whole? Every link, every signature, and that no tail was cut off."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from service.audit import BROKEN, Head, Witness, heads_of, holds, unpack
from service.keys import Keys
from service.store.port import Store

PAGE = 2000


@dataclass(slots=True)
class Report:
    """What a check found. No findings: all entries stand as they were written."""

    entries: int = 0
    checkpoints: int = 0
    chains: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


async def verify(store: Store, keys: Keys, witnesses: Path) -> Report:
    """Walk everything. Raises StoreAway."""
    report = Report()
    # Witnesses first: on a running service the database may be ahead of them, never behind.
    seen = {
        path.name: _witnessed(witnesses, path.name, keys.witness, report)
        for path in sorted(witnesses.glob("*"))
        if not path.name.endswith(BROKEN)
    }
    signed = await _checkpoints(store, keys, report)
    for chain in sorted(set(await store.heads()) | {name for name, _ in signed} | set(seen)):
        head = await _chain(store, chain, [at for name, at in signed if name == chain], report)
        if chain not in seen:
            report.findings.append(f"{chain}: its witness is gone; a cut-off tail would not show")
        else:
            _compared(chain, head, seen[chain], report)
        broken = witnesses / f"{chain}{BROKEN}"
        if broken.exists():
            report.findings.append(f"{chain}: was cut off before: {broken.read_text().strip()}")
        report.chains.append(chain)
    return report


async def _checkpoints(store: Store, keys: Keys, report: Report) -> list[tuple[str, Head]]:
    found: list[tuple[str, Head]] = []
    last, public = None, keys.checkpoint.public_key()
    for each in await store.checkpoints():
        if not holds(each, last, public):
            report.findings.append(f"checkpoint {each.seq}: changed, missing or signed by others")
        try:
            found += heads_of(each.heads).items()
        except ValueError:
            report.findings.append(f"checkpoint {each.seq}: its heads cannot be read")
        last = each
        report.checkpoints += 1
    return found


async def _chain(store: Store, chain: str, signed: list[Head], report: Report) -> Head:
    head, wanted = Head(), {each.seq: {each.hash} for each in signed}
    for each in signed:
        wanted[each.seq].add(each.hash)
    while page := await store.entries(chain, head.seq, PAGE):
        for seq, kiosk, nonce, data, digest in page:
            following = head.next(chain, data)
            if seq != following.seq:
                report.findings.append(f"{chain}: entries {following.seq} to {seq - 1} are missing")
            elif digest != following.hash:
                report.findings.append(f"{chain} {seq}: changed, or the one before it was")
            report.findings += _columns(chain, seq, kiosk, nonce, data)
            if seq in wanted and wanted[seq] != {digest}:
                report.findings.append(f"{chain} {seq}: not what was signed")
            head = Head(seq, digest)
            report.entries += 1
    cut = max(wanted, default=0)
    if cut > head.seq:
        report.findings.append(f"{chain}: cut off after {head.seq}; entry {cut} was signed")
    return head


def _columns(chain: str, seq: int, kiosk: bytes, nonce: bytes, data: bytes) -> list[str]:
    try:
        entry = unpack(data)
    except ValueError:
        return [f"{chain} {seq}: no entry"]
    same = (entry.kiosk, entry.nonce) == (kiosk, nonce)
    return [] if same else [f"{chain} {seq}: kiosk or nonce beside it was changed"]


def _witnessed(folder: Path, chain: str, key: bytes, report: Report) -> Head | None:
    witness = Witness(folder, chain, key)
    try:
        return witness.read()
    except ValueError:
        report.findings.append(f"{chain}: its witness file was changed")
        return None
    finally:
        witness.close()


def _compared(chain: str, head: Head, seen: Head | None, report: Report) -> None:
    if seen and seen.seq > head.seq:
        report.findings.append(f"{chain}: cut off after {head.seq}; entry {seen.seq} was witnessed")
    elif seen and seen.seq == head.seq and seen.hash != head.hash:
        report.findings.append(f"{chain} {head.seq}: not what was witnessed")
    elif seen is None and head.seq:
        report.findings.append(f"{chain}: its witness file is empty")
