pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Who buys, quietly: a greeting, or why there is none. Name and points are drawn, never texts.
KPanel {
    id: strip

    required property MemberModel member
    readonly property bool found: member.state === "found"
    // Where letters are large the name needs the room of a word.
    readonly property bool roomy: width > 27 * Theme.lead

    objectName: "member"
    implicitHeight: Theme.target + 2 * Theme.tight
    Accessible.role: Accessible.StaticText
    Accessible.name: member.greeting

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.wide
        anchors.rightMargin: Theme.tight
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            spacing: Math.round(Theme.lead * 0.28)

            KText {
                Layout.fillWidth: !strip.found
                Layout.alignment: Qt.AlignBaseline
                text: strip.member.greeting
                maximumLineCount: 2
                color: strip.found ? Theme.ink : Theme.quiet
                font.pixelSize: Theme.lead
            }

            PrivateText {
                id: name

                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                Layout.alignment: Qt.AlignBaseline
                visible: strip.found && filled
                member: strip.member
                drawn: strip.member.drawn
                part: "name"
                family: Theme.family
                size: Theme.lead
                tone: Theme.ink
            }

            KText {
                Layout.alignment: Qt.AlignBaseline
                visible: points.visible
                text: "·"
                color: Theme.quiet
                font.pixelSize: Theme.lead
            }

            PrivateText {
                id: points

                Layout.alignment: Qt.AlignBaseline
                visible: strip.found && filled
                member: strip.member
                drawn: strip.member.drawn
                part: "points"
                family: Theme.family
                size: Theme.lead
                tone: Theme.goodInk
            }

            KText {
                Layout.alignment: Qt.AlignBaseline
                visible: points.visible
                text: strip.member.points
                wrapMode: Text.NoWrap
                color: Theme.goodInk
                font.pixelSize: Theme.lead
            }

            Item {
                visible: strip.found
                Layout.fillWidth: true
            }
        }

        KAction {
            Layout.alignment: Qt.AlignVCenter
            intent: strip.member.data
            label: strip.roomy ? intent.label : ""
            glyph: strip.roomy ? "" : "info"
            naked: true
        }

        KAction {
            Layout.alignment: Qt.AlignVCenter
            intent: strip.member.not_me
            naked: true
        }
    }
}
