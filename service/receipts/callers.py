"""How often one address may ask. None is remembered: only hashes, whose key dies with the process."""

from __future__ import annotations

import hashlib
import secrets
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from service.limits import Limiter

REMEMBERED = 20_000
_PREFIX = 64
"""Who has one address of IPv6 has all of these."""


class Callers:
    """Token buckets by address. `proxies`: whose word about it is taken."""

    def __init__(self, per_minute: float, burst: int, proxies: tuple[str, ...] = ()) -> None:
        self._limiter = Limiter(per_minute, burst, REMEMBERED)
        self._proxies = {str(ip_address(each)) for each in proxies}
        self._key = secrets.token_bytes(32)

    def wait(self, scope: Scope, now: float) -> int:
        """0, or the whole seconds until this caller may ask again."""
        client = scope.get("client")
        peer = _normal(client[0]) if client else ""
        caller = _forwarded(scope) or peer if peer in self._proxies else peer
        hashed = hashlib.blake2b(_network(caller), key=self._key, digest_size=16)
        return self._limiter.wait(hashed.digest(), now)


def _forwarded(scope: Scope) -> str:
    """What the proxy before us wrote: the last address of the last header. Empty if it is none."""
    found = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _normal(found[-1].decode("latin-1").rpartition(",")[2].strip()) if found else ""


def _normal(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _network(address: str) -> bytes:
    if ":" not in address:
        return address.encode()
    whole = IPv6Address(address).packed[: _PREFIX // 8]
    return str(IPv6Network((whole.ljust(16, b"\0"), _PREFIX))).encode()
