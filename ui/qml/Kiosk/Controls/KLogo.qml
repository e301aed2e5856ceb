import QtQuick
import Kiosk.Theme

// The shop's own mark, in its own colours; on white where everything else is black.
Rectangle {
    id: mark

    required property string spoken
    // Neither a banner nor a stamp, whatever its shape is.
    readonly property real tall: Math.min(Theme.target * 1.15, Theme.target * 3.4 / Theme.logo)
    readonly property int air: Theme.contrast ? Theme.tight : 0

    implicitWidth: tall * Theme.logo + 2 * air
    implicitHeight: tall + 2 * air
    color: Theme.contrast ? "#ffffff" : "transparent"
    radius: Theme.contrast ? Theme.corner : 0
    objectName: "logo"
    Accessible.role: Accessible.Graphic
    Accessible.name: spoken

    Image {
        anchors.centerIn: parent
        width: mark.tall * Theme.logo
        height: mark.tall
        fillMode: Image.PreserveAspectFit
        sourceSize: Qt.size(width, height)
        source: "image://kiosk/logo"
    }
}
