pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme

// A screen with one thing to say: a picture and words, above each other or side by side, and what
// can be done at the bottom, where hands are.
Item {
    id: stage

    required property string motif
    property bool waiting: false
    // What stands in the picture's place while it is set: a code to be seen from where one stands.
    property Component instead: null
    default property alias words: column.data
    property alias foot: last.data
    readonly property bool wide: Theme.landscape

    GridLayout {
        anchors.fill: parent
        columns: stage.wide ? 2 : 1
        columnSpacing: Theme.vast
        rowSpacing: Theme.wide

        KPanel {
            Layout.fillHeight: true
            Layout.fillWidth: !stage.wide
            Layout.preferredWidth: stage.width * 0.44
            Layout.preferredHeight: stage.wide ? 1 : 5
            Layout.rowSpan: stage.wide && last.visible ? 2 : 1

            KPicture {
                id: picture

                anchors.centerIn: parent
                anchors.verticalCenterOffset: stage.waiting ? -Theme.vast : 0
                width: Math.min(parent.width, parent.height) * 0.76
                height: width
                motif: stage.motif
                visible: !stage.instead
            }

            Loader {
                anchors.fill: parent
                anchors.margins: Theme.gap
                active: stage.instead !== null
                sourceComponent: stage.instead
            }

            Loader {
                active: stage.waiting
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.top: picture.bottom
                anchors.topMargin: Theme.gap
                sourceComponent: KWaiting {}
            }
        }

        ColumnLayout {
            id: column

            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredHeight: stage.wide ? 1 : 5
            Layout.leftMargin: stage.wide ? 0 : Theme.wide
            Layout.rightMargin: Theme.wide
            spacing: Theme.wide
        }

        ColumnLayout {
            id: last

            // An empty row would take half of the height from the words.
            visible: children.length > 0
            Layout.fillWidth: true
            spacing: Theme.gap
        }
    }
}
