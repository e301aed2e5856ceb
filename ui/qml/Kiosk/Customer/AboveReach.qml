pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// In low reach: what is only read stands above what is touched, and is larger for it.
KPanel {
    id: above

    required property KioskModel kiosk
    readonly property bool last: kiosk.view === "scan" && kiosk.scan.hero.present

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.wide
        spacing: Theme.gap

        Item {
            Layout.fillHeight: true
        }

        KText {
            Layout.fillWidth: true
            text: above.last ? above.kiosk.scan.hero.name : above.kiosk.header.title
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            font.pixelSize: Theme.display
            font.weight: Font.Bold
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }

        KText {
            Layout.fillWidth: true
            visible: text !== ""
            text: above.last ? above.kiosk.scan.hero.detail : above.kiosk.header.subtitle
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            color: Theme.quiet
            font.pixelSize: Theme.lead
        }

        KText {
            Layout.fillWidth: true
            visible: above.last
            text: above.kiosk.scan.hero.amount
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 1
            // Messages need the room.
            font.pixelSize: above.kiosk.notice.present ? Theme.display : Theme.giant
            font.weight: Font.Bold
        }

        Item {
            Layout.fillHeight: true
        }

        Repeater {
            model: above.kiosk.banner_texts

            KStrip {
                required property int index
                required property string modelData

                Layout.fillWidth: true
                text: modelData
                tone: above.kiosk.banner_tones[index] ?? ""
                remedy: above.kiosk.banner_remedies[index] ?? ""
            }
        }

        Loader {
            active: above.kiosk.notice.present
            visible: active
            Layout.fillWidth: true
            sourceComponent: KStrip {
                text: above.kiosk.notice.text
                tone: above.kiosk.notice.tone
                remedy: above.kiosk.notice.remedy
            }
        }
    }
}
