pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// What it comes to, and the next step.
KPanel {
    id: panel

    required property ScanModel scan
    // Little room: the total and the way to pay, and nothing beside.
    property bool compact: false
    readonly property int pad: compact ? Theme.gap : Theme.wide

    implicitHeight: column.implicitHeight + 2 * pad

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: panel.pad
        spacing: Theme.snug

        Loader {
            active: panel.scan.age_banner !== ""
            visible: active
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.tight
            sourceComponent: KStrip {
                tone: "info"
                text: panel.scan.age_banner
                remedy: ""
            }
        }

        Repeater {
            model: panel.compact ? [] : panel.scan.sum_labels

            RowLayout {
                id: sum

                required property int index
                required property string modelData

                Layout.fillWidth: true
                spacing: Theme.gap

                KText {
                    Layout.fillWidth: true
                    text: sum.modelData
                    maximumLineCount: 1
                    color: Theme.quiet
                }

                KText {
                    text: panel.scan.sum_amounts[sum.index] ?? ""
                    wrapMode: Text.NoWrap
                    color: Theme.quiet
                    font.weight: Font.Medium
                }
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.snug
            spacing: Theme.gap

            KText {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignBaseline
                text: panel.scan.total_label
                maximumLineCount: 2
                font.pixelSize: Theme.lead
            }

            KText {
                objectName: "total"
                Layout.alignment: Qt.AlignBaseline
                text: panel.scan.total
                wrapMode: Text.NoWrap
                Layout.maximumWidth: panel.width * 0.62
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.lead
                horizontalAlignment: Text.AlignRight
                font.pixelSize: Theme.display
                font.weight: Font.Bold
            }
        }

        KAction {
            Layout.fillWidth: true
            Layout.preferredHeight: panel.compact ? Theme.target : Theme.action
            intent: panel.scan.pay
            primary: true
            glyph: "card"
            textSize: Theme.title
        }
    }
}
