pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme

// What to do, in order. The first is the one that counts.
ColumnLayout {
    id: steps

    required property list<var> texts
    property bool numbered: texts.length > 1

    spacing: Theme.wide

    Repeater {
        model: steps.texts

        RowLayout {
            id: step

            required property int index
            required property string modelData

            Layout.fillWidth: true
            spacing: Theme.gap

            Loader {
                active: steps.numbered
                visible: active
                Layout.alignment: Qt.AlignTop
                sourceComponent: Rectangle {
                    implicitWidth: Theme.title * 1.25
                    implicitHeight: implicitWidth
                    radius: height / 2
                    color: Theme.shade

                    KText {
                        anchors.centerIn: parent
                        text: step.index + 1
                        font.weight: Font.DemiBold
                    }
                }
            }

            KText {
                Layout.fillWidth: true
                text: step.modelData
                maximumLineCount: 4
                font.pixelSize: step.index === 0 ? Theme.headline : Math.round((Theme.title + Theme.lead) / 2)
                font.weight: step.index === 0 ? Font.DemiBold : Font.Normal
                color: step.index === 0 ? Theme.ink : Theme.quiet
            }
        }
    }
}
