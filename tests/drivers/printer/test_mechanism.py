"""The inside of the simulated printer, moved by hand through time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.happenings import FaultHappened, Happening, Remark
from drivers.printer.link import CLEAR_BUFFERS, RECOVER_AND_CLEAR, mark_request
from drivers.printer.mechanism import BUFFER, Mechanism
from drivers.printer.profiles import PROFILES, Profile
from tests.drivers.printer.printing import matrix

LINE = b"Zeile\n"
LINE_MM = 30 / 8
MARK = mark_request(b"0001")
ECHO = b"\x37\x220001\x00"


@pytest.fixture
def printer() -> Mechanism:
    """Ten millimetres a second, with paper."""
    return Mechanism(speed=10)


def test_the_mark_comes_back_when_the_paper_has_moved(printer: Mechanism) -> None:
    """Two lines are 7.5 mm: three quarters of a second."""
    printer.advance(100.0)
    printer.receive(LINE * 2 + MARK)
    printer.advance(100.1)
    assert printer.answers() == b""
    printer.advance(100.5)
    assert printer.answers() == b""
    printer.advance(100.8)
    assert printer.answers() == ECHO
    assert not printer.printing


def test_paper_ends_where_the_roll_ends() -> None:
    """With paper for two lines, the third stays in the printer and no mark comes back."""
    printer = Mechanism()
    printer.paper_left_mm = 2 * LINE_MM + 1
    printer.receive(LINE * 3 + MARK + b"\x1dV\x00")
    printer.advance(1)
    assert printer.troubles.paper_out
    assert printer.answers() == b""
    printer.load_paper()
    (torn,) = printer.sheets()
    assert torn.torn
    assert torn.text.count("Zeile") == 2


def test_held_data_comes_out_after_recovery() -> None:
    """As in a real printer, which is why the driver has to clear it."""
    printer = Mechanism()
    printer.troubles.cover_open = True
    printer.receive(LINE + b"\x1dV\x00")
    printer.advance(1)
    assert printer.sheets() == []
    printer.troubles.cover_open = False
    printer.advance(2)
    assert [sheet.text for sheet in printer.sheets()] == ["Zeile\n"]


@pytest.mark.parametrize(
    ("clear", "answer", "trouble"),
    [(CLEAR_BUFFERS, b"\x37\x25\x00", "paper_out"), (RECOVER_AND_CLEAR, b"", "cutter")],
)
def test_cleared_data_never_comes_out(clear: bytes, answer: bytes, trouble: str) -> None:
    """Both ways to clear work while the printer stands still, even in the middle of a command."""
    printer = Mechanism()
    setattr(printer.troubles, trouble, True)
    printer.receive(LINE + b"Anfang" + b"\x1d(H\x06\x00")
    printer.advance(1)
    printer.receive(clear)
    assert printer.answers() == answer
    printer.load_paper()
    printer.receive(LINE + b"\x1dV\x00")
    printer.advance(2)
    assert [sheet.text for sheet in printer.sheets()] == ["Zeile\n"]


@pytest.mark.parametrize("at", range(1, len(CLEAR_BUFFERS)))
def test_a_real_time_command_may_come_in_two_pieces(at: int) -> None:
    """Wherever the line cuts it."""
    printer = Mechanism()
    printer.receive(b"ABC" + CLEAR_BUFFERS[:at])
    printer.receive(CLEAR_BUFFERS[at:])
    assert printer.answers() == b"\x37\x25\x00"


@pytest.mark.parametrize(
    ("trouble", "answers", "report"),
    [
        (None, "12121212", "10000000"),
        ("paper_low", "1212121e", "10000300"),
        ("paper_out", "1a321272", "18000c00"),
        ("cover_open", "1a161212", "38000000"),
        ("cutter", "1a521a12", "18080000"),
        ("hot", "1a525212", "18400000"),
        ("offline", "1a121212", "18000000"),
    ],
)
def test_it_tells_its_troubles(trouble: str | None, answers: str, report: str) -> None:
    """DLE EOT 1 to 4 and GS a, in the bits of Epson's reference, while standing still."""
    printer = Mechanism()
    printer.receive(b"\x1da\x0f")
    printer.advance(1)
    assert printer.answers() == bytes.fromhex("10000000")
    if trouble:
        setattr(printer.troubles, trouble, True)
    printer.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04")
    said = printer.answers()
    assert said[:4] == bytes.fromhex(answers)
    assert said[4:] == (bytes.fromhex(report) if trouble else b"")


def test_reset_ends_the_reports() -> None:
    """ESC @ switches automatic status off."""
    printer = Mechanism()
    printer.receive(b"\x1da\x0f\x1b@")
    printer.advance(1)
    printer.troubles.paper_low = True
    assert printer.answers() == b""


