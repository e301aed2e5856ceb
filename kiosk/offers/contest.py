"""Exclusive promotions compete for pieces: always the one that saves most a piece comes first.

An application is the least piece of a promotion: one piece, one group of n for m, one bundle. Its worth
is the exact saving divided by its pieces. Taking pieces away never makes another application worth
more, so a heap of the last known worths, looked at again only when one comes to the top, finds the
same order as trying everything each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from kiosk.offers.index import Index
from kiosk.offers.pools import Pool
from kiosk.offers.promotions import (
    WHOLE,
    AmountOff,
    Bundle,
    Each,
    FixedPrice,
    FromQuantity,
    NForM,
    Percent,
    SumOff,
)

SCALE = WHOLE * 100_000
"""Worths are compared as integers. Two different ones differ by more than 1 / (WHOLE * MAX_COUNT)."""
UNLIMITED = 1 << 62
GROUP = -1
"""Stands for the pool where an application takes from several."""

Entry = tuple[int, int, int]
"""Worth, negated; place of the rule; place of the pool. The order of the heap is that of the rule."""
Picks = list[tuple[int, int]]
"""Places of pools, and how many pieces of each."""


class Contest:
    """Who gets which pieces of one basket."""

    def __init__(self, index: Index, pools: list[Pool], members: list[list[int]]) -> None:
        """`members`: for each slot the places of its pools, dearest first."""
        self._rules = index.rules
        self._slots = index.slots
        self._pools = pools
        self._members = members
        self.taken: dict[int, dict[int, int]] = {}
        """For each rule that came to anything: pieces by pool."""
        self.saved: dict[int, int] = {}
        """For each group or bundle: what all its applications save."""
        self._left: dict[int, int] = {}

    def run(self, places: list[int]) -> None:
        """Let the rules of these places compete: one priority after another."""
        for priority in sorted({self._rules[place].priority for place in places}):
            self._level([place for place in places if self._rules[place].priority == priority])

    def _level(self, places: list[int]) -> None:
        for place in places:
            self._left[place] = self._rules[place].most or UNLIMITED
        terms = {place: self.each(place) for place in places}
        singles = [(place, each) for place, each in terms.items() if each is not None]
        heap = self._best_of_pools(singles)
        for place in places:
            if isinstance(self._rules[place].terms, NForM | Bundle):
                heap += self._group_entry(place)
        heapify(heap)
        while heap:
            entry = heappop(heap)
            place, number = entry[1:]
            if number != GROUP:
                again = self._take_single(place, number, singles)
            else:
                again = self._group_entry(place)
                if again == [entry]:
                    self._take_group(place)
                    again = self._group_entry(place)
            for each in again:
                heappush(heap, each)

    def each(self, place: int) -> Each | None:
        """The terms of a single piece; None where there are none or too few pieces to have them."""
        terms = self._rules[place].terms
        if isinstance(terms, FromQuantity):
            there = sum(self._pools[number].units for number in self.members(place))
            return terms.each if there >= terms.quantity else None
        return None if isinstance(terms, NForM | Bundle | SumOff) else terms

    def members(self, place: int) -> list[int]:
        """The pools of a rule that is no bundle."""
        return self._members[self._slots[place].start]

    # --- single pieces ------------------------------------------------------------------------

    def _best_of_pools(self, singles: list[tuple[int, Each]]) -> list[Entry]:
        """For each pool the rule that saves most on one of its pieces; of equals the first by id."""
        best = [0] * len(self._pools)
        who = [0] * len(self._pools)
        for place, each in singles:
            members = self.members(place)
            for number, worth in zip(members, self._worths(each, members), strict=True):
                if worth > best[number]:
                    best[number] = worth
                    who[number] = place
        return [(-worth, who[number], number) for number, worth in enumerate(best) if worth]

    def _worths(self, each: Each, members: Iterable[int]) -> list[int]:
        pools = self._pools
        if isinstance(each, Percent):
            factor = each.hundredths * (SCALE // WHOLE)
            return [pools[number].value * factor for number in members]
        return [unit_saving(each, pools[number]) * SCALE for number in members]

    def _take_single(self, place: int, number: int, singles: list[tuple[int, Each]]) -> list[Entry]:
        """As many pieces as are free and allowed; the next best for the pieces this leaves over."""
        units = min(self._pools[number].free, self._left[place])
        if units:
            self._take(place, [(number, units)])
            self._left[place] -= units
        if not self._pools[number].free:
            return []
        found = [
            (-worth, other, number)
            for other, each in singles
            if self._left[other]
            and number in self.members(other)
            and (worth := self._worths(each, (number,))[0]) > 0
        ]
        return [min(found)] if found else []

    # --- groups and bundles -------------------------------------------------------------------

    def _group_entry(self, place: int) -> list[Entry]:
        """The worth of the rule's next application, if it has one."""
        picks = self._picks(place)
        saving = self._saving(place, picks)
        if saving <= 0 or not self._left[place]:
            return []
        pieces = sum(units for _, units in picks)
        return [(-(saving * SCALE // pieces), place, GROUP)]

    def _take_group(self, place: int) -> None:
        picks = self._picks(place)
        self.saved[place] = self.saved.get(place, 0) + self._saving(place, picks)
        self._left[place] -= 1
        self._take(place, picks)

    def _picks(self, place: int) -> Picks:
        """The dearest free pieces that make one application; none if they do not suffice."""
        terms = self._rules[place].terms
        counts = [part.count for part in terms.parts] if isinstance(terms, Bundle) else []
        if isinstance(terms, NForM):
            counts = [terms.take]
        picks: Picks = []
        for slot, count in zip(self._slots[place], counts, strict=True):
            wanted = count
            for number in self._members[slot]:
                units = min(self._pools[number].free, wanted)
                if units:
                    picks.append((number, units))
                    wanted -= units
                    if not wanted:
                        break
            if wanted:
                return []
        return picks

    def _saving(self, place: int, picks: Picks) -> int:
        """What the customer saves on these pieces: everything but what is paid."""
        terms = self._rules[place].terms
        price = sum(self._pools[number].value * units for number, units in picks)
        if isinstance(terms, Bundle):
            return price - terms.price.minor
        paid = terms.pay if isinstance(terms, NForM) else 0
        for number, units in picks:
            price -= self._pools[number].value * min(units, paid)
            paid -= min(units, paid)
        return price

    def _take(self, place: int, picks: Picks) -> None:
        taken = self.taken.setdefault(place, {})
        for number, units in picks:
            taken[number] = taken.get(number, 0) + units
            self._pools[number].free -= units


def unit_saving(each: AmountOff | FixedPrice, pool: Pool) -> int:
    """What one piece costs less: never more than it costs, never less than nothing."""
    if isinstance(each, AmountOff):
        return min(each.amount.minor, pool.value)
    return max(0, pool.value - pool.priced(each.price.minor))
