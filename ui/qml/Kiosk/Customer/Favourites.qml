pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Goods without a code that most will want, below each other: as many as there is room for.
Item {
    id: column

    required property OptionList options
    readonly property int fit: Math.max(0, Math.floor((height + Theme.gap) / (Theme.target * 2 + Theme.gap)))

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        Repeater {
            model: column.options.items.slice(0, column.fit)

            KTile {
                required property OptionModel modelData

                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.minimumHeight: Theme.target * 2
                Layout.maximumHeight: Theme.target * 2.6
                choice: modelData
            }
        }

        Item {
            // What is left over stays below them.
            visible: column.options.items.length < column.fit
            Layout.fillHeight: true
        }
    }
}
