pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Paid. The receipt is under way; or it could not come, and there is a choice.
KStage {
    id: screen

    required property ReceiptModel receipt

    motif: "receipt"
    waiting: receipt.printing
    instead: receipt.slot !== "" ? code : null

    Component {
        id: code

        PrivateCode {
            objectName: "receipt-code"
            source: screen.receipt
            slot: screen.receipt.slot
            Accessible.role: Accessible.Graphic
            Accessible.name: screen.receipt.fetch
        }
    }

    Item {
        Layout.fillHeight: true
    }

    KAmount {
        Layout.fillWidth: true
        label: screen.receipt.amount_label
        amount: screen.receipt.amount
    }

    Item {
        Layout.fillHeight: true
    }

    Loader {
        Layout.fillWidth: true
        active: screen.receipt.slot !== ""
        visible: active
        sourceComponent: ColumnLayout {
            spacing: Theme.tight

            KText {
                Layout.fillWidth: true
                text: screen.receipt.fetch
                font.pixelSize: Theme.title
                font.weight: Font.DemiBold
            }

            KText {
                Layout.fillWidth: true
                text: screen.receipt.fetch_hint
                color: Theme.quiet
                font.pixelSize: Theme.lead
            }
        }
    }

    Item {
        Layout.fillHeight: true
        visible: screen.receipt.slot !== ""
    }

    foot: [
        Loader {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            active: screen.receipt.again.present
            visible: active
            sourceComponent: KAction {
                intent: screen.receipt.again
                primary: true
                glyph: "printer"
                textSize: Theme.title
            }
        },
        Loader {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            active: screen.receipt.waive.present
            visible: active
            sourceComponent: KAction {
                intent: screen.receipt.waive
                textSize: Theme.lead
            }
        }
    ]
}
