pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Where one is, and in which language.
RowLayout {
    id: top

    required property HeaderModel header

    spacing: Theme.wide

    ColumnLayout {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.wide
        Layout.minimumHeight: Theme.target
        Layout.alignment: Qt.AlignVCenter
        spacing: 0

        KText {
            Layout.fillWidth: true
            text: top.header.title
            maximumLineCount: 2
            font.pixelSize: Theme.title
            font.weight: Font.Bold
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }

        Loader {
            active: top.header.subtitle !== ""
            visible: active
            Layout.fillWidth: true
            sourceComponent: KText {
                text: top.header.subtitle
                maximumLineCount: 2
                color: Theme.quiet
            }
        }
    }

    KLanguages {
        Layout.alignment: Qt.AlignTop
        labels: top.header.languages
        names: top.header.language_names
        current: top.header.language
        onChosen: name => top.header.press(name)
    }
}
