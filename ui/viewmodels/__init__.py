"""What QML sees of a `Screen`: properties that tell of a change only where there is one.

QML names: `import Kiosk.Models`.
"""

from ui.viewmodels.kiosk import KioskModel

__all__ = ["KioskModel"]
