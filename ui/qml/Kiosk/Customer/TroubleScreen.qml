import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls

// The window has a fault of its own: only words, given as they are, and nothing to touch.
KStage {
    id: screen

    required property string reason
    required property string remedy

    objectName: "trouble"
    motif: "staff"

    Item {
        Layout.fillHeight: true
    }

    KText {
        Layout.fillWidth: true
        text: screen.reason
        maximumLineCount: 4
        font.pixelSize: Theme.display
        font.weight: Font.Bold
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    KText {
        Layout.fillWidth: true
        text: screen.remedy
        maximumLineCount: 5
        color: Theme.quiet
        font.pixelSize: Theme.title
    }

    Item {
        Layout.fillHeight: true
    }
}
