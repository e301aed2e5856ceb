"""`./run kiosk catalogue`: which one is sold from, back to the one before, and a look by hand."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.printable import printable

if TYPE_CHECKING:
    from kiosk.catalogues.kept import Entry, Kept
    from kiosk.config import Config, ServiceConfig

EX_DATAERR, EX_UNAVAILABLE = 65, 69
EXAMPLES = """examples:
  ./run kiosk catalogue status --config kiosk.toml
  ./run kiosk catalogue status --config kiosk.toml --json
  ./run kiosk catalogue rollback --config kiosk.toml     to the one before, when nobody is at the kiosk
  ./run kiosk catalogue fetch --config kiosk.toml        now, where the kiosk does not run

The version that was gone back from is not fetched again; the next one is. To take all kiosks back:
./run service catalogue rollback (docs/goods.md, docs/service.md).
"""


def add_catalogue(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb and its acts."""
    verb = verbs.add_parser(
        "catalogue",
        help="which catalogue is sold from; back to the one before",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("what", choices=["status", "rollback", "fetch"])
    verb.add_argument("--json", action="store_true", help="as one JSON object")
    verb.add_argument("--config", type=Path, default=argparse.SUPPRESS)
    verb.set_defaults(run=_run, configured=True)


def _run(options: argparse.Namespace) -> int:
    from kiosk.catalogues.kept import Kept
    from kiosk.config import load

    config = load(options.config)
    fetches = config.fetches
    kept = Kept(config.kiosk.catalogue, alone=not fetches)
    if options.what == "status":
        return _tell(_status(kept, fetches=fetches), as_json=options.json)
    if config.service is None or not fetches:
        print("kiosk: catalogues of the service are not used here ([service])", file=sys.stderr)
        return EX_UNAVAILABLE
    if options.what == "rollback":
        return _rollback(config, kept, as_json=options.json)
    return _fetch(config.service, kept, as_json=options.json)


def _status(kept: Kept, *, fetches: bool) -> dict[str, Any]:
    """What the files say, whether the kiosk runs or not."""
    from kiosk.catalog import CatalogueError

    told: dict[str, Any] = {"fetches": fetches}
    try:
        catalogue = kept.open()
    except CatalogueError as error:
        told["error"] = str(error)
    else:
        told |= {"articles": catalogue.size, "made": catalogue.made}
        catalogue.close()
    standing, attempt = kept.standing, kept.attempt if fetches else None
    told |= _entry(standing.current) | {"seen": standing.seen}
    told["previous"] = _entry(standing.previous) if standing.previous else None
    if kept.staged.exists():
        told["staged_bytes"] = kept.staged.stat().st_size
    told["last_look"] = attempt and {
        "at": attempt.at,
        "outcome": attempt.outcome,
        "why": attempt.why,
        "version": attempt.version,
    }
    return told


def _entry(entry: Entry) -> dict[str, Any]:
    source = "service" if entry.version else "imported"
    found: dict[str, Any] = {"source": source, "version": entry.version, "since": entry.since}
    return found | ({"sha256": entry.sha256} if entry.sha256 else {})


def _tell(told: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(told))
    else:
        for line in _lines(told):
            print(line)
    return EX_DATAERR if "error" in told else 0


def _lines(told: dict[str, Any]) -> list[str]:
    def name(entry: dict[str, Any]) -> str:
        since = f", since {entry['since']}" if entry["since"] else ""
        fetched = f"version {entry['version']} of the service"
        return (fetched if entry["version"] else "the imported file") + since

    lines = [f"sold from    {name(told)}"]
    if "error" in told:
        lines.append(f"             which cannot be used: {told['error']}")
    else:
        lines.append(f"             {told['articles']:,} articles, made {told['made']}")
    if told["previous"]:
        lines.append(f"before it    {name(told['previous'])}")
    if not told["fetches"]:
        return [*lines, "fetched      nothing: catalogues of the service are not used here"]
    if told["seen"] > told["version"]:
        lines.append(f"newest seen  version {told['seen']}, and only newer ones are fetched")
    if "staged_bytes" in told:
        lines.append(f"coming in    {told['staged_bytes']:,} bytes so far")
    last = told["last_look"]
    if not last:
        return [*lines, "last look    none yet"]
    about = f"version {last['version']} " if last["version"] else ""
    lines.append(f"last look    {last['at']}: {about}{last['outcome']}")
    if last["why"]:
        lines.append(f"             {printable(last['why'])}")
    return lines


def _rollback(config: Config, kept: Kept, *, as_json: bool) -> int:
    """Through the running kiosk, else on its files. Raises Unavailable."""
    from kiosk.clock import SystemClock
    from kiosk.control import Running, door_of
    from kiosk.errors import Unavailable

    try:
        line = Running(door_of(config.kiosk.journal))
    except Unavailable:
        kept.lock()  # refused where a kiosk runs all the same
        try:
            kept.reread()  # one that ran until now may have taken another
            kept.go_back(SystemClock().now().isoformat(timespec="seconds")).close()
        finally:
            kept.unlock()
        return _tell(_status(kept, fetches=True), as_json=as_json)
    try:
        line.ask(catalogue="rollback")
    finally:
        line.close()
    if as_json:
        print(json.dumps({"asked": True}))
    else:
        print("The running kiosk goes back as soon as nobody is there; ask for its status then.")
    return 0


def _fetch(service: ServiceConfig, kept: Kept, *, as_json: bool) -> int:
    """One look, for a kiosk that stands still. Raises Unavailable where one runs."""
    from contextlib import closing

    from kiosk.catalogues.current import Current
    from kiosk.clock import SystemClock
    from kiosk.lookup.fetching import fetcher_of
    from kiosk.ports import Cancel

    clock = SystemClock()
    kept.lock()
    try:
        kept.reread()
        with closing(Current(kept, clock, none_yet=True)) as current:
            fetcher_of(service, kept, current, clock).look(Cancel())
            current.rest()
    finally:
        kept.unlock()
    told = _status(kept, fetches=True)
    code, last = _tell(told, as_json=as_json), told["last_look"]
    return code or (0 if last and last["outcome"] in ("current", "taken") else EX_UNAVAILABLE)
