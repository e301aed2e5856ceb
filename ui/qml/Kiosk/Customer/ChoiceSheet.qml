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

        ColumnLayout {
            id: choices

            x: area.start
            width: area.width - area.room
            spacing: Theme.wide

            Repeater {
                model: sheet.model.sections

                ColumnLayout {
                    id: section

                    required property OptionList modelData

                    Layout.fillWidth: true
                    spacing: Theme.snug

                    KText {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: section.modelData.heading
                        maximumLineCount: 2
                        font.pixelSize: Theme.lead
                        font.weight: Font.DemiBold
                        Accessible.role: Accessible.Heading
                        Accessible.name: text
                    }

                    GridLayout {
                        Layout.fillWidth: true
                        columns: Theme.landscape ? 2 : 1
                        uniformCellWidths: true
                        columnSpacing: Theme.gap
                        rowSpacing: Theme.gap

                        Repeater {
                            model: section.modelData.items

                            KOption {
                                required property OptionModel modelData

                                Layout.fillWidth: true
                                Layout.preferredHeight: Theme.action
                                choice: modelData
                                textSize: Theme.lead
                            }
                        }
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
