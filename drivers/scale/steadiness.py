"""For scales that tell every stable weight: whose it is, and whether it stands still long enough."""

from __future__ import annotations

from drivers.scale.reading import NoWeight, Reading
from kiosk.checkout.weigh_events import ScaleSays

OTHER_GRAMS = 10
"""A load that differs by more than this is another one; less is draught and drift."""


class Steadiness:
    """What lies there from before is nobody's: it has to be touched before it is sold.

    A weight counts when it was told twice in a row. The load of the last sale is not sold again.
    """

    def __init__(self) -> None:
        self._touched = False
        self._last = 0
        self._lies_there = 0
        """What was sold last, or lay there at the start."""

    def seen(self, reading: Reading) -> Reading:
        """The reading, as far as it may be sold by."""
        if isinstance(reading, NoWeight):
            self._touched, self._last = True, 0
            return reading
        gross, last = reading.gross, self._last
        self._last = gross
        self._lies_there = self._lies_there or gross
        if abs(gross - self._lies_there) > OTHER_GRAMS:
            self._touched = True
        if not self._touched:
            return NoWeight(ScaleSays.UNMOVED, gross)
        return reading if gross == last else NoWeight(ScaleSays.STEADY, gross)

    def sold(self, gross: int) -> None:
        """This load was weighed."""
        self._touched, self._last, self._lies_there = False, 0, gross


class Trusting(Steadiness):
    """For scales that see to it themselves."""

    def seen(self, reading: Reading) -> Reading:
        """As it is."""
        return reading
