"""Every fault of a printer has a name and a remedy of its own, in every language."""

from __future__ import annotations

import pytest

from kiosk.checkout.events import PrintFault
from kiosk.screens.printer_remedies import paper_low_remedy, printer_remedy, printer_trouble
from kiosk.words import Language, words_of


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("says", [printer_trouble, printer_remedy])
def test_no_two_faults_say_the_same(says: type, language: Language) -> None:
    """Whoever reads it knows which one it is and what to do."""
    said = [says(fault, words_of(language)) for fault in PrintFault]
    assert len(set(said)) == len(PrintFault)
    assert all(said)


def test_paper_that_runs_out_is_said_in_every_language() -> None:
    """Before it is too late."""
    assert len({paper_low_remedy(words_of(language)) for language in Language}) == len(Language)
