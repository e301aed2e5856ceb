pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Ways to goods that have no code to scan, side by side.
RowLayout {
    id: row

    required property OptionList options

    spacing: Theme.gap

    Repeater {
        model: row.options.items

        KAction {
            required property OptionModel modelData

            Layout.fillWidth: true
            Layout.preferredWidth: 1
            intent: modelData
            glyph: modelData.glyph
        }
    }
}
