"""Registration, status, and what keeps a terminal in order."""

from __future__ import annotations

from datetime import datetime

from drivers.zvt import charsets
from drivers.zvt.fields import Container, Tag
from drivers.zvt.flows.telling import administration_slip, tell
from drivers.zvt.inside import MAINTENANCE, Inside, Registered
from drivers.zvt.messages import (
    Abort,
    ChangePassword,
    Completion,
    Diagnosis,
    Initialisation,
    Message,
    Negative,
    PrintConfiguration,
    Registration,
    ResetTerminal,
    SelectLanguage,
    SelfTest,
    SetClock,
    SetTerminalId,
    SetTillClock,
    SoftwareUpdate,
    StatusEnquiry,
)
from drivers.zvt.profiles import AfterClosing
from drivers.zvt.scenes import Fault, Flow, Say
from drivers.zvt.slips import configuration_slip

EURO = 978
WRONG_CURRENCY = b"\x6f\x09\x78"
"""What follows 84 1E: the code of chapter 10 and the terminal's own currency (2.1)."""
REFUSED_REGISTRATION, NO_HOST, ERROR, FULL = 0x1E, 0x9B, 0x66, 0x6A
CONNECTING = 0xD2
INITIALISE, DIAGNOSE, OPT, VENDING = 0x01, 0x02, 0x04, 0x10
_STATUS_BITS = {0x51: INITIALISE, 0xC2: DIAGNOSE, 0xF6: OPT}
"""What the completion of a registration asks for, by the terminal's state (2.1 table 3)."""
LANGUAGES = range(0x10)
LEAST_WIDTH, MOST_WIDTH = 24, 48
LEAST_APDU = 128
WIDTH, CHARSET, LONGEST, COMMANDS, CHARSETS, SEQUENCE = 0x12, 0x14, 0x1A, 0x26, 0x27, 0x1F73
PRINTING = {b"\x06\xd1": "lines", b"\x06\xd3": "blocks"}


def wrong_currency(pt: Inside, command: Registration) -> Negative | None:
    """84 1E, where the till works in another currency."""
    del pt
    if command.currency in (None, EURO):
        return None
    return Negative(code=REFUSED_REGISTRATION, tail=WRONG_CURRENCY)


def registered(pt: Inside, command: Registration) -> Flow:
    """06 00: what was agreed on is told back."""
    pt.till = Registered(command.config, command.tlv is not None, known=True)
    echo = _agreed(pt, command.tlv) if command.tlv else ()
    bits = _STATUS_BITS.get(pt.locked, 0) | (VENDING if pt.profile.vending else 0)
    yield from ()
    return Completion(
        status_byte=bits,
        terminal_id=pt.terminal_id,
        currency=EURO,
        tlv=Container.of(*echo) if echo else None,
    )


def _agreed(pt: Inside, tlv: Container) -> tuple[Tag, ...]:
    """Take what the till's container says; the tags that answer it."""
    till, echo = pt.till, []
    if (width := tlv.find(WIDTH)) and (chars := width.data.hex()).isdecimal():
        till.width = min(max(int(chars), LEAST_WIDTH), MOST_WIDTH)
        echo.append(Tag(WIDTH, bytes.fromhex(f"{till.width:02d}")))
    if charset := tlv.find(CHARSET) or tlv.find(CHARSETS, CHARSET):
        number = int.from_bytes(charset.data, "big")
        if charsets.known(number) and number in pt.profile.charsets and pt.profile.charset is None:
            till.charset = number
            echo += [charset, Tag(CHARSETS, (charset,))]
    if longest := tlv.find(LONGEST):
        till.longest = max(int.from_bytes(longest.data, "big"), LEAST_APDU)
        echo.append(Tag(LONGEST, till.longest.to_bytes(2, "big")))
    if commands := tlv.find(COMMANDS):
        till.blocks = b"\x06\xd3" in commands.data
        echo.append(Tag(COMMANDS, tuple(Tag(0x0A, each) for each in _commands(pt))))
    sequence = tlv.find(SEQUENCE)
    if sequence and pt.profile.sequence_ids and not any(sequence.data):
        echo.append(sequence)
    return tuple(echo)


def _commands(pt: Inside) -> tuple[bytes, ...]:
    """What this terminal may send, and the card poll where it knows one."""
    lines = (b"\x06\xd1",) if pt.profile.lines else ()
    poll = (b"\x06\xe6",) if pt.profile.card_poll else ()
    return (*lines, b"\x06\xd3", *poll)


