"""What somebody reads before they join. What was shown never changes: a new wording is a new version."""

from __future__ import annotations

from service.wire.suite import sha256

VERSION = "page-1"
LANGUAGES = ("de", "en")
JOIN = {
    "de": (
        (
            "Sie werden Mitglied ohne Namen: Wir geben Ihnen eine zufällige Nummer und speichern dazu"
            " Ihre Punkte, Ihre Preisgruppe und die Sprache dieser Seite."
        ),
        (
            "Zeigen Sie Ihren Code an der Kasse, so zählen wir Punkte für den Einkauf und geben Ihnen"
            " Ihre Preise. Dazu speichern wir, welche Einkäufe zu Ihrer Nummer gehören."
        ),
        (
            "Das ist freiwillig. Sie können auch ohne einkaufen, und Ihre Einwilligung jederzeit"
            " widerrufen: auf Ihrer Seite, die Sie gleich sehen, oder an der Kasse."
        ),
    ),
    "en": (
        (
            "You become a member without a name: we give you a random number and keep your points,"
            " your price group and the language of this page with it."
        ),
        (
            "When you show your code at the checkout, we count points for the purchase and give you"
            " your prices. For that we keep which purchases belong to your number."
        ),
        (
            "This is voluntary. You can buy without it, and withdraw your consent at any time: on your"
            " own page, which you will see next, or at the checkout."
        ),
    ),
}
LEAVE = {
    "de": (
        (
            "Ab dann nutzen wir nichts mehr davon: keine Punkte, keine eigenen Preise, und kein"
            " Einkauf wird Ihrer Nummer mehr zugeordnet."
        ),
        "Wir vermerken, dass und wann Sie widerrufen haben.",
    ),
    "en": (
        (
            "From then on we use nothing of it: no points, no prices of your own, and no purchase is"
            " put down to your number any more."
        ),
        "We keep a note that and when you withdrew.",
    ),
}


_RESPONSIBLE = {"de": "Verantwortlich: {who}", "en": "Responsible: {who}"}


def join_text(language: str, who: str) -> tuple[str, ...]:
    """What is agreed to, and with whom. `who`: the setting `responsible`."""
    return (*JOIN[language], _RESPONSIBLE[language].format(who=who))


def hash_of(text: tuple[str, ...]) -> bytes:
    """How a decision names the wording it was made under."""
    return sha256("\n".join(text).encode())