def test_it_says_who_it_is_and_how_its_paper_is() -> None:
    """GS I and GS r answer in their turn."""
    printer = Mechanism()
    printer.receive(b"\x1dIC\x1dr1\x1dr2")
    printer.advance(1)
    assert printer.answers() == b"\x5fSIM-80\x00\x00\x00"


def test_what_does_not_fit_in_the_buffer_is_lost() -> None:
    """A printer that stands still does not swallow the kiosk's memory."""
    printer = Mechanism()
    printer.troubles.offline = True
    for _ in range(40):
        printer.receive(b"x\n" * 2000)
    assert sum(1 for _ in printer._queue) <= BUFFER


def test_unknown_commands_are_noted_with_their_place() -> None:
    """And the text behind them is printed."""
    printer = Mechanism()
    printer.receive(b"AB\x1b\x7fCD\n\x1dV\x00")
    printer.advance(1)
    assert [(unknown.offset, unknown.data) for unknown in printer.unknown] == [(2, b"\x1b\x7f")]
    assert [sheet.text for sheet in printer.sheets()] == ["ABCD\n"]


@given(st.lists(st.binary(max_size=80), max_size=12))
def test_hostile_bytes_do_not_stop_it(pieces: list[bytes]) -> None:
    """After any noise, clearing and printing works."""
    printer = Mechanism()
    for number, piece in enumerate(pieces):
        printer.receive(piece)
        printer.advance(number)
    printer.answers()
    printer.receive(b"\x00" * 12 + CLEAR_BUFFERS)
    printer.receive(b"\x1b=\x01\x1b@" + MARK)  # it may have been told not to listen
    printer.advance(10**9)
    assert printer.answers().endswith(ECHO)


CLONE = PROFILES["clone-58"]
KIOSK = PROFILES["kube"]


def test_it_is_what_its_profile_says() -> None:
    """Maker, model, and a serial number, each between 5F and 00; dots decide the width."""
    printer = Mechanism(PROFILES["tm-t88vi"])
    printer.receive(b"\x1dIB\x1dIC\x1dID" + b"A" * 43 + b"\n\x1dV\x00")
    printer.advance(1)
    assert printer.answers() == b"\x5fEPSON\x00\x5fTM-T88VI\x00\x5fSIM0000001\x00"
    (sheet,) = printer.sheets()
    assert (sheet.width, sheet.text) == (512, "A" * 42 + "\nA\n")


def test_a_printer_of_180_dpi_moves_more_paper_a_dot() -> None:
    """Thirty dots are 4.2 mm, not 3.75."""
    printer = Mechanism(PROFILES["tm-t88vi"])
    printer.paper_left_mm = 4.0
    printer.receive(LINE)
    printer.advance(1)
    assert printer.troubles.paper_out


def test_a_clone_prints_what_it_does_not_know() -> None:
    """The mark becomes text, nothing is echoed, and only a person clears it."""
    printer = Mechanism(CLONE)
    printer.receive(MARK + b"\x1dr1" + CLEAR_BUFFERS + RECOVER_AND_CLEAR + b"\n\x1dV\x00")
    printer.advance(1)
    assert printer.answers() == b"\x00"
    assert [sheet.text for sheet in printer.sheets()] == ["H000001\n"]
    assert printer.unknown[0].data == b"\x1d("


def test_a_clone_draws_only_what_it_can() -> None:
    """A bar code leaves no trace but a remark, a QR code is drawn."""
    printer = Mechanism(CLONE)
    told: list[Happening] = []
    printer.tell = told.append
    printer.receive(b"\x1dk\x024006381333931\x00" + matrix(49, b"x") + b"\x1dV\x00")
    printer.advance(1)
    assert printer.sheets()[0].told == "[QR Code, 21 x 21 modules, 1 bytes]\n"
    assert Remark("not printed: this printer draws no ean") in told


def test_a_printer_that_clears_by_enquiry_does_not_know_the_other_way() -> None:
    """DLE DC4 fn 8 has no answer and no effect, DLE ENQ 2 has one effect after a jam."""
    printer = Mechanism(KIOSK)
    printer.jam()
    printer.receive(LINE + CLEAR_BUFFERS)
    assert (printer.answers(), printer.printing) == (b"", True)
    printer.receive(RECOVER_AND_CLEAR)
    assert not printer.printing


