"""A service to be measured: the real one, with one more door that answers unsealed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service import server
from service.app import Doors
from service.audit import Entry
from service.policy import customer_of, granted, groups_of
from service.records import DataKey, blind
from service.settings import load
from service.wire.messages import (
    ALL_FIELDS,
    EvidenceKind,
    Kind,
    Purpose,
    Status,
    pack_customer,
)


class PlainDoors(Doors):
    """The same store, consent and audit, without envelope and signature: what sealing costs."""

    def kiosks(self) -> Starlette:
        app = super().kiosks()
        app.router.routes.append(Route("/v1/plain", self.plain, methods=["POST"]))
        return app

    async def plain(self, request: Request) -> Response:
        desk = self._desk
        card = await request.body()
        index = blind(desk._keys.peppers[1], EvidenceKind.TEST_CARD, card)
        found, row = await desk._store.find(b"", (index,))
        assert row is not None
        fields = granted(ALL_FIELDS, Purpose.CHECKOUT, 1, row.consents)
        key = DataKey.unwrap(desk._keys.keks[row.kek], row.id, row.wrapped)
        wanted = groups_of(fields)
        values = {
            group: key.open(group, data) for group, data in row.groups.items() if group & wanted
        }
        customer = customer_of(1, fields, values)
        entry = Entry(
            desk._clock.now_ms(),
            bytes(16),
            os.urandom(16),
            Kind.LOOKUP,
            1,
            63,
            fields,
            Status.FOUND,
            1,
            key.seal_subject(),
        )
        await desk._store.record(entry)
        return Response(pack_customer(customer))


def main() -> None:
    """Serve the folder until SIGTERM; one JSON line when it does."""
    server.Doors = PlainDoors  # type: ignore[misc]
    settings = load(Path(sys.argv[1]))
    uvloop.run(
        server.serve(
            settings, 0, lambda service: print(json.dumps({"pid": os.getpid()}), flush=True)
        )
    )


if __name__ == "__main__":
    asyncio.set_event_loop_policy(None)
    main()
