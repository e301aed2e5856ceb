"""The central service on one core: lookups, handshakes and sales, beside what they cost at best."""

from __future__ import annotations

import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import baseline
from bench.rows import Row, percentile
from bench.service_bare import Bare, bare
from bench.service_stage import Loaded, Taken, cluster, on_postgres, on_sqlite
from service.settings import Settings

ROUNDS = 3
LOOKUPS, PLAIN, HANDSHAKES, SINGLE, BATCHED, BATCH = 2000, 1500, 500, 1200, 4800, 16
MIXED, TELL_PERCENT = 4000, 2
"""One at a time; what a member's answer may take longer than nobody's."""
WARM_UP = 300


@dataclass(slots=True)
class Rounds:
    """What the rounds on one store gave; `bare` was measured beside each of them."""

    sealed: list[Taken] = field(default_factory=list)
    plain: list[Taken] = field(default_factory=list)
    bare: list[Bare] = field(default_factory=list)


def service() -> list[Row]:
    """Everything: sealed lookups beside unsealed ones and the bare cryptography, then the rest."""
    rows = []
    with ExitStack() as stack:
        for store, settings, kiosk in _stores(stack):
            with ExitStack() as serving:
                loaded = Loaded(serving, settings, kiosk)
                rows += _lookup_rows(store, _rounds(loaded, plain=True))
                rows.append(_tell_row(store, loaded))
                if store == "SQLite":
                    rows += _other_rows(loaded)
    return rows


def cpu() -> list[Row]:
    """Only what `--check` judges: CPU a lookup, on both stores."""
    rows = []
    with ExitStack() as stack:
        for store, settings, kiosk in _stores(stack):
            with ExitStack() as serving:
                rounds = _rounds(Loaded(serving, settings, kiosk), plain=False)
                rows.append(_cpu_row(store, rounds))
    return rows


def _stores(stack: ExitStack) -> list[tuple[str, Settings, Path]]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-service-")))
    settings, members = on_sqlite(folder)
    other = on_postgres(settings, members, cluster(stack).database())
    return [("SQLite", settings, folder / "kiosk"), ("PostgreSQL", other, folder / "kiosk")]


def _rounds(loaded: Loaded, *, plain: bool) -> Rounds:
    found = Rounds()
    loaded.run("lookup", WARM_UP)
    for _ in range(ROUNDS):
        found.bare.append(bare())
        found.sealed.append(loaded.run("lookup", LOOKUPS))
        if plain:
            found.plain.append(loaded.run("plain", PLAIN))
    return found


def _lookup_rows(store: str, rounds: Rounds) -> list[Row]:
    rates = [taken.rate for taken in rounds.sealed]
    shares = [100 * rate / each.rate for rate, each in zip(rates, rounds.bare, strict=True)]
    plain = statistics.median(taken.rate for taken in rounds.plain)
    return [
        Row(
            "service",
            f"sealed lookups on a core, {store}",
            statistics.median(rates),
            "1/s",
            2000,
            "higher",
            "unsealed",
            plain,
        ),
        Row(
            "service",
            f"sealed lookups of bare crypto's, {store}",
            statistics.median(shares),
            "%",
            40,
            "higher",
        ),
        Row(
            "service",
            f"p99 of 16 at a time, {store}",
            _p99(rounds.sealed),
            "ms",
            20,
            "lower",
            "unsealed",
            _p99(rounds.plain),
        ),
        _cpu_row(store, rounds),
    ]


def _p99(rounds: list[Taken]) -> float:
    return statistics.median(percentile(taken.times, 0.99) * 1000 for taken in rounds)


def _cpu_row(store: str, rounds: Rounds) -> Row:
    name = f"CPU of a sealed lookup, {store}"
    cost = statistics.median(taken.cpu_us for taken in rounds.sealed)
    least = statistics.median(each.cpu_us for each in rounds.bare)
    aim = baseline.most(name, least)
    return Row("service", name, cost, "us", aim, "lower", "bare crypto", least, guard=True)


def _tell_row(store: str, loaded: Loaded) -> Row:
    """How far a member and nobody can be told apart by the time an answer takes."""
    taken = loaded.run("mixed", MIXED).times
    found, nobody = statistics.median(taken[::2]), statistics.median(taken[1::2])
    name = f"member told from nobody by time, {store}"
    return Row("service", name, 100 * abs(found / nobody - 1), "%", TELL_PERCENT, "lower")


def _other_rows(loaded: Loaded) -> list[Row]:
    greeted = loaded.run("handshake", HANDSHAKES)
    single = statistics.median(loaded.run("1", SINGLE).rate for _ in range(ROUNDS))
    batched = statistics.median(loaded.run(f"{BATCH}", BATCHED).rate for _ in range(ROUNDS))
    return [
        Row("service", "mutual TLS handshakes", greeted.rate, "1/s", 400, "higher"),
        Row("service", "sales, one at a time", single, "1/s", 1000, "higher"),
        Row("service", f"sales, {BATCH} at a time", batched, "1/s", 3000, "higher"),
    ]
