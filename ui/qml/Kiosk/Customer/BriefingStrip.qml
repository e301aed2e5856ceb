pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Before anybody shows a card: what it is good for, and that it works without. As high as the member's.
KPanel {
    id: strip

    required property BriefingModel briefing

    objectName: "briefing"
    implicitHeight: Math.max(Theme.target, words.implicitHeight) + 2 * Theme.tight
    Accessible.role: Accessible.StaticText
    Accessible.name: briefing.what + " " + briefing.without

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.wide
        anchors.rightMargin: Theme.tight
        spacing: Theme.gap

        KIcon {
            glyph: "person"
            tone: "quiet"
        }

        ColumnLayout {
            id: words

            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            spacing: 0

            KText {
                Layout.fillWidth: true
                text: strip.briefing.what
                maximumLineCount: 3
                font.pixelSize: Theme.body
            }

            KText {
                Layout.fillWidth: true
                text: strip.briefing.without
                maximumLineCount: 2
                color: Theme.quiet
                font.pixelSize: Theme.body
            }
        }

        KAction {
            Layout.alignment: Qt.AlignVCenter
            intent: strip.briefing.more
            naked: true
        }
    }
}
