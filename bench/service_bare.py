"""The cryptography of one lookup and nothing else: what a service could do at best on a core."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bench.service_stage import cores
from service.wire.envelope import ANSWER_PAYLOAD_BYTES, PAYLOAD_BYTES
from service.wire.suite import ENC_BYTES, SEED_BYTES, PrivateKey

GROUPS = 5
GROUP_BYTES = 256
INFO = bytes(1024)
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Bare:
    """Microseconds of CPU of one, and how many a second by the clock on the wall."""

    cpu_us: float
    rate: float


class _Lookup:
    """The keys and sealed things of one lookup."""

    def __init__(self) -> None:
        self.service = PrivateKey(secrets.token_bytes(SEED_BYTES))
        kiosk = Ed25519PrivateKey.generate()
        self.text = secrets.token_bytes(PAYLOAD_BYTES)
        self.signature = kiosk.sign(self.text)
        self.kiosk = kiosk.public_key()
        self.request = self.service.public.seal(self.text, INFO)
        self.kek, data_key = AESGCM(secrets.token_bytes(32)), secrets.token_bytes(32)
        self.wrapped = self.kek.encrypt(_NONCE, data_key, INFO[:32])
        cipher = AESGCM(data_key)
        self.groups = [cipher.encrypt(_NONCE, bytes(GROUP_BYTES), INFO[:32]) for _ in range(GROUPS)]

    def serve(self) -> bytes:
        """Open, verify, index, unwrap, decrypt, seal the subject, seal the answer."""
        payload = self.service.open(self.request, INFO)
        self.kiosk.verify(self.signature, self.text)
        hmac.digest(INFO[:32], payload[:16], hashlib.sha256)
        cipher = AESGCM(self.kek.decrypt(_NONCE, self.wrapped, INFO[:32]))
        for group in self.groups:
            cipher.decrypt(_NONCE, group, INFO[:32])
        cipher.encrypt(os.urandom(12), payload[:16], INFO[:32])
        salt = self.request[:ENC_BYTES] + os.urandom(32)
        material = HKDF(hashes.SHA256(), 44, salt, INFO[:64]).derive(payload[:32])
        return AESGCM(material[:32]).encrypt(material[32:], bytes(ANSWER_PAYLOAD_BYTES), None)


def bare(times: int = 800) -> Bare:
    """In a loop on the core where the server would run."""
    lookup, allowed = _Lookup(), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[0]})
    try:
        lookup.serve()
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(times):
            lookup.serve()
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - start
    finally:
        os.sched_setaffinity(0, allowed)
    return Bare(cpu / times * 1e6, times / seconds)
