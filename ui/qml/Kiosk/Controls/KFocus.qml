import QtQuick
import Kiosk.Theme

// The ring around what the keys would press.
Rectangle {
    anchors.fill: parent
    anchors.margins: -Theme.edge * 2
    radius: Theme.corner + Theme.edge * 2
    color: "transparent"
    border.color: Theme.focus
    border.width: Theme.edge * 2
}
