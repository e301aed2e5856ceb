"""What an intermediate status (04 FF) says to a customer where the terminal sends no text of its own.

PA00P015 13.08 table 17. Texts it marks for the certification of unattended terminals stand word for
word; 40 to 6F repeat 00 to 2F and ask for the card to be taken out.
"""

from __future__ import annotations

_TEXTS: dict[int, tuple[str, str]] = {
    0x00: ("Bitte Betrag bestätigen", "Please confirm the amount"),
    0x01: ("Bitte Anzeigen auf dem PIN-Pad beachten", "Please watch PIN-Pad"),
    0x02: ("Bitte Anzeigen auf dem PIN-Pad beachten", "Please watch PIN-Pad"),
    0x03: ("Vorgang nicht möglich", "Not accepted"),
    0x04: ("Bitte warten", "Please wait"),
    0x05: ("Die Zahlung wird storniert", "The payment is being reversed"),
    0x06: ("Bitte warten, Nachbuchungen", "Please wait, late bookings"),
    0x07: ("Karte nicht zugelassen", "Card not admitted"),
    0x08: ("Karte unbekannt / undefiniert", "Card unknown / undefined"),
    0x09: ("Karte verfallen", "Expired card"),
    0x0A: ("Karte einstecken", "Insert card"),
    0x0B: ("Bitte Karte entnehmen!", "Please remove card!"),
    0x0C: ("Karte nicht lesbar", "Card not readable"),
    0x0D: ("Vorgang abgebrochen", "Processing error"),
    0x0E: ("Vorgang wird bearbeitet bitte warten...", "Please wait..."),
    0x0F: ("Automatischer Kassenschnitt, bitte warten", "Automatic end of day, please wait"),
    0x10: ("Karte ungültig", "Invalid card"),
    0x11: ("Guthabenanzeige", "Balance display"),
    0x12: ("Systemfehler", "System malfunction"),
    0x13: ("Zahlung nicht möglich", "Payment not possible"),
    0x14: ("Guthaben nicht ausreichend", "Credit not sufficient"),
    0x15: ("Geheimzahl falsch", "Incorrect PIN"),
    0x16: ("Limit nicht ausreichend", "Limit not sufficient"),
    0x17: ("Bitte warten...", "Please wait..."),
    0x18: ("Geheimzahl zu oft falsch", "PIN try limit exceeded"),
    0x19: ("Kartendaten falsch", "Card-data incorrect"),
    0x1A: ("Servicemodus", "Service mode"),
    0x1B: ("Autorisierung erfolgt. Bitte tanken", "Approved. Please fill-up"),
    0x1C: ("Zahlung erfolgt. Bitte Ware entnehmen", "Approved. Please take goods"),
    0x1D: ("Autorisierung nicht möglich", "Declined"),
    0x26: ("Bitte Mobilfunknummer eingeben", "Please enter the mobile number"),
    0x27: ("Bitte Mobilfunknummer wiederholen", "Please repeat the mobile number"),
    0x28: ("Währungsauswahl, bitte warten...", "Currency selection, please wait..."),
    0x29: ("Sprachauswahl, bitte warten...", "Language selection, please wait..."),
    0x2A: ("Zum Laden Karte einstecken", "For loading please insert card"),
    0x2B: ("Offline-Notbetrieb, bitte warten", "Emergency transaction, please wait"),
    0x2C: ("Auswahl Debit/Kredit, bitte warten", "Application selection, please wait"),
    0x68: ("Kundenkarte erkannt", "Customer card detected"),
    0x69: ("Bitte DCC auswählen", "Please select DCC"),
    0xC7: ("Bitte Kilometerstand eingeben", "Please enter the mileage"),
    0xC8: ("Bitte auf das Personal warten", "Please wait for staff"),
    0xC9: ("Automatische Diagnose, bitte warten", "Automatic diagnosis, please wait"),
    0xCA: ("Automatische Initialisierung, bitte warten", "Automatic initialisation, please wait"),
    0xCB: ("Händlerjournal voll", "Merchant journal full"),
    0xCC: ("Lastschrift nicht möglich, PIN notwendig", "Debit not possible, PIN required"),
    0xD2: ("Verbindung wird hergestellt", "Connecting"),
    0xD3: ("Verbindung besteht", "Connected"),
    0xE0: ("Bitte Anwendung wählen", "Please select the application"),
    0xE1: ("Bitte Sprache wählen", "Please select the language"),
    0xE2: ("Bitte Reinigungskarte benutzen", "Please use the cleaning card"),
    0xF1: ("Offline", "Offline"),
    0xF2: ("Online", "Online"),
    0xF3: ("Offline-Transaktion", "Offline transaction"),
}
_CARD_OUT = ("Bitte Karte entnehmen!", "Please remove card!")
_WITH_CARD = range(0x41, 0x68)


def shown(status: int, *, english: bool = False) -> tuple[str, ...]:
    """Lines for the customer; none for a status the table does not know."""
    which = 1 if english else 0
    if status in _WITH_CARD:
        before = _TEXTS.get(status - 0x40)
        lines = (before, _CARD_OUT) if before and status not in (0x4A, 0x4B) else (_CARD_OUT,)
        return tuple(each[which] for each in lines)
    known = _TEXTS.get(status)
    return (known[which],) if known else ()
