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

    Item {
        Layout.fillHeight: true
    }

    KSteps {
        Layout.fillWidth: true
        texts: screen.doubt.steps
        numbered: false
    }

    KAmount {
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
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
        Layout.leftMargin: Theme.landscape ? 0 : Theme.wide
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
