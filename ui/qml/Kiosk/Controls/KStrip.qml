pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme

// A message: what happened, and what to do. The tone has an icon, never colour alone.
Rectangle {
    id: strip

    required property string tone
    required property string text
    required property string remedy
    property bool large: false
    // Beside other things: what to do takes smaller letters, and a line more.
    property bool narrow: false
    readonly property int pad: large ? Theme.wide : Theme.gap

    objectName: "message"
    implicitHeight: Math.max(Theme.target * 0.8, words.implicitHeight + 2 * Math.round(pad * 0.8))
    radius: Theme.corner
    color: Theme.toneGround(tone)
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text + " " + remedy

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: strip.narrow ? Theme.gap : Theme.wide
        anchors.rightMargin: strip.narrow ? Theme.snug : Theme.wide
        spacing: strip.narrow ? Theme.snug : Theme.gap

        KIcon {
            readonly property int side: strip.large ? Theme.glyph * 1.7 : Theme.glyph

            Layout.preferredWidth: side
            Layout.preferredHeight: side
            glyph: strip.tone
            tone: strip.tone + "Ink"
        }

        ColumnLayout {
            id: words

            Layout.fillWidth: true
            spacing: Math.round(Theme.tight / 2)

            KText {
                Layout.fillWidth: true
                text: strip.text
                maximumLineCount: 2
                color: Theme.toneInk(strip.tone)
                font.pixelSize: strip.large ? Theme.title : Theme.body
                font.weight: Font.DemiBold
            }

            Loader {
                Layout.fillWidth: true
                active: strip.remedy !== ""
                visible: active
                sourceComponent: KText {
                    text: strip.remedy
                    maximumLineCount: strip.narrow ? 3 : 2
                    color: Theme.toneInk(strip.tone)
                    font.pixelSize: strip.large ? Theme.lead : strip.narrow ? Theme.small : Theme.body
                }
            }
        }
    }
}
