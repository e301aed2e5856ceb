pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Something to choose, in sections; longer ones are scrolled.
ColumnLayout {
    id: sheet

    required property SheetModel model

    spacing: Theme.wide

    SheetHead {
        Layout.fillWidth: true
        title: sheet.model.title
        text: sheet.model.text
    }

    KScroll {
        id: area

        Layout.fillWidth: true
        Layout.fillHeight: true
        contentHeight: choices.implicitHeight

        GridLayout {
            id: choices

            width: area.width - area.room
            columns: Theme.landscape ? 2 : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            Repeater {
                model: sheet.model.options.items

                ColumnLayout {
                    id: row

                    required property OptionModel modelData

                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.alignment: Qt.AlignBottom
                    Layout.topMargin: heading.visible ? Theme.gap : 0
                    spacing: Theme.snug

                    KText {
                        id: heading

                        Layout.fillWidth: true
                        visible: text !== ""
                        text: row.modelData.heading
                        maximumLineCount: 2
                        font.pixelSize: Theme.lead
                        font.weight: Font.DemiBold
                        Accessible.role: Accessible.Heading
                        Accessible.name: text
                    }

                    KOption {
                        Layout.fillWidth: true
                        Layout.preferredHeight: Theme.action
                        choice: row.modelData
                        textSize: Theme.lead
                    }
                }
            }
        }
    }

    KAction {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.action
        intent: sheet.model.close
        textSize: Theme.title
    }
}
