pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// What was bought and what it comes to, once more; and the ways to pay.
GridLayout {
    id: sheet

    required property SheetModel model
    // What is needed for the total, the ways to pay, the way back and a few rows; and for the question.
    readonly property real asked: Theme.title * 2.6
    readonly property real least: Theme.landscape ? Theme.display * 1.4 + Theme.lead * 3 + Theme.action + Theme.wide * 2 : Theme.headline * 1.4 + Theme.display * 1.4 + Theme.lead * 7 + Theme.action * 3 + Theme.wide * 6

    columnSpacing: Theme.vast
    rowSpacing: Theme.wide

    SheetHead {
        visible: Theme.landscape || sheet.height >= sheet.least
        Layout.row: 0
        Layout.column: 0
        Layout.fillWidth: true
        Layout.preferredWidth: 3
        title: sheet.model.title
        text: ""
    }

    KScroll {
        id: area

        Layout.row: 1
        Layout.column: 0
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredWidth: 3
        contentHeight: rows.implicitHeight

        ColumnLayout {
            id: rows

            x: area.start
            width: area.width - area.room
            spacing: Theme.snug

            Repeater {
                model: sheet.model.row_labels

                KSum {
                    required property int index
                    required property string modelData

                    Layout.fillWidth: true
                    label: modelData
                    amount: sheet.model.row_amounts[index] ?? ""
                }
            }
        }
    }

    ColumnLayout {
        Layout.fillWidth: true
        Layout.row: Theme.landscape ? 0 : 2
        Layout.column: Theme.landscape ? 1 : 0
        Layout.rowSpan: Theme.landscape ? 2 : 1
        Layout.alignment: Qt.AlignTop
        Layout.preferredWidth: 2
        spacing: Theme.wide

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.edge
            visible: !Theme.landscape
            color: Theme.rule
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.snug

            Repeater {
                model: sheet.height < sheet.least ? [] : sheet.model.sum_labels

                KSum {
                    required property int index
                    required property string modelData

                    Layout.fillWidth: true
                    label: modelData
                    amount: sheet.model.sum_amounts[index] ?? ""
                    color: Theme.quiet
                }
            }

            KSum {
                Layout.fillWidth: true
                label: sheet.model.total_label
                amount: sheet.model.total
                size: Theme.display
                weight: Font.Bold
            }
        }

        KText {
            Layout.fillWidth: true
            visible: text !== "" && sheet.height >= sheet.least + sheet.asked
            text: sheet.model.text
            maximumLineCount: 2
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
        }
    }

    GridLayout {
        Layout.row: Theme.landscape ? 2 : 3
        Layout.column: 0
        Layout.columnSpan: Theme.landscape ? 2 : 1
        Layout.fillWidth: true
        columns: Theme.landscape ? 3 : 1
        uniformCellWidths: true
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap

        Repeater {
            model: sheet.model.options.items

            KOption {
                required property OptionModel modelData

                Layout.fillWidth: true
                Layout.preferredHeight: Theme.action
                choice: modelData
                textSize: Theme.landscape ? Theme.lead : Theme.title
            }
        }

        KAction {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            intent: sheet.model.close
            textSize: Theme.landscape ? Theme.lead : Theme.title
        }
    }
}
