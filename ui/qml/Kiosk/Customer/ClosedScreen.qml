import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Out of service: why, and where to go instead.
KStage {
    id: screen

    required property ClosedModel closed

    motif: "closed"

    Item {
        Layout.fillHeight: true
    }

    KText {
        Layout.fillWidth: true
        text: screen.closed.reason
        maximumLineCount: 4
        font.pixelSize: Theme.display
        font.weight: Font.Bold
    }

    KText {
        Layout.fillWidth: true
        text: screen.closed.remedy
        maximumLineCount: 4
        color: Theme.quiet
        font.pixelSize: Theme.title
    }

    Item {
        Layout.fillHeight: true
    }
}
