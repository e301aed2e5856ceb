pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The running list. Its first place belongs to the last article and the way back.
Item {
    id: screen

    required property ScanModel scan
    required property string hint
    readonly property bool wide: Theme.landscape
    // In low reach the last article stands above, where it is read, and where there is little room the
    // list alone has it; the way back is below.
    // Of the height, what a greeting leaves.
    readonly property real room: height - (member.active ? member.height + Theme.gap : 0)
    // What stands beside the list in full: the last article, the shortcuts, and the total with all it has.
    readonly property real beside: 1.3 * (Theme.title + Theme.lead + Theme.display + scan.sum_labels.length * Theme.body) + (scan.age_banner !== "" ? 2.5 * Theme.body + 2 * Theme.gap : 0) + Math.max(Theme.target, 2.6 * Theme.body + 2 * Theme.snug) + Theme.target + Theme.action + 4 * Theme.wide + 5 * Theme.gap
    readonly property bool lean: wide ? room < Math.max(8.5 * Theme.target, beside) : Theme.split || room < 12 * Theme.target

    // Favourites stand beside the list where its rows keep the width their words need.
    readonly property real strip: 2.4 * Theme.target
    readonly property bool favoured: wide && room >= 5 * Theme.target && scan.favourites.items.length > 1 && 0.6 * (width - strip - 2 * Theme.gap) >= 26 * Theme.lead

    Loader {
        id: member

        active: screen.scan.member.present || screen.scan.briefing.present
        visible: active
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        sourceComponent: screen.scan.member.present ? known : unknown
    }

    Component {
        id: known

        MemberStrip {
            member: screen.scan.member
        }
    }

    Component {
        id: unknown

        BriefingStrip {
            briefing: screen.scan.briefing
        }
    }

    GridLayout {
        anchors.fill: parent
        anchors.topMargin: member.active ? member.height + Theme.gap : 0
        columns: screen.wide ? 3 : 1
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap

        ScanList {
            Layout.minimumHeight: 1.5 * Theme.target
            Layout.row: screen.wide ? 0 : 1
            Layout.column: 0
            Layout.rowSpan: screen.wide ? 3 : 1
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 8
            scan: screen.scan
        }

        Loader {
            active: screen.favoured
            visible: active
            Layout.row: 0
            Layout.column: 1
            Layout.rowSpan: 3
            Layout.fillHeight: true
            Layout.preferredWidth: screen.strip
            sourceComponent: Favourites {
                options: screen.scan.favourites
            }
        }

        Item {
            Layout.row: 0
            Layout.column: screen.wide ? 2 : 0
            Layout.fillWidth: true
            Layout.fillHeight: screen.wide
            Layout.preferredWidth: 5
            Layout.preferredHeight: screen.wide ? 1 : Math.max(Theme.display, 2 * Theme.title) * 1.25 + Theme.target + Theme.gap + 2 * Theme.wide
            visible: !screen.lean && (screen.wide || screen.scan.filled)

            Loader {
                active: screen.scan.filled
                anchors.fill: parent
                sourceComponent: KPanel {
                    Loader {
                        id: inside

                        anchors.fill: parent
                        anchors.margins: Theme.wide
                        sourceComponent: screen.scan.hero.present ? hero : ready
                    }
                }
            }
        }

        Shortcuts {
            Layout.row: screen.wide ? 1 : 2
            Layout.column: screen.wide ? 2 : 0
            Layout.fillWidth: true
            Layout.preferredWidth: 5
            options: screen.scan.shortcuts
            undo: screen.lean ? screen.scan.hero.undo : null
        }

        ScanTotal {
            Layout.row: screen.wide ? 2 : 3
            Layout.column: screen.wide ? 2 : 0
            Layout.fillWidth: true
            Layout.preferredWidth: 5
            scan: screen.scan
            compact: screen.wide && screen.lean
        }
    }

    // Over the list, for as long as something has to be put on the scale.
    Loader {
        anchors.fill: parent
        active: screen.scan.weigh.present
        visible: active
        sourceComponent: WeighSheet {
            weigh: screen.scan.weigh
        }
    }

    // Over the whole list, so that whoever comes back cannot miss it, and one touch is enough.
    Loader {
        anchors.fill: parent
        active: screen.scan.here.present
        visible: active
        sourceComponent: Rectangle {
            color: Qt.alpha(Theme.ground, 0.86)

            MouseArea {
                anchors.fill: parent
            }

            KPanel {
                anchors.centerIn: parent
                width: Math.min(parent.width - 2 * Theme.wide, Theme.action * 9)
                height: asking.implicitHeight + 2 * Theme.vast

                ColumnLayout {
                    id: asking

                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    anchors.margins: Theme.vast
                    spacing: Theme.wide

                    KText {
                        Layout.fillWidth: true
                        text: screen.scan.question
                        font.pixelSize: Theme.display
                        font.weight: Font.DemiBold
                        maximumLineCount: 2
                    }

                    KText {
                        Layout.fillWidth: true
                        text: screen.scan.question_hint
                        font.pixelSize: Theme.lead
                        maximumLineCount: 4
                    }

                    KAction {
                        Layout.fillWidth: true
                        Layout.preferredHeight: Theme.action
                        intent: screen.scan.here
                        primary: true
                        textSize: Theme.title
                    }
                }
            }
        }
    }

    Component {
        id: hero

        ScanHero {
            hero: screen.scan.hero
            stacked: screen.wide
        }
    }

    Component {
        id: ready

        RowLayout {
            spacing: Theme.wide

            KIcon {
                Layout.preferredWidth: Theme.target
                Layout.preferredHeight: Theme.target
                glyph: "scan"
                tone: "quiet"
            }

            KText {
                Layout.fillWidth: true
                text: screen.hint
                maximumLineCount: 2
                color: Theme.quiet
                font.pixelSize: Theme.title
                font.weight: Font.Medium
            }
        }
    }
}
