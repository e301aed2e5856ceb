import QtQuick
import Kiosk.Theme

// One of our pictures, as large as its place.
Image {
    id: picture

    required property string motif

    fillMode: Image.PreserveAspectFit
    sourceSize: Qt.size(width, height)
    source: width > 0 && height > 0 ? "image://kiosk/pictures/" + motif + "/ink" + Theme.variant : ""
}
