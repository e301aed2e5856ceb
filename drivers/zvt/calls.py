"""What all typed commands share: one dialogue each, and how it is read."""

from __future__ import annotations

from drivers.zvt import reading
from drivers.zvt.link import Link
from drivers.zvt.messages import Abort, Message, Negative
from drivers.zvt.receipts import printable
from drivers.zvt.results import Done, Refused
from drivers.zvt.talk import Decide, Heard, Show, converse, keep_all
from kiosk.ports import Cancel


class Calls:
    """Commands to one terminal, used by one thread. `show` is told what its display says meanwhile."""

    def __init__(self, link: Link, *, show: Show | None = None, sync: str = "") -> None:
        self.link = link
        self.sync = sync
        """What the terminal told with the last money command that counts (1F1F), in hex."""
        self._show = show

    def raw(self, message: Message) -> Heard:
        """Any other command, and all that was said to it. Results of 00 are accepted."""
        return self._talk(message)

    @property
    def _password(self) -> int:
        return self.link.settings.password

    @property
    def _containers(self) -> bool:
        self.link.open()
        return self.link.registered.containers

    def _talk(
        self, command: Message, decide: Decide | None = None, cancel: Cancel | None = None
    ) -> Heard:
        return converse(
            self.link, command, decide=decide or keep_all, cancel=cancel, show=self._show
        )

    def _done(self, command: Message) -> Done | Refused:
        heard = self._talk(command)
        clock = heard.clock
        zone = self.link.settings.zone
        at = reading.date_and_time(clock.date, clock.time, zone) if clock else None
        return refused(heard) or Done(heard.slips, at)

    def _brief(self, command: Message, seconds: float = 0.0) -> Done | Refused:
        with self.link.closing_on_error():
            answer = self.link.open().ask(command, seconds)
        self.link.release()
        if isinstance(answer, Negative):
            return Refused.of(answer.code) if answer.code else Done()
        return Done(keys=answer.keys)


def refused(heard: Heard) -> Refused | None:
    """Why it was not done; None if it was."""
    if heard.refusal:
        return Refused.of(heard.refusal.code)
    last, final = heard.last, heard.final
    if isinstance(final, Abort):
        if last and last.result:
            refusal = reading.refusal_of(last)
            return Refused.of(refusal.code, refusal.text, slips=heard.slips)
        return Refused.of(final.result, _extended(final), slips=heard.slips)
    if last and last.result:
        refusal = reading.refusal_of(last)
        return Refused.of(refusal.code, refusal.text, slips=heard.slips)
    return None


def _extended(final: Abort) -> str:
    text = final.tlv.find(0x1F17) if final.tlv else None
    return printable(text.data.decode("cp437")) if text else ""
