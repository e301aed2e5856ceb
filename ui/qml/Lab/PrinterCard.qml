pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Models

// The printer: the newest receipt rolls out of its slot.
BCard {
    id: card

    required property BenchModel bench

    title: "Receipt printer"
    status: bench.printer_state
    troubled: bench.faults.some(name => name.startsWith("printer"))

    Flickable {
        id: tray

        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        contentHeight: paper.height + BenchTheme.gap
        boundsBehavior: Flickable.StopAtBounds

        Image {
            id: paper

            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.min(implicitWidth, tray.width - BenchTheme.wide)
            height: implicitWidth > 0 ? Math.round(implicitHeight * width / implicitWidth) : 0
            cache: false
            smooth: true
            source: card.bench.paper_count > 0 ? "image://paper/" + card.bench.paper_count : ""
            onSourceChanged: roll.restart()

            NumberAnimation {
                id: roll

                target: paper
                property: "y"
                from: BenchTheme.motion ? -paper.height : 0
                to: 0
                duration: BenchTheme.roll
                easing.type: Easing.OutCubic
            }
        }

        Rectangle {
            width: tray.width
            height: BenchTheme.tight
            radius: height / 2
            y: tray.contentY
            color: BenchTheme.well
        }
    }

    BFaults {
        Layout.fillWidth: true
        bench: card.bench
        device: "printer"
    }
}
