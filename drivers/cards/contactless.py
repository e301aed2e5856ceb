"""Readers with a chip that nfcpy knows (PN531, PN532, PN533, RC-S380, ACR122U), by its chip drivers.

Only those: its own loop and its tag readers hang on hostile cards. ISO-DEP and all above it are ours.
nfcpy keeps copies of what it reads, which cannot be wiped; where that matters, `drivers.cards.pn532`.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from drivers.cards.dialogue import never
from drivers.cards.felica import IDM_BYTES, framed, unframed
from drivers.cards.field import Carrier
from drivers.cards.isodep import Pcd
from drivers.cards.pn532_targets import technology
from drivers.cards.tag import (
    Ask,
    CardBroken,
    CardError,
    CardGone,
    CardSlow,
    Dialogue,
    SeveralCards,
    T,
    Target,
    Technology,
)
from kiosk.clock import Clock
from kiosk.errors import ConfigError, DeviceError, RemoteProtocolError, Silent, Unavailable
from kiosk.vault import wipe

_LIST_TARGETS = 0x4A
_FELICA_POLL = b"\x00\xff\xff\x00\x00"
_PAUSE = 0.04
_LOOK = 0.05
_ADDRESS = re.compile(r"(?:tty:|pty://)/\S+|usb(?::[0-9a-fA-F]{3,4}(?::[0-9a-fA-F]{3,4})?)?")
"""`usb:072f:2200` by vendor and product, `usb:001:023` by bus and device."""
_ABSENT = (errno.ENODEV, errno.ENOENT, errno.EBUSY, errno.EACCES, errno.EPERM, errno.ENXIO)
_NONSENSE = (
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    KeyError,
    StopIteration,
)
"""What the vendor's code falls over when bytes are not as it expects them."""


