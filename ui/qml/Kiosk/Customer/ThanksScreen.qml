pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Goodbye: all is well, and what not to forget.
KStage {
    id: screen

    required property ThanksModel thanks

    motif: "done"

    Item {
        Layout.fillHeight: true
    }

    KSteps {
        Layout.fillWidth: true
        texts: screen.thanks.steps
        numbered: false
    }

    Item {
        Layout.fillHeight: true
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        KText {
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth + 1
            text: screen.thanks.number_label
            maximumLineCount: 1
            color: Theme.quiet
            font.pixelSize: Theme.lead
        }

        KText {
            Layout.fillWidth: true
            text: screen.thanks.number
            maximumLineCount: 1
            font.pixelSize: Theme.lead
            font.weight: Font.DemiBold
        }
    }

    foot: KAction {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.action
        intent: screen.thanks.done
        primary: true
        textSize: Theme.title
    }
}
