"""Bytes of strangers: every change is noticed, and nothing but our own errors comes out."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lookup.enrol import make_csr
from service.wire.enrolment import InviteCode, Vows, check_vows, make_vows, read_code
from service.wire.envelope import (
    ANSWER_BYTES,
    ANSWER_PAYLOAD_BYTES,
    Forged,
    Question,
    Recipient,
    open_answer,
    open_request,
    seal_answer,
    seal_request,
)
from service.wire.keyset import KeySet, ServiceKey, Use, read_key_set, sign_key_set
from service.wire.messages import (
    CUSTOMER_BYTES,
    EVIDENCE_FIELD_BYTES,
    Customer,
    CustomerView,
    EvidenceKind,
    Field,
    Kind,
    Malformed,
    Offer,
    Purpose,
    Status,
    clip_text,
    evidence_in,
    pack_customer,
    put_evidence,
    put_text,
    text_span,
)
from service.wire.sales import (
    LINK_BYTES,
    RECORD_BYTES,
    SaleRecord,
    open_link,
    pack_sales,
    sales_in,
    seal_link,
)
from service.wire.suite import BadKey, CannotOpen, PrivateKey, PublicKey

SERVICE, OTHER = PrivateKey(b"s" * 32), PrivateKey(b"o" * 32)
SIGNING, ANSWERING = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
TO = Recipient(b"key1", SERVICE.public, "markt")
ASK = Question(b"k" * 16, 1_795_000_000_000, Kind.LOOKUP, Purpose.CHECKOUT)


def test_a_request_of_another_key_tenant_or_id_does_not_open() -> None:
    request, _ = seal_request(TO, ASK, b"body", SIGNING)
    for key, tenant in ((OTHER, "markt"), (SERVICE, "laden")):
        with pytest.raises(CannotOpen):
            open_request(request, key, tenant)
    with pytest.raises(CannotOpen):
        open_request(b"\x01key2" + request[5:], SERVICE, "markt")
    with pytest.raises(Malformed):
        open_request(b"\x02" + request[1:], SERVICE, "markt")


def test_a_signature_of_another_kiosk_does_not_hold() -> None:
    request, _ = seal_request(TO, ASK, b"body", SIGNING)
    with pytest.raises(Forged):
        open_request(request, SERVICE, "markt").verify(ANSWERING.public_key())


def test_every_byte_of_an_answer_counts() -> None:
    request, asked = seal_request(TO, ASK, b"body", SIGNING)
    opened = open_request(request, SERVICE, "markt")
    answer = seal_answer(opened, Status.CLOCK, 5, signing=ANSWERING)
    buffer = bytearray(ANSWER_PAYLOAD_BYTES)
    assert open_answer(answer, asked, buffer, ANSWERING.public_key()).signed
    for at in range(ANSWER_BYTES):
        bent = bytearray(answer)
        bent[at] ^= 1 << (at % 8)
        with pytest.raises(Forged):
            open_answer(bent, asked, buffer, ANSWERING.public_key())
    for size in (0, 31, 32, ANSWER_BYTES - 1, ANSWER_BYTES + 1):
        with pytest.raises(Malformed):
            open_answer(bytes(size), asked, buffer, ANSWERING.public_key())


def test_an_answer_opens_for_its_question_only() -> None:
    request, asked = seal_request(TO, ASK, b"body", SIGNING)
    _, other = seal_request(TO, ASK, b"body", SIGNING)
    answer = seal_answer(open_request(request, SERVICE, "markt"), Status.UNKNOWN, 5)
    buffer = bytearray(ANSWER_PAYLOAD_BYTES)
    with pytest.raises(Forged):
        open_answer(answer, other, buffer, ANSWERING.public_key())
    asked.forget()
    with pytest.raises(Forged):
        open_answer(answer, asked, buffer, ANSWERING.public_key())


def test_a_time_signed_by_somebody_else_is_forged() -> None:
    request, asked = seal_request(TO, ASK, b"body", SIGNING)
    answer = seal_answer(open_request(request, SERVICE, "markt"), Status.CLOCK, 5, signing=SIGNING)
    with pytest.raises(Forged):
        open_answer(answer, asked, bytearray(ANSWER_PAYLOAD_BYTES), ANSWERING.public_key())


def test_no_two_requests_share_bytes_that_could_be_matched() -> None:
    one, _ = seal_request(TO, ASK, b"body", SIGNING)
    two, _ = seal_request(TO, ASK, b"body", SIGNING)
    assert one[:5] == two[:5]
    assert sum(a == b for a, b in zip(one[5:], two[5:], strict=True)) < 40


def test_a_body_that_is_too_long_is_refused_before_it_is_sealed() -> None:
    with pytest.raises(Malformed):
        seal_request(TO, ASK, bytes(40_000), SIGNING)
    with pytest.raises(BadKey):
        PublicKey(b"short").seal(b"x", b"")


@given(st.binary(max_size=CUSTOMER_BYTES + 5))
def test_a_customer_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    try:
        seen = CustomerView(memoryview(data))
    except Malformed:
        return
    assert len(seen.name) < 80


@given(st.text(max_size=30), st.text(max_size=12), st.integers(-(2**63), 2**63 - 1))
def test_what_is_packed_is_read_in_place(name: str, tier: str, balance: int) -> None:
    name, tier = clip_text(name, 80), clip_text(tier, 32)
    customer = Customer(1, Field.NAME, name, balance, tier, "g", "de", (Offer(tier),))
    buffer = bytearray(pack_customer(customer))
    seen = CustomerView(memoryview(buffer))
    assert (bytes(seen.name).decode(), bytes(seen.tier).decode()) == (name, tier)
    assert (seen.balance, bytes(seen.offer(0)).decode()) == (balance, tier)
    buffer[:] = bytes(len(buffer))
    assert not any(bytes(seen.name))


@given(st.binary(max_size=EVIDENCE_FIELD_BYTES + 1))
def test_evidence_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    try:
        found = evidence_in(data)
    except Malformed:
        return
    again = bytearray(EVIDENCE_FIELD_BYTES)
    put_evidence(memoryview(again), found.kind, found.data)
    assert bytes(again) == data[:EVIDENCE_FIELD_BYTES]


@pytest.mark.parametrize("size", [0, 513])
def test_evidence_has_a_size(size: int) -> None:
    with pytest.raises(Malformed):
        put_evidence(memoryview(bytearray(600)), EvidenceKind.NUMBER, bytes(size))


def test_texts_are_clipped_at_characters_and_padded_with_zeros() -> None:
    assert clip_text("ä" * 10, 6) == "ää"
    with pytest.raises(Malformed):
        put_text("ä" * 10, 6)
    with pytest.raises(Malformed):
        text_span(memoryview(b"\x01ab\0"), 0, 4)
    with pytest.raises(Malformed):
        text_span(memoryview(b"\x09ab\0"), 0, 4)


RECORD = SaleRecord("K1-1", b"o" * 16, 1, 5, -1999, "EUR", 3, 1, b"d" * 32)


def test_sales_round_trip() -> None:
    link = seal_link(
        b"out1",
        SERVICE.public,
        "markt",
        sale="K1-2",
        kiosk=b"k" * 16,
        at=5,
        kind=EvidenceKind.TEST_CARD,
        evidence=b"4711",
    )
    two = SaleRecord("K1-2", b"o" * 16, 2, 5, 0, "EUR", 3, 1, b"d" * 32, link)
    assert sales_in(pack_sales((RECORD, two))) == (RECORD, two)
    opened = open_link(link, SERVICE, "markt")
    assert (opened.sale, opened.kiosk, opened.evidence.data) == ("K1-2", b"k" * 16, b"4711")
    for key, tenant in ((OTHER, "markt"), (SERVICE, "laden")):
        with pytest.raises(CannotOpen):
            open_link(link, key, tenant)
    for at in range(0, LINK_BYTES, 7):
        bent = bytearray(link)
        bent[at] ^= 1
        with pytest.raises((CannotOpen, Malformed)):
            open_link(bytes(bent), SERVICE, "markt")


@given(st.binary(max_size=2 * RECORD_BYTES + 2))
def test_sales_of_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = sales_in(data)
    except Malformed:
        return
    assert pack_sales(found) == data


@given(st.binary(min_size=121, max_size=121), st.integers(1, 2))
def test_a_record_of_any_head_is_read_or_refused(head: bytes, count: int) -> None:
    data = bytes((count,)) + (head + bytes(LINK_BYTES)) * count
    try:
        found = sales_in(data)
    except Malformed:
        return
    assert len(found) == count


@pytest.mark.parametrize(
    "bad",
    [
        (),
        (RECORD,) * 17,
        (SaleRecord("x" * 50, b"o" * 16, 1, 5, 1, "EUR", 3, 1, b"d" * 32),),
        (SaleRecord("x", b"o", 1, 5, 1, "EUR", 3, 1, b"d" * 32),),
        (SaleRecord("x", b"o" * 16, -1, 5, 1, "EUR", 3, 1, b"d" * 32),),
        (SaleRecord("x", b"o" * 16, 1, 5, 1, "€€€", 3, 1, b"d" * 32),),
    ],
)
def test_sales_that_do_not_fit_are_refused(bad: tuple[SaleRecord, ...]) -> None:
    with pytest.raises(Malformed):
        pack_sales(bad)


# --- key sets, codes and vows ----------------------------------------------------------------------

KEYS = KeySet(
    "markt",
    3,
    (
        ServiceKey(b"key1", Use.LOOKUP, SERVICE.public.raw, 0, 100),
        ServiceKey(b"key2", Use.LOOKUP, OTHER.public.raw, 50, 150),
        ServiceKey(b"out1", Use.OUTBOX, OTHER.public.raw, 0, 1000),
    ),
)


def test_a_key_set_is_read_by_who_pinned_its_key() -> None:
    document = sign_key_set(KEYS, SIGNING)
    assert read_key_set(document, SIGNING.public_key()) == KEYS
    with pytest.raises(Forged):
        read_key_set(document, ANSWERING.public_key())
    for at in range(0, len(document), 11):
        bent = bytearray(document)
        bent[at] ^= 1
        with pytest.raises(Forged):
            read_key_set(bytes(bent), SIGNING.public_key())
    for size in (0, 64, 100):
        with pytest.raises((Forged, Malformed)):
            read_key_set(document[:size], SIGNING.public_key())


@given(st.binary(max_size=200))
def test_a_signed_key_set_of_any_bytes_is_read_or_refused(body: bytes) -> None:
    signed = SIGNING.sign(b"openkiosk/key-set/v1\0" + body) + body
    with pytest.raises(Malformed):
        read_key_set(signed, SIGNING.public_key())


def test_the_newest_key_in_force_is_taken() -> None:
    found = [KEYS.current(Use.LOOKUP, now) for now in (0, 50, 99, 149, 150)]
    assert [each and each.id for each in found] == [b"key1", b"key2", b"key2", b"key2", None]
    assert KEYS.last_day(Use.LOOKUP) == 150
    assert KEYS.last_day(Use.ANSWER) == 0
    assert KEYS.recipient(200) is None


CODE = InviteCode(b"s" * 16, b"f" * 16, "service.example:8444")


def test_a_code_is_read_as_people_type_it() -> None:
    text = str(CODE)
    for typed in (text, text.lower(), f"  {text} ", text.replace("-", ""), text.replace("-", " ")):
        assert read_code(typed) == CODE


@given(st.integers(0, 62), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_slip_of_the_finger_is_noticed(at: int, letter: str) -> None:
    text = str(CODE)
    if text[at] in (letter, "-"):
        return
    with pytest.raises(Malformed):
        read_code(text[:at] + letter + text[at + 1 :])


@pytest.mark.parametrize(
    "text", ["", "@", "AAAA@h:1", str(CODE).split("@")[0], str(CODE) + "x", "1890@h:1"]
)
def test_what_is_no_code_is_told(text: str) -> None:
    with pytest.raises(Malformed):
        read_code(text)


def test_neither_key_of_a_kiosk_can_be_swapped_alone() -> None:
    tls, signing = ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()
    public = signing.public_key().public_bytes_raw()
    csr = make_csr(tls)
    vows = make_vows(b"secret", csr, tls, signing)
    check_vows(vows, b"secret", csr, tls.public_key(), public)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    another = ec.generate_private_key(ec.SECP256R1()).public_key()
    for broken in (
        (vows, b"other", csr, tls.public_key(), public),
        (vows, b"secret", csr + b"x", tls.public_key(), public),
        (vows, b"secret", csr, another, public),
        (vows, b"secret", csr, tls.public_key(), other),
        (vows, b"secret", csr, tls.public_key(), b"short"),
        (Vows(b"", vows.by_signing), b"secret", csr, tls.public_key(), public),
        (Vows(vows.by_tls, b""), b"secret", csr, tls.public_key(), public),
    ):
        with pytest.raises(Forged):
            check_vows(*broken)
