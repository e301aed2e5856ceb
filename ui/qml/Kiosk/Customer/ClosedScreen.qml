pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Out of service: why, and where to go instead.
KStage {
    id: screen

    required property ClosedModel closed

    motif: "closed"

    Item {
        Layout.fillHeight: true
    }

    KText {
        Layout.fillWidth: true
        text: screen.closed.reason
        maximumLineCount: 4
        font.pixelSize: Theme.display
        font.weight: Font.Bold
    }

    KText {
        Layout.fillWidth: true
        text: screen.closed.remedy
        maximumLineCount: 4
        color: Theme.quiet
        font.pixelSize: Theme.title
    }

    Loader {
        Layout.fillWidth: true
        active: screen.closed.nearest !== ""
        visible: active
        sourceComponent: KPanel {
            implicitHeight: way.implicitHeight + 2 * Theme.wide

            RowLayout {
                id: way

                anchors.left: parent.left
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                anchors.margins: Theme.wide
                spacing: Theme.wide

                KIcon {
                    glyph: "info"
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.tight

                    KText {
                        objectName: "nearest"
                        Layout.fillWidth: true
                        text: screen.closed.nearest
                        maximumLineCount: 2
                        font.pixelSize: Theme.title
                        font.weight: Font.DemiBold
                    }

                    KText {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: screen.closed.others
                        maximumLineCount: 2
                        color: Theme.quiet
                        font.pixelSize: Theme.lead
                    }
                }
            }
        }
    }

    Item {
        Layout.fillHeight: true
    }
}
