import QtQuick
import QtQuick.Layouts
import Kiosk.Theme

// What it costs, with what it is.
ColumnLayout {
    id: sum

    required property string label
    required property string amount
    property int size: Theme.giant

    spacing: 0

    KText {
        Layout.fillWidth: true
        text: sum.label
        maximumLineCount: 2
        color: Theme.quiet
        font.pixelSize: Theme.lead
    }

    KText {
        Layout.fillWidth: true
        text: sum.amount
        maximumLineCount: 1
        wrapMode: Text.NoWrap
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.title
        font.pixelSize: sum.size
        font.weight: Font.Bold
    }
}
