pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Goods without a code: pictures by group, or by first letters. Only letters that lead on are keys.
GridLayout {
    id: sheet

    required property SheetModel model
    readonly property bool wide: Theme.landscape

    columns: wide ? 2 : 1
    columnSpacing: Theme.wide
    rowSpacing: Theme.gap

    KText {
        Layout.fillWidth: true
        Layout.columnSpan: sheet.wide ? 2 : 1
        text: sheet.model.title
        maximumLineCount: 1
        font.pixelSize: Theme.title
        font.weight: Font.Bold
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        spacing: Theme.gap

        Flow {
            Layout.fillWidth: true
            spacing: Theme.snug

            Repeater {
                model: sheet.model.groups.items

                KOption {
                    required property OptionModel modelData

                    choice: modelData
                }
            }
        }

        KScroll {
            id: area

            Layout.fillWidth: true
            Layout.fillHeight: true
            contentHeight: tiles.implicitHeight

            GridLayout {
                id: tiles

                x: area.start
                width: area.width - area.room
                columns: Math.max(2, Math.floor(area.width / (Theme.lead * 7)))
                uniformCellWidths: true
                columnSpacing: Theme.snug
                rowSpacing: Theme.snug

                Repeater {
                    model: sheet.model.tiles.items

                    KTile {
                        required property OptionModel modelData

                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                        choice: modelData
                    }
                }

                Repeater {
                    // A row that is not full keeps the width of its tiles.
                    model: Math.max(0, tiles.columns - sheet.model.tiles.items.length)

                    Item {
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                    }
                }
            }

            KText {
                parent: area
                anchors.centerIn: parent
                visible: text !== ""
                text: sheet.model.none
                color: Theme.quiet
                font.pixelSize: Theme.lead
            }
        }
    }

    ColumnLayout {
        Layout.fillWidth: !sheet.wide
        Layout.fillHeight: sheet.wide
        spacing: Theme.snug

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.snug

            Rectangle {
                Layout.fillWidth: true
                implicitHeight: Theme.target
                radius: Theme.corner
                color: Theme.ground
                border.width: Theme.edge
                border.color: Theme.control

                RowLayout {
                    anchors.fill: parent
                    anchors.leftMargin: Theme.gap
                    anchors.rightMargin: Theme.gap
                    spacing: Theme.gap

                    KIcon {
                        glyph: "search"
                        tone: "quiet"
                    }

                    KText {
                        objectName: "letters"
                        Layout.fillWidth: true
                        text: sheet.model.letters !== "" ? sheet.model.letters : sheet.model.text
                        maximumLineCount: 1
                        color: sheet.model.letters !== "" ? Theme.ink : Theme.quiet
                        font.pixelSize: Theme.lead
                        font.weight: Font.DemiBold
                    }
                }
            }

            KKey {
                Layout.preferredWidth: Theme.target * 1.4
                name: sheet.model.back.name
                label: ""
                glyph: "backspace"
                spoken: sheet.model.back.label
                enabled: sheet.model.back.enabled
                onPressed: sheet.model.back.arm()
                onClicked: sheet.model.back.press()
            }
        }

        KScroll {
            id: board

            Layout.fillWidth: true
            Layout.fillHeight: sheet.wide
            Layout.preferredWidth: sheet.wide ? 6 * (Theme.target + Theme.tight) + room : -1
            Layout.preferredHeight: sheet.wide ? 1 : keys.implicitHeight
            contentHeight: keys.implicitHeight

            GridLayout {
                id: keys

                // Latin letters keep their order in every language.
                LayoutMirroring.enabled: false
                x: board.start
                width: board.width - board.room
                columns: sheet.wide ? 6 : Math.floor((sheet.width + Theme.tight) / (Theme.target + Theme.tight))
                columnSpacing: Theme.tight
                rowSpacing: Theme.tight

                Repeater {
                    model: sheet.model.keys.items

                    KKey {
                        required property OptionModel modelData

                        Layout.fillWidth: true
                        name: modelData.name
                        label: modelData.label
                        enabled: modelData.enabled
                        textSize: Theme.lead
                        onPressed: modelData.arm()
                        onClicked: modelData.press()
                    }
                }
            }
        }

        KAction {
            Layout.fillWidth: true
            Layout.topMargin: Theme.tight
            Layout.preferredHeight: sheet.wide ? Theme.target : Theme.action
            intent: sheet.model.close
            textSize: Theme.title
        }
    }
}
