pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk.Theme

// A key of a keypad or a keyboard.
T.AbstractButton {
    id: key

    required property string name
    required property string label
    property string glyph: ""
    property string spoken: ""
    property int textSize: Theme.title

    objectName: name
    implicitWidth: Theme.target
    implicitHeight: Theme.target
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: spoken !== "" ? spoken : label
    Accessible.onPressAction: key.click()

    background: Rectangle {
        radius: Theme.corner
        color: key.down ? Theme.pressed : key.enabled ? Theme.surface : "transparent"
        border.width: Theme.edge
        border.color: key.enabled ? Theme.control : Theme.rule

        Loader {
            anchors.fill: parent
            active: key.visualFocus
            sourceComponent: KFocus {}
        }
    }

    contentItem: Item {
        Loader {
            anchors.centerIn: parent
            active: key.glyph !== ""
            sourceComponent: KIcon {
                glyph: key.glyph
                tone: key.enabled ? "ink" : "faint"
            }
        }

        KText {
            anchors.centerIn: parent
            text: key.label
            wrapMode: Text.NoWrap
            color: key.enabled ? Theme.ink : Theme.faint
            font.pixelSize: key.textSize
            font.weight: Font.DemiBold
        }
    }
}
