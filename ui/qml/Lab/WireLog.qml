pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Models

// The last lines on the wires, newest at the bottom.
Rectangle {
    id: log

    required property BenchModel bench

    radius: BenchTheme.corner
    color: BenchTheme.well
    clip: true

    Column {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: BenchTheme.gap

        Repeater {
            model: log.bench.log

            BText {
                required property string modelData

                width: parent.width
                text: modelData
                color: BenchTheme.quiet
                font.pixelSize: BenchTheme.small
            }
        }
    }
}
