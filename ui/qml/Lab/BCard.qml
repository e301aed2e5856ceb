import QtQuick
import QtQuick.Layouts

// A device: its name, what it says of itself, and its parts.
Rectangle {
    id: card

    required property string title
    required property string status
    property bool troubled: false
    default property alias parts: column.data

    implicitHeight: column.implicitHeight + 2 * BenchTheme.wide
    radius: BenchTheme.corner
    color: BenchTheme.card

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: BenchTheme.wide
        spacing: BenchTheme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: BenchTheme.tight

            Rectangle {
                Layout.preferredWidth: BenchTheme.gap
                Layout.preferredHeight: BenchTheme.gap
                radius: height / 2
                color: card.troubled ? BenchTheme.bad : BenchTheme.fine
            }

            BText {
                text: card.title
                font.pixelSize: BenchTheme.lead
                font.weight: Font.DemiBold
            }

            BText {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignRight
                text: card.status
                color: BenchTheme.quiet
                font.pixelSize: BenchTheme.small
            }
        }
    }
}
