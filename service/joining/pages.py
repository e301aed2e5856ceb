"""The pages for who joins: no script, nothing from elsewhere, one button each. German and English."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from service.joining.texts import LEAVE, join_text

CSS = """
:root{color-scheme:light;--ink:#161616;--soft:#4d4d4d;--good:#0b5d3b}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1rem 4rem;background:#eceae4;color:var(--ink);
font:1.125rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.5rem;background:#fff;border-radius:.5rem;
box-shadow:0 1px 4px #0003}
h1{font-size:1.625rem;line-height:1.25;margin:0 0 .75rem}
p{margin:0 0 1rem}
form{margin:1.5rem 0}
button{width:100%;min-height:3.5rem;padding:.75rem 1rem;border:2px solid var(--good);
border-radius:.5rem;background:var(--good);color:#fff;font:inherit;font-weight:700;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid #1a5fb4;outline-offset:3px}
.other button{background:#fff;color:var(--ink);border-color:#767676}
figure{margin:1.25rem auto;max-width:22rem}
figure svg{display:block;width:100%;height:auto;background:#fff}
.soft{color:var(--soft);font-size:1rem}
a{color:var(--good);font-weight:700;overflow-wrap:anywhere}
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
"""For the content security policy."""
QUIET = 4

_WORDS = {
    "de": {
        "join": "Punkte sammeln ohne Namen",
        "join_button": "Ich willige ein und mache mit",
        "without": "Sie wollen nicht? Schließen Sie diese Seite einfach: Es ist nichts gespeichert.",
        "code": "Ihr Code",
        "hold": "Halten Sie ihn vor den Scanner der Kasse. Er gilt einmal, und höchstens einen Tag.",
        "page": "Ihre Seite: als Lesezeichen behalten",
        "page_hint": "Nur wer diesen Link hat, kann dort neue Codes holen oder widerrufen. Wir können"
        " ihn Ihnen nicht noch einmal geben.",
        "mine": "Ihre Mitgliedschaft",
        "mine_text": "Sie sind dabei, ohne Namen.",
        "fresh": "Code für die Kasse zeigen",
        "leave": "Einwilligung widerrufen",
        "left": "Ihre Einwilligung ist widerrufen",
        "left_text": "Wir nutzen nichts mehr davon. Möchten Sie wieder mitmachen, scannen Sie den Code"
        " an der Kasse noch einmal.",
        "used": "Diese Einladung ist schon benutzt",
        "used_text": "Jede gilt einmal. Tippen Sie an der Kasse noch einmal auf „Ihre Daten“ und scannen"
        " Sie den neuen Code.",
        "over": "Diese Einladung ist abgelaufen",
        "over_text": "Jede gilt zehn Minuten. Tippen Sie an der Kasse noch einmal auf „Ihre Daten“ und"
        " scannen Sie den neuen Code.",
    },
    "en": {
        "join": "Collect points without a name",
        "join_button": "I consent and join",
        "without": "You would rather not? Simply close this page: nothing has been kept.",
        "code": "Your code",
        "hold": "Hold it in front of the checkout's scanner now. It counts once, and for a day at most.",
        "page": "Your page: keep it as a bookmark",
        "page_hint": "Only who has this link can get new codes there, or withdraw. We cannot give it"
        " to you again.",
        "mine": "Your membership",
        "mine_text": "You are a member, without a name.",
        "fresh": "Show a code for the checkout",
        "leave": "Withdraw consent",
        "left": "Your consent is withdrawn",
        "left_text": "We use nothing of it any more. If you want to join again, scan the code at the"
        " checkout once more.",
        "used": "This invitation has been used",
        "used_text": "Each one counts once. Touch “Your data” at the checkout again and scan the new"
        " code.",
        "over": "This invitation has run out",
        "over_text": "Each one counts for ten minutes. Touch “Your data” at the checkout again and scan"
        " the new code.",
    },
}


def invited(language: str, action: str, who: str) -> bytes:
    """What is kept and why, and one button. `action`: where it leads, from this page's address;
    `who`: is responsible."""
    say = _WORDS[language]
    below = f'<p class="soft">{escape(say["without"])}</p>\n'
    body = _text(join_text(language, who)) + _form(action, say["join_button"]) + below
    return _page(language, say["join"], body)


def shown(language: str, code: str, home: str) -> bytes:
    """A code to hold before the scanner. `home`: the member's own page, from this one's address."""
    say = _WORDS[language]
    body = (
        f"<p>{escape(say['hold'])}</p>\n<figure>{_drawn(code, say['code'])}</figure>\n"
        f'<p><a href="{escape(home)}">{escape(say["page"])}</a></p>\n'
        f'<p class="soft">{escape(say["page_hint"])}</p>\n'
    )
    return _page(language, say["code"], body)


def own(language: str, page: str) -> bytes:
    """The member's own page: a fresh code, and a way out as near as it. `page`: its last part."""
    say = _WORDS[language]
    body = (
        f"<p>{escape(say['mine_text'])}</p>\n"
        + _form(f"{page}/code", say["fresh"])
        + _form(f"{page}/withdraw", say["leave"], kind="other")
        + _text(LEAVE[language], "soft")
    )
    return _page(language, say["mine"], body)


def left(language: str) -> bytes:
    """Withdrawn."""
    return _sentence(language, "left")


def used(language: str) -> bytes:
    """Somebody else was first."""
    return _sentence(language, "used")


def over(language: str) -> bytes:
    """Too late."""
    return _sentence(language, "over")


def _sentence(language: str, name: str) -> bytes:
    say = _WORDS[language]
    return _page(language, say[name], f"<p>{escape(say[f'{name}_text'])}</p>\n")


def _text(paragraphs: tuple[str, ...], kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return "".join(f"<p{named}>{escape(each)}</p>\n" for each in paragraphs)


def _form(action: str, label: str, kind: str = "main") -> str:
    return (
        f'<form class="{kind}" method="post" action="{escape(action)}">'
        f"<button>{escape(label)}</button></form>\n"
    )


def _page(language: str, heading: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex, nofollow">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(heading)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(heading)}</h1>\n{body}</main>\n</body>\n</html>\n"
    ).encode()


def _drawn(code: str, label: str) -> str:
    """A QR code as one path: sharp however large it is shown."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    made = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    made.add_data(code)
    rows = made.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    side = len(rows)
    return (
        f'<svg viewBox="0 0 {side} {side}" role="img" aria-label="{escape(label)}"'
        f' shape-rendering="crispEdges"><path d="{path}"/></svg>'
    )
