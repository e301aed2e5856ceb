pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Models

// The card terminal: its display, and what a customer or his bank would do.
BCard {
    id: card

    required property BenchModel bench

    title: "Card terminal"
    status: bench.terminal_state
    troubled: bench.faults.some(name => name.startsWith("terminal"))

    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: Math.round(BenchTheme.key * 2.6)
        radius: BenchTheme.corner
        color: BenchTheme.well
        border.width: BenchTheme.edge
        border.color: card.bench.terminal_waiting ? BenchTheme.glow : BenchTheme.raised

        Column {
            anchors.centerIn: parent
            width: parent.width - 2 * BenchTheme.gap

            Repeater {
                model: card.bench.terminal_lines

                BText {
                    required property string modelData

                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: modelData
                    color: BenchTheme.glow
                    font.pixelSize: BenchTheme.lead
                    font.weight: Font.Medium
                }
            }
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: BenchTheme.tight

        BButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            name: "approve"
            label: "Approve"
            primary: card.bench.terminal_waiting
            onClicked: card.bench.order("approve")
        }

        BButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            name: "decline"
            label: "Decline"
            onClicked: card.bench.order("decline")
        }

        BButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            name: "stop"
            label: "Stop"
            onClicked: card.bench.order("stop")
        }
    }

    BFaults {
        Layout.fillWidth: true
        bench: card.bench
        device: "terminal"
    }
}
