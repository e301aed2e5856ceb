import QtQuick
import QtQuick.Layouts
import Kiosk.Theme

// What something is, and at the end of the line what it comes to.
RowLayout {
    id: sum

    required property string label
    required property string amount
    property color color: Theme.ink
    property int size: Theme.lead
    property int weight: Font.Medium

    spacing: Theme.gap

    KText {
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignBaseline
        text: sum.label
        maximumLineCount: 2
        color: sum.color
        font.pixelSize: Theme.lead
    }

    KText {
        Layout.alignment: Qt.AlignBaseline
        text: sum.amount
        wrapMode: Text.NoWrap
        color: sum.color
        font.pixelSize: sum.size
        font.weight: sum.weight
    }
}
