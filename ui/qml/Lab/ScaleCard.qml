pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Models

// Loads to put on the scale; 0 takes everything off.
BCard {
    id: card

    required property BenchModel bench

    title: "Scale"
    status: bench.scale_grams !== 0 ? bench.scale_grams + " g, " + bench.scale_state : bench.scale_state
    troubled: bench.faults.some(name => name.startsWith("scale"))

    RowLayout {
        Layout.fillWidth: true
        spacing: BenchTheme.tight

        Repeater {
            model: [0, 12, 250, 742]

            BButton {
                required property int modelData

                Layout.fillWidth: true
                Layout.preferredWidth: 1
                name: "grams-" + modelData
                label: modelData + " g"
                primary: modelData !== 0 && card.bench.scale_grams === modelData
                Accessible.name: "Put " + modelData + " grams on the scale"
                onClicked: card.bench.order("weigh " + modelData)
            }
        }
    }

    BFaults {
        Layout.fillWidth: true
        bench: card.bench
        device: "scale"
    }
}
