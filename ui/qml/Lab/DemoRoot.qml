import QtQuick
import Kiosk.Customer
import Kiosk.Models
import Kiosk.Theme

// The demonstration: the customer's view in its own proportions, the bench in the rest.
Item {
    id: root

    required property KioskModel kiosk
    required property BenchModel bench

    CustomerView {
        id: customer

        kiosk: root.kiosk
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        width: Theme.width
    }

    BenchPanel {
        bench: root.bench
        anchors.left: customer.right
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
    }
}
