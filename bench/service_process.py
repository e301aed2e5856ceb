"""A service to be measured: the real one, with one more door that answers unsealed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest.mock import patch

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service import server
from service.app import Doors
from service.audit import Entry
from service.clock import SystemClock
from service.keys import Keys
from service.policy import customer_of, granted, groups_of
from service.records import DataKey, blind
from service.settings import Settings, load
from service.wire.messages import (
    ALL_FIELDS,
    EvidenceKind,
    Kind,
    Purpose,
    Status,
    pack_customer,
)


def plain_doors(settings: Settings) -> type[Doors]:
    """The same store, consent and audit, without envelope and signature: what sealing costs."""
    keys, clock = Keys(settings.folder / "keys"), SystemClock()

    class PlainDoors(Doors):
        def kiosks(self) -> Starlette:
            app = super().kiosks()
            app.router.routes.append(Route("/v1/plain", self.plain, methods=["POST"]))
            return app

        async def plain(self, request: Request) -> Response:
            index = blind(keys.peppers[1], EvidenceKind.TEST_CARD, await request.body())
            _, row = await self._store.find(b"", (index,))
            assert row is not None
            fields = granted(ALL_FIELDS, Purpose.CHECKOUT, 1, row.consents)
            key = DataKey.unwrap(keys.keks[row.kek], row.id, row.wrapped)
            values = {group: key.open(group, row.groups[group]) for group in groups_of(fields)}
            entry = Entry(
                clock.now_ms(),
                bytes(16),
                os.urandom(16),
                Kind.LOOKUP,
                Purpose.CHECKOUT,
                ALL_FIELDS,
                fields,
                Status.FOUND,
                1,
                key.seal_subject(),
            )
            await self._store.record(entry)
            return Response(pack_customer(customer_of(1, fields, values)))

    return PlainDoors


def main() -> None:
    """`FOLDER CORE`: serve until SIGTERM; one line when it does."""
    os.sched_setaffinity(0, {int(sys.argv[2])})
    settings = load(Path(sys.argv[1]))
    with patch.object(server, "Doors", plain_doors(settings)):
        uvloop.run(server.serve(settings, 0, lambda _: print("serving", flush=True)))


if __name__ == "__main__":
    main()
