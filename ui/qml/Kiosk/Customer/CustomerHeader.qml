pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Where one is, and in which language. With `messages`, what just happened is said in place of the
// words, in room that is always kept: nothing under a finger moves when a message comes or goes.
RowLayout {
    id: top

    required property HeaderModel header
    required property NoticeModel notice
    required property bool messages
    // Nobody buys: there is room for the shop's own mark.
    property bool marked: false
    readonly property bool logoed: marked && !wordless && Theme.logo > 0
    // The words stand elsewhere: the buttons have the whole row.
    property bool wordless: false
    readonly property bool speaks: messages && notice.present
    // Lines of a message beside the buttons, two of text and two of remedy where it is narrow.
    readonly property int room: messages ? Theme.body * 1.21 * (Theme.landscape ? 2 : 4) + Theme.tight : 0

    spacing: Theme.wide

    Loader {
        active: top.logoed
        visible: active
        sourceComponent: KLogo {
            spoken: top.header.subtitle
        }
    }

    Item {
        Layout.fillWidth: true
        visible: !top.wordless
        implicitHeight: Math.max(words.implicitHeight, Theme.target, top.room)

        ColumnLayout {
            id: words

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.leftMargin: Theme.wide
            anchors.verticalCenter: parent.verticalCenter
            spacing: 0
            opacity: top.speaks ? 0 : 1

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
                active: top.header.subtitle !== "" && !top.logoed
                visible: active
                Layout.fillWidth: true
                sourceComponent: KText {
                    text: top.header.subtitle
                    maximumLineCount: 2
                    color: Theme.quiet
                }
            }

            Loader {
                active: top.header.tender !== ""
                visible: active
                Layout.fillWidth: true
                sourceComponent: RowLayout {
                    spacing: Theme.tight

                    KIcon {
                        Layout.preferredWidth: Theme.body
                        Layout.preferredHeight: Theme.body
                        glyph: "card"
                        tone: "quiet"
                    }

                    KText {
                        objectName: "tender"
                        Layout.fillWidth: true
                        text: top.header.tender
                        maximumLineCount: 1
                        color: Theme.quiet
                        font.weight: Font.Medium
                    }
                }
            }
        }

        Loader {
            active: top.speaks
            anchors.fill: parent
            anchors.topMargin: -Theme.snug
            anchors.bottomMargin: -Theme.tight
            sourceComponent: KStrip {
                narrow: !Theme.landscape
                text: top.notice.text
                tone: top.notice.tone
                remedy: top.notice.remedy
            }
        }
    }

    RowLayout {
        Layout.alignment: top.messages ? Qt.AlignVCenter : Qt.AlignTop
        spacing: Theme.snug
        Layout.fillWidth: top.wordless
        uniformCellSizes: top.wordless

        Loader {
            active: top.header.own.present
            visible: active
            Layout.fillWidth: top.wordless
            Layout.fillHeight: top.wordless
            sourceComponent: KAction {
                intent: top.header.own
                label: Theme.landscape || top.wordless ? top.header.own.label : ""
                glyph: "globe"
            }
        }

        Loader {
            active: top.header.comfort.present
            visible: active
            Layout.fillWidth: top.wordless
            Layout.fillHeight: top.wordless
            sourceComponent: KAction {
                intent: top.header.comfort
                spoken: top.header.comfort.label
                label: top.wordless ? top.header.comfort.label : ""
                glyph: "access"
            }
        }

        Loader {
            active: top.header.help.present
            visible: active
            Layout.fillWidth: top.wordless
            Layout.fillHeight: top.wordless
            sourceComponent: KAction {
                intent: top.header.help
                glyph: top.header.called ? "bell" : "help"
            }
        }
    }
}
