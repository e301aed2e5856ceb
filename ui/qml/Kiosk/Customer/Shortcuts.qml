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
    // The way back, where it has no other place.
    property ActionModel undo: null

    // Where there is no room for words the pictures have to do; a screen reader says them all the same.
    readonly property bool wordless: width < (options.items.length + (undo !== null ? 1 : 0)) * 8 * Theme.body

    spacing: Theme.gap
    visible: options.items.length > 0

    Repeater {
        model: row.options.items

        KAction {
            required property OptionModel modelData

            Layout.fillWidth: true
            Layout.preferredWidth: 1
            intent: modelData
            spoken: modelData.label
            label: row.wordless ? "" : modelData.label
            glyph: modelData.glyph
        }
    }

    Loader {
        active: row.undo !== null && row.undo.present
        visible: active
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        sourceComponent: KAction {
            intent: row.undo
            label: row.wordless ? "" : row.undo.label
            glyph: "undo"
        }
    }
}
