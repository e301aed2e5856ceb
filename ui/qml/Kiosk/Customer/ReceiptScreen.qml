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
