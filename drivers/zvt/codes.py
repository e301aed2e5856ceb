"""What result and status codes mean, in German and English, and what to do next.

Codes are those of PA00P015 13.08 chapters 10 and 11; 01 to 63 (hex) come from the host, of which only
what German hosts commonly mean is named. The German texts are ours.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Next(Enum):
    """What helps, for the machine; `value` says it to staff."""

    NOTHING = "nothing to do"
    OTHER_CARD = "another card, or pay at the till"
    AGAIN = "try again"
    INSERT = "insert the card instead of holding it"
    WAIT = "wait, then ask for its status again"
    REGISTER = "register again"
    END_OF_DAY = "close the day: drivers terminal end-of-day"
    DIAGNOSE = "call the host: drivers terminal diagnose"
    INITIALISE = "initialise the terminal"
    CLOCK = "set its clock, or run a diagnosis"
    UPDATE = "let it update its software"
    CARD_OUT = "take the card out"
    REFUND = "refund instead: drivers terminal refund"
    AMOUNT = "another amount"
    PAPER = "see to the receipt printer"
    STAFF = "look at the terminal's display"
    SERVICE = "call the terminal's service"


class Meaning(NamedTuple):
    """One code for people."""

    german: str
    english: str
    next: Next


def _row(german: str, english: str, step: Next) -> Meaning:
    return Meaning(german, english, step)


_HOST = {
    2: _row("Bitte beim Kartenherausgeber anrufen", "call the card's issuer", Next.OTHER_CARD),
    3: _row("Händlernummer ungültig", "merchant not known to the host", Next.SERVICE),
    4: _row("Karte ungültig", "card to be kept", Next.OTHER_CARD),
    5: _row("Karte abgelehnt", "card declined", Next.OTHER_CARD),
    12: _row("Vorgang ungültig", "transaction not valid", Next.STAFF),
    13: _row("Betrag überschreitet das Limit", "amount over the limit", Next.OTHER_CARD),
    14: _row("Karte ungültig", "card number not valid", Next.OTHER_CARD),
    21: _row("Stornierung nicht möglich", "nothing to reverse", Next.REFUND),
    30: _row("Formatfehler beim Netzbetreiber", "the host met a format error", Next.SERVICE),
    33: _row("Karte abgelaufen", "card expired", Next.OTHER_CARD),
    34: _row("Karte gesperrt", "card under suspicion", Next.OTHER_CARD),
    40: _row("Funktion nicht unterstützt", "function not supported by the host", Next.STAFF),
    43: _row("Karte gesperrt", "card reported stolen", Next.OTHER_CARD),
    51: _row("Karte nicht gedeckt", "not enough funds", Next.OTHER_CARD),
    54: _row("Karte abgelaufen", "card expired", Next.OTHER_CARD),
    55: _row("Geheimzahl falsch", "wrong PIN", Next.AGAIN),
    56: _row("Karte unbekannt", "card not known to the host", Next.OTHER_CARD),
    57: _row(
        "Vorgang mit dieser Karte nicht erlaubt", "not allowed for this card", Next.OTHER_CARD
    ),
    58: _row("Terminal gesperrt", "not allowed for this terminal", Next.SERVICE),
    61: _row("Limit der Karte überschritten", "over the card's limit", Next.OTHER_CARD),
    62: _row("Karte eingeschränkt", "card restricted", Next.OTHER_CARD),
    65: _row("Bitte Karte stecken", "contactless limit reached: insert the card", Next.INSERT),
    75: _row("Geheimzahl zu oft falsch", "wrong PIN too often", Next.OTHER_CARD),
    77: _row("Geheimzahl nötig", "PIN needed", Next.AGAIN),
    78: _row("Karte nicht freigeschaltet", "card not activated", Next.OTHER_CARD),
    91: _row("Bank nicht erreichbar", "the issuer does not answer", Next.AGAIN),
    92: _row(
        "Netzbetreiber findet die Bank nicht", "the host finds no way to the issuer", Next.AGAIN
    ),
    96: _row("Störung beim Netzbetreiber", "the host has a fault", Next.AGAIN),
}

RESULTS: dict[int, Meaning] = {
    0x00: _row("Erfolgreich", "success", Next.NOTHING),
    **_HOST,
    0x64: _row("Karte nicht lesbar", "card not readable", Next.AGAIN),
    0x65: _row("Keine Kartendaten", "no card data", Next.AGAIN),
    0x66: _row("Vorgang nicht möglich", "processing error", Next.STAFF),
    0x67: _row("Mit girocard nicht erlaubt", "not permitted for girocard", Next.OTHER_CARD),
    0x68: _row("Mit Kreditkarte nicht erlaubt", "not permitted for credit cards", Next.OTHER_CARD),
    0x6A: _row("Umsatzspeicher voll", "turnover memory full", Next.END_OF_DAY),
    0x6B: _row("Terminal nicht angemeldet", "not registered", Next.REGISTER),
    0x6C: _row("Abgebrochen", "stopped by key or time-out", Next.AGAIN),
    0x6E: _row("Karte gesperrt", "card on the blocked list", Next.OTHER_CARD),
    0x6F: _row("Falsche Währung", "wrong currency", Next.SERVICE),
    0x71: _row("Guthaben reicht nicht", "credit on the chip not sufficient", Next.OTHER_CARD),
    0x72: _row("Chip-Fehler", "chip error", Next.AGAIN),
    0x73: _row("Kartendaten falsch", "card data incorrect", Next.OTHER_CARD),
    0x74: _row("Schlüsselvorrat verbraucht", "key engine exhausted", Next.SERVICE),
    0x75: _row("Anzeigetext nicht zugelassen", "text not authentic", Next.SERVICE),
    0x76: _row("Karte nicht zugelassen", "card not on the white list", Next.OTHER_CARD),
    0x77: _row("Kassenschnitt nicht möglich", "end of day not possible", Next.AGAIN),
    0x78: _row("Karte abgelaufen", "card expired", Next.OTHER_CARD),
    0x79: _row("Karte noch nicht gültig", "card not yet valid", Next.OTHER_CARD),
    0x7A: _row("Karte unbekannt", "card unknown", Next.OTHER_CARD),
    0x7B: _row("Magnetstreifen nicht erlaubt", "no stripe for girocard", Next.OTHER_CARD),
    0x7C: _row("Magnetstreifen nicht erlaubt", "no fall-back to the stripe", Next.OTHER_CARD),
    0x7D: _row("Kommunikationsfehler", "communication error", Next.AGAIN),
    0x7E: _row("Magnetstreifen nicht erlaubt", "no stripe, direct debit could do", Next.OTHER_CARD),
    0x83: _row("Funktion nicht möglich", "function not possible", Next.STAFF),
    0x85: _row("Schlüssel fehlt", "key missing", Next.SERVICE),
    0x89: _row("PIN-Pad defekt", "PIN pad defective", Next.SERVICE),
    0x9A: _row("Protokollfehler", "the terminal did not understand", Next.SERVICE),
    0x9B: _row("Verbindung zum Netzbetreiber gestört", "no way to the host", Next.AGAIN),
    0x9C: _row("Bitte warten", "please wait", Next.WAIT),
    0xA0: _row("Empfänger nicht bereit", "receiver not ready", Next.WAIT),
    0xA1: _row("Gegenstelle antwortet nicht", "the remote station is silent", Next.AGAIN),
    0xA3: _row("Keine Verbindung", "no connection", Next.AGAIN),
    0xA4: _row("GeldKarte nicht einreichbar", "GeldKarte cannot be submitted", Next.SERVICE),
    0xA5: _row("Nach PCI nicht erlaubt", "not allowed by PCI rules", Next.STAFF),
    0xB1: _row("Speicher voll", "memory full", Next.END_OF_DAY),
    0xB2: _row("Händlerjournal voll", "merchant journal full", Next.SERVICE),
    0xB4: _row("Bereits storniert", "already reversed", Next.NOTHING),
    0xB5: _row("Storno nicht möglich", "reversal not possible", Next.REFUND),
    0xB7: _row(
        "Betrag passt nicht zur Vorautorisierung", "reservation or amount wrong", Next.AMOUNT
    ),
    0xB8: _row("Vorautorisierung", "open reservation, or none of that number", Next.STAFF),
    0xBF: _row("Spannung zu niedrig", "supply voltage too low", Next.SERVICE),
    0xC0: _row("Kartenverriegelung defekt", "card lock defective", Next.SERVICE),
    0xC1: _row("Händlerkarte gesperrt", "merchant card locked", Next.CLOCK),
    0xC2: _row("Diagnose erforderlich", "diagnosis required", Next.DIAGNOSE),
    0xC3: _row("Höchstbetrag überschritten", "over the maximum amount", Next.AMOUNT),
    0xC4: _row("Kartenprofil ungültig", "card profile invalid", Next.UPDATE),
    0xC5: _row("Zahlungsart nicht unterstützt", "payment method not supported", Next.OTHER_CARD),
    0xC6: _row("Währung nicht anwendbar", "currency not applicable", Next.SERVICE),
    0xC8: _row("Betrag zu klein", "amount too small", Next.AMOUNT),
    0xC9: _row("Höchstbetrag zu klein", "maximum amount too small", Next.AMOUNT),
    0xCB: _row("Nur in Euro möglich", "only in euro", Next.SERVICE),
    0xCC: _row("Drucker nicht bereit", "printer not ready", Next.PAPER),
    0xCD: _row("Auszahlung nicht möglich", "cashback not possible", Next.AMOUNT),
    0xD2: _row("Mit dieser Karte nicht erlaubt", "not for service cards", Next.OTHER_CARD),
    0xDC: _row("Karte steckt", "card inserted", Next.CARD_OUT),
    0xDD: _row("Karte kommt nicht heraus", "error while ejecting the card", Next.STAFF),
    0xDE: _row("Karte geht nicht hinein", "error while taking the card in", Next.STAFF),
    0xE0: _row("Fernwartung läuft", "remote maintenance, or update follows", Next.WAIT),
    0xE2: _row("Kartenleser defekt", "card reader defective", Next.SERVICE),
    0xE3: _row("Kartenleser geschlossen", "shutter closed", Next.STAFF),
    0xE4: _row("Terminal nicht aktiviert", "terminal activation required", Next.SERVICE),
    0xE7: _row("Warengruppe fehlt", "a goods group was not found", Next.STAFF),
    0xE8: _row("Warengruppentabelle fehlt", "no goods group table", Next.SERVICE),
    0xE9: _row("Restriktionscode nicht erlaubt", "restriction code not permitted", Next.OTHER_CARD),
    0xEA: _row("Kartencode nicht erlaubt", "card code not permitted", Next.DIAGNOSE),
    0xEB: _row("Funktion nicht ausführbar", "PIN algorithm unknown", Next.SERVICE),
    0xEC: _row("PIN-Verarbeitung nicht möglich", "PIN processing not possible", Next.SERVICE),
    0xED: _row("PIN-Pad defekt", "PIN pad defective", Next.SERVICE),
    0xF0: _row("Kassenschnitt erforderlich", "an end of day is due", Next.END_OF_DAY),
    0xF1: _row("Offline-Fehler", "offline error", Next.AGAIN),
    0xF5: _row("OPT-Fehler", "OPT error", Next.SERVICE),
    0xF6: _row("OPT-Daten fehlen", "OPT personalisation required", Next.SERVICE),
    0xFA: _row("Offline-Umsätze nicht übertragen", "offline turnover not sent", Next.AGAIN),
    0xFB: _row("Umsatzsatz defekt", "turnover record defective", Next.SERVICE),
    0xFC: _row(
        "Gerät fehlt oder startet neu", "device missing, or the terminal restarts", Next.WAIT
    ),
    0xFD: _row("Baudrate nicht unterstützt", "baud rate not supported", Next.SERVICE),
    0xFE: _row("Kasse unbekannt", "till unknown", Next.SERVICE),
    0xFF: _row("Systemfehler", "system error", Next.STAFF),
}

STATES: dict[int, Meaning] = {
    0x00: _row("Bereit", "ready", Next.NOTHING),
    0x51: _row("Initialisierung erforderlich", "initialisation required", Next.INITIALISE),
    0x62: _row("Datum oder Uhrzeit falsch", "date or time incorrect", Next.CLOCK),
    0x9D: _row("Teilausgabe", "partial issue of goods", Next.STAFF),
    0xDC: _row("Karte steckt", "card inserted", Next.CARD_OUT),
    0xDF: _row("Außer Betrieb", "out of order", Next.SERVICE),
    0xE1: _row("Karte nicht ganz entnommen", "card not completely removed", Next.CARD_OUT),
}
"""What differs from `RESULTS` where a terminal tells its state (11), with its recovery (11.1)."""


_BEYOND_HOST = 0x64


def meaning_of(code: int) -> Meaning:
    """A result code for people; one of the host that is not named says that it is the host's."""
    known = RESULTS.get(code)
    if known:
        return known
    if code < _BEYOND_HOST:
        return Meaning(
            f"Abgelehnt ({code:02d})", f"declined by the host ({code:02d})", Next.OTHER_CARD
        )
    return Meaning(f"Fehler {code:02X}", f"error {code:02X}", Next.STAFF)


def state_of(code: int) -> Meaning:
    """A terminal's state for people; 01 to 63 are no host's here."""
    if code in STATES:
        return STATES[code]
    known = RESULTS.get(code) if code >= _BEYOND_HOST else None
    return known or Meaning(f"Zustand {code:02X}", f"state {code:02X}", Next.STAFF)
