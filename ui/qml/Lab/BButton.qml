pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A button of the bench. `primary` is what the moment asks for; `faulty` is a fault switched on.
T.AbstractButton {
    id: button

    required property string name
    required property string label
    property bool primary: false
    property bool faulty: false

    objectName: name
    implicitWidth: Math.max(BenchTheme.key, word.implicitWidth + 2 * BenchTheme.gap)
    implicitHeight: BenchTheme.key
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: button.click()

    background: Rectangle {
        radius: BenchTheme.corner
        color: button.primary ? (button.down ? BenchTheme.accentDown : BenchTheme.accent) : button.faulty ? BenchTheme.fault : button.down ? BenchTheme.down : BenchTheme.raised
        border.width: button.faulty || button.visualFocus ? BenchTheme.edge * 2 : BenchTheme.edge
        border.color: button.visualFocus ? BenchTheme.ink : button.faulty ? BenchTheme.bad : button.primary ? BenchTheme.accent : BenchTheme.edgeColor
    }

    contentItem: Item {
        BText {
            id: word

            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - BenchTheme.tight)
            text: button.label
            font.weight: Font.Medium
        }
    }
}
