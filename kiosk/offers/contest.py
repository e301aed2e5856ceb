"""Exclusive promotions compete for pieces: always the one that saves most a piece comes first.

An application is the least piece of a promotion: one piece, one group of n for m, one bundle. Its worth
is the exact saving divided by its pieces. Taking pieces away never makes another application worth
more, so a heap of the last known worths, looked at again only when one comes to the top, finds the
same order as trying everything each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from kiosk.offers.index import Index
from kiosk.offers.pools import Pool
from kiosk.offers.promotions import (
    WHOLE,
    AmountOff,
    Bundle,
    Each,
    FixedPrice,
    NForM,
    Percent,
    Terms,
)

SCALE = WHOLE * 100_000
"""Worths are compared as integers. Two different ones differ by more than 1 / (WHOLE * MAX_COUNT)."""
UNLIMITED = 1 << 62
NOTHING: tuple[int, ...] = ()
GROUP = -1
"""Stands for the pool where an application takes from several."""

Entry = tuple[int, int, int]
"""Worth, negated; place of the rule; place of the pool. The order of the heap is that of the rule."""
Members = dict[int, list[int]]
"""For each slot that has any the places of its pools, dearest first."""
Picks = list[tuple[int, int]]
"""Places of pools, and how many pieces of each."""


@dataclass(slots=True)
class Plan:
    """The next application of a group or bundle, as it was last looked at."""

    picks: Picks
    saving: int


class Contest:
    """Who gets which pieces of one basket."""

    def __init__(self, index: Index, pools: list[Pool], members: Members) -> None:
        self._rules = index.rules
        self._index = index
        self._slots = index.slots
        self._pools = pools
        self._members = members
        self._values = [pool.value for pool in pools]
        self._free = [pool.units for pool in pools]
        """Pieces no promotion has taken."""
        self._left: dict[int, int] = {}
        self._plans: dict[int, Plan] = {}
        self.taken: dict[int, dict[int, int]] = {}
        """For each rule that came to anything: pieces by pool."""
        self.saved: dict[int, int] = {}
        """For each group or bundle: what all its applications save."""

    def run(self, places: list[int]) -> None:
        """Let the rules of these places compete: one priority after another."""
        levels: dict[int, list[int]] = {}
        for place in places:
            levels.setdefault(self._rules[place].priority, []).append(place)
        for priority in sorted(levels):
            self._level(levels[priority])

    def _level(self, places: list[int]) -> None:
        singles: list[tuple[int, Each]] = []
        groups: list[Entry] = []
        for place in places:
            self._left[place] = self._rules[place].most or UNLIMITED
            if self._index.counts[self._slots[place].start]:
                groups += self._planned(place)
            elif each := self.each(place):
                singles.append((place, each))
        heap = groups + self._best_of_pools(singles)
        heapify(heap)
        while heap:
            _, place, number = heappop(heap)
            if number != GROUP:
                again = self._take_single(place, number, singles)
            else:
                again = self._take_group(place)
            for entry in again:
                heappush(heap, entry)

    def each(self, place: int) -> Each | None:
        """The terms of a single piece; None where there are none or too few pieces to have them."""
        least = self._index.least[place]
        if least and sum(self._pools[number].units for number in self.members(place)) < least:
            return None
        return self._index.eaches[place]

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
        """What one piece of each pool saves, to scale. Plain loops: here most of the time goes."""
        values = self._values
        if isinstance(each, Percent):
            factor = each.hundredths * (SCALE // WHOLE)
            return [values[number] * factor for number in members]
        if isinstance(each, AmountOff):
            less = each.amount.minor
            most = less * SCALE
            return [most if values[number] > less else values[number] * SCALE for number in members]
        return [unit_saving(each, self._pools[number]) * SCALE for number in members]

    def _take_single(self, place: int, number: int, singles: list[tuple[int, Each]]) -> list[Entry]:
        """As many pieces as are free and allowed; the next best for the pieces this leaves over."""
        units = min(self._free[number], self._left[place])
        if units:
            self._take(place, [(number, units)])
            self._left[place] -= units
        if not self._free[number]:
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

    def _take_group(self, place: int) -> list[Entry]:
        """The planned application, if all its pieces are still free; then the next one.

        Pieces are never given back: as long as the planned ones are free, they are the dearest.
        """
        plan, free = self._plans[place], self._free
        if all(free[number] >= units for number, units in plan.picks):
            self.saved[place] = self.saved.get(place, 0) + plan.saving
            self._left[place] -= 1
            self._take(place, plan.picks)
        return self._planned(place) if self._left[place] else []

    def _planned(self, place: int) -> list[Entry]:
        """Plan the rule's next application; none if it lacks pieces or saves nothing."""
        counts = self._index.counts
        picks: Picks = []
        pieces = 0
        for slot in self._slots[place]:
            pieces += counts[slot]
            if not self._pick(slot, counts[slot], picks):
                return []
        saving = self._saving(self._rules[place].terms, picks)
        if saving <= 0:
            return []
        self._plans[place] = Plan(picks, saving)
        return [(-(saving * SCALE // pieces), place, GROUP)]

    def _pick(self, slot: int, wanted: int, picks: Picks) -> bool:
        """Add the dearest free pieces of a slot; False if they do not suffice."""
        free = self._free
        for number in self._members.get(slot, NOTHING):
            units = free[number]
            if units >= wanted:
                picks.append((number, wanted))
                return True
            if units:
                picks.append((number, units))
                wanted -= units
        return False

    def _saving(self, terms: Terms, picks: Picks) -> int:
        """What the customer saves on these pieces: everything but what is paid."""
        values = self._values
        price = 0
        for number, units in picks:
            price += values[number] * units
        if isinstance(terms, Bundle):
            return price - terms.price.minor
        paid = terms.pay if isinstance(terms, NForM) else 0
        for number, units in picks:
            if units >= paid:
                return price - values[number] * paid
            price -= values[number] * units
            paid -= units
        return price

    def _take(self, place: int, picks: Picks) -> None:
        taken = self.taken.setdefault(place, {})
        for number, units in picks:
            taken[number] = taken.get(number, 0) + units
            self._free[number] -= units


def unit_saving(each: AmountOff | FixedPrice, pool: Pool) -> int:
    """What one piece costs less: never more than it costs, never less than nothing."""
    if isinstance(each, AmountOff):
        return min(each.amount.minor, pool.value)
    less = pool.value - pool.priced(each.price.minor)
    return max(0, less)
