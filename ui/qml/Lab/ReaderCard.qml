pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Models

// Cards to hold before the reader: a touch taps one, a long touch keeps it there until the next.
BCard {
    id: card

    required property BenchModel bench

    title: "Card reader"
    status: bench.card_held !== "" ? bench.card_held + " held" : bench.reader_state
    troubled: bench.faults.some(name => name.startsWith("reader"))

    GridLayout {
        Layout.fillWidth: true
        columns: 6
        columnSpacing: BenchTheme.tight
        rowSpacing: BenchTheme.tight

        Repeater {
            model: card.bench.cards

            BButton {
                required property string modelData

                Layout.fillWidth: true
                Layout.preferredWidth: 1
                name: "card-" + modelData
                label: modelData
                primary: card.bench.card_held === modelData
                Accessible.name: "Hold the card " + modelData + " before the reader"
                onClicked: card.bench.order((primary ? "take " : "tap ") + (primary ? "" : modelData))
                onPressAndHold: card.bench.order("hold " + modelData)
            }
        }

        BButton {
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            name: "card-code"
            label: "code"
            Accessible.name: "Show the signed code of an app to the scanner"
            onClicked: card.bench.order("code")
        }
    }

    BFaults {
        Layout.fillWidth: true
        bench: card.bench
        device: "reader"
    }
}
