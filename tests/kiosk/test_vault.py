"""Memory for what nobody may find later: it is lent, and wiped where it lies."""

from __future__ import annotations

import subprocess
import sys
import threading

from kiosk.ids import Handle
from kiosk.vault import EvidenceKind, Vault

CARD = EvidenceKind.TEST_CARD


def test_what_is_wiped_is_zero_for_whoever_still_looks() -> None:
    """What was lent is the memory itself."""
    vault = Vault()
    handle = vault.admit(CARD, bytearray(b"4711"))
    answer = bytearray(b"Erika")
    assert vault.put(handle, answer)
    shown, lent = vault.shown(handle), vault.lend(handle)
    assert shown is not None
    assert lent is not None
    assert (bytes(shown.data), bytes(lent)) == (b"4711", b"Erika")
    vault.wipe(handle)
    assert (bytes(shown.data), bytes(lent), bytes(answer)) == (bytes(4), bytes(5), bytes(5))
    assert vault.shown(handle) is None
    assert vault.lend(handle) is None


def test_an_answer_for_somebody_who_left_is_wiped() -> None:
    """It came too late, or the vault is closed."""
    vault = Vault()
    handle = vault.admit(CARD, bytearray(b"4711"))
    vault.wipe(handle)
    late = bytearray(b"Erika")
    assert not vault.put(handle, late)
    assert not any(late)
    vault.close()
    assert vault.shown(vault.admit(CARD, bytearray(b"4711"))) is None


def test_a_second_answer_takes_the_place_of_the_first() -> None:
    """The first is wiped."""
    vault = Vault()
    handle = vault.admit(CARD, bytearray(b"4711"))
    first, second = bytearray(b"Erika"), bytearray(b"Erik")
    vault.put(handle, first)
    vault.put(handle, second)
    assert not any(first)
    lent = vault.lend(handle)
    assert lent is not None
    assert bytes(lent) == b"Erik"


def test_handles_say_nothing() -> None:
    """The same card is another handle every time."""
    vault = Vault()
    handles = {vault.admit(CARD, bytearray(b"4711")) for _ in range(50)}
    assert len(handles) == 50
    vault.wipe(Handle("of nobody"))


def test_closing_wipes_everybody() -> None:
    """The checkout has stopped."""
    vault = Vault()
    handles = [vault.admit(CARD, bytearray(b"4711")) for _ in range(3)]
    shown = [vault.shown(each) for each in handles]
    vault.close()
    assert not any(any(each.data) for each in shown if each)


def test_an_answer_is_never_left_behind_by_a_wipe_at_the_same_time() -> None:
    """Whoever comes second, put or wipe: the buffer ends as zeros."""
    vault = Vault()
    for _ in range(300):
        handle, answer = vault.admit(CARD, bytearray(b"4711")), bytearray(b"Erika")
        other = threading.Thread(target=vault.wipe, args=(handle,))
        other.start()
        vault.put(handle, answer)
        other.join()
        assert not any(answer)


def test_a_hardened_process_leaves_no_core() -> None:
    """Nor can another user's process read its memory."""
    program = (
        "import ctypes, resource\n"
        "from kiosk.vault import harden\n"
        "harden()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "(0, 0) 0", done.stderr


def test_a_secret_nobody_showed_is_lent_and_wiped() -> None:
    """It is no proof of anybody; after the end nothing is taken."""
    vault = Vault()
    secret = bytearray(b"link")
    handle = vault.hold(secret)
    lent = vault.lend(handle)
    assert lent is not None
    assert bytes(lent) == b"link"
    assert vault.shown(handle) is None
    vault.wipe(handle)
    assert secret == bytes(4)
    assert vault.lend(handle) is None
    vault.close()
    late = bytearray(b"late")
    assert vault.lend(vault.hold(late)) is None
    assert late == bytes(4)
