pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The outcome is being found out. Calm: what to do now, and above all what not to.
KStage {
    id: screen

    required property DoubtModel doubt

    motif: doubt.staff ? "staff" : "doubt"
    waiting: !doubt.staff

    KSteps {
        Layout.fillWidth: true
        texts: screen.doubt.steps
        numbered: false
    }

    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.hair
        color: Theme.shade
    }

    KAmount {
        Layout.fillWidth: true
        label: screen.doubt.amount_label
        amount: screen.doubt.amount
        size: Theme.display
    }

    Item {
        Layout.fillHeight: true
    }

    foot: Loader {
        active: screen.doubt.reference !== ""
        visible: active
        Layout.fillWidth: true
        sourceComponent: KText {
            text: screen.doubt.reference
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 2
            color: Theme.quiet
            font.pixelSize: Theme.lead
            font.weight: Font.Medium
        }
    }
}