@pytest.mark.parametrize("trouble", ["", "paper_out", "cover_open", "offline", "hot", "broken"])
def test_enq_2_is_ignored_where_there_is_nothing_to_recover_from(trouble: str) -> None:
    """As by real printers: what was held comes out once there is paper again."""
    printer = Mechanism(KIOSK)
    if trouble:
        setattr(printer.troubles, trouble, True)
    printer.receive(LINE + b"\x1dV\x00" + RECOVER_AND_CLEAR)
    if trouble:
        setattr(printer.troubles, trouble, False)
    printer.advance(1)
    assert [sheet.text for sheet in printer.sheets()] == ["Zeile\n"]


def test_enq_2_is_obeyed_after_the_cover_was_lifted_from_moving_paper() -> None:
    """That is an error to recover from; lifting it from a printer at rest is none."""
    for moving in (True, False):
        printer = Mechanism(KIOSK, speed=50)
        if not moving:
            printer.open_cover()
        printer.receive(LINE * 3)
        printer.advance(0.01)
        if moving:
            printer.open_cover()
        printer.receive(RECOVER_AND_CLEAR)
        assert printer.printing is not moving


def test_a_presenter_holds_the_receipt_until_it_is_taken() -> None:
    """The next one pushes it out; what was torn off never gets to the mouth."""
    printer = Mechanism(KIOSK)
    told: list[Happening] = []
    printer.tell = told.append
    printer.receive(LINE + b"\x1dV\x00")
    printer.advance(1)
    assert printer.mouth == printer.sheets()[0]
    assert FaultHappened("receipt_ejected") not in told
    printer.receive(LINE + b"\x1dV\x00")
    printer.advance(1.5)
    assert FaultHappened("receipt_ejected") in told
    printer.mouth = None
    printer.paper_left_mm = 4.0
    printer.receive(LINE * 2)
    printer.advance(2)
    printer.load_paper()
    assert printer.mouth is None


def test_real_time_commands_are_found_in_images_and_leave_them_whole() -> None:
    """A stray status byte, and the dots as sent; with the switch off only the dots."""
    image = b"\x1dv0\x00\x01\x00\x06\x00" + b"\xff\x10\x04\x01\xff\xff\n\x1dV\x00"
    for heeds, said in ((True, b"\x12"), (False, b"")):
        printer = Mechanism(real_time_in_data=heeds)
        printer.receive(image)
        printer.advance(1)
        assert printer.answers() == said
        (sheet,) = printer.sheets()
        assert sheet.rows[0].pictures[0].data == b"\xff\x10\x04\x01\xff\xff"


def test_an_image_that_looks_like_a_recovery_loses_the_job() -> None:
    """DLE ENQ 2 among the dots, while the blade is stuck, drops them and all that waited; the rest is
    taken for text. Without an error it is not obeyed."""
    image = LINE + b"\x1dv0\x00\x01\x00\x06\x00" + b"\xff\x10\x05\x02<>\n\x1dV\x00"
    for cutter, told in ((True, "<>\n"), (False, "Zeile\n[image]\n")):
        printer = Mechanism()
        printer.troubles.cutter = cutter
        printer.receive(image)
        printer.advance(1)
        assert [sheet.told for sheet in printer.sheets()] == [told]


def test_a_small_buffer_says_when_it_is_full() -> None:
    """XOFF before it is, XON when there is room again; an image larger than it goes through."""
    printer = Mechanism(Profile("small", "", buffer=160), flow_control=True)
    printer.troubles.cover_open = True
    printer.receive(b"x\n" * 80)
    assert (printer.answers(), printer.room) == (b"\x13", 0)
    printer.receive(b"lost")
    printer.troubles.cover_open = False
    printer.advance(1)
    assert (printer.answers(), printer.room) == (b"\x11", 160)
    for byte in b"\x1dv0\x00\x10\x00\x20\x00" + bytes(range(32, 64)) * 16 + b"\n\x1dV\x00":
        printer.receive(bytes((byte,)))
        printer.advance(2)
    assert "lost" not in printer.sheets()[0].text


def test_data_for_another_device_is_not_printed() -> None:
    """ESC = chooses who listens."""
    printer = Mechanism()
    printer.receive(b"\x1b=\x02geheim\n\x1b=\x01Bon\n\x1dV\x00")
    printer.advance(1)
    assert [sheet.text for sheet in printer.sheets()] == ["Bon\n"]


def test_images_may_not_kick_the_drawer() -> None:
    """GS ( D ends the real-time pulse, until it is allowed again."""
    printer = Mechanism()
    kick = b"\x10\x14\x01\x00\x01"
    printer.receive(b"\x1d(D\x03\x00\x14\x01\x00")
    printer.advance(1)
    printer.receive(kick)
    assert not printer.troubles.drawer_open
    printer.receive(b"\x1d(D\x03\x00\x14\x01\x01")
    printer.advance(2)
    printer.receive(kick)
    assert printer.troubles.drawer_open