class NfcpyField:
    """One reader, opened. For one thread; `drivers.cards.field.Field` tells what its methods mean.

    `address`: `pty:///PATH` or `tty:/dev/NAME` for a PN532 on a serial line, `usb`, `usb:VID:PID` or
    `usb:BUS:DEVICE` for one that is plugged in. Raises Unavailable, Silent, ConfigError.
    """

    def __init__(self, address: str, *, clock: Clock, stop: Callable[[], bool] = never) -> None:
        self.name = f"reader at {address} (nfcpy)"
        self._clock = clock
        self._stop = stop
        self._target: Any = None
        self._technology = Technology.OTHER
        self._uid = bytearray()
        self._pcd: Pcd | None = None
        with self._guarded():
            self._device = _open(address)

    def poll(self, seconds: float) -> Target | None:
        deadline = self._clock.monotonic() + seconds
        self._forget()
        while not self._stop():
            with self._guarded():
                found = self._sense_a() or self._sense_f()
            left = deadline - self._clock.monotonic()
            if found or left <= 0:
                return Target(self._technology, bytearray(self._uid)) if found else None
            _pause(min(_PAUSE, left))
        return None

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        if self._target is None:
            raise CardGone("no card was polled")
        match self._technology:
            case Technology.TYPE_4:
                return self._apdu(data, seconds)
            case Technology.TYPE_2:
                return self._raw(data, seconds)
            case Technology.FELICA:
                return self._felica(data, seconds)
            case Technology.OTHER:
                raise CardBroken("a card that cannot be talked to")

    def present(self, seconds: float) -> bool:
        if self._target is None:
            return False
        try:
            match self._technology:
                case Technology.TYPE_4 if self._pcd is not None:
                    return self._run(self._pcd.here(), seconds)
                case Technology.TYPE_2:
                    wipe(self._raw(b"\x30\x00", seconds))
                    return True
                case Technology.FELICA:
                    return self._felica(_FELICA_POLL, seconds)[1 : 1 + IDM_BYTES] == self._uid
                case _:
                    return self._again()
        except CardGone:
            return False
        except CardError:  # it answers
            return True

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """As `Field.carry_out`: nothing here blocks for longer than it was told to."""
        del seconds
        return work(self)

    def release(self) -> None:
        if self._target is not None:
            self._forget()
            with self._guarded():
                self._device.mute()  # a card wakes up only after the field was off

    def close(self) -> None:
        """Field off; safe to call twice."""
        self._forget()
        device, self._device = self._device, None
        if device is not None:
            with suppress(DeviceError, CardError), self._guarded():
                device.mute()
            with suppress(DeviceError, CardError), self._guarded():
                device.close()

    # --- cards ----------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._target = self._pcd = None
        wipe(self._uid)
        self._uid = bytearray()

    def _sense_a(self) -> bool:
        from nfc.clf import RemoteTarget

        if not self._one_card():
            return False
        target = self._device.sense_tta(RemoteTarget("106A"))
        if target is None or not target.sdd_res or not target.sel_res:
            return False
        self._keep(target, technology(target.sel_res[0]), target.sdd_res)
        return True

    def _one_card(self) -> bool:
        """Whether there is exactly one: nfcpy asks for the first alone. Raises SeveralCards."""
        chipset: Any = getattr(self._device, "chipset", None)
        if getattr(chipset, "in_list_passive_target_max_target", 1) < 2:
            return True  # a chip that cannot tell
        answer = chipset.command(_LIST_TARGETS, bytearray(b"\x02\x00"), 0.3)
        count = answer[0] if answer else 0
        wipe(answer)
        if count > 1:
            self._device.mute()
            raise SeveralCards("more than one card")
        if count:
            self._device.mute()  # what was found sleeps until the field was off
        return bool(count)

    def _sense_f(self) -> bool:
        from nfc.clf import RemoteTarget

        target = self._device.sense_ttf(RemoteTarget("212F", sensf_req=_FELICA_POLL))
        if target is None or not target.sensf_res or len(target.sensf_res) <= IDM_BYTES:
            return False
        self._keep(target, Technology.FELICA, target.sensf_res[1 : 1 + IDM_BYTES])
        return True

    def _keep(self, target: Any, kind: Technology, uid: bytes) -> None:
        self._target, self._technology, self._uid = target, kind, bytearray(uid)

    def _again(self) -> bool:
        """Whether the same card answers once more after the field was off."""
        uid = self._uid
        with self._guarded():
            self._device.mute()
            try:
                return self._sense_a() and self._uid == uid
            finally:
                wipe(uid)

    def _apdu(self, apdu: bytes, seconds: float) -> bytearray:
        deadline = self._clock.monotonic() + seconds
        if self._pcd is None:
            pcd = Pcd()
            self._run(pcd.activate(), seconds)
            self._pcd = pcd
        left = max(deadline - self._clock.monotonic(), 0.01)
        return self._run(self._pcd.transceive(apdu, left), left)

    def _run(self, dialogue: Dialogue[T], seconds: float) -> T:
        """ISO-DEP over the bare chip: silence and torn frames are answers to it."""
        deadline = self._clock.monotonic() + seconds
        try:
            ask = next(dialogue)
            while True:
                if self._stop():
                    raise CardGone("asked to stop")
                if self._clock.monotonic() >= deadline:
                    raise CardSlow("out of time")
                answer = self._quiet(ask)
                try:
                    ask = dialogue.send(answer)
                finally:
                    wipe(answer)
        except StopIteration as done:
            found: T = done.value
            return found
        finally:
            dialogue.close()

    def _quiet(self, ask: Ask) -> bytearray:
        try:
            return self._raw(ask.data, ask.seconds)
        except (CardGone, CardBroken):
            return bytearray()

    def _felica(self, data: bytes, seconds: float) -> bytearray:
        return unframed(self._raw(framed(data), seconds))

    def _raw(self, data: bytes, seconds: float) -> bytearray:
        with self._guarded():
            return bytearray(self._device.send_cmd_recv_rsp(self._target, bytearray(data), seconds))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Everything that comes out of nfcpy becomes an error of ours."""
        import nfc.clf
        from nfc.clf.pn53x import Chipset

        try:
            yield
        except nfc.clf.TimeoutError as error:
            raise CardGone("no answer in time") from error
        except (nfc.clf.CommunicationError, Chipset.Error) as error:
            raise CardBroken("no frame") from error
        except nfc.clf.Error as error:
            raise RemoteProtocolError(f"{self.name}: {error}") from error
        except (OSError, termios.error) as error:
            raise _lost(self.name, error) from error
        except _NONSENSE as error:
            raise RemoteProtocolError(
                f"{self.name}: answers in a form that there is not"
            ) from error


def check_address(address: str) -> None:
    """Whether it could be opened. Raises ConfigError."""
    if not _ADDRESS.fullmatch(address):
        raise ConfigError(f'"{address}": write tty:/dev/NAME, pty:///PATH or usb:VID:PID')


def _open(address: str) -> Any:
    check_address(address)
    logging.getLogger("nfc").setLevel(logging.CRITICAL + 1)  # it logs what cards say
    kind, _, where = address.partition(":")
    if kind in ("pty", "tty"):
        import nfc.clf.pn532
        import nfc.clf.transport

        line = nfc.clf.transport.TTY(where.removeprefix("//"))
        try:
            device = nfc.clf.pn532.init(line)
        except OSError as error:
            line.close()
            if error.errno == errno.ENODEV:  # nothing, or no chip, answered on a line that is there
                raise TimeoutError(errno.ETIMEDOUT, "no PN532 answers") from error
            raise
        device._path = where  # noqa: SLF001  nfcpy's own connect() sets it in this way
        return device
    import nfc.clf.device

    device = nfc.clf.device.connect(address)
    if device is None:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
    return device


def _lost(name: str, error: Exception) -> DeviceError:
    code = getattr(error, "errno", None)
    why = getattr(error, "strerror", None) or str(error)
    if code in (errno.EACCES, errno.EPERM):
        why = "not permitted; add the kiosk's user to the group kiosk (see udev/README.md)"
    elif code == errno.EBUSY:
        why = "in use by another program; only one may own a reader (pcscd claims CCID readers)"
    elif code in _ABSENT:
        why = f"{why}; check that it is plugged in"
    elif code == errno.ETIMEDOUT:
        why = "does not answer; check its power and its cable"
    return (Unavailable if code in _ABSENT else Silent)(f"{name}: {why}")


def _pause(seconds: float) -> None:
    import select

    select.select([], [], [], seconds)
