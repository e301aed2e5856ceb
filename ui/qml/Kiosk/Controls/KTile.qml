pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk.Theme
import Kiosk.Models

// One article as a picture with its name.
T.AbstractButton {
    id: tile

    required property OptionModel choice

    objectName: choice.name
    enabled: choice.enabled
    focusPolicy: Qt.StrongFocus
    implicitHeight: Theme.target * 2.3
    Accessible.role: Accessible.Button
    Accessible.name: choice.spoken !== "" ? choice.spoken : choice.label
    Accessible.onPressAction: tile.click()
    onPressed: tile.choice.arm()
    onClicked: tile.choice.press()

    background: Rectangle {
        radius: Theme.corner
        color: tile.down ? Theme.pressed : Theme.surface
        border.width: Theme.edge
        border.color: Theme.control

        Loader {
            anchors.fill: parent
            active: tile.visualFocus
            sourceComponent: KFocus {}
        }
    }

    contentItem: Item {
        Loader {
            id: drawn

            active: tile.choice.glyph !== ""
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: parent.top
            anchors.topMargin: Theme.snug
            height: parent.height - word.height - 2 * Theme.snug
            width: parent.width - 2 * Theme.gap
            sourceComponent: Image {
                fillMode: Image.PreserveAspectFit
                sourceSize: Qt.size(drawn.width, drawn.height)
                source: "image://kiosk/tiles/" + tile.choice.glyph + "/ink" + Theme.variant
            }
        }

        KText {
            id: word

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: Theme.tight
            anchors.top: drawn.active ? undefined : parent.top
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
            text: tile.choice.label
            maximumLineCount: 2
            font.weight: Font.DemiBold
        }
    }
}
