pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kiosk.Theme

// All languages by their own names, in rows; the current one is underlined and bold.
Rectangle {
    id: languages

    required property list<var> labels
    required property list<var> names
    required property int current

    signal chosen(name: string)

    // As many side by side as long names leave room for, in rows of one length.
    readonly property int most: Math.max(1, Math.floor(width / (6 * Theme.body + 2 * Theme.wide)))
    readonly property int rows: Math.max(1, Math.ceil(labels.length / most))

    implicitHeight: row.implicitHeight
    radius: Theme.corner
    color: Theme.surface
    border.width: Theme.edge
    border.color: Theme.control

    GridLayout {
        id: row

        width: parent.width
        columns: Math.max(1, Math.ceil(languages.labels.length / languages.rows))
        uniformCellWidths: true
        columnSpacing: 0
        rowSpacing: 0

        Repeater {
            model: languages.labels

            T.AbstractButton {
                id: choice

                required property int index
                required property string modelData
                readonly property bool current: index === languages.current

                objectName: languages.names[index] ?? ""
                Layout.fillWidth: true
                implicitWidth: Theme.target
                implicitHeight: Theme.target
                checked: current
                focusPolicy: Qt.StrongFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: modelData
                Accessible.checked: current
                Accessible.onPressAction: choice.click()
                onClicked: languages.chosen(objectName)

                background: Rectangle {
                    radius: Theme.corner
                    color: choice.down ? Theme.pressed : "transparent"

                    Rectangle {
                        anchors.horizontalCenter: parent.horizontalCenter
                        anchors.bottom: parent.bottom
                        anchors.bottomMargin: Theme.snug
                        width: word.implicitWidth
                        height: Theme.edge * 2
                        radius: height / 2
                        color: choice.current ? Theme.ink : "transparent"
                    }

                    Loader {
                        anchors.fill: parent
                        active: choice.visualFocus
                        sourceComponent: KFocus {}
                    }
                }

                contentItem: Item {
                    KText {
                        id: word

                        anchors.centerIn: parent
                        text: choice.modelData
                        wrapMode: Text.NoWrap
                        color: choice.current ? Theme.ink : Theme.quiet
                        font.weight: choice.current ? Font.DemiBold : Font.Medium
                    }
                }
            }
        }
    }
}
