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
    instead: thanks.slot !== "" ? code : null

    Component {
        id: code

        PrivateCode {
            objectName: "exit-code"
            source: screen.thanks
            slot: screen.thanks.slot
            Accessible.role: Accessible.Graphic
            Accessible.name: screen.thanks.exit
        }
    }

    Item {
        Layout.fillHeight: true
    }

    Loader {
        Layout.fillWidth: true
        active: screen.thanks.exit !== ""
        visible: active
        sourceComponent: KText {
            text: screen.thanks.exit
            maximumLineCount: 2
            font.pixelSize: Theme.display
            font.weight: Font.Bold
        }
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
            wrapMode: Text.NoWrap
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
