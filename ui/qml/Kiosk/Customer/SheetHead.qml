import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls

// What a sheet is for.
ColumnLayout {
    id: head

    required property string title
    required property string text

    spacing: Theme.tight

    KText {
        Layout.fillWidth: true
        text: head.title
        maximumLineCount: 2
        font.pixelSize: Theme.headline
        font.weight: Font.Bold
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    KText {
        Layout.fillWidth: true
        visible: text !== ""
        text: head.text
        maximumLineCount: 3
        color: Theme.quiet
        font.pixelSize: Theme.lead
    }
}
