"""What a technician does about what was found at a port."""

from __future__ import annotations

from drivers.tools.probe import Finding

REMEDIES = {
    Finding.ZVT: "use this port: tcp://HOST:PORT in `terminal.address` of the configuration",
    Finding.REFUSED: "nothing listens here; switch the till interface on in the terminal's menu,"
    " and read the port there",
    Finding.NO_ROUTE: "check the cable, the address and the network (VLAN, firewall)",
    Finding.TIMEOUT: "check the address, and whether a firewall drops this port; the terminal may"
    " be off",
    Finding.NO_NAME: "check the spelling, or give the address in figures",
    Finding.SILENT: "something holds the port and says nothing; see whether another till is"
    " connected, and whether this is the till interface",
    Finding.HUNG_UP: "the terminal may allow one till only, or only one from another address;"
    " close the other till, and look at its allow-list",
    Finding.TLS: "this port speaks TLS, which the kiosk does not; choose the terminal's plain port",
    Finding.SERIAL: "a converter with a serial line behind it, or a terminal set to serial blocks;"
    " set the terminal to TCP/IP, or use its serial port: serial:///dev/NAME",
    Finding.OTHER: "this is no ZVT; another service has this port, or the terminal is set to"
    " another protocol (O.P.I., nexo): look into its menu",
}
