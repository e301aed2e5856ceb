pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Theme
import Kiosk.Models

// Everything a customer sees. Where the window has a fault of its own, words that need no model.
Rectangle {
    id: root

    required property KioskModel kiosk
    // What is said instead of every screen; empty: nothing is wrong.
    property string trouble: ""
    property string troubleRemedy: ""
    property bool troubleMirrored: false

    objectName: "customer"
    implicitWidth: Theme.width
    implicitHeight: Theme.height
    color: Theme.ground
    LayoutMirroring.enabled: trouble !== "" ? troubleMirrored : kiosk.mirrored
    LayoutMirroring.childrenInherit: true

    Loader {
        active: root.trouble === ""
        anchors.fill: parent
        sourceComponent: CustomerScreens {
            kiosk: root.kiosk
        }
    }

    Loader {
        active: root.trouble !== ""
        anchors.fill: parent
        anchors.margins: Theme.wide
        sourceComponent: TroubleScreen {
            reason: root.trouble
            remedy: root.troubleRemedy
        }
    }
}
