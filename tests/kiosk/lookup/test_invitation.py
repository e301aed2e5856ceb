"""An invitation: signed here without asking anybody, in the vault only, and no disk is needed for it."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import MakeInvitation
from kiosk.checkout.front_events import InvitationMade
from kiosk.clock import SystemClock
from kiosk.ids import NOBODY, Handle
from kiosk.lookup.courier import Courier
from kiosk.lookup.identity import load_identity
from kiosk.ports import Cancel
from service.wire.invitation import read
from tests.post import BASE, Post


def invited(post: Post) -> Handle:
    (event,) = post.do(MakeInvitation())
    assert isinstance(event, InvitationMade)
    return event.handle


def test_it_is_this_kiosks_and_each_is_another(post: Post) -> None:
    identity = load_identity(post.centre.identity)
    links = []
    for _ in range(2):
        lent = post.vault.lend(invited(post))
        assert lent is not None
        links.append(bytes(lent).decode())
    assert links[0] != links[1]
    for link in links:
        assert link.startswith(f"{BASE}/j/")
        invitation = read(link.removeprefix(f"{BASE}/j/"))
        assert invitation.kiosk == identity.kiosk
        assert invitation.holds(identity.signing.public_key(), identity.keys.tenant)
    assert not post.centre.asked


def test_nothing_of_it_is_on_the_disk(post: Post) -> None:
    lent = post.vault.lend(invited(post))
    assert lent is not None
    secret = bytes(lent)[-40:]
    folder = post.centre.identity.parent
    assert not [
        path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()
    ]


@pytest.mark.parametrize("broken", ["address", "identity"])
def test_where_none_can_be_made_nobody_is_named(post: Post, broken: str) -> None:
    """The screen says so instead of waiting."""
    if broken == "identity":
        (post.centre.identity / "signing.key").write_bytes(b"?")
    base = BASE if broken == "identity" else ""
    path = post.centre.identity.parent / "no" / "outbox.db"
    courier = Courier(path, post.centre.identity, post.vault, SystemClock(), receipts=base)
    assert list(courier.execute(MakeInvitation(), Cancel())) == [InvitationMade(NOBODY)]
