pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Something has to be put on the scale: what, what a kilogram of it costs, what the scale tells.
Rectangle {
    id: sheet

    required property WeighModel weigh
    readonly property bool wide: Theme.landscape

    objectName: "weigh"
    color: Qt.alpha(Theme.ground, 0.92)

    MouseArea {
        anchors.fill: parent
    }

    KPanel {
        anchors.centerIn: parent
        width: Math.min(parent.width, Theme.action * (sheet.wide ? 13 : 9))
        height: Math.min(parent.height, inside.implicitHeight + 2 * Theme.wide)

        GridLayout {
            id: inside

            anchors.fill: parent
            anchors.margins: Theme.wide
            columns: sheet.wide ? 2 : 1
            columnSpacing: Theme.vast
            rowSpacing: Theme.gap

            ColumnLayout {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap

                KText {
                    Layout.fillWidth: true
                    text: sheet.weigh.title
                    font.pixelSize: Theme.headline
                    font.weight: Font.DemiBold
                    maximumLineCount: 2
                }

                KText {
                    Layout.fillWidth: true
                    text: sheet.weigh.name
                    font.pixelSize: Theme.title
                    maximumLineCount: 2
                }

                KText {
                    Layout.fillWidth: true
                    text: sheet.weigh.price
                    font.pixelSize: Theme.lead
                    color: Theme.quiet
                    maximumLineCount: 1
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                spacing: Theme.gap

                Rectangle {
                    Layout.fillWidth: true
                    implicitHeight: Theme.display * 1.21 + 2 * Theme.gap
                    radius: Theme.corner
                    color: Theme.shade

                    KText {
                        anchors.fill: parent
                        anchors.margins: Theme.gap
                        horizontalAlignment: Text.AlignHCenter
                        verticalAlignment: Text.AlignVCenter
                        text: sheet.weigh.weight !== "" ? sheet.weigh.weight : "– – –"
                        color: sheet.weigh.weight !== "" ? Theme.ink : Theme.faint
                        font.pixelSize: Theme.display
                        font.weight: Font.Bold
                        wrapMode: Text.NoWrap
                        maximumLineCount: 1
                        Accessible.ignored: sheet.weigh.weight === ""
                    }
                }

                KText {
                    Layout.fillWidth: true
                    Layout.minimumHeight: Theme.lead * 2.5
                    text: sheet.weigh.hint
                    color: sheet.weigh.warns ? Theme.ink : Theme.quiet
                    font.pixelSize: Theme.lead
                    font.weight: sheet.weigh.warns ? Font.DemiBold : Font.Normal
                    maximumLineCount: 2
                }

                KText {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: sheet.weigh.legal
                    font.pixelSize: Theme.body
                    maximumLineCount: 2
                }
            }

            RowLayout {
                Layout.fillWidth: true
                Layout.columnSpan: sheet.wide ? 2 : 1
                Layout.topMargin: Theme.gap
                spacing: Theme.gap

                Repeater {
                    model: sheet.weigh.tares

                    KAction {
                        required property ActionModel modelData

                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                        intent: modelData
                    }
                }

                KAction {
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    intent: sheet.weigh.cancel
                    glyph: "close"
                }
            }
        }
    }
}
