pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The terminal has the word: its own text, large, under a picture of where the card goes.
KStage {
    id: screen

    required property PayingModel paying

    motif: paying.approved ? "done" : "pay"

    Item {
        Layout.fillHeight: true
    }

    KAmount {
        Layout.fillWidth: true
        label: screen.paying.amount_label
        amount: screen.paying.amount
    }

    KPanel {
        Layout.fillWidth: true
        implicitHeight: Math.max(Theme.target * 2.4, shown.implicitHeight + 2 * Theme.wide)
        border.color: screen.paying.approved ? Theme.accent : Theme.ink

        ColumnLayout {
            id: shown

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.margins: Theme.wide
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.tight

            Repeater {
                model: screen.paying.terminal

                KText {
                    required property string modelData

                    Layout.fillWidth: true
                    text: modelData
                    maximumLineCount: 2
                    horizontalAlignment: Text.AlignHCenter
                    font.pixelSize: Theme.headline
                    font.weight: Font.DemiBold
                }
            }
        }
    }

    KText {
        Layout.fillWidth: true
        text: screen.paying.hint
        maximumLineCount: 4
        color: Theme.quiet
        font.pixelSize: Math.round((Theme.title + Theme.lead) / 2)
    }

    Item {
        Layout.fillHeight: true
    }

    foot: Loader {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.action
        sourceComponent: screen.paying.cancel.present ? cancel : null

        Component {
            id: cancel

            KAction {
                intent: screen.paying.cancel
                glyph: "close"
                textSize: Theme.lead
            }
        }
    }
}