def status(pt: Inside, command: StatusEnquiry) -> Flow:
    """05 01."""
    service = command.service or 0
    version = None if service & 0x02 else pt.profile.version
    yield from ()
    more = _state(pt) if service & 0x04 and pt.tlv else None
    return Completion(version=version, status=pt.status(), tlv=more)


def _state(pt: Inside) -> Container:
    now = pt.local()
    device = (
        Tag(0x1F40, b"simulated terminal"),
        Tag(0x1F41, pt.profile.version.encode("ascii")),
        Tag(0x1F42, b"00000001"),
        Tag(0x1F43, b"\x00"),
    )
    clock = (
        Tag(0x1F0E, bytes.fromhex(now.strftime("%Y%m%d"))),
        Tag(0x1F0F, bytes.fromhex(now.strftime("%H%M%S"))),
    )
    number = Tag(0x1F44, bytes.fromhex(f"{pt.terminal_id:08d}"))
    return Container.of(number, Tag(0xE4, device), Tag(0x34, clock))


# --- the host -------------------------------------------------------------------------------------


def diagnosis(pt: Inside, command: Diagnosis) -> Flow:
    """06 70: the host's date and time are passed on to the till."""
    del command
    pt.show("Diagnose", "Bitte warten")
    yield from tell(pt, CONNECTING)
    if Fault.NO_HOST in pt.faults:
        return Abort(NO_HOST)
    date, time = _moment(pt)
    yield Say(SetTillClock(date, time))
    _unlock(pt, 0xC2, 0x62)
    return Completion()


def initialisation(pt: Inside, command: Initialisation) -> Flow:
    """06 93."""
    del command
    yield from tell(pt, CONNECTING)
    if Fault.NO_HOST in pt.faults:
        return Abort(NO_HOST)
    _unlock(pt, 0x51)
    return Completion()


def updated(pt: Inside, command: SoftwareUpdate) -> Flow:
    """08 10: the end is told first; then the terminal is silent, and busy after that."""
    del command
    if pt.profile.after_closing is AfterClosing.UPDATE:
        if pt.memory.turnover():
            yield from ()
            return Abort(FULL)
        yield Say(Abort(MAINTENANCE))
    else:
        date, time = _moment(pt)
        yield Say(Completion(result=0, date=date, time=time))
    pt.show("Update läuft")
    pt.fall_silent(pt.update_seconds, pt.update_seconds)
    return None


# --- settings -------------------------------------------------------------------------------------


def clock_set(pt: Inside, command: SetClock) -> Flow:
    """06 91."""
    yield from ()
    try:
        wanted = datetime.strptime(  # noqa: DTZ007 - the zone is the terminal's, set below
            f"{command.date:06d}{command.time:06d}", "%y%m%d%H%M%S"
        )
    except (ValueError, TypeError):
        return Abort(ERROR)
    shown = pt.clock.now().astimezone(pt.zone)
    pt.clock_ahead = wanted.replace(tzinfo=pt.zone) - shown
    _unlock(pt, 0x62)
    return Completion()


def terminal_id_set(pt: Inside, command: SetTerminalId) -> Flow:
    """06 1B: only with an empty turnover."""
    yield from ()
    if pt.memory.entries:
        return Abort(FULL)
    pt.terminal_id = pt.memory.terminal_id = command.terminal_id or 0
    pt.memory.save()
    return Completion()


def password_changed(pt: Inside, command: ChangePassword) -> Flow:
    """06 95; whether the old one is right was looked at before."""
    yield from ()
    pt.memory.password = command.new_password
    pt.memory.save()
    return Completion(result=0)


def language_selected(pt: Inside, command: SelectLanguage) -> Flow:
    """08 30."""
    del pt
    yield from ()
    return Completion() if command.language in LANGUAGES else Abort(ERROR)


def reset(pt: Inside, command: ResetTerminal) -> Flow:
    """06 18: completion, then a restart."""
    del command
    yield Say(Completion())
    pt.reboot()
    return None


def self_tested(pt: Inside, command: SelfTest | PrintConfiguration) -> Flow:
    """06 79 and 06 1A: the system's data are printed."""
    del command
    lines = configuration_slip(pt.terminal_id, pt.profile.version, pt.till.width)
    yield from administration_slip(pt, lines)
    return Completion()


def locked_out(pt: Inside, command: Message) -> Flow:
    """7.1: accepted, and aborted with the terminal's state."""
    del command
    yield from ()
    return Abort(pt.status())


def _unlock(pt: Inside, *states: int) -> None:
    if pt.locked in states:
        pt.locked = 0


def _moment(pt: Inside) -> tuple[int, int]:
    now = pt.local()
    return int(now.strftime("%y%m%d")), int(now.strftime("%H%M%S"))
