"""`drivers sim scale`: a scale without hardware, played by lines on standard input."""

from __future__ import annotations

from drivers.line import listen
from drivers.scale.checksums import Keys
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import FAULTS, ScaleSimulator
from drivers.tools.simulate import serve

WORDS = f"GRAMS, view, {', '.join(FAULTS)}"


def scale(address: str, protocol: str, keys: Keys | None) -> int:
    """A checkout scale. Lines: grams to put on its platter, `view`, or a fault."""
    simulator = ScaleSimulator(listen(address), scale_of(Protocols(protocol), keys))
    simulator.start()

    def play(line: str) -> str:
        try:
            if line.lstrip("-").isdecimal():
                simulator.put(int(line))
            elif line != "view":
                simulator.fault(line)
        except ValueError as error:
            return str(error)
        return str(simulator.view())

    return serve("scale", simulator.address, play, simulator.stop)
