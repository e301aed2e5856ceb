"""How a Dialog 06 scale is shown that it is weighed with by the software it was certified with.

The scale sends a random number; two checksums go back, turned by its halves. One (CS) is of the
software, the other (KW) is the remainder of CS by a polynomial that the maker of the scale and the maker
of the point of sale share. Neither is in this program: who has them writes them into the configuration.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BITS = 16
MASK = 0xFFFF


@dataclass(frozen=True, slots=True)
class Keys:
    """`checksum`: CS, of the sealed module; `polynomial`: its lower sixteen bits, beside x^16."""

    checksum: int
    polynomial: int = field(repr=False)

    def answer(self, random: int) -> str:
        """Eight hex digits for a random number of eight bits."""
        first = left(self.checksum, random >> 4)
        second = left(remainder(self.checksum, self.polynomial), BITS - (random & 0x0F))
        return f"{first:04X}{second:04X}"


def remainder(checksum: int, polynomial: int) -> int:
    """What is left of the checksum, shifted by sixteen bits, divided by the polynomial without carry."""
    rest = checksum & MASK
    for _ in range(BITS):
        carried = rest & 0x8000
        rest = (rest << 1) & MASK
        if carried:
            rest ^= polynomial
    return rest


def left(value: int, places: int) -> int:
    """Sixteen bits turned to the left; by 16 less places, to the right."""
    places %= BITS
    return ((value << places) | (value >> (BITS - places))) & MASK
